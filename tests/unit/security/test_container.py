"""The sealed object (sync.md 6): it opens as it was sealed, or not at all."""

import pytest
from tools.vector_sets import world as w

from nrm_desktop.app.wire.hashes import file_name, name20
from nrm_desktop.app.wire.limits import BUCKETS_PER_RUN, FORMAT, OBJECT_BYTES
from nrm_desktop.app.wire.sealed_object import (
    HEADER_BYTES,
    RESERVED,
    SEALED_TYPES,
    SEGMENT_PLAIN,
    SEGMENT_SEALED,
    ObjectType,
    bucket_of,
    check_name,
    is_possible_size,
    padded_size,
    read_object_header,
)
from nrm_desktop.domain.errors import HostileInput, ProgramFault
from nrm_desktop.security.sealing.container import KeyTable, open_object, seal_object
from nrm_desktop.security.sealing.derivation import key_id

KEY = w.CORE_KEY


def sealed(body=b"a body", kind=ObjectType.BUNDLE, key=KEY, label="salt"):
    return seal_object(kind, body, key, w.BUCKET, w.stream(label))


def refusal(data, key=KEY):
    with pytest.raises(HostileInput) as caught:
        open_object(data, key)
    return caught.value.params["step"]


def noise(size):
    return w.named("noise", size)


@pytest.mark.parametrize("size", [0, 1, 251, 252, 253, 1000, 65_000, 65_536, 200_000, 1_000_000])
@pytest.mark.parametrize("kind", [ObjectType.BUNDLE, ObjectType.CHUNK])
def test_a_body_comes_back_as_it_was(size, kind):
    body = noise(size)

    opened = open_object(sealed(body, kind), KEY)

    assert (opened.kind, opened.body) == (kind, body)
    assert opened.header.bucket == w.BUCKET


@pytest.mark.threat("T12")
def test_every_bit_flip_of_a_small_object_is_refused():
    whole = sealed()
    for place in range(len(whole) * 8):
        flipped = bytearray(whole)
        flipped[place // 8] ^= 1 << place % 8
        assert refusal(bytes(flipped)) in {"container", "aead"}


@pytest.mark.threat("T12")
def test_every_truncation_and_every_appended_byte_is_refused():
    whole = sealed()

    for size in range(len(whole)):
        assert refusal(whole[:size]) in {"container", "aead"}
    assert refusal(whole + b"\x00") == "container"
    assert refusal(whole + whole) in {"container", "aead"}


def test_random_flips_of_a_large_object_are_refused():
    whole = sealed(noise(300_000))
    places = w.stream("places")
    for _ in range(100):
        flipped = bytearray(whole)
        flipped[int.from_bytes(places(4), "big") % len(whole)] ^= 1
        assert refusal(bytes(flipped)) in {"container", "aead"}


def test_swapped_repeated_or_missing_segments_are_refused():
    whole = sealed(noise(4 * SEGMENT_PLAIN))
    head = whole[:HEADER_BYTES]
    parts = [
        whole[start : start + SEGMENT_SEALED]
        for start in range(HEADER_BYTES, len(whole), SEGMENT_SEALED)
    ]
    orders = ([1, 0, *range(2, len(parts))], [0, 0, *range(2, len(parts))], [*range(1, len(parts))])

    for order in orders:
        assert refusal(head + b"".join(parts[index] for index in order)) in {"container", "aead"}


def test_a_wrong_key_is_refused_by_the_commitment():
    assert refusal(sealed(), w.HEALTH_KEY) == "aead"


def test_a_header_of_another_object_does_not_open_the_segments():
    one, two = sealed(label="one"), sealed(label="two")

    assert refusal(one[:HEADER_BYTES] + two[HEADER_BYTES:]) == "aead"


@pytest.mark.parametrize(
    ("offset", "value"),
    [(0, 0), (4, FORMAT + 1), (4, 255), (5, 0), (5, 2), (6, 0), (6, 17), (6, 32), (6, 64), (7, 1)],
)
def test_another_magic_version_suite_type_or_flag_is_refused_before_any_key(offset, value):
    changed = bytearray(sealed())
    changed[offset] = value

    with pytest.raises(HostileInput) as caught:
        read_object_header(bytes(changed), len(changed))

    assert caught.value.params["step"] == "container"


@pytest.mark.parametrize("kind", sorted(SEALED_TYPES))
def test_every_type_is_bound_to_its_seal(kind):
    whole = sealed(kind=kind)
    other = min(SEALED_TYPES - {kind, ObjectType.CHUNK})

    assert open_object(whole, KEY).kind is kind
    assert refusal(whole[:6] + bytes((other,)) + whole[7:]) == "aead"


def test_reserved_types_have_numbers_and_are_refused():
    assert {int(kind) for kind in RESERVED} == {64}
    for kind in RESERVED:
        assert refusal(sealed()[:6] + bytes((kind,)) + sealed()[7:]) == "container"


def test_sizes_hide_the_length_of_the_body():
    sizes = {len(sealed(noise(size), ObjectType.CHUNK)) for size in range(1000, 1021)}

    assert len(sizes) == 1


def test_a_size_that_no_padded_body_has_is_refused():
    whole = sealed()

    assert is_possible_size(len(whole))
    assert not is_possible_size(len(whole) + 1)
    assert not is_possible_size(HEADER_BYTES)
    assert not is_possible_size(HEADER_BYTES + SEGMENT_SEALED + 16)
    assert not is_possible_size(OBJECT_BYTES + 1)


@pytest.mark.parametrize(
    ("size", "padded"),
    [(0, 256), (256, 256), (257, 272), (300, 304), (1000, 1024), (1025, 1088), (65_537, 67_584)],
)
def test_padding_rounds_up_by_at_most_an_eighth(size, padded):
    assert padded_size(size) == padded


def test_padding_is_stable_and_small():
    for size in range(256, 70_000, 13):
        once = padded_size(size)
        assert size <= once <= size * 1.125
        assert padded_size(once) == once


def test_an_object_larger_than_the_limit_is_not_made_and_not_read():
    with pytest.raises(ProgramFault):
        sealed(bytes(OBJECT_BYTES), ObjectType.CHUNK)
    with pytest.raises(HostileInput):
        read_object_header(sealed(), OBJECT_BYTES + 1)


def test_the_largest_object_opens():
    largest = padded_size(15_900_000) - 4

    whole = sealed(bytes(largest), ObjectType.CHUNK)

    assert len(whole) <= OBJECT_BYTES
    assert len(open_object(whole, KEY).body) == largest


def test_the_name_is_the_hash_of_all_bytes():
    whole = sealed()
    name = name20(whole)

    check_name(whole, name)
    assert len(file_name(name)) == 32
    with pytest.raises(HostileInput) as caught:
        check_name(whole[:-1] + b"\x00", name)
    assert caught.value.params["step"] == "name"


def test_the_same_body_sealed_twice_shows_nothing_in_common_but_the_month_and_key():
    one, two = sealed(label="one"), sealed(label="two")

    assert one[:24] == two[:24]
    assert one[24:88] != two[24:88]
    assert one[88:] != two[88:]


def test_the_key_of_an_object_is_found_by_its_id_in_its_month():
    table = KeyTable([(w.CORE_KEY, "core"), (w.HEALTH_KEY, "health")])
    header = read_object_header(sealed(key=w.HEALTH_KEY), 360)

    assert table.find(header.bucket, header.key_id) == (w.HEALTH_KEY, "health")
    assert table.find(header.bucket + 1, header.key_id) is None
    assert table.find(header.bucket, bytes(14)) is None


def test_at_most_64_months_are_looked_at_in_one_run():
    table = KeyTable([(KEY, "core")])
    for bucket in range(BUCKETS_PER_RUN):
        assert table.find(bucket, key_id(KEY, bucket))

    assert table.find(0, key_id(KEY, 0))
    with pytest.raises(HostileInput):
        table.find(BUCKETS_PER_RUN, bytes(14))


@pytest.mark.parametrize(
    ("now_ms", "bucket"),
    [(0, 0), (-5, 0), (1_577_836_800_000, 0), (1_580_515_200_000, 1), (1 << 62, 960)],
)
def test_the_month_follows_the_clock_and_survives_a_broken_one(now_ms, bucket):
    assert bucket_of(now_ms) == bucket

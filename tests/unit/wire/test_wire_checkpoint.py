"""Checkpoints and manifest parts (sync.md 8), bundles (19)."""

from dataclasses import replace

import pytest
from tools.vector_sets import world as w

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.bundle import decode_bundle, divide, encode_bundle
from nrm_desktop.app.wire.checkpoint import (
    NO_CHECKPOINT,
    Checkpoint,
    ErasedRow,
    HeadRow,
    LogWant,
    ManifestPart,
    PackRow,
    PackWant,
    SeenRow,
    UnknownRow,
    checkpoint_id,
    decode_checkpoint,
    decode_manifest_part,
    encode_checkpoint,
    encode_manifest_part,
)
from nrm_desktop.app.wire.limits import (
    CHECKPOINT_WANTS,
    COMMITS_PER_BUNDLE,
    FORMAT,
    MANIFEST_PARTS,
    MANIFEST_ROWS,
    OPS_PER_BUNDLE,
    OPS_PER_COMMIT,
)
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ops import Tombstone

ROWS = (
    HeadRow(w.named("blind"), 7, w.named("head")),
    PackRow(w.named("pack", 20), 4096, 3, 2),
    SeenRow(w.OFFICE_ID, 4, w.named("checkpoint")),
    ErasedRow(w.GRANT),
    UnknownRow(9, (9, b"later", "more")),
)
WANTS = (PackWant(w.named("pack", 20)), LogWant(w.named("blind"), 3), UnknownRow(7, (7, 1)))


def checkpoint(**changes):
    made = Checkpoint(
        device=w.POST_ID,
        counter=5,
        previous=NO_CHECKPOINT,
        hlc=Hlc(w.NOW_MS, 2),
        root_version=1,
        act_set=bytes(32),
        exchange_number=1,
        parts=(w.named("part", 20),),
        rows=ROWS,
        wants=WANTS,
        audit_head=bytes(32),
        app_version="0.1.0",
    )
    return replace(made, **changes)


def items(**changes):
    names = "format device counter previous hlc root acts exchange parts rows wants audit app"
    found = list(cbor.decode(encode_checkpoint(checkpoint())))
    for name, value in changes.items():
        found[names.split().index(name)] = value
    return cbor.encode(found)


def test_a_checkpoint_comes_back_as_it_was_made():
    assert decode_checkpoint(encode_checkpoint(checkpoint())) == checkpoint()


def test_the_id_is_a_hash_of_the_payload():
    payload = encode_checkpoint(checkpoint())

    assert len(checkpoint_id(payload)) == 32
    assert checkpoint_id(payload) != checkpoint_id(payload + b"\x00")


def test_a_manifest_part_comes_back_as_it_was_made():
    part = ManifestPart(w.POST_ID, ROWS)

    assert decode_manifest_part(encode_manifest_part(part)) == part


def test_64_rows_are_about_two_and_a_half_kilobytes():
    rows = tuple(replace(ROWS[0], seq=seq) for seq in range(1, 65))

    assert len(encode_manifest_part(ManifestPart(w.POST_ID, rows))) < 2_700


@pytest.mark.parametrize(
    "row",
    [
        [1, bytes(16), 0, bytes(16)],
        [1, bytes(15), 1, bytes(16)],
        [1, bytes(16), 1],
        [1, bytes(16), 1, bytes(16), 0],
        [2, bytes(20), 1, 1, 0],
        [2, bytes(20), 1, 1, 6],
        [2, bytes(20), (16 << 20) + 1, 1, 1],
        [2, bytes(20), 1, 4097, 1],
        [2, bytes(16), 1, 1, 1],
        [3, bytes(16), 0, bytes(16)],
        [3, bytes(16), 1, bytes(32)],
        [4, bytes(20)],
        [4, bytes(16), 0],
        [0, bytes(16)],
        ["1", bytes(16)],
        [5],
        [],
        1,
    ],
)
def test_a_row_of_another_shape_is_refused(row):
    with pytest.raises(HostileInput) as caught:
        decode_checkpoint(items(rows=[row]))

    assert caught.value.params["step"] == "cbor"


@pytest.mark.parametrize(
    "want", [[1, bytes(16)], [1, bytes(20), 0], [2, bytes(16)], [2, bytes(16), 0], [0, 1], [3], 1]
)
def test_a_want_of_another_shape_is_refused(want):
    with pytest.raises(HostileInput):
        decode_checkpoint(items(wants=[want]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", FORMAT + 1),
        ("device", bytes(15)),
        ("counter", 0),
        ("previous", bytes(16)),
        ("hlc", -1),
        ("root", 0),
        ("acts", bytes(31)),
        ("exchange", None),
        ("parts", [bytes(19)]),
        ("rows", None),
        ("wants", 1),
        ("audit", b""),
        ("app", "v" * 65),
        ("app", b"0.1"),
    ],
)
def test_a_checkpoint_of_another_shape_is_refused(name, value):
    with pytest.raises(HostileInput):
        decode_checkpoint(items(**{name: value}))


@pytest.mark.parametrize(
    ("name", "element", "most"),
    [
        ("parts", bytes(20), MANIFEST_PARTS),
        ("wants", [1, bytes(20)], CHECKPOINT_WANTS),
        ("rows", [4, bytes(16)], MANIFEST_ROWS),
    ],
)
def test_lists_up_to_their_limits_are_read_and_one_more_is_refused(name, element, most):
    assert decode_checkpoint(items(**{name: [element] * most}))

    with pytest.raises(HostileInput):
        decode_checkpoint(items(**{name: [element] * (most + 1)}))


def test_a_manifest_part_up_to_its_limit_is_read_and_one_more_row_is_refused():
    full = ManifestPart(w.POST_ID, (ROWS[3],) * MANIFEST_ROWS)

    assert decode_manifest_part(encode_manifest_part(full)) == full
    with pytest.raises(HostileInput):
        decode_manifest_part(encode_manifest_part(replace(full, rows=(*full.rows, ROWS[3]))))


def test_a_bundle_gives_its_commits_in_order():
    commits = w.chain(5)

    found = decode_bundle(encode_bundle([commit.signed for commit in commits]))

    assert found == tuple(commits)


@pytest.mark.parametrize(
    "body",
    [
        cbor.encode([FORMAT, []]),
        cbor.encode([FORMAT + 1, [b"x"]]),
        cbor.encode([FORMAT, [b""]]),
        cbor.encode([FORMAT, [b"\x00"]]),
        cbor.encode([FORMAT, [[1]]]),
        cbor.encode([FORMAT, b"x"]),
        cbor.encode([FORMAT, [w.chain(1)[0].signed.encode()], 0]),
        b"",
    ],
)
def test_a_bundle_of_another_shape_is_refused(body):
    with pytest.raises(HostileInput):
        decode_bundle(body)


def test_a_bundle_up_to_its_limits_is_read_and_more_is_refused():
    small = w.chain(1)[0].signed
    full = w.signed(w.draft((Tombstone(w.ROW),) * OPS_PER_COMMIT))
    wide = OPS_PER_BUNDLE // OPS_PER_COMMIT

    assert len(decode_bundle(encode_bundle([small] * COMMITS_PER_BUNDLE))) == COMMITS_PER_BUNDLE
    assert len(decode_bundle(encode_bundle([full] * wide))) == wide
    with pytest.raises(HostileInput) as caught:
        decode_bundle(encode_bundle([*[full] * wide, small]))
    assert caught.value.params["what"] == "bundle.ops"


def test_many_commits_are_divided_into_bundles_that_can_be_read():
    small = w.chain(1)[0].signed
    full = w.signed(w.draft((Tombstone(w.ROW),) * OPS_PER_COMMIT))

    portions = list(divide([full] * 12 + [small] * (COMMITS_PER_BUNDLE + 1)))

    assert sum(len(portion) for portion in portions) == COMMITS_PER_BUNDLE + 13
    assert [len(portion) for portion in portions][:1] == [10]
    assert all(len(portion) <= COMMITS_PER_BUNDLE for portion in portions)
    for portion in portions:
        assert decode_bundle(encode_bundle(portion))
    assert list(divide([])) == []

"""Pack files (sync.md 9.2): the name commits to the index, the index to every object."""

from dataclasses import replace

import pytest
from tools.vector_sets import world as w

from nrm_desktop.app.wire.hashes import name20, read_file_name
from nrm_desktop.app.wire.limits import FORMAT, OBJECTS_PER_PACK_FILE, PACK_FILE_BYTES
from nrm_desktop.app.wire.pack_file import (
    HEAD_BYTES,
    ROW_BYTES,
    PackedObject,
    range_reader,
    read_index,
    read_object,
    room_for,
    write_pack_file,
)
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.statement import SignedStatement
from nrm_desktop.app.wire.tagged import FileTag, encode_tagged
from nrm_desktop.domain.errors import HostileInput, ProgramFault
from nrm_desktop.security.sealing.boxes import seal_file
from nrm_desktop.security.sealing.container import seal_object
from nrm_desktop.security.signing.cose import Signature


def sealed(kind=ObjectType.BUNDLE, body=b"body", label="one"):
    return seal_object(kind, body, w.CORE_KEY, w.BUCKET, w.stream(label))


def root_file():
    statement = SignedStatement(b"root", (Signature(bytes(16), bytes(64)),))
    return encode_tagged(FileTag.ROOT, statement)


def boxed():
    to = (w.POST_KEM.public,)
    return seal_file(ObjectType.REFERRAL, b"said", to, w.BUCKET, w.stream("boxed"))


def pack():
    return write_pack_file(
        [
            PackedObject(sealed(label="late"), 4),
            PackedObject(sealed(label="urgent"), 2),
            PackedObject(sealed(ObjectType.CHECKPOINT), 3),
            PackedObject(boxed(), 1),
            PackedObject(root_file(), 1),
        ]
    )


def index_of(data, name=None):
    return read_index(range_reader(data), len(data), name)


def refused(data, name=None):
    with pytest.raises(HostileInput) as caught:
        index_of(data, name)
    return caught.value.params["step"]


def test_checkpoints_lie_first_then_the_lanes():
    rows = pack().rows

    assert [row.kind for row in rows] == [2, 8, 32, 1, 1]
    assert [row.lane for row in rows] == [3, 1, 1, 2, 4]


def test_every_object_comes_out_bit_for_bit():
    made = pack()
    index = index_of(made.data, made.name)
    read = range_reader(made.data)

    assert index.rows == made.rows
    assert index.size == len(made.data)
    assert {read_object(read, row) for row in index.rows} == {
        sealed(label="late"),
        sealed(label="urgent"),
        sealed(ObjectType.CHECKPOINT),
        root_file(),
        *[read_object(read, row) for row in index.rows if row.kind == ObjectType.REFERRAL],
    }


def test_a_pack_of_a_pack_keeps_objects_bit_for_bit():
    made = pack()
    read = range_reader(made.data)
    again = write_pack_file([PackedObject(read_object(read, row), row.lane) for row in made.rows])

    assert again == made


def test_the_index_says_type_month_and_key_only_for_sealed_objects():
    by_kind = {row.kind: row for row in pack().rows}

    assert by_kind[1].bucket == w.BUCKET
    assert any(by_kind[1].key_id)
    for kind in (8, 32):
        assert (by_kind[kind].bucket, by_kind[kind].key_id) == (0, bytes(14))


def test_the_name_of_the_file_is_the_hash_of_its_index():
    made = pack()

    assert made.name == name20(made.data[: room_for(5)])
    assert read_file_name(made.file_name) == made.name
    assert len(made.file_name) == 32


@pytest.mark.parametrize("text", ["", "a" * 31, "a" * 33, "A" * 32, "a" * 31 + "1"])
def test_what_is_no_object_name_is_refused(text):
    with pytest.raises(ValueError, match=r"name|base32|digit|character"):
        read_file_name(text)


@pytest.mark.threat("T12")
def test_every_bit_flip_of_the_index_is_refused():
    made = pack()
    for place in range(room_for(5) * 8):
        flipped = bytearray(made.data)
        flipped[place // 8] ^= 1 << place % 8
        assert refused(bytes(flipped), made.name) in {"container", "name"}


@pytest.mark.threat("T12")
def test_any_lie_in_the_index_is_refused():
    made = pack()
    read = range_reader(made.data)
    row = made.rows[3]
    lies = [
        replace(row, name=bytes(20)),
        replace(row, kind=2),
        replace(row, bucket=row.bucket + 1),
        replace(row, key_id=bytes(14)),
        replace(row, offset=row.offset + 1),
        replace(row, length=row.length - 1),
        replace(row, offset=made.rows[4].offset, length=made.rows[4].length),
        replace(row, length=1 << 20),
    ]

    for lie in lies:
        with pytest.raises(HostileInput):
            read_object(read, lie)


def test_an_altered_object_is_refused_and_the_next_is_read():
    made = pack()
    first, second = made.rows[:2]
    data = bytearray(made.data)
    data[first.offset + 100] ^= 1
    read = range_reader(bytes(data))

    with pytest.raises(HostileInput) as caught:
        read_object(read, first)
    assert caught.value.params["step"] == "name"
    assert read_object(read, second)


def test_cut_off_carrier_gives_its_whole_objects():
    made = pack()
    cut = made.data[: made.rows[2].offset + 10]
    read = range_reader(cut)
    index = read_index(read, len(cut), made.name)

    assert [bool(read_object(read, row)) for row in index.rows[:2]] == [True, True]
    for row in index.rows[2:]:
        with pytest.raises(HostileInput):
            read_object(read, row)


def test_a_file_cut_inside_its_index_is_refused():
    made = pack()
    for size in range(room_for(5)):
        assert refused(made.data[:size], made.name) == "container"


def test_a_longer_file_than_its_index_says_is_refused():
    assert refused(pack().data + b"\x00", pack().name) == "container"


def test_another_name_is_refused():
    assert refused(pack().data, bytes(20)) == "name"


def test_reader_fetches_only_its_ranges():
    made = pack()
    asked = []

    def read(start, end):
        asked.append((start, end))
        return made.data[start:end]

    index = read_index(read, len(made.data), made.name)
    read_object(read, index.rows[4])

    row = index.rows[4]
    end = HEAD_BYTES + 5 * ROW_BYTES
    assert asked == [(0, HEAD_BYTES), (HEAD_BYTES, end), (row.offset, row.offset + row.length)]


def crafted(count=1, whole=None, row=None):
    """An index of one row whose numbers lie, with the name that fits it."""
    body = sealed()
    size = HEAD_BYTES + ROW_BYTES + len(body)
    made = write_pack_file([PackedObject(body, 3)])
    start = made.data[:8] + count.to_bytes(4, "big")
    start += (size if whole is None else whole).to_bytes(4, "big")
    rest = row or made.data[HEAD_BYTES : HEAD_BYTES + ROW_BYTES]
    return start + rest + body


ROW = write_pack_file([PackedObject(sealed(), 3)]).data[HEAD_BYTES : HEAD_BYTES + ROW_BYTES]


@pytest.mark.parametrize(
    "data",
    [
        crafted(count=0),
        crafted(count=OBJECTS_PER_PACK_FILE + 1),
        crafted(whole=0),
        crafted(whole=PACK_FILE_BYTES + 1),
        crafted(whole=4000),
        crafted(row=ROW[:21] + b"\x00" + ROW[22:]),
        crafted(row=ROW[:21] + b"\x06" + ROW[22:]),
        crafted(row=ROW[:-1] + b"\x01"),
        crafted(row=ROW[:42] + bytes(4) + ROW[46:]),
        crafted(row=ROW[:38] + bytes(4) + ROW[42:]),
        b"NRMY" + crafted()[4:],
        crafted()[:4] + bytes((FORMAT + 1,)) + crafted()[5:],
        crafted()[:5] + b"\x01" + crafted()[6:],
    ],
)
def test_an_index_with_impossible_numbers_is_refused(data):
    assert refused(data) == "container"


def test_a_type_of_a_newer_version_is_listed_and_refused_alone():
    row = bytearray(ROW)
    row[20] = 77
    index = index_of(crafted(row=bytes(row)))

    assert index.rows[0].kind == 77
    with pytest.raises(HostileInput):
        read_object(range_reader(crafted(row=bytes(row))), index.rows[0])


def test_too_many_or_too_large_objects_are_not_packed():
    one = PackedObject(sealed(), 3)
    big = PackedObject(sealed(ObjectType.CHUNK, bytes(9_000_000)), 3)

    for objects in ([], [one] * (OBJECTS_PER_PACK_FILE + 1), [big, big]):
        with pytest.raises(ProgramFault):
            write_pack_file(objects)


def test_as_many_objects_as_the_limit_allows_are_packed_and_read():
    made = write_pack_file([PackedObject(sealed(), 3)] * OBJECTS_PER_PACK_FILE)

    assert len(index_of(made.data, made.name).rows) == OBJECTS_PER_PACK_FILE


def test_the_overhead_of_one_object_is_64_bytes():
    assert room_for(1) == 64
    assert room_for(12) == 592

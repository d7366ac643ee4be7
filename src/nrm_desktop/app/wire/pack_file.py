"""Pack files `.nrmx`: many sealed objects behind one index; the one way of packing and carrying.

This module decides the bytes of a pack file and what of it can be believed without a key: the
name commits to the index, the index to every object. It must not open objects. Names inside are
never paths.

Source: sync.md section 9.2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.wire.hashes import NAME_BYTES, file_name, name20
from nrm_desktop.app.wire.keybox import decode_boxed_file
from nrm_desktop.app.wire.limits import (
    FORMAT,
    OBJECT_BYTES,
    OBJECTS_PER_PACK_FILE,
    PACK_FILE_BYTES,
)
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import (
    KEY_ID_BYTES,
    MAGIC,
    ObjectType,
    check_name,
    read_object_header,
)
from nrm_desktop.app.wire.tagged import is_root_file
from nrm_desktop.domain.errors import HostileInput, ProgramFault

PACK_MAGIC: Final = b"NRMX"
HEAD_BYTES: Final = 16
ROW_BYTES: Final = 48
LANES: Final = 5
_NO_KEY: Final = bytes(KEY_ID_BYTES)
_CUT: Final = "object.cut"

RangeReader = Callable[[int, int], bytes]
"""Gives the bytes from start to end (not included) of a file on a store or stick."""


@dataclass(frozen=True, slots=True)
class PackedObject:
    """An object on its way into a pack file. Shape: `lane` 1 (most urgent) to 5."""

    data: bytes = field(repr=False)
    lane: int


@dataclass(frozen=True, slots=True)
class IndexRow:
    """What the index says about one object; unknown kinds are carried like any other.

    Shape: bucket 0 and key id zero for boxed files and root documents.
    Units: `offset` from the start of the pack file, `length`, both in bytes.
    """

    name: bytes
    kind: int
    lane: int
    bucket: int
    key_id: bytes
    offset: int
    length: int

    def encode(self) -> bytes:
        """The 48 bytes of the index."""
        numbers = self.offset.to_bytes(4, "big") + self.length.to_bytes(4, "big")
        facts = bytes((self.kind, self.lane)) + self.bucket.to_bytes(2, "big") + self.key_id
        return self.name + facts + numbers + bytes(2)


@dataclass(frozen=True, slots=True)
class PackIndex:
    """The index of a pack file whose name was right. Units: `size` of the whole, in bytes."""

    name: bytes
    size: int
    rows: tuple[IndexRow, ...]


@dataclass(frozen=True, slots=True)
class PackFile:
    """A finished pack file. Shape: `name` is its 20-byte name."""

    name: bytes
    data: bytes = field(repr=False)
    rows: tuple[IndexRow, ...]

    @property
    def file_name(self) -> str:
        """The 32 characters by which a store knows it."""
        return file_name(self.name)


def write_pack_file(objects: Sequence[PackedObject]) -> PackFile:
    """Put objects behind one index: checkpoints first, then by lane, else in the given order.

    Raises: ProgramFault when they are too many or too large for one file.
    """
    ordered = sorted(objects, key=_urgency)
    offset = HEAD_BYTES + ROW_BYTES * len(ordered)
    rows = []
    for one in ordered:
        rows.append(_index_row(one, offset))
        offset += len(one.data)
    if not 0 < len(rows) <= OBJECTS_PER_PACK_FILE or offset > PACK_FILE_BYTES:
        raise ProgramFault("program.fault", what="pack.size")
    head = PACK_MAGIC + bytes((FORMAT, 0, 0, 0)) + len(rows).to_bytes(4, "big")
    index = head + offset.to_bytes(4, "big") + b"".join(row.encode() for row in rows)
    data = index + b"".join(one.data for one in ordered)
    return PackFile(name20(index), data, tuple(rows))


def room_for(count: int) -> int:
    """Bytes that the head and an index of `count` rows take."""
    return HEAD_BYTES + ROW_BYTES * count


def read_index(read: RangeReader, size: int, name: bytes | None) -> PackIndex:
    """Read and check the index (step 1 and, for the name, step 2).

    Shape: `size` is what the store or folder says the file has; a carrier that was cut off is
    shorter than its index says, and still gives its whole objects. `name` is None for a carrier
    that somebody renamed: then the index is believed for what it is.
    Raises: HostileInput.
    """
    head = read(0, HEAD_BYTES)
    if len(head) != HEAD_BYTES or head[:8] != PACK_MAGIC + bytes((FORMAT, 0, 0, 0)):
        raise refuse(Step.CONTAINER, "pack.magic")
    count, whole = int.from_bytes(head[8:12], "big"), int.from_bytes(head[12:16], "big")
    if not 0 < count <= OBJECTS_PER_PACK_FILE or not size <= whole <= PACK_FILE_BYTES:
        raise refuse(Step.CONTAINER, "pack.size")
    end = room_for(count)
    index = head + read(HEAD_BYTES, end)
    if len(index) != end:
        raise refuse(Step.CONTAINER, "pack.cut")
    own = name20(index)
    if name is not None and own != name:
        raise refuse(Step.NAME, "pack.name")
    rows = tuple(_read_row(index[at : at + ROW_BYTES]) for at in range(HEAD_BYTES, end, ROW_BYTES))
    if _end_of_rows(rows, end) != whole:
        raise refuse(Step.CONTAINER, "pack.gap")
    return PackIndex(own, whole, rows)


def read_object(read: RangeReader, row: IndexRow) -> bytes:
    """Fetch one object and check it against its row (steps 1 and 2).

    Raises: HostileInput. The next object is not concerned.
    """
    data = read(row.offset, row.offset + row.length)
    if len(data) != row.length:
        raise refuse(Step.CONTAINER, _CUT)
    check_name(data, row.name)
    if _facts_of(data) != (row.kind, row.bucket, row.key_id):
        raise refuse(Step.CONTAINER, "pack.row")
    return data


def is_damage(error: HostileInput) -> bool:
    """True if an object is not the one that its name means: its bytes were cut or changed."""
    return error.params.get("step") == Step.NAME or error.params.get("what") == _CUT


def range_reader(data: bytes) -> RangeReader:
    """Read ranges of a pack file that lies in memory."""
    return lambda start, end: data[start:end]


def _urgency(one: PackedObject) -> tuple[bool, int]:
    is_checkpoint = one.data[:4] == MAGIC and one.data[6:7] == bytes((ObjectType.CHECKPOINT,))
    return (not is_checkpoint, one.lane)


def _index_row(one: PackedObject, offset: int) -> IndexRow:
    kind, bucket, key_id = _facts_of(one.data)
    return IndexRow(name20(one.data), kind, one.lane, bucket, key_id, offset, len(one.data))


def _facts_of(data: bytes) -> tuple[int, int, bytes]:
    """What the bytes themselves say: type, bucket and key id."""
    if data[:4] == MAGIC:
        header = read_object_header(data, len(data))
        return header.kind, header.bucket, header.key_id
    if is_root_file(data):
        return ObjectType.ROOT_DOCUMENT, 0, _NO_KEY
    return decode_boxed_file(data).kind, 0, _NO_KEY


def _read_row(row: bytes) -> IndexRow:
    start = NAME_BYTES + 4
    offset, length = int.from_bytes(row[38:42], "big"), int.from_bytes(row[42:46], "big")
    parsed = IndexRow(
        row[:NAME_BYTES],
        row[NAME_BYTES],
        row[NAME_BYTES + 1],
        int.from_bytes(row[NAME_BYTES + 2 : start], "big"),
        row[start : start + KEY_ID_BYTES],
        offset,
        length,
    )
    is_whole = 0 < length <= OBJECT_BYTES and 1 <= parsed.lane <= LANES
    if not is_whole or any(row[46:]):
        raise refuse(Step.CONTAINER, "pack.row")
    return parsed


def _end_of_rows(rows: Sequence[IndexRow], start: int) -> int:
    """Where the last object ends, if all follow one another; else -1."""
    for row in rows:
        if row.offset != start:
            return -1
        start += row.length
    return start

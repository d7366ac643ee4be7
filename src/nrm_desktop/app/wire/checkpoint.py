"""Checkpoints and manifest parts: what a device says about all its logs and pack files.

This module decides the bytes and the ids. It must not fold rows or judge what they mean;
`sync.checkpoint` does. Rows of a kind that this program does not know are kept.

Source: sync.md section 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.cbor import Encodable, Item
from nrm_desktop.app.wire.hashes import HASH_BYTES, NAME_BYTES, HashLabel, labelled_hash
from nrm_desktop.app.wire.limits import (
    CHECKPOINT_ROWS,
    CHECKPOINT_WANTS,
    FORMAT,
    MANIFEST_PARTS,
    MANIFEST_ROWS,
    OBJECTS_PER_PACK_FILE,
    PACK_FILE_BYTES,
    U16,
    U32,
)
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.acts import ActId
from nrm_desktop.domain.hlc import Hlc, hlc_from_int
from nrm_desktop.domain.ids import DeviceId

LANES: Final = 5
NO_CHECKPOINT: Final = bytes(HASH_BYTES)
"""What the first checkpoint of a device names as its predecessor."""
_APP_CHARS: Final = 64
_FIELDS: Final = 13


@dataclass(frozen=True, slots=True)
class HeadRow:
    """Head of one of our logs. Shape: `head` is the first 16 bytes of the commit id."""

    blind: bytes
    seq: int
    head: bytes


@dataclass(frozen=True, slots=True)
class PackRow:
    """A pack file of ours on the store. Units: `size` in bytes; 0 = gone."""

    name: bytes
    size: int
    objects: int
    lane: int


@dataclass(frozen=True, slots=True)
class SeenRow:
    """What a checkpoint of another device named is in our journal, as far as we can read it."""

    device: DeviceId
    counter: int
    checkpoint: bytes


@dataclass(frozen=True, slots=True)
class ErasedRow:
    """An erase order was carried out here."""

    act: ActId


@dataclass(frozen=True, slots=True)
class UnknownRow:
    """A row of a newer version: kept, not interpreted."""

    kind: int
    raw: tuple[Item, ...]


Row = HeadRow | PackRow | SeenRow | ErasedRow | UnknownRow
RowKey = tuple[Item, ...]
Said = Mapping[RowKey, Row]
"""All that a device says of a store: the newest row about each thing."""


@dataclass(frozen=True, slots=True)
class PackWant:
    """A pack file that should be there and is not."""

    name: bytes


@dataclass(frozen=True, slots=True)
class LogWant:
    """Commits of a log that we lack, from a number on."""

    blind: bytes
    from_seq: int


Want = PackWant | LogWant | UnknownRow


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The payload of a checkpoint; signed by its device (aad `nrm1/cp`).

    Shape: `parts` are names of manifest parts, oldest first; `rows` changed since the newest.
    """

    device: DeviceId
    counter: int
    previous: bytes
    hlc: Hlc
    root_version: int
    act_set: bytes
    exchange_number: int
    parts: tuple[bytes, ...]
    rows: tuple[Row, ...]
    wants: tuple[Want, ...]
    audit_head: bytes
    app_version: str


@dataclass(frozen=True, slots=True)
class ManifestPart:
    """Rows that were moved out of checkpoints; named by hash in a signed checkpoint."""

    device: DeviceId
    rows: tuple[Row, ...]


def checkpoint_id(payload: bytes) -> bytes:
    """The 32-byte id of a checkpoint, from its payload as received."""
    return labelled_hash(HashLabel.CHECKPOINT_ID, payload)


def encode_checkpoint(checkpoint: Checkpoint) -> bytes:
    """The payload of a checkpoint."""
    rows: Encodable = [_row_item(row) for row in checkpoint.rows]
    wants: Encodable = [_want_item(want) for want in checkpoint.wants]
    return cbor.encode(
        (
            FORMAT,
            checkpoint.device,
            checkpoint.counter,
            checkpoint.previous,
            checkpoint.hlc.to_int(),
            checkpoint.root_version,
            checkpoint.act_set,
            checkpoint.exchange_number,
            checkpoint.parts,
            rows,
            wants,
            checkpoint.audit_head,
            checkpoint.app_version,
        )
    )


def decode_checkpoint(payload: bytes) -> Checkpoint:
    """Read the payload of a checkpoint. Raises: HostileInput."""
    items = shape.structure(cbor.decode(payload), "checkpoint", _FIELDS)
    _, device, counter, previous, time, root, acts, exchange = items[:8]
    parts, rows, wants, audit, app = items[8:]
    return Checkpoint(
        device=DeviceId(shape.octets(device, "checkpoint.device")),
        counter=shape.uint(counter, "checkpoint.counter", U32, 1),
        previous=shape.octets(previous, "checkpoint.previous", HASH_BYTES),
        hlc=hlc_from_int(shape.uint(time, "checkpoint.hlc")),
        root_version=shape.uint(root, "checkpoint.root", U32, 1),
        act_set=shape.octets(acts, "checkpoint.acts", HASH_BYTES),
        exchange_number=shape.uint(exchange, "checkpoint.exchange", U32),
        parts=shape.each(parts, "checkpoint.parts", _read_name, MANIFEST_PARTS),
        rows=shape.each(rows, "checkpoint.rows", _read_row, CHECKPOINT_ROWS),
        wants=shape.each(wants, "checkpoint.wants", _read_want, CHECKPOINT_WANTS),
        audit_head=shape.octets(audit, "checkpoint.audit", HASH_BYTES),
        app_version=shape.text(app, "checkpoint.app", _APP_CHARS),
    )


def encode_manifest_part(part: ManifestPart) -> bytes:
    """The body of a manifest part."""
    rows: Encodable = [_row_item(row) for row in part.rows]
    return cbor.encode((FORMAT, part.device, rows))


def decode_manifest_part(body: bytes) -> ManifestPart:
    """Read the body of a manifest part. Raises: HostileInput."""
    _, device, rows = shape.structure(cbor.decode(body), "manifest", 3)
    return ManifestPart(
        DeviceId(shape.octets(device, "manifest.device")),
        shape.each(rows, "manifest.rows", _read_row, MANIFEST_ROWS),
    )


def _row_item(row: Row) -> Encodable:
    match row:
        case HeadRow():
            return (1, row.blind, row.seq, row.head)
        case PackRow():
            return (2, row.name, row.size, row.objects, row.lane)
        case SeenRow():
            return (3, row.device, row.counter, row.checkpoint)
        case ErasedRow():
            return (4, row.act)
        case UnknownRow():
            return row.raw


def _read_row(item: Item, what: str) -> Row:
    parts = shape.array(item, what, least=2)
    kind = shape.uint(parts[0], what, U16, 1)
    match kind, len(parts):
        case (1, 4):
            place = (shape.octets(parts[1], what), shape.uint(parts[2], what, U32, 1))
            return HeadRow(*place, shape.octets(parts[3], what))
        case (2, 5):
            return _read_pack_row(parts, what)
        case (3, 4):
            device = DeviceId(shape.octets(parts[1], what))
            counter = shape.uint(parts[2], what, U32, 1)
            return SeenRow(device, counter, shape.octets(parts[3], what))
        case (4, 2):
            return ErasedRow(ActId(shape.octets(parts[1], what)))
    if kind <= 4:  # noqa: PLR2004 - the kinds above, with another length
        raise refuse(Step.CBOR, what)
    return UnknownRow(kind, parts)


def _read_pack_row(parts: tuple[Item, ...], what: str) -> PackRow:
    return PackRow(
        _read_name(parts[1], what),
        shape.uint(parts[2], what, PACK_FILE_BYTES),
        shape.uint(parts[3], what, OBJECTS_PER_PACK_FILE),
        shape.uint(parts[4], what, LANES, 1),
    )


def _want_item(want: Want) -> Encodable:
    match want:
        case PackWant():
            return (1, want.name)
        case LogWant():
            return (2, want.blind, want.from_seq)
        case UnknownRow():
            return want.raw


def _read_want(item: Item, what: str) -> Want:
    parts = shape.array(item, what, least=2)
    kind = shape.uint(parts[0], what, U16, 1)
    match kind, len(parts):
        case (1, 2):
            return PackWant(_read_name(parts[1], what))
        case (2, 3):
            return LogWant(shape.octets(parts[1], what), shape.uint(parts[2], what, U32, 1))
    if kind <= 2:  # noqa: PLR2004 - the kinds above, with another length
        raise refuse(Step.CBOR, what)
    return UnknownRow(kind, parts)


def _read_name(item: Item, what: str) -> bytes:
    return shape.octets(item, what, NAME_BYTES)

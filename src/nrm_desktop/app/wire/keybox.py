"""Keys on the move: keybox, slot plaintexts, member list, boxed file, box of the lock screen.

This module decides the shapes in which keys and one-time boxes travel. It must not seal or open;
`security.sealing.boxes` does.

Source: sync.md section 7.3.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.cbor import Encodable, Item
from nrm_desktop.app.wire.limits import (
    CLOCK_MS,
    COMPARTMENTS_PER_SCOPE,
    EPOCHS_PER_SLOT,
    FORMAT,
    MEMBERS_PER_SCOPE,
    OBJECT_BYTES,
    OPS_PER_COMMIT,
    SLOTS_PER_BOX,
    U32,
)
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.trust import read_compartment
from nrm_desktop.domain.acts import ActId
from nrm_desktop.domain.errors import ProgramFault
from nrm_desktop.domain.hlc import Hlc, hlc_from_int
from nrm_desktop.domain.ids import DeviceId, FormId, ScopeId, SignerId

KEY_BYTES: Final = 32
SLOT_UNIT: Final = 448
"""Plaintexts of slots are padded to a multiple of this, so that they tell no number of keys."""
SLOT_OVERHEAD: Final = 1136
SLOT_BYTES: Final = 64 * SLOT_UNIT + SLOT_OVERHEAD
BOXED_TAG: Final = "nrmbox"
BOXED_KINDS: Final = frozenset(
    {
        ObjectType.BOX,
        ObjectType.REFERRAL,
        ObjectType.RECEIPT,
        ObjectType.WITHDRAWAL,
        ObjectType.WELCOME,
        ObjectType.RECOVERY_REQUEST,
        ObjectType.RECOVERY_ANSWER,
    }
)


class SlotKind(IntEnum):
    """What a slot carries; 3 is reserved for write-only compartment keys."""

    SCOPE = 1
    EXCHANGE = 2
    FILE = 4


@dataclass(frozen=True, slots=True)
class Epoch:
    """One generation of a scope's key, as a member gets it.

    Shape: `key` for members of all compartments, else `compartments` (number, key) by number.
    """

    number: int
    id: bytes
    key: bytes | None = field(default=None, repr=False)
    compartments: tuple[tuple[int, bytes], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ScopeSlot:
    """Keys of a scope for one recipient."""

    issuer: SignerId
    scope: ScopeId
    epochs: tuple[Epoch, ...]


@dataclass(frozen=True, slots=True)
class ExchangeSlot:
    """Exchange keys of the organisation for one recipient. Shape: (number, key)."""

    issuer: SignerId
    organisation: ScopeId
    keys: tuple[tuple[int, bytes], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FileSlot:
    """The one-time key of a boxed file."""

    key: bytes = field(repr=False)


SlotPlain = ScopeSlot | ExchangeSlot | FileSlot


@dataclass(frozen=True, slots=True)
class Keybox:
    """The payload of a keybox; signed by its issuer (aad `nrm1/kb`).

    Shape: `slots` are sealed and say nothing about their recipients; `members` is a sealed object
    of type 12, or None.
    """

    issuer: SignerId
    reference: bytes
    hlc: Hlc
    slots: tuple[bytes, ...] = field(repr=False)
    members: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """A device that holds keys of a scope, by which grant, for which compartments."""

    device: DeviceId
    grant: ActId
    compartments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MemberList:
    """Who shares a scope from this epoch on. Shape: `previous` is the epoch id before, or None."""

    scope: ScopeId
    epoch: tuple[int, bytes]
    previous: bytes | None
    reason: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class BoxedFile:
    """A file sealed to whoever opens one of its slots. Shape: `sealed` is an NRMB object."""

    kind: ObjectType
    reference: bytes
    slots: tuple[bytes, ...] = field(repr=False)
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class LockScreenBox:
    """What was written without unlocking; unsigned until somebody adopts it."""

    form: FormId
    made_ms: int
    values: tuple[tuple[str, Item], ...] = field(repr=False)


def encode_slot(slot: SlotPlain) -> bytes:
    """The padded plaintext of a slot."""
    match slot:
        case ScopeSlot():
            epochs: Encodable = [_epoch_item(epoch) for epoch in slot.epochs]
            return _pad((int(SlotKind.SCOPE), slot.issuer, slot.scope, epochs))
        case ExchangeSlot():
            return _pad((int(SlotKind.EXCHANGE), slot.issuer, slot.organisation, sorted(slot.keys)))
        case FileSlot():
            return _pad((int(SlotKind.FILE), slot.key))


def decode_slot(plain: bytes) -> SlotPlain:
    """Read the plaintext of a slot. Raises: HostileInput, also for an unknown kind."""
    parts = shape.array(cbor.decode(plain), "slot", 5, 3)
    padding = parts[-1]
    if len(plain) % SLOT_UNIT or type(padding) is not bytes or any(padding):
        raise refuse(Step.CBOR, "slot.padding")
    match shape.uint(parts[0], "slot.kind"), len(parts):
        case (SlotKind.SCOPE, 5):
            return ScopeSlot(
                SignerId(shape.octets(parts[1], "slot.issuer")),
                ScopeId(shape.octets(parts[2], "slot.scope")),
                shape.each(parts[3], "slot.epochs", _read_epoch, EPOCHS_PER_SLOT),
            )
        case (SlotKind.EXCHANGE, 5):
            return ExchangeSlot(
                SignerId(shape.octets(parts[1], "slot.issuer")),
                ScopeId(shape.octets(parts[2], "slot.scope")),
                read_numbered_keys(parts[3], "slot.keys"),
            )
        case (SlotKind.FILE, 3):
            return FileSlot(shape.octets(parts[1], "slot.key", KEY_BYTES))
    raise refuse(Step.CBOR, "slot.kind")


def encode_keybox(box: Keybox) -> bytes:
    """The payload of a keybox."""
    place = (box.issuer, box.reference, box.hlc.to_int())
    return cbor.encode((FORMAT, *place, box.slots, box.members))


def decode_keybox(payload: bytes) -> Keybox:
    """Read the payload of a keybox. Raises: HostileInput."""
    parts = shape.structure(cbor.decode(payload), "keybox", 6)
    _, issuer, reference, time, slots, members = parts
    return Keybox(
        SignerId(shape.octets(issuer, "keybox.issuer")),
        shape.octets(reference, "keybox.reference"),
        hlc_from_int(shape.uint(time, "keybox.hlc")),
        shape.each(slots, "keybox.slots", _read_slot, SLOTS_PER_BOX),
        None if members is None else shape.some_octets(members, "keybox.members", OBJECT_BYTES),
    )


def encode_member_list(members: MemberList) -> bytes:
    """The body of a member list."""
    rows: Encodable = [
        (one.device, one.grant, sorted(one.compartments)) for one in sorted(members.members)
    ]
    return cbor.encode(
        (FORMAT, members.scope, members.epoch, members.previous, members.reason, rows, ())
    )


def decode_member_list(body: bytes) -> MemberList:
    """Read the body of a member list. Raises: HostileInput."""
    parts = shape.structure(cbor.decode(body), "members", 7)
    _, scope, epoch, previous, reason, rows, reserved = parts
    shape.array(reserved, "members.reserved", 0)
    number, epoch_id = shape.fields(epoch, "members.epoch", 2)
    return MemberList(
        ScopeId(shape.octets(scope, "members.scope")),
        (shape.uint(number, "members.epoch", U32), shape.octets(epoch_id, "members.epoch")),
        shape.optional(previous, "members.previous", shape.octets),
        shape.name(reason, "members.reason"),
        shape.ascending(
            shape.each(rows, "members.rows", _read_member, MEMBERS_PER_SCOPE), "members.rows"
        ),
    )


def encode_boxed_file(box: BoxedFile) -> bytes:
    """The bytes of a `.nrm` file."""
    start = (BOXED_TAG, FORMAT, int(box.kind), box.reference)
    return cbor.encode((*start, box.slots, box.sealed))


def decode_boxed_file(data: bytes) -> BoxedFile:
    """Read a `.nrm` file up to its seals. Raises: HostileInput (step `container`)."""
    if len(data) > OBJECT_BYTES:
        raise refuse(Step.CONTAINER, "boxed.size")
    tag, number, kind, reference, slots, sealed = shape.fields(cbor.decode(data), "boxed", 6)
    if tag != BOXED_TAG or type(number) is not int or number != FORMAT:
        raise refuse(Step.CONTAINER, "boxed.version")
    if type(kind) is not int or kind not in BOXED_KINDS:
        raise refuse(Step.CONTAINER, "boxed.kind")
    return BoxedFile(
        ObjectType(kind),
        shape.octets(reference, "boxed.reference"),
        shape.each(slots, "boxed.slots", _read_slot, SLOTS_PER_BOX),
        shape.some_octets(sealed, "boxed.sealed", OBJECT_BYTES),
    )


def encode_lock_screen_box(box: LockScreenBox) -> bytes:
    """The body of a box (kind 7)."""
    return cbor.encode((FORMAT, box.form, box.made_ms, box.values))


def decode_lock_screen_box(body: bytes) -> LockScreenBox:
    """Read the body of a box. Raises: HostileInput."""
    _, form, made, values = shape.structure(cbor.decode(body), "box", 4)
    return LockScreenBox(
        FormId(shape.name(form, "box.form")),
        shape.uint(made, "box.made", CLOCK_MS),
        shape.each(values, "box.values", _read_field_value, OPS_PER_COMMIT),
    )


def read_numbered_keys(item: Item, what: str) -> tuple[tuple[int, bytes], ...]:
    """Ask for [[number, 32-byte key]...] by rising number."""
    return shape.ascending(shape.each(item, what, _read_numbered_key, EPOCHS_PER_SLOT), what)


def _pad(parts: tuple[Encodable, ...]) -> bytes:
    """Append zeros so that the plaintext fills whole units.

    Two lengths cannot be met exactly, because the head of the padding grows: then one unit more.
    """
    free = -len(cbor.encode((*parts, b""))) % SLOT_UNIT
    for room in (free, free + SLOT_UNIT):
        for head in range(min(room, 2) + 1):
            plain = cbor.encode((*parts, bytes(room - head)))
            if len(plain) % SLOT_UNIT == 0 and len(plain) <= SLOT_BYTES - SLOT_OVERHEAD:
                return plain
    raise ProgramFault("program.fault", what="slot.size")


def _epoch_item(epoch: Epoch) -> Encodable:
    if epoch.key is not None:
        return (epoch.number, epoch.id, 0, epoch.key)
    return (epoch.number, epoch.id, 1, sorted(epoch.compartments))


def _read_epoch(item: Item, what: str) -> Epoch:
    number, epoch, form, keys = shape.fields(item, what, 4)
    place = (shape.uint(number, what, U32), shape.octets(epoch, what))
    if shape.uint(form, what, 1) == 0:
        return Epoch(*place, shape.octets(keys, what, KEY_BYTES))
    some = shape.each(keys, what, _read_compartment_key, COMPARTMENTS_PER_SCOPE)
    return Epoch(*place, None, shape.ascending(some, what))


def _read_compartment_key(item: Item, what: str) -> tuple[int, bytes]:
    number, key = shape.fields(item, what, 2)
    return read_compartment(number, what), shape.octets(key, what, KEY_BYTES)


def _read_numbered_key(item: Item, what: str) -> tuple[int, bytes]:
    number, key = shape.fields(item, what, 2)
    return shape.uint(number, what, U32), shape.octets(key, what, KEY_BYTES)


def _read_slot(item: Item, what: str) -> bytes:
    slot = shape.some_octets(item, what, SLOT_BYTES)
    if len(slot) <= SLOT_OVERHEAD or (len(slot) - SLOT_OVERHEAD) % SLOT_UNIT:
        raise refuse(Step.CBOR, what)
    return slot


def _read_member(item: Item, what: str) -> Member:
    device, grant, compartments = shape.fields(item, what, 3)
    numbers = shape.each(compartments, what, read_compartment, COMPARTMENTS_PER_SCOPE)
    return Member(
        DeviceId(shape.octets(device, what)),
        ActId(shape.octets(grant, what)),
        shape.ascending(numbers, what),
    )


def _read_field_value(item: Item, what: str) -> tuple[str, Item]:
    name, value = shape.fields(item, what, 2)
    return shape.name(name, what), value

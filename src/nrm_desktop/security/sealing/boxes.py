"""Sealing to people and devices: HPKE slots, keyboxes, boxed files.

This module decides to what a slot is bound (kind, reference, recipient) and which kinds of body
go into a boxed file. It must not decide who may issue keys; the roster does.

Source: sync.md section 7.3. Threats: S (who shares a case), M (a slot moved into another box).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from nrm_desktop.app.wire.keybox import (
    BOXED_KINDS,
    BoxedFile,
    ExchangeSlot,
    FileSlot,
    Keybox,
    ScopeSlot,
    SlotPlain,
    decode_boxed_file,
    decode_slot,
    encode_boxed_file,
    encode_slot,
)
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.errors import HostileInput, ProgramFault
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import ID_BYTES, SignerId
from nrm_desktop.security.labels import BoxLabel
from nrm_desktop.security.primitives import KemKey, KemPublic
from nrm_desktop.security.sealing.container import open_object, seal_object
from nrm_desktop.security.suite import KEY_BYTES

Random = Callable[[int], bytes]
_WORD = 8


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """What a boxed file said. Shape: `body` is signed or not according to its kind."""

    kind: ObjectType
    reference: bytes
    body: bytes = field(repr=False)


def seal_slot(recipient: KemPublic, kind: ObjectType, reference: bytes, slot: SlotPlain) -> bytes:
    """Seal one slot to one recipient."""
    context = _slot_context(kind, reference, recipient)
    return recipient.seal(BoxLabel.BOX, context, encode_slot(slot))


def open_slots(
    own: KemKey, kind: ObjectType, reference: bytes, slots: Iterable[bytes]
) -> SlotPlain | None:
    """Try each slot with our key; None if none is for us.

    Raises: HostileInput when a slot opens and is malformed.
    """
    context = _slot_context(kind, reference, own.public)
    for sealed in slots:
        plain = own.open(BoxLabel.BOX, context, sealed)
        if plain is not None:
            return decode_slot(plain)
    return None


def make_keybox(
    issuer: SignerId,
    hlc: Hlc,
    slots: Sequence[tuple[KemPublic, ScopeSlot | ExchangeSlot]],
    members: bytes | None,
    random: Random,
) -> Keybox:
    """Wrap keys to their recipients; the order of the slots tells nothing.

    Shape: `members` is the sealed member list. The result is to be encoded and signed.
    """
    reference = random(ID_BYTES)
    sealed = [seal_slot(to, ObjectType.KEYBOX, reference, slot) for to, slot in slots]
    return Keybox(issuer, reference, hlc, shuffled(sealed, random), members)


def open_keybox(own: KemKey, box: Keybox) -> ScopeSlot | ExchangeSlot | None:
    """Get our keys out of a keybox whose signature was checked; None if there are none for us.

    Raises: HostileInput when the slot names another issuer or is no slot of keys.
    """
    slot = open_slots(own, ObjectType.KEYBOX, box.reference, box.slots)
    if slot is None:
        return None
    if isinstance(slot, FileSlot) or slot.issuer != box.issuer:
        raise refuse(Step.SIGNATURE, "slot.issuer")
    return slot


def seal_file(
    kind: ObjectType,
    body: bytes,
    recipients: Sequence[KemPublic],
    bucket: int,
    random: Random,
) -> bytes:
    """Seal a body under a one-time key and that key to each recipient.

    Shape: the bytes of a `.nrm` file.
    """
    if kind not in BOXED_KINDS:
        raise ProgramFault("program.fault", what="boxed.kind")
    reference, key = random(ID_BYTES), random(KEY_BYTES)
    slots = [seal_slot(to, kind, reference, FileSlot(key)) for to in recipients]
    sealed = seal_object(kind, body, key, bucket, random)
    return encode_boxed_file(BoxedFile(kind, reference, shuffled(slots, random), sealed))


def open_file(own: KemKey, data: bytes) -> OpenedFile:
    """Open a `.nrm` file.

    Raises: HostileInput; its code is `integrity.not_for_us` if no slot is ours.
    """
    box = decode_boxed_file(data)
    slot = open_slots(own, box.kind, box.reference, box.slots)
    if slot is None:
        raise HostileInput("integrity.not_for_us")
    if not isinstance(slot, FileSlot):
        raise refuse(Step.AEAD, "slot.kind")
    opened = open_object(box.sealed, slot.key)
    if opened.kind is not box.kind:
        raise refuse(Step.CONTAINER, "boxed.kind")
    return OpenedFile(box.kind, box.reference, opened.body)


def shuffled(slots: Sequence[bytes], random: Random) -> tuple[bytes, ...]:
    """Put slots into random order: their places say nothing about recipients."""
    return tuple(slot for _, slot in sorted((random(_WORD), slot) for slot in slots))


def _slot_context(kind: ObjectType, reference: bytes, recipient: KemPublic) -> bytes:
    return bytes((kind,)) + reference + recipient.id

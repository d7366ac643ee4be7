"""The office's way back: a slot whose key the office holds, asked for by a locked laptop.

This module decides what passes between the two. The laptop prepares its new slot under the new
passphrase and asks with the public key of that slot, so the secret that opens the answer never
lies readable on the disk. The office opens the data key with its own key and seals it to the new
slot: the answer is that slot's part of the header and nothing else. The laptop believes an answer
only if its data key proves the header that lies there. Files, voices and databases are not here.

Source: storage-security.md section 4.7; docs/format.md section 18. Promise: P11. Threat: T26.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.hashes import NAME_BYTES, name20
from nrm_desktop.app.wire.limits import FORMAT
from nrm_desktop.app.wire.recovery import (
    RecoveryAnswer,
    RecoveryRequest,
    decode_recovery_answer,
    decode_recovery_request,
    encode_recovery_answer,
    encode_recovery_request,
)
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType, bucket_of
from nrm_desktop.domain.errors import HostileInput, Locked
from nrm_desktop.security.primitives import KemKey, KemPublic
from nrm_desktop.security.sealing.boxes import open_file, seal_file
from nrm_desktop.security.suite import KEY_BYTES
from nrm_desktop.security.vault.copies import NamedCopy
from nrm_desktop.security.vault.header import Header
from nrm_desktop.security.vault.opening import Unlocked, open_with_seeds
from nrm_desktop.security.vault.slot_locks import (
    SlotSecret,
    SlotSeeds,
    SlotWish,
    open_seeds,
    reseal,
    unwrap_data_key,
    wrap_data_key,
)
from nrm_desktop.security.vault.slots import (
    SLOT_ID_BYTES,
    WRAP_BYTES,
    Slot,
    SlotKind,
    read_slot,
    slot_item,
)
from nrm_desktop.security.vault.ways_back import NewSlot

_KEPT_FIELDS: Final = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What a laptop keeps until the answer comes. Shape: `slot` holds no data key yet."""

    slot: Slot
    request: bytes

    def encode(self) -> bytes:
        """The bytes that lie beside the header; no secret is readable in them."""
        return cbor.encode((FORMAT, slot_item(self.slot), self.request))

    @classmethod
    def decode(cls, raw: bytes) -> Asked:
        """Read them again. Raises: HostileInput."""
        _, slot, request = shape.structure(cbor.decode(raw), "asked", _KEPT_FIELDS)
        name = shape.octets(request, "asked.request", NAME_BYTES)
        return cls(read_slot(slot, "asked.slot"), name)


@dataclass(frozen=True, slots=True)
class Answered:
    """What the office answers. Shape: `vault_id` of the laptop that comes back."""

    vault_id: bytes
    file: bytes = field(repr=False)


def ask_office(
    header: Header, wish: SlotWish, random: Randomness, at_ms: int
) -> tuple[Asked, bytes]:
    """Prepare a person's new slot and the request file for the office.

    Raises: Locked `vault.no_office` when no slot of the header is the office's.
    """
    office = next((slot for slot in header.slots if slot.kind is SlotKind.OFFICE), None)
    if office is None:
        raise Locked("vault.no_office")
    seeds = SlotSeeds(random(KEY_BYTES), random(KEY_BYTES))
    bare = Slot(
        random(SLOT_ID_BYTES), wish.kind, wish.sign, None, b"", b"", KemKey(seeds.kem).public.raw
    )
    slot = replace(reseal(bare, wish, seeds, header.vault_id, random), dek_wrap=bytes(WRAP_BYTES))
    request = RecoveryRequest(
        header.vault_id, header.dek_epoch, office.id, office.dek_wrap, slot.id, slot.kem_public
    )
    file = seal_file(
        ObjectType.RECOVERY_REQUEST,
        encode_recovery_request(request),
        [KemPublic(office.kem_public)],
        bucket_of(at_ms),
        random,
    )
    return Asked(slot, name20(file)), file


def answer_request(key: KemKey, file: bytes, random: Randomness, at_ms: int) -> Answered:
    """Open the data key of a laptop and seal it to the slot that asks; after two have compared.

    Raises: HostileInput; `integrity.not_for_us` when it is sealed to another office.
    """
    opened = open_file(key, file)
    if opened.kind is not ObjectType.RECOVERY_REQUEST:
        raise refuse(Step.CONTAINER, "recovery.kind")
    asked = decode_recovery_request(opened.body)
    office = replace(_bare(asked.office_slot, key.public.raw), dek_wrap=asked.office_wrap)
    data = unwrap_data_key(office, key, asked.vault_id, asked.epoch)
    if data is None:
        raise refuse(Step.AEAD, "recovery.office_wrap")
    wrap = wrap_data_key(_bare(asked.new_slot, asked.new_kem), data).dek_wrap
    answer = RecoveryAnswer(name20(file), asked.vault_id, asked.epoch, wrap)
    sealed = seal_file(
        ObjectType.RECOVERY_ANSWER,
        encode_recovery_answer(answer),
        [KemPublic(asked.new_kem)],
        bucket_of(at_ms),
        random,
    )
    return Answered(asked.vault_id, sealed)


def take_answer(
    copy: NamedCopy, asked: Asked, file: bytes, secret: SlotSecret
) -> tuple[Unlocked, NewSlot]:
    """Open the answer with the new passphrase, and the vault with what is in it.

    Shape: the vault as the new slot opens it, and that slot, which is not in the header yet.
    Raises: Locked `vault.wrong_passphrase`; HostileInput, `integrity.not_for_us` for an answer to
    another request; IntegrityFault `integrity.header_changed` when its data key does not prove
    the header that lies here.
    """
    header = copy.sound.header
    seeds = open_seeds(asked.slot, header.vault_id, secret)
    opened = open_file(KemKey(seeds.kem), file)
    if opened.kind is not ObjectType.RECOVERY_ANSWER:
        raise refuse(Step.CONTAINER, "recovery.kind")
    answer = decode_recovery_answer(opened.body)
    place = (answer.request, answer.vault_id, answer.epoch)
    if place != (asked.request, header.vault_id, header.dek_epoch):
        raise HostileInput("integrity.not_for_us", what="recovery.request")
    slot = replace(asked.slot, dek_wrap=answer.wrap)
    return open_with_seeds(copy, slot, seeds), NewSlot(slot, seeds, secret)


def _bare(slot_id: bytes, public: bytes) -> Slot:
    """As much of a slot as sealing a data key to it is bound to."""
    return Slot(slot_id, SlotKind.OFFICE, 0, None, b"", b"", public)

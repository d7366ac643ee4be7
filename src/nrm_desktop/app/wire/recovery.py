"""Recovery by the office on the wire: its public key, a laptop's request, the office's answer.

This module decides what stands in the three files. A request is not signed: a locked laptop has no
key to sign with, so two people compare it by voice. It must not seal or open anything.

Source: storage-security.md section 4.7; decisions.md 22 and 33.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.hashes import NAME_BYTES
from nrm_desktop.app.wire.limits import FORMAT, KIB, U32
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.trust import KEM_PUBLIC
from nrm_desktop.domain.ids import ID_BYTES, ScopeId

OFFICE_KEY_BYTES: Final = 4 * KIB
SLOT_ID_BYTES: Final = 8
WRAP_BYTES: Final = 1168
_TAG: Final = "nrmoffice"
_NAME_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class OfficeKey:
    """The public half of an organisation's recovery key, and whose it is."""

    organisation: ScopeId
    name: str
    kem: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecoveryRequest:
    """What a locked laptop asks the office with; in a boxed file to the office's key.

    Shape: `office_wrap` is the data key of generation `epoch` as it lies sealed in the slot
    `office_slot` of the header; `new_kem` is the key pair of the slot `new_slot` that shall be.
    """

    vault_id: bytes
    epoch: int
    office_slot: bytes
    office_wrap: bytes = field(repr=False)
    new_slot: bytes
    new_kem: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecoveryAnswer:
    """What the office answers with; in a boxed file to the new slot's key.

    Shape: `request` is the 20-byte name of the request file; `wrap` the data key sealed to the
    new slot, as it will lie in the header.
    """

    request: bytes
    vault_id: bytes
    epoch: int
    wrap: bytes = field(repr=False)


def encode_office_key(key: OfficeKey) -> bytes:
    """The bytes of a key file of the office."""
    return cbor.encode((_TAG, FORMAT, key.organisation, key.name, key.kem))


def decode_office_key(data: bytes) -> OfficeKey:
    """Read a key file of the office. Raises: HostileInput."""
    if len(data) > OFFICE_KEY_BYTES:
        raise refuse(Step.CONTAINER, "office.size")
    tag, number, organisation, name, kem = shape.fields(cbor.decode(data), "office", 5)
    if tag != _TAG or type(number) is not int or number != FORMAT:
        raise refuse(Step.CONTAINER, "office.version")
    return OfficeKey(
        ScopeId(shape.octets(organisation, "office.organisation")),
        shape.text(name, "office.name", _NAME_CHARS, 1),
        shape.octets(kem, "office.kem", KEM_PUBLIC),
    )


def encode_recovery_request(request: RecoveryRequest) -> bytes:
    """The body of a request (kind 14)."""
    office = (request.office_slot, request.office_wrap)
    new = (request.new_slot, request.new_kem)
    return cbor.encode((FORMAT, request.vault_id, request.epoch, office, new))


def decode_recovery_request(body: bytes) -> RecoveryRequest:
    """Read the body of a request. Raises: HostileInput."""
    _, vault, epoch, office, new = shape.structure(cbor.decode(body), "recovery", 5)
    office_slot, wrap = shape.fields(office, "recovery.office", 2)
    new_slot, kem = shape.fields(new, "recovery.new", 2)
    return RecoveryRequest(
        shape.octets(vault, "recovery.vault", ID_BYTES),
        shape.uint(epoch, "recovery.epoch", U32),
        shape.octets(office_slot, "recovery.office_slot", SLOT_ID_BYTES),
        shape.octets(wrap, "recovery.office_wrap", WRAP_BYTES),
        shape.octets(new_slot, "recovery.new_slot", SLOT_ID_BYTES),
        shape.octets(kem, "recovery.new_kem", KEM_PUBLIC),
    )


def encode_recovery_answer(answer: RecoveryAnswer) -> bytes:
    """The body of an answer (kind 15)."""
    return cbor.encode((FORMAT, answer.request, answer.vault_id, answer.epoch, answer.wrap))


def decode_recovery_answer(body: bytes) -> RecoveryAnswer:
    """Read the body of an answer. Raises: HostileInput."""
    _, request, vault, epoch, wrap = shape.structure(cbor.decode(body), "recovery", 5)
    return RecoveryAnswer(
        shape.octets(request, "recovery.request", NAME_BYTES),
        shape.octets(vault, "recovery.vault", ID_BYTES),
        shape.uint(epoch, "recovery.epoch", U32),
        shape.octets(wrap, "recovery.wrap", WRAP_BYTES),
    )

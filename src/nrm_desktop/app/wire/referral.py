"""Between organisations: the referral packet and its receipts.

This module decides the bytes of a copy that leaves the organisation and of the answer. It must
not decide what goes into the copy; the one disclosure engine does.

Source: sync.md section 14.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.cbor import Encodable, Item
from nrm_desktop.app.wire.joining import read_statement_bytes
from nrm_desktop.app.wire.keybox import KEY_BYTES
from nrm_desktop.app.wire.limits import (
    ACTS_PER_SCOPE,
    CLOCK_MS,
    FORMAT,
    OBJECT_BYTES,
    OPS_PER_COMMIT,
    RECORD_NESTING,
)
from nrm_desktop.app.wire.operations import answer_item, read_answer, read_op_id
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.trust import KEM_PUBLIC
from nrm_desktop.domain.ids import FieldId, OpId, RecordId, ScopeId
from nrm_desktop.domain.lineage import lineage
from nrm_desktop.domain.values import Answer

_DATE_CHARS: Final = 32
_TEXT_CHARS: Final = 4_000
_CODES: Final = 100


@dataclass(frozen=True, slots=True)
class ReferredRecord:
    """A record that fields of the packet stand in. Shape: `parent` None if it hangs on the case."""

    record: RecordId
    form: str
    parent: RecordId | None
    order: int


@dataclass(frozen=True, slots=True)
class ReferredField:
    """One answer that goes along."""

    record: RecordId
    name: FieldId
    answer: Answer = field(repr=False)


@dataclass(frozen=True, slots=True)
class WithheldPart:
    """A part of the form in which something does not go along, with the code of the reason.

    No question is named: that it was answered may be the very thing that stays.
    """

    part: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The sender's chain of trust. Shape: signed statements; root documents by version."""

    roots: tuple[bytes, ...] = field(repr=False)
    acts: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """How to answer: a one-time KEM key for files, a secret for typed receipts."""

    kem: bytes = field(repr=False)
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReferralPacket:
    """What is said to another organisation; signed by its sender (aad `nrm1/ref`).

    Shape: `ground`, `purpose` and `onward` are codes; `consents` are operations of the consent
    register; `keep_until` an ISO date or empty; `expires_ms` 0 for never; `pdf` for people,
    `machine` for programs (UTF-8 JSON), either empty.
    """

    reference: bytes
    sender: ScopeId
    recipient: ScopeId
    purpose: str
    ground: tuple[str, ...]
    consents: tuple[OpId, ...]
    records: tuple[ReferredRecord, ...]
    fields: tuple[ReferredField, ...]
    withheld: tuple[WithheldPart, ...]
    keep_until: str
    onward: str
    expires_ms: int
    reply: Reply
    proof: Proof
    pdf: bytes = field(default=b"", repr=False)
    machine: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One answer to a referral; signed by who gives it (aad `nrm1/rcp`).

    Shape: `state` is a code of the list *referral_state*; `reason` is what a person says, or empty.
    """

    reference: bytes
    state: str
    reason: str
    at_ms: int
    by: str
    proof: Proof


def encode_referral(packet: ReferralPacket) -> bytes:
    """The payload of a packet."""
    consents: Encodable = [(op.commit, op.index) for op in sorted(set(packet.consents))]
    records: Encodable = [(r.record, r.form, r.parent, r.order) for r in packet.records]
    answers: Encodable = [(f.record, f.name, answer_item(f.answer)) for f in packet.fields]
    withheld: Encodable = [(one.part, one.reason) for one in packet.withheld]
    parties = (packet.reference, packet.sender, packet.recipient)
    basis = (packet.purpose, packet.ground, consents)
    terms = (packet.keep_until, packet.onward, packet.expires_ms)
    reply = (packet.reply.kem, packet.reply.secret)
    return cbor.encode(
        (
            FORMAT,
            *parties,
            *basis,
            records,
            answers,
            withheld,
            *terms,
            reply,
            (packet.proof.roots, packet.proof.acts),
            packet.pdf,
            packet.machine,
        )
    )


def decode_referral(payload: bytes) -> ReferralPacket:
    """Read the payload of a packet. Raises: HostileInput."""
    parts = shape.structure(cbor.decode(payload), "referral", 17)
    _, reference, sender, recipient, purpose, ground, consents, records, answers = parts[:9]
    withheld, keep_until, onward, expires, reply, proof, pdf, machine = parts[9:]
    return ReferralPacket(
        reference=shape.octets(reference, "referral.reference"),
        sender=ScopeId(shape.octets(sender, "referral.sender")),
        recipient=ScopeId(shape.octets(recipient, "referral.recipient")),
        purpose=shape.name(purpose, "referral.purpose"),
        ground=shape.each(ground, "referral.ground", shape.name, _CODES),
        consents=_read_consents(consents),
        records=_read_records(records),
        fields=shape.each(answers, "referral.fields", _read_field, OPS_PER_COMMIT),
        withheld=shape.each(withheld, "referral.withheld", _read_withheld, OPS_PER_COMMIT),
        keep_until=shape.text(keep_until, "referral.keep_until", _DATE_CHARS),
        onward=_code_or_empty(onward, "referral.onward"),
        expires_ms=shape.uint(expires, "referral.expires", CLOCK_MS),
        reply=read_reply(reply),
        proof=read_proof(proof),
        pdf=_attachment(pdf, "referral.pdf"),
        machine=_attachment(machine, "referral.machine"),
    )


def encode_receipt(receipt: Receipt) -> bytes:
    """The payload of a receipt."""
    facts = (receipt.reference, receipt.state, receipt.reason, receipt.at_ms, receipt.by)
    return cbor.encode((FORMAT, *facts, (receipt.proof.roots, receipt.proof.acts)))


def decode_receipt(payload: bytes) -> Receipt:
    """Read the payload of a receipt. Raises: HostileInput."""
    parts = shape.structure(cbor.decode(payload), "receipt", 7)
    _, reference, state, reason, at, by, proof = parts
    return Receipt(
        shape.octets(reference, "receipt.reference"),
        shape.name(state, "receipt.state"),
        shape.text(reason, "receipt.reason", _TEXT_CHARS),
        shape.uint(at, "receipt.at", CLOCK_MS),
        shape.text(by, "receipt.by", _TEXT_CHARS),
        read_proof(proof),
    )


def _read_consents(item: Item) -> tuple[OpId, ...]:
    """Each consent once, in the one order in which they are written."""
    what = "referral.consents"
    return shape.ascending(shape.each(item, what, read_op_id, OPS_PER_COMMIT), what)


def _read_records(item: Item) -> tuple[ReferredRecord, ...]:
    """Each record once, none nested deeper than a form can be, and none in a circle."""
    records = shape.each(item, "referral.records", _read_record, OPS_PER_COMMIT)
    known = {one.record: one for one in records}
    if len(known) != len(records):
        raise refuse(Step.CBOR, "referral.records")
    for record in known:
        line = lineage(known, record)
        if len(line) > RECORD_NESTING or line[-1].parent in known:
            raise refuse(Step.CBOR, "referral.records")
    return records


def _read_record(item: Item, what: str) -> ReferredRecord:
    record, form, parent, order = shape.fields(item, what, 4)
    above = shape.optional(parent, what, shape.octets)
    return ReferredRecord(
        RecordId(shape.octets(record, what)),
        shape.name(form, what),
        None if above is None else RecordId(above),
        shape.uint(order, what, CLOCK_MS),
    )


def _read_field(item: Item, what: str) -> ReferredField:
    record, name, value = shape.fields(item, what, 3)
    return ReferredField(
        RecordId(shape.octets(record, what)), FieldId(shape.name(name, what)), read_answer(value)
    )


def _read_withheld(item: Item, what: str) -> WithheldPart:
    part, reason = shape.fields(item, what, 2)
    return WithheldPart(shape.name(part, what), shape.name(reason, what))


def read_reply(item: Item) -> Reply:
    """Read how to answer. Raises: HostileInput."""
    kem, secret = shape.fields(item, "referral.reply", 2)
    return Reply(
        shape.octets(kem, "referral.reply", KEM_PUBLIC),
        shape.octets(secret, "referral.reply", KEY_BYTES),
    )


def read_proof(item: Item) -> Proof:
    """Read a chain of trust. Raises: HostileInput."""
    roots, acts = shape.fields(item, "proof", 2)
    return Proof(
        shape.each(roots, "proof.roots", read_statement_bytes, ACTS_PER_SCOPE),
        shape.each(acts, "proof.acts", read_statement_bytes, ACTS_PER_SCOPE),
    )


def _code_or_empty(item: Item, what: str) -> str:
    return "" if item == "" else shape.name(item, what)


def _attachment(item: Item, what: str) -> bytes:
    return b"" if item == b"" else shape.some_octets(item, what, OBJECT_BYTES)

"""Between organisations: the notice that a consent was taken back, about a packet that was sent.

This module decides the bytes of the notice. It names the packet and the parts that may no longer be
used, and nobody: who the person is stands in the packet alone. Its answer is a receipt
(`app.wire.referral`) that bears the id of the notice.

Source: nrm.md R27, S6; docs/format.md section 11.7.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.cbor import Encodable, Item
from nrm_desktop.app.wire.limits import CLOCK_MS, FORMAT, NOTICE_PARTS
from nrm_desktop.app.wire.referral import Proof, Reply, read_proof, read_reply
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.dates import is_day
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.notices import Part

_DAY_CHARS: Final = 10


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a sender says to the recipient of a packet; signed by the sender (aad `nrm1/wdr`).

    Shape: `notice` is its own random id, `reference` that of the packet; `parts` strictly rising
    and not empty; `answer_by` an ISO day.
    """

    notice: bytes
    reference: bytes
    sender: ScopeId
    recipient: ScopeId
    parts: tuple[Part, ...]
    at_ms: int
    answer_by: str
    reply: Reply
    proof: Proof


def readable_parts(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Parts as they may travel: what is no code says "all of it", which is the safe meaning."""
    return tuple(sorted({Part(_if_code(one.purpose), _if_code(one.group)) for one in parts}))


def encode_withdrawal(said: Withdrawal) -> bytes:
    """The payload of a notice."""
    parts: Encodable = [(one.purpose, one.group) for one in sorted(set(said.parts))]
    head = (said.notice, said.reference, said.sender, said.recipient)
    reply = (said.reply.kem, said.reply.secret)
    proof = (said.proof.roots, said.proof.acts)
    return cbor.encode((FORMAT, *head, parts, said.at_ms, said.answer_by, reply, proof))


def decode_withdrawal(payload: bytes) -> Withdrawal:
    """Read the payload of a notice. Raises: HostileInput."""
    read = shape.structure(cbor.decode(payload), "withdrawal", 10)
    _, notice, reference, sender, recipient, parts, at, answer_by, reply, proof = read
    return Withdrawal(
        notice=shape.octets(notice, "withdrawal.notice"),
        reference=shape.octets(reference, "withdrawal.reference"),
        sender=ScopeId(shape.octets(sender, "withdrawal.sender")),
        recipient=ScopeId(shape.octets(recipient, "withdrawal.recipient")),
        parts=_read_parts(parts),
        at_ms=shape.uint(at, "withdrawal.at", CLOCK_MS),
        answer_by=_read_day(answer_by),
        reply=read_reply(reply),
        proof=read_proof(proof),
    )


def _read_parts(item: Item) -> tuple[Part, ...]:
    """Each part once, in the one order in which they are written; a notice of nothing is none."""
    what = "withdrawal.parts"
    parts = shape.ascending(shape.each(item, what, _read_part, NOTICE_PARTS), what)
    if not parts:
        raise refuse(Step.CBOR, what)
    return parts


def _read_part(item: Item, what: str) -> Part:
    purpose, group = shape.fields(item, what, 2)
    return Part(_code_or_empty(purpose, what), _code_or_empty(group, what))


def _if_code(text: str) -> str:
    return text if shape.is_name(text) else ""


def _code_or_empty(item: Item, what: str) -> str:
    return "" if item == "" else shape.name(item, what)


def _read_day(item: Item) -> str:
    what = "withdrawal.answer_by"
    day = shape.text(item, what, _DAY_CHARS)
    if not is_day(day):
        raise refuse(Step.CBOR, what)
    return day

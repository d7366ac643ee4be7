"""A notice that came in: which case it belongs to, and what we answered.

This module decides that a notice is taken in only from the organisation that sent the packet, and
that an answer by which something stays needs words. It erases nothing and stops nothing by itself:
what came in a packet stands among what others said, and people decide what of it goes.

Source: nrm.md R27, S6; docs/adr/0049.
"""

from __future__ import annotations

from dataclasses import dataclass

from nrm_desktop.app.asked_to_stop import ANSWERED, TAKEN_BACK, answer_value, asked_to_stop
from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.exchange_ports import WithdrawalSeen
from nrm_desktop.app.handlers.incoming import Incoming, Sender, incoming, sender_of
from nrm_desktop.app.handlers.notices import WITH_WORDS
from nrm_desktop.app.handlers.passing import PACKET_FORM
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.app.referral_ports import reference_of
from nrm_desktop.app.stop_requests import AnsweredBack, AskedToStop
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.notices import REPLIES
from nrm_desktop.domain.scopes import Compartment


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a notice. Shape: `is_new` is False if it was here already."""

    scope: ScopeId
    code: str
    sender: Sender
    is_new: bool


def take_in_notice(seen: WithdrawalSeen, uow: UnitOfWork, context: Context) -> tuple[TakenIn, ...]:
    """Write a notice into every case that its packet opened.

    Raises: Refused `policy.notice_unknown` where no packet of this number came; HostileInput
    `integrity.signature` where somebody else had sent it.
    """
    context.must_write(Compartment.RIGHTS)
    homes = _homes(seen, uow, context)
    sender = sender_of(uow, context, seen.origin)
    return tuple(_write(seen, uow, context, home, sender) for home in homes)


def must_be_answer(reply: str, words: str) -> None:
    """Raises: Usage for what is no answer; Refused `policy.notice_words` without needed words."""
    if reply not in REPLIES:
        raise Usage("usage.bad_value", what="reply", allowed=REPLIES)
    if reply in WITH_WORDS and not words.strip():
        raise Refused("policy.notice_words")


def asked_about(uow: UnitOfWork, scope: ScopeId, notice: bytes) -> AskedToStop:
    """Find a notice of a case. Raises: Usage `usage.not_found`."""
    for one in asked_to_stop(uow.cells(scope)):
        if one.reply.reference == notice:
            return one
    raise Usage("usage.not_found", what="notice", name=notice.hex()[:8])


def record_answer_back(
    uow: UnitOfWork, context: Context, scope: ScopeId, notice: bytes, answer: AnsweredBack
) -> None:
    """Keep what we answered; an earlier answer stays beside it."""
    context.must_write(Compartment.RIGHTS)
    saving = Saving(uow, context, scope)
    record = saving.begin(NewRecord(context.new_record(), PACKET_FORM))
    saving.enter(record, ANSWERED, answer_value(notice, answer))
    saving.finish()
    uow.audit("notice.answer", (scope, record), answer.reply)


def _homes(seen: WithdrawalSeen, uow: UnitOfWork, context: Context) -> list[Incoming]:
    wanted, origin = seen.withdrawal.reference, seen.origin
    found = [one for one in incoming(uow, context) if one.reply.reference == wanted]
    if not found:
        raise Refused("policy.notice_unknown", referral=reference_of(wanted))
    whose = (origin.organisation, origin.root)
    theirs = [one for one in found if (one.reply.organisation, one.reply.root) == whose]
    if not theirs:
        raise refuse(Step.SIGNATURE, "withdrawal.sender")
    return list({one.scope: one for one in theirs}.values())


def _write(
    seen: WithdrawalSeen, uow: UnitOfWork, context: Context, home: Incoming, sender: Sender
) -> TakenIn:
    said, scope = seen.withdrawal, home.scope
    code = uow.code_of_scope(scope) or ""
    here = {one.reply.reference for one in asked_to_stop(uow.cells(scope))}
    if said.notice in here:
        return TakenIn(scope, code, sender, is_new=False)
    asked = AskedToStop(
        seen.reply,
        reference_of(said.reference),
        sender.entry or "",
        said.parts,
        context.today(),
        said.answer_by,
    )
    saving = Saving(uow, context, scope)
    record = saving.begin(NewRecord(context.new_record(), PACKET_FORM))
    saving.enter(record, TAKEN_BACK, asked.to_value(said.reference))
    saving.finish()
    uow.audit("notice.import", (scope, record))
    return TakenIn(scope, code, sender, is_new=True)

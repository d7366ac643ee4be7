"""The desk of sealed notices: that a consent was taken back, to whoever got the packet, and back.

Order of a sending: read what is owed -> sign and seal (slow, outside the transaction) -> part-file
on the medium, flushed, read back, compared -> one transaction that looks again, writes that the
recipient was told, and gives the file its name. If the medium fails, nobody was told. A device that
dies between name and row leaves a file and a recipient who stays to be told: a second notice does
no harm.

Source: nrm.md R27, S6; docs/adr/0049.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from nrm_desktop.app.commands import Command
from nrm_desktop.app.context import Context
from nrm_desktop.app.corresponding import INTAKE_SEEDS, PostTools
from nrm_desktop.app.dispatcher import Desk
from nrm_desktop.app.events import Event
from nrm_desktop.app.exchange_ports import Answering, WithdrawalWish
from nrm_desktop.app.handlers.asked_to_stop import (
    TakenIn,
    asked_about,
    must_be_answer,
    record_answer_back,
    take_in_notice,
)
from nrm_desktop.app.handlers.notices import log_of, notices_here
from nrm_desktop.app.handlers.registers import directory_entry
from nrm_desktop.app.handlers.sealed_notices import card_for, packet_keys, record_sent
from nrm_desktop.app.notice_commands import (
    AnswerNotice,
    NoticeAnswered,
    NoticeArrived,
    NoticeSent,
    SendNotice,
    TakeNotice,
)
from nrm_desktop.app.notice_letter import answer_by, must_be_safe, the_notice
from nrm_desktop.app.ports import UnitOfWork, Work
from nrm_desktop.app.referral_ports import reference_of
from nrm_desktop.app.referring import UNVERIFIED
from nrm_desktop.app.stop_requests import AnsweredBack
from nrm_desktop.app.system_ports import PreparedFile
from nrm_desktop.app.wire.limits import OBJECT_BYTES
from nrm_desktop.app.wire.withdrawal import readable_parts
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.notices import Notice


class NoticeRoom:
    """Sends, takes in and answers sealed notices, for the user who is unlocked."""

    def __init__(self, work: Work, context: Context, tools: Callable[[], PostTools]) -> None:
        self._work = work
        self._context = context
        self._tools = tools

    def desks(self) -> Mapping[type[Command], Desk]:
        """Which command goes to which desk."""
        return {
            SendNotice: self.send,
            TakeNotice: self.take_in,
            AnswerNotice: self.answer,
        }

    def send(self, cmd: SendNotice) -> Sequence[Event]:
        """Write a sealed notice, and that the recipient was told.

        Raises: Refused `policy.notice_not_safe`, `policy.notice_no_packet`, `policy.no_card`,
        `policy.notice_other_card`, `confirm.unverified`; Usage `usage.not_found`; EnvironmentFault
        where the medium fails: then nobody was told.
        """
        notice, wish, card = self._work.run(lambda uow: self._ready(uow, cmd))
        made = self._tools().post.make_withdrawal(wish, card)
        prepared = self._tools().medium.prepare(cmd.folder, made.name, made.data)

        def job(uow: UnitOfWork) -> tuple[str, int]:
            again = _about(uow, cmd)
            must_be_safe(again)
            if (again.owed, again.parts) != (notice.owed, notice.parts):
                raise Refused("conflict.open", field="notice")
            record_sent(uow, self._context, log_of(uow, again, cmd.scope), again, made.keys)
            owed = sum(one.is_owed for one in notices_here(uow, cmd.scope))
            return prepared.publish(), owed

        path, owed = self._run(job, prepared)
        return (
            NoticeSent(
                scope=cmd.scope,
                reference=cmd.reference,
                path=path,
                size=len(made.data),
                owed=owed,
                origin=cmd.origin,
            ),
        )

    def take_in(self, cmd: TakeNotice) -> Sequence[Event]:
        """Take in a notice of whoever sent us a packet.

        Raises: HostileInput; Refused `policy.notice_unknown` where its packet did not come here.
        """
        tools = self._tools()
        data = tools.files.read_limited(Path(cmd.path), OBJECT_BYTES)
        seeds = self._work.run(lambda uow: [s for _, s in uow.trust.secrets(INTAKE_SEEDS)])
        seen = tools.post.open_withdrawal(data, seeds)
        taken = self._work.run(lambda uow: take_in_notice(seen, uow, self._context))
        said = seen.withdrawal

        def told(one: TakenIn) -> NoticeArrived:
            return NoticeArrived(
                scope=one.scope,
                code=one.code,
                notice=said.notice,
                reference=reference_of(said.reference),
                sender=one.sender.name,
                is_sender_verified=one.sender.is_verified,
                parts=said.parts,
                answer_by=said.answer_by,
                is_duplicate=not one.is_new,
                origin=cmd.origin,
            )

        return tuple(map(told, taken))

    def answer(self, cmd: AnswerNotice) -> Sequence[Event]:
        """Write our answer for the sender, and keep it.

        Raises: Usage `usage.not_found`, `usage.bad_value`; Refused `policy.notice_words`.
        """
        must_be_answer(cmd.reply, cmd.words)
        context, words = self._context, cmd.words.strip()
        asked = self._work.run(lambda uow: asked_about(uow, cmd.scope, cmd.notice))
        said = Answering(cmd.reply, words, context.badge, context.clock.now_ms())
        made = self._tools().post.make_answer(asked.reply, said)
        prepared = self._tools().medium.prepare(cmd.folder, made.name, made.data)
        given = AnsweredBack(cmd.reply, words, context.now_iso(), context.badge)

        def job(uow: UnitOfWork) -> tuple[str, int]:
            record_answer_back(uow, context, cmd.scope, cmd.notice, given)
            return prepared.publish(), 0

        path, _ = self._run(job, prepared)
        return (
            NoticeAnswered(
                scope=cmd.scope,
                reference=asked.packet,
                reply=cmd.reply,
                path=path,
                origin=cmd.origin,
            ),
        )

    def _ready(self, uow: UnitOfWork, cmd: SendNotice) -> tuple[Notice, WithdrawalWish, bytes]:
        """What is told, and to which card it is sealed."""
        notice = _about(uow, cmd)
        must_be_safe(notice)
        keys = packet_keys(uow, log_of(uow, notice, cmd.scope), cmd.reference)
        entry = directory_entry(uow, self._context, cmd.recipient)
        card = card_for(entry, keys)
        _must_be_compared(cmd.confirmations, is_verified=entry.is_verified)
        wish = WithdrawalWish(
            reference=keys.reference,
            parts=readable_parts(notice.parts),
            at_ms=self._context.clock.now_ms(),
            answer_by=answer_by(self._context.today()),
        )
        return notice, wish, card

    def _run(
        self, job: Callable[[UnitOfWork], tuple[str, int]], prepared: PreparedFile
    ) -> tuple[str, int]:
        try:
            return self._work.run(job)
        except BaseException:
            prepared.discard()
            raise


def _about(uow: UnitOfWork, cmd: SendNotice) -> Notice:
    return the_notice(notices_here(uow, cmd.scope), cmd.reference, cmd.recipient)


def _must_be_compared(confirmations: Collection[str], *, is_verified: bool) -> None:
    if not is_verified and UNVERIFIED not in confirmations:
        raise Refused("confirm.unverified")

"""The post room: cards, packets and receipts, from the file to the case and back.

Opening, checking and sealing are slow and happen outside the transaction; what is written and
what is published become visible together (P2). A receipt that cannot be put on the medium stops
no import: the groups to be told on the phone say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from nrm_desktop.app.commands import (
    AnswerReferral,
    Command,
    ExportCard,
    FileReceipt,
    ImportCard,
    ImportReferral,
)
from nrm_desktop.app.context import Context
from nrm_desktop.app.dispatcher import Desk
from nrm_desktop.app.events import (
    CardShown,
    CardTakenIn,
    Event,
    ReceiptFiled,
    ReferralAnswered,
    ReferralTakenIn,
)
from nrm_desktop.app.exchange_ports import (
    Answering,
    CardSeen,
    PacketSeen,
    Post,
    ReceiptMade,
    ReplyAddress,
    ReplyKeys,
)
from nrm_desktop.app.file_ports import Files, Medium
from nrm_desktop.app.handlers.cards import keep_card
from nrm_desktop.app.handlers.incoming import Arrived, Incoming, incoming, take_in_packet
from nrm_desktop.app.handlers.receipts import (
    RECEIVED,
    Kept,
    SentPacket,
    Trail,
    must_be_an_answer,
    record_receipt,
    sent_packets,
)
from nrm_desktop.app.handlers.sealed_notices import SentNotice, record_reply, sent_notices
from nrm_desktop.app.notice_commands import NoticeReplied
from nrm_desktop.app.ports import ScopeKeys, UnitOfWork, Work
from nrm_desktop.app.referral_ports import reference_of
from nrm_desktop.app.system_ports import PreparedFile
from nrm_desktop.app.wire.limits import OBJECT_BYTES, STATEMENT_BYTES
from nrm_desktop.domain.errors import EnvironmentFault, Usage

INTAKE_SEEDS = "intake."
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class PostTools:
    """What opens, makes, reads and writes; loaded when first needed."""

    post: Post
    files: Files
    medium: Medium


class PostRoom:
    """Takes in and answers what other organisations send, for the user who is unlocked."""

    def __init__(
        self, work: Work, context: Context, keys: ScopeKeys, tools: Callable[[], PostTools]
    ) -> None:
        self._work = work
        self._context = context
        self._keys = keys
        self._tools = tools

    def desks(self) -> Mapping[type[Command], Desk]:
        """Which command goes to which desk."""
        return {
            ExportCard: self.export_card,
            ImportCard: self.import_card,
            ImportReferral: self.take_in,
            AnswerReferral: self.answer,
            FileReceipt: self.file_receipt,
        }

    def export_card(self, cmd: ExportCard) -> Sequence[Event]:
        """Write our card, never over an existing file."""
        tools = self._tools()
        seen = tools.post.make_card()
        tools.files.create_exclusive(Path(cmd.path), seen.data)
        card = seen.card
        return (
            CardShown(
                path=cmd.path,
                organisation=card.name,
                fingerprint=card.root.hex(),
                digits=seen.comparison.digits,
                words=seen.comparison.words,
                origin=cmd.origin,
            ),
        )

    def look_at_card(self, path: str) -> CardSeen:
        """Read a partner's card without keeping it."""
        tools = self._tools()
        return tools.post.read_card(tools.files.read_limited(Path(path), STATEMENT_BYTES))

    def import_card(self, cmd: ImportCard) -> Sequence[Event]:
        """Keep a partner's card. Raises: HostileInput `integrity.comparison` for wrong digits."""
        seen = self.look_at_card(cmd.path)
        said = seen.comparison
        if cmd.typed.strip():
            said.must_be_said(cmd.typed)
        entry, is_verified = self._work.run(lambda uow: keep_card(cmd, seen, uow, self._context))
        return (
            CardTakenIn(
                entry=entry,
                organisation=seen.card.name,
                fingerprint=seen.card.root.hex(),
                is_verified=is_verified,
                digits=said.digits,
                words=said.words,
                origin=cmd.origin,
            ),
        )

    def take_in(self, cmd: ImportReferral) -> Sequence[Event]:
        """Open a packet in an own case; the receipt "arrived there" goes beside it."""
        tools, path = self._tools(), Path(cmd.path)
        data = tools.files.read_limited(path, OBJECT_BYTES)
        seeds = self._work.run(lambda uow: [s for _, s in uow.trust.secrets(INTAKE_SEEDS)])
        seen = tools.post.open_packet(data, seeds)
        made, given = self._receipt(seen.reply, RECEIVED, "")
        prepared = self._prepared((str(path.parent), cmd.outbox), made)

        def job(uow: UnitOfWork) -> tuple[Arrived, str, str]:
            arrived = take_in_packet(seen, uow, self._context, self._keys)
            if arrived.opened is not None:
                trail = Trail(arrived.scope, reference_of(seen.packet.reference))
                record_receipt(uow, self._context, trail, given)
            code = uow.code_of_scope(arrived.scope) or ""
            return arrived, code, prepared.publish() if prepared is not None else ""

        arrived, code, receipt = self._run(job, prepared)
        taken = self._taken_in(seen, arrived, code, (receipt, made.typed), cmd.origin)
        return (taken,) if arrived.opened is None else (taken, arrived.opened)

    def answer(self, cmd: AnswerReferral) -> Sequence[Event]:
        """Give a person's answer to a packet that came in.

        Raises: Usage `usage.not_found`, `usage.bad_value`; Refused `policy.reason_needed`.
        """
        must_be_an_answer(cmd.state, cmd.reason)
        found = self._work.run(lambda uow: self._incoming(uow, cmd.referral))
        made, given = self._receipt(found.reply, cmd.state, cmd.reason.strip())
        prepared = self._tools().medium.prepare(cmd.folder, made.name, made.data)
        trail = Trail(found.scope, reference_of(found.reply.reference))

        def job(uow: UnitOfWork) -> str:
            record_receipt(uow, self._context, trail, given)
            return prepared.publish()

        path = self._run(job, prepared)
        return (
            ReferralAnswered(
                scope=found.scope,
                referral=trail.reference,
                state=cmd.state,
                path=path,
                typed=made.typed,
                origin=cmd.origin,
            ),
        )

    def file_receipt(self, cmd: FileReceipt) -> Sequence[Event]:
        """File a receipt that came back with its referral, or with the notice that it answers.

        Raises: Usage `usage.bad_code` with the wrong group; HostileInput `integrity.not_for_us`,
        `integrity.signature`.
        """
        sent, notices = self._work.run(self._awaited)
        of_notices = () if cmd.typed else notices
        keys, receipt = self._read(cmd, [one.keys for one in (*sent, *of_notices)])
        for notice in notices:
            if notice.keys == keys:
                return (self._replied(notice, receipt, cmd.origin),)
        home = next(one for one in sent if one.keys == keys)

        def job(uow: UnitOfWork) -> tuple[str, str]:
            now = record_receipt(uow, self._context, home.trail, receipt)
            return uow.code_of_scope(home.scope) or "", now

        code, now = self._work.run(job)
        return (self._filed(home, receipt, (code, now), cmd.origin),)

    def _awaited(self, uow: UnitOfWork) -> tuple[list[SentPacket], list[SentNotice]]:
        """Everything of which an answer may come back."""
        return list(sent_packets(uow, self._context)), list(sent_notices(uow, self._context))

    def _replied(self, sent: SentNotice, receipt: Kept, origin: str) -> NoticeReplied:
        """Keep the answer to a notice."""

        def job(uow: UnitOfWork) -> tuple[bool, str]:
            is_new = record_reply(uow, self._context, sent, receipt)
            return is_new, uow.code_of_scope(sent.scope) or ""

        is_new, code = self._work.run(job)
        return NoticeReplied(
            scope=sent.scope,
            code=code,
            reference=sent.referral,
            reply=receipt.state,
            words=receipt.reason,
            at_ms=receipt.at_ms,
            by=receipt.by,
            is_duplicate=not is_new,
            origin=origin,
        )

    def _read(self, cmd: FileReceipt, kept: Sequence[ReplyKeys]) -> tuple[ReplyKeys, Kept]:
        tools = self._tools()
        if cmd.typed:
            told = tools.post.read_typed(cmd.typed, kept)
            return told.keys, Kept(told.state, self._context.clock.now_ms(), is_typed=True)
        data = tools.files.read_limited(Path(cmd.path), OBJECT_BYTES)
        seen = tools.post.open_receipt(data, kept)
        said = seen.receipt
        return seen.keys, Kept(said.state, said.at_ms, said.by, said.reason)

    def _incoming(self, uow: UnitOfWork, reference: str) -> Incoming:
        wanted = reference.strip().lower()
        found = [
            one
            for one in incoming(uow, self._context)
            if wanted in (reference_of(one.reply.reference), one.reply.reference.hex())
        ]
        if not found:
            raise Usage("usage.not_found", what="referral", name=reference)
        if len(found) > 1:
            items = tuple(one.reply.reference.hex() for one in found)
            raise Usage("usage.ambiguous_item", name=reference, items=items)
        return found[0]

    def _receipt(self, reply: ReplyAddress, state: str, reason: str) -> tuple[ReceiptMade, Kept]:
        """Make a receipt, and what is kept of it here."""
        context = self._context
        answer = Answering(state, reason, context.badge, context.clock.now_ms())
        made = self._tools().post.make_receipt(reply, answer)
        return made, Kept(state, answer.at_ms, answer.by, reason)

    def _prepared(self, folders: Sequence[str], made: ReceiptMade) -> PreparedFile | None:
        for folder in filter(None, folders):
            try:
                return self._tools().medium.prepare(folder, made.name, made.data)
            except EnvironmentFault:
                continue
        return None

    def _run(self, job: Callable[[UnitOfWork], Made], prepared: PreparedFile | None) -> Made:
        try:
            return self._work.run(job)
        except BaseException:
            if prepared is not None:
                prepared.discard()
            raise

    def _taken_in(
        self,
        seen: PacketSeen,
        arrived: Arrived,
        code: str,
        receipt: tuple[str, tuple[str, ...]],
        origin: str,
    ) -> ReferralTakenIn:
        packet = seen.packet
        path, typed = receipt
        return ReferralTakenIn(
            scope=arrived.scope,
            code=code,
            referral=reference_of(packet.reference),
            sender=arrived.sender.name,
            is_sender_verified=arrived.sender.is_verified,
            purpose=packet.purpose,
            keep_until=packet.keep_until,
            fields=arrived.fields,
            kept=arrived.kept,
            receipt_path=path,
            typed=typed,
            is_expired=0 < packet.expires_ms < self._context.clock.now_ms(),
            is_duplicate=arrived.opened is None,
            origin=origin,
        )

    def _filed(
        self, home: SentPacket, receipt: Kept, after: tuple[str, str], origin: str
    ) -> ReceiptFiled:
        code, now = after
        return ReceiptFiled(
            scope=home.scope,
            code=code,
            referral=home.trail.reference,
            state=receipt.state,
            now=now,
            reason=receipt.reason,
            at_ms=0 if receipt.is_typed else receipt.at_ms,
            by=receipt.by,
            is_typed=receipt.is_typed,
            origin=origin,
        )

"""A sealed notice that goes out, and the answer that comes back: what the case keeps of both.

This module decides to whom a notice may be sealed: to the organisation that got the packet, by the
card that bears the same root, and nobody else. The keys that open the answer lie beside what the
notice told, in the form of packets, of which no field ever leaves.

Source: nrm.md R27, S6; docs/adr/0014, docs/adr/0049.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.exchange_ports import ReplyKeys, read_reply_keys
from nrm_desktop.app.handlers.incoming import case_scopes
from nrm_desktop.app.handlers.notices import Told, write_telling
from nrm_desktop.app.handlers.passing import PACKET_FORM
from nrm_desktop.app.handlers.receipts import KEYS as PACKET_KEYS
from nrm_desktop.app.handlers.receipts import Kept
from nrm_desktop.app.handlers.registers import DirectoryEntry
from nrm_desktop.app.notices import about_value
from nrm_desktop.app.ports import CellRow, UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.app.referral_ports import reference_of
from nrm_desktop.app.wire.joining import decode_card
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged
from nrm_desktop.domain.errors import HostileInput, Refused
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.domain.notices import REPLIES, SEALED, Notice
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Value

KEYS: Final = FieldId("packet.notice_keys")
REPLY: Final = FieldId("packet.notice_reply")


@dataclass(frozen=True, slots=True)
class SentNotice:
    """A sealed notice that went out. Shape: `about` is what it told, as in `about_value`."""

    scope: ScopeId
    keys: ReplyKeys
    about: Value

    @property
    def referral(self) -> str:
        """The number of the packet."""
        return str(self.about[0]) if isinstance(self.about, tuple) and self.about else ""


def packet_keys(uow: UnitOfWork, scope: ScopeId, reference: str) -> ReplyKeys:
    """Find what was kept of the packet that bears a number.

    Raises: Refused `policy.notice_no_packet` where the file left in another way.
    """
    for value in _entries(uow.cells(scope), PACKET_KEYS):
        keys = read_reply_keys(value)
        if keys is not None and reference_of(keys.reference) == reference:
            return keys
    raise Refused("policy.notice_no_packet", referral=reference)


def card_for(entry: DirectoryEntry, keys: ReplyKeys) -> bytes:
    """The card to which a notice is sealed: of the organisation that received the packet.

    Raises: Refused `policy.no_card`, `policy.notice_other_card`.
    """
    if entry.card is None:
        raise Refused("policy.no_card")
    try:
        card = decode_card(decode_tagged(entry.card, FileTag.CARD).payload)
    except HostileInput:
        raise Refused("policy.no_card") from None
    if (card.organisation, card.root) != (keys.organisation, keys.root):
        raise Refused("policy.notice_other_card")
    return entry.card


def record_sent(
    uow: UnitOfWork, context: Context, scope: ScopeId, notice: Notice, keys: ReplyKeys
) -> None:
    """Write down that the recipient was told by a sealed notice, with what opens the answer."""
    context.must_write(Compartment.RIGHTS)
    saving = Saving(uow, context, scope)
    about = about_value(notice)
    write_telling(saving, context, about, Told(SEALED))
    record = saving.begin(NewRecord(context.new_record(), PACKET_FORM))
    saving.enter(record, KEYS, (keys.to_value(), about))
    saving.finish()
    uow.audit("notice.send", (scope, record))


def sent_notices(uow: UnitOfWork, context: Context) -> Iterator[SentNotice]:
    """Every sealed notice that went out, of all cases on this device."""
    for scope in case_scopes(uow, context):
        for value in _entries(uow.cells(scope), KEYS):
            match value:
                case (kept, tuple() as about):
                    keys = read_reply_keys(kept)
                    if keys is not None:
                        yield SentNotice(scope, keys, about)


def record_reply(uow: UnitOfWork, context: Context, sent: SentNotice, receipt: Kept) -> bool:
    """Keep the answer to a sealed notice beside it; gives False if it was here already.

    Raises: HostileInput for a state that nobody answers a notice with.
    """
    if receipt.state not in REPLIES:
        raise HostileInput("integrity.format", what="receipt.state")
    context.must_write(Compartment.RIGHTS)
    if has_reply(uow, sent, receipt):
        return False
    saving = Saving(uow, context, sent.scope)
    told = Told(SEALED, receipt.state, receipt.reason.strip())
    write_telling(saving, context, sent.about, told)
    record = saving.begin(NewRecord(context.new_record(), PACKET_FORM))
    saving.enter(record, REPLY, _trail(sent, receipt))
    saving.finish()
    uow.audit("notice.receipt", (sent.scope, record), receipt.state)
    return True


def has_reply(uow: UnitOfWork, sent: SentNotice, receipt: Kept) -> bool:
    """True if this very answer was taken in before."""
    return _trail(sent, receipt) in _entries(uow.cells(sent.scope), REPLY)


def _trail(sent: SentNotice, receipt: Kept) -> Value:
    return (sent.keys.reference, receipt.state, receipt.at_ms, receipt.by)


def _entries(cells: Iterable[CellRow], field: FieldId) -> Iterator[Value]:
    for cell in cells:
        if cell.field == field and cell.compartment == Compartment.RIGHTS:
            for each in cell.standing:
                if each.answer is not None:
                    yield each.answer.value

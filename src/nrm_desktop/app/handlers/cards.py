"""Contact cards in the directory: whose card it is, and whether anybody compared it.

A card counts as verified only if its digits or words were compared by voice when it was taken in,
or if it is the very card that was compared before.
"""

from __future__ import annotations

from nrm_desktop.app.commands import ImportCard, NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.exchange_ports import CardSeen
from nrm_desktop.app.handlers.registers import (
    CARD,
    DIRECTORY_FORM,
    KIND,
    NAME,
    UNSORTED_KIND,
    VERIFIED,
    directory_entry,
    entry_of_organisation,
)
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import RecipientId, RecordId
from nrm_desktop.domain.values import answered


def keep_card(
    cmd: ImportCard, seen: CardSeen, uow: UnitOfWork, context: Context
) -> tuple[RecordId, bool]:
    """Keep a card with its entry. Shape: the entry, and whether its card is verified now.

    Raises: Usage `usage.bad_value` for an unknown kind of recipient.
    """
    entry = _entry(cmd, seen, uow, context)
    recipient = RecipientId(entry.hex())
    before = directory_entry(uow, context, recipient)
    was_verified = before.card == seen.data and before.is_verified
    is_verified = bool(cmd.typed.strip()) or was_verified
    saving = Saving(uow, context, context.organisation)
    saving.begin(NewRecord(entry, DIRECTORY_FORM))
    if not before.name:
        saving.set(entry, NAME, answered(seen.card.name))
    if cmd.kind or not any(before.kinds):
        saving.set(entry, KIND, answered(_kind(cmd, context)))
    saving.set(entry, CARD, answered(seen.data))
    saving.set(entry, VERIFIED, answered(is_verified))
    saving.finish()
    uow.audit("card.import", (entry,), "compared" if is_verified else "not_compared")
    return entry, is_verified


def _entry(cmd: ImportCard, seen: CardSeen, uow: UnitOfWork, context: Context) -> RecordId:
    if cmd.entry is not None:
        return cmd.entry
    known = entry_of_organisation(uow, context, seen.card.organisation)
    return context.new_record() if known is None else RecordId(bytes.fromhex(known[0]))


def _kind(cmd: ImportCard, context: Context) -> str:
    kinds = context.forms.codelist("referral_type").offered()
    kind = cmd.kind or UNSORTED_KIND
    if kind not in kinds:
        raise Usage("usage.bad_value", what="kind", allowed=kinds)
    return kind

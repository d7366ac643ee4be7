"""Registers of the organisation: the directory of services and contacts.

A shelter stands here by code name and contact point, never by its street (N5).
"""

from __future__ import annotations

import re

from nrm_desktop.app.commands import AddDirectoryEntry, CellAnswer, NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import DirectoryChanged
from nrm_desktop.app.ports import CellRow, UnitOfWork
from nrm_desktop.app.records import save
from nrm_desktop.app.wire.joining import ContactCard, decode_card
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged
from nrm_desktop.domain.errors import HostileInput, Usage
from nrm_desktop.domain.ids import FieldId, RecipientId, RecordId, ScopeId
from nrm_desktop.domain.values import Value, answered

DIRECTORY_FORM = "directory"
KIND = FieldId("directory.kind")
NAME = FieldId("directory.name")
CONTACT = FieldId("directory.contact")
VERIFIED = FieldId("directory.verified")
CARD = FieldId("directory.card")
UNSORTED_KIND = "other"
_ENTRY = re.compile(r"[0-9a-f]{32}")


def add_directory_entry(
    cmd: AddDirectoryEntry, uow: UnitOfWork, context: Context
) -> tuple[DirectoryChanged, ...]:
    """Add or change an entry of the directory."""
    record = cmd.entry or context.new_record()
    is_verified = cmd.is_verified
    if entry_card(uow, RecipientId(record.hex())) is not None:
        # A card is verified by comparing it and in no other way.
        is_verified = is_entry_verified(uow, RecipientId(record.hex()))
    values = [(KIND, cmd.kind), (NAME, cmd.name), (CONTACT, cmd.contact)]
    answers = [CellAnswer(record, name, answered(text)) for name, text in values if text]
    answers.append(CellAnswer(record, VERIFIED, answered(is_verified)))
    new = NewRecord(record, DIRECTORY_FORM)
    save(uow, context, context.organisation, answers, new)
    return (DirectoryChanged(entry=record, origin=cmd.origin),)


def recipient_named(uow: UnitOfWork, context: Context, text: str) -> RecipientId:
    """Find a recipient by its id or its exact name in the directory.

    Raises: Usage `usage.not_found`.
    """
    found = find_recipient(uow, context, text)
    if found is None:
        raise Usage("usage.not_found", what="recipient", name=text)
    return found


def recipient_or_new(uow: UnitOfWork, context: Context, text: str) -> RecipientId:
    """Find a recipient, or make an unverified entry of the directory for it first."""
    found = find_recipient(uow, context, text)
    if found is not None:
        return found
    event = add_directory_entry(AddDirectoryEntry(kind=UNSORTED_KIND, name=text), uow, context)[0]
    return RecipientId(event.entry.hex())


def find_recipient(uow: UnitOfWork, context: Context, text: str) -> RecipientId | None:
    """Find a recipient by id or exact name; None if the directory has none."""
    wanted = " ".join(text.split()).casefold()
    for cell in _directory(uow, context):
        if cell.record.hex() == wanted:
            return RecipientId(wanted)
        names = {str(each.answer.value) for each in cell.standing if each.answer}
        if cell.field == NAME and wanted in {" ".join(n.split()).casefold() for n in names}:
            return RecipientId(cell.record.hex())
    return None


def entry_text(uow: UnitOfWork, recipient: RecipientId, name: FieldId) -> str:
    """Give a text of an entry; empty if there is none. The first of several values."""
    for each in uow.standing(RecordId(bytes.fromhex(recipient)), name):
        if each.answer is not None and each.answer.is_answered:
            return str(each.answer.value)
    return ""


def is_entry(value: Value) -> bool:
    """True if a value has the shape of an id of the directory."""
    return isinstance(value, str) and _ENTRY.fullmatch(value) is not None


def is_entry_verified(uow: UnitOfWork, recipient: RecipientId) -> bool:
    """True if everything that stands says so: one doubt is enough to ask again."""
    said = uow.standing(RecordId(bytes.fromhex(recipient)), VERIFIED)
    return bool(said) and all(each.answer == answered(value=True) for each in said)


def entry_card(uow: UnitOfWork, recipient: RecipientId) -> bytes | None:
    """Give the contact card of an entry as it was received, if there is one."""
    for each in uow.standing(RecordId(bytes.fromhex(recipient)), CARD):
        if each.answer is not None and isinstance(each.answer.value, bytes):
            return each.answer.value
    return None


def _directory(uow: UnitOfWork, context: Context) -> list[CellRow]:
    return list(uow.cells(context.organisation, DIRECTORY_FORM))


def entry_of_organisation(
    uow: UnitOfWork, context: Context, organisation: ScopeId
) -> tuple[RecipientId, ContactCard] | None:
    """Find the entry that holds the card of an organisation, with that card."""
    for cell in _directory(uow, context):
        if cell.field != CARD:
            continue
        recipient = RecipientId(cell.record.hex())
        card = _readable_card(entry_card(uow, recipient))
        if card is not None and card.organisation == organisation:
            return recipient, card
    return None


def _readable_card(data: bytes | None) -> ContactCard | None:
    """A card that a colleague's device wrote may be damaged; that must not stop all others."""
    try:
        return None if data is None else decode_card(decode_tagged(data, FileTag.CARD).payload)
    except HostileInput:
        return None

"""Registers of the organisation: the directory of services and contacts.

A shelter stands here by code name and contact point, never by its street (N5).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nrm_desktop.app.commands import AddDirectoryEntry, CellAnswer, NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import DirectoryChanged
from nrm_desktop.app.ports import CellRow, UnitOfWork
from nrm_desktop.app.records import save
from nrm_desktop.app.wire.joining import ContactCard, decode_card
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged
from nrm_desktop.domain.compartments import NOTHING, Cells, RoleTable
from nrm_desktop.domain.errors import HostileInput, Usage
from nrm_desktop.domain.ids import FieldId, RecipientId, RecordId, ScopeId
from nrm_desktop.domain.scopes import Compartment
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
    entry = directory_entry(uow, context, RecipientId(record.hex()))
    if entry.cards:
        # A card is verified by comparing it and in no other way.
        is_verified = entry.is_verified
    values = [(KIND, cmd.kind), (NAME, cmd.name), (CONTACT, cmd.contact)]
    answers = [CellAnswer(record, name, answered(text)) for name, text in values if text]
    answers.append(CellAnswer(record, VERIFIED, answered(is_verified)))
    new = NewRecord(record, DIRECTORY_FORM)
    save(uow, context, context.organisation, answers, new)
    return (DirectoryChanged(entry=record, origin=cmd.origin),)


def recipient_named(uow: UnitOfWork, context: Context, text: str) -> RecipientId:
    """Find a recipient by its id or its exact name in the directory.

    Raises: Usage `usage.not_found`; `usage.ambiguous_item` where several bear the name: whom the
    person trusts is never guessed.
    """
    found = _only_one(find_recipients(uow, context, text), text)
    if found is None:
        raise Usage("usage.not_found", what="recipient", name=text)
    return found


def recipient_or_new(uow: UnitOfWork, context: Context, text: str) -> RecipientId:
    """Find a recipient, or make an unverified entry of the directory for it first."""
    found = _only_one(find_recipients(uow, context, text), text)
    if found is not None:
        return found
    event = add_directory_entry(AddDirectoryEntry(kind=UNSORTED_KIND, name=text), uow, context)[0]
    return RecipientId(event.entry.hex())


def find_recipients(uow: UnitOfWork, context: Context, text: str) -> list[RecipientId]:
    """Find entries of the directory by id or exact name."""
    wanted = " ".join(text.split()).casefold()
    found: dict[RecordId, None] = {}
    for cell in _directory(uow, context):
        names = {str(each.answer.value) for each in cell.standing if each.answer}
        is_named = cell.field == NAME and wanted in {" ".join(n.split()).casefold() for n in names}
        if is_named or cell.record.hex() == wanted:
            found[cell.record] = None
    return [RecipientId(record.hex()) for record in found]


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """What the directory says of a recipient, everything that stands.

    Shape: `kinds` holds an empty text for one that cannot be read; `cards` are different cards.
    """

    kinds: tuple[str, ...] = ()
    name: str = ""
    cards: tuple[bytes, ...] = ()
    is_said_verified: bool = False
    contact: str = ""

    @property
    def card(self) -> bytes | None:
        """The contact card; none while different ones stand side by side: that may be two keys."""
        return self.cards[0] if len(self.cards) == 1 else None

    @property
    def is_verified(self) -> bool:
        """True if everything that stands says so: one doubt is enough to ask again."""
        return self.is_said_verified and len(self.cards) <= 1

    def ceiling(self, roles: RoleTable) -> Mapping[Compartment, Cells]:
        """The most it can ever be sent: what every kind lets it have that stands for it."""
        ceilings = [roles.ceiling(kind) for kind in self.kinds]
        return {
            place: NOTHING.union(cells).intersection(
                *(other.get(place, NOTHING) for other in ceilings)
            )
            for place, cells in (ceilings[0].items() if ceilings else ())
        }


def directory_entry(uow: UnitOfWork, context: Context, recipient: RecipientId) -> DirectoryEntry:
    """Read an entry as it stands in the directory; what lies elsewhere says nothing about it."""
    if not is_entry(recipient):
        return DirectoryEntry()
    record = RecordId(bytes.fromhex(recipient))

    def said(name: FieldId) -> list[Value]:
        place = (context.organisation, Compartment.ORG_DIRECTORY)
        standing = uow.standing(record, name, *place)
        return [each.answer.value if each.answer else None for each in standing]

    names = [value for value in said(NAME) if isinstance(value, str)]
    verified = said(VERIFIED)
    return DirectoryEntry(
        tuple(value if isinstance(value, str) else "" for value in said(KIND)),
        names[0] if names else "",
        tuple({value: None for value in said(CARD) if isinstance(value, bytes)}),
        bool(verified) and all(value is True for value in verified),
        next((value for value in said(CONTACT) if isinstance(value, str)), ""),
    )


def is_entry(value: Value) -> bool:
    """True if a value has the shape of an id of the directory."""
    return isinstance(value, str) and _ENTRY.fullmatch(value) is not None


def entry_of_organisation(
    uow: UnitOfWork, context: Context, organisation: ScopeId
) -> tuple[RecipientId, ContactCard] | None:
    """Find the entry that holds a card of an organisation, with that card."""
    for cell in _directory(uow, context):
        if cell.field != CARD:
            continue
        for each in cell.standing:
            card = _readable_card(each.answer.value if each.answer else None)
            if card is not None and card.organisation == organisation:
                return RecipientId(cell.record.hex()), card
    return None


def _only_one(found: Sequence[RecipientId], text: str) -> RecipientId | None:
    if len(found) > 1:
        raise Usage("usage.ambiguous_item", name=text, items=tuple(found))
    return found[0] if found else None


def _directory(uow: UnitOfWork, context: Context) -> list[CellRow]:
    cells = uow.cells(context.organisation, DIRECTORY_FORM)
    return [cell for cell in cells if cell.compartment == Compartment.ORG_DIRECTORY]


def _readable_card(data: Value) -> ContactCard | None:
    """A card that a colleague's device wrote may be damaged; that must not stop all others."""
    if not isinstance(data, bytes):
        return None
    try:
        return decode_card(decode_tagged(data, FileTag.CARD).payload)
    except HostileInput:
        return None

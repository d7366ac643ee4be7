"""Who has received something about a person, what, when and on what ground: for that person's eyes.

This module decides how the log of passing on becomes a list in the own copy: one line for each file
that left, with the questions that were in it and never the answers, which stand in the copy
already. It tells what the roles of whoever makes the copy show; the part of the file that they do
not show is named in the copy as one that somebody else keeps.

Source: nrm.md section 11; R26.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from nrm_desktop.app.context import Context
from nrm_desktop.app.handlers.registers import directory_entry
from nrm_desktop.app.handlers.searching import WHOM
from nrm_desktop.app.ports import CellRow, UnitOfWork
from nrm_desktop.app.referral_ports import ReceivedRow
from nrm_desktop.app.showing import D_FIELDS
from nrm_desktop.domain.disclosure import THE_PERSON, planned_recipient
from nrm_desktop.domain.ids import FieldId, RecipientId, RecordId
from nrm_desktop.domain.values import Value

_WHEN = FieldId("disclosure.d_when")
_TO = FieldId("disclosure.d_to")
_HOW = FieldId("disclosure.d_form")


def received_rows(
    uow: UnitOfWork, context: Context, cells: Sequence[CellRow]
) -> tuple[ReceivedRow, ...]:
    """List what was passed on, the oldest in front."""
    log: dict[RecordId, dict[FieldId, list[Value]]] = {}
    for cell in cells:
        if cell.form == "disclosure":
            said = [each.answer for each in context.seen(cell.standing, cell.compartment)]
            values = [answer.value for answer in said if answer is not None]
            log.setdefault(cell.record, {}).setdefault(cell.field, []).extend(values)
    named = _named_in_plan(context, cells)
    rows = (row for one in log.values() for row in _rows(uow, context, one, named))
    return tuple(sorted(rows, key=lambda row: row.at))


def _rows(
    uow: UnitOfWork,
    context: Context,
    said: Mapping[FieldId, list[Value]],
    named: Mapping[RecipientId, str],
) -> Iterator[ReceivedRow]:
    """One line per file; what a colleague's device wrote may be damaged, and hides no other."""
    at = next((one[0] for one in said.get(_WHEN, ()) if isinstance(one, tuple) and one), "")
    pairs = (one for one in said.get(_TO, ()) if isinstance(one, tuple))
    purpose = next((one[1] for one in pairs if len(one) > 1), "")
    how = next((one for one in said.get(_HOW, ()) if isinstance(one, str)), "")
    for entry in said.get(D_FIELDS, ()):
        match entry:
            case (tuple() as went, _, _, _, str() as recipient, _, _, str() as ground, *_):
                yield ReceivedRow(
                    at=str(at),
                    is_the_person=recipient == THE_PERSON,
                    recipient_name=named.get(RecipientId(recipient))
                    or directory_entry(uow, context, RecipientId(recipient)).name,
                    purpose=str(purpose),
                    ground=ground,
                    way=how,
                    fields=_questions(went),
                )


def _named_in_plan(context: Context, cells: Iterable[CellRow]) -> dict[RecipientId, str]:
    """Whom the person named in a safety plan: they stand in no directory."""
    return {
        planned_recipient(cell.record): str(each.answer.value)
        for cell in cells
        if cell.field == WHOM
        for each in context.seen(cell.standing, cell.compartment)
        if each.answer is not None and each.answer.is_answered
    }


def _questions(went: tuple[Value, ...]) -> tuple[FieldId, ...]:
    """The questions of an entry, each once; its addresses name the records too."""
    return tuple(dict.fromkeys(FieldId(str(one).partition("@")[0]) for one in went))

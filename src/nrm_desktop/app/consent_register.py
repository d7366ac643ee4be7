"""Reading the consent register of a case from what stands in its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from nrm_desktop.app.person_files import files_of_person
from nrm_desktop.app.ports import CellRow, UnitOfWork
from nrm_desktop.domain.consent import REGISTER_FORM, ConsentRecord, record_from_cells
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer

_REGISTER: Final = f"{REGISTER_FORM}."


def read_register(uow: UnitOfWork, scope: ScopeId) -> list[ConsentRecord]:
    """Read the register of a case from what stands in it."""
    closed = frozenset(row.record for row in uow.records(scope) if row.is_closed)
    return register_from_cells(uow.cells(scope), closed)


def registers_of_person(uow: UnitOfWork, scope: ScopeId) -> list[ConsentRecord]:
    """Read the register of a case, and of the other files of the person that are here.

    A new conversation replaces what was said in any of them; nothing of another file is changed.
    """
    beside = (
        row
        for file in files_of_person(uow, scope).here
        for row in register_from_cells(file.cells, file.closed)
    )
    return [*read_register(uow, scope), *beside]


def register_from_cells(
    cells: Iterable[CellRow], closed: frozenset[RecordId] = frozenset()
) -> list[ConsentRecord]:
    """Read the register from cells of the case; rows without recipient, say, count for nothing.

    Shape: `closed` are the records that somebody closed; they say no, and no longer yes.

    A cell is told by its field and never by the form of its record: whoever opens the record a
    second time, as something else, would hide a "no". What lies outside `core` counts for nothing
    either: whoever may write elsewhere only could otherwise turn a "no" into a "yes" (R35).
    """
    by_record: dict[RecordId, dict[FieldId, list[Answer | None]]] = {}
    for cell in cells:
        if cell.compartment != Compartment.CORE or not cell.field.startswith(_REGISTER):
            continue
        answers = [each.answer for each in cell.standing]
        by_record.setdefault(cell.record, {})[cell.field] = answers
    return list(_rows(by_record, closed))


def _rows(
    cells: Mapping[RecordId, Mapping[FieldId, Sequence[Answer | None]]],
    closed: frozenset[RecordId],
) -> Iterable[ConsentRecord]:
    for record, standing in cells.items():
        row = record_from_cells(record, standing, is_closed=record in closed)
        if row is not None:
            yield row

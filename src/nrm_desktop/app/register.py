"""Reading the consent register of a case from what stands in its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nrm_desktop.app.ports import CellRow, UnitOfWork
from nrm_desktop.domain.consent import REGISTER_FORM, ConsentRecord, record_from_cells
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer


def read_register(uow: UnitOfWork, scope: ScopeId) -> list[ConsentRecord]:
    """Read the register of a case from what stands in it."""
    rows = uow.records(scope, REGISTER_FORM)
    closed = frozenset(row.record for row in rows if row.is_closed)
    return register_from_cells(uow.cells(scope, REGISTER_FORM), closed)


def register_from_cells(
    cells: Iterable[CellRow], closed: frozenset[RecordId] = frozenset()
) -> list[ConsentRecord]:
    """Read the register from its cells; rows without purpose, recipient or group count nothing.

    Shape: `closed` are the records that somebody closed; they say no, and no longer yes.
    What lies outside `core` counts for nothing either: whoever may write elsewhere only could
    otherwise turn a "no" into a "yes" (R35).
    """
    by_record: dict[RecordId, dict[FieldId, list[Answer | None]]] = {}
    for cell in cells:
        if cell.compartment != Compartment.CORE:
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

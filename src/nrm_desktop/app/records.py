"""Writing values into records: opening them, naming what is replaced, and skipping what is equal.

This module decides which compartment a value lies in and that a record is opened in every
compartment in which it gets its first value. It never asks whether an answer is complete.

Source: sync.md section 3 (record open, superseding by name).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from nrm_desktop.app.commands import CellAnswer, NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import SavedCell
from nrm_desktop.app.ports import RecordRow, Standing, UnitOfWork
from nrm_desktop.app.wire.limits import REPLACES_PER_OP
from nrm_desktop.domain.case import once_record
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.ids import FieldId, OpId, RecordId, ScopeId
from nrm_desktop.domain.lineage import lineage
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, Mark, Value, answered


@dataclass(slots=True)
class _Pending:
    """A value that waits for the flush that names its operation."""

    record: RecordId
    field: FieldId
    place: int
    superseded: tuple[OpId, ...]


class Saving:
    """Collects the values of one save in one scope, then signs them together.

    `finish` flushes; afterwards the operations have their ids.
    """

    def __init__(self, uow: UnitOfWork, context: Context, scope: ScopeId) -> None:
        self._uow = uow
        self._context = context
        self._scope = scope
        self._rows = {row.record: row for row in uow.records(scope)}
        self._begun: set[RecordId] = set()
        self._opened: set[tuple[RecordId, int]] = set()
        self._queued = 0
        self._pending: list[_Pending] = []
        self._unchanged: list[SavedCell] = []

    def begin(self, new: NewRecord, compartment: Compartment | None = None) -> RecordId:
        """Take note of a new record; it is opened with its first value.

        Shape: `compartment` only for rows whose kind chooses it.
        """
        known = self._rows.get(new.record)
        if known is None:
            self._begun.add(new.record)
            orders = [row.order for row in self._rows.values() if row.form == new.form]
            self._rows[new.record] = RecordRow(
                new.record, new.form, new.parent, max(orders, default=0) + 1, compartment
            )
        elif known.form != new.form:
            raise Usage("usage.ambiguous_item", form=new.form)
        return new.record

    def open_in(self, record: RecordId, compartment: Compartment) -> None:
        """Open a record that has no value yet, so that the rows in it have their place."""
        row = self._rows.get(record)
        if row is not None:
            self._context.must_write(compartment)
            self._open(row, compartment)

    def set(
        self, record: RecordId, name: str, answer: Answer, shown: Collection[OpId] | None = None
    ) -> None:
        """Set a field, unless it already says the same.

        What the roles do not show, and what had not come when somebody wrote, is not replaced:
        nobody overwrites what they have not seen. Shape: `shown` as in `CellAnswer.seen`.
        Raises: Usage `usage.not_found` for an unknown field or record; Refused `policy.role`.
        """
        field = self._context.forms.field(name)
        row, compartment = self._place(record, field)
        standing = self._uow.standing(record, field.id, self._scope, compartment)
        answer = still_not_to_leave(answer, standing)
        seen = [
            each
            for each in self._context.seen(standing, compartment)
            if shown is None or each.op in shown or each.signer == self._context.signer
        ]
        if _says_the_same(seen, answer):
            self._unchanged.append(SavedCell(record, field.id, seen[0].op, is_unchanged=True))
            return
        replaces = tuple(sorted(each.op for each in seen[:REPLACES_PER_OP]))
        op = ValueOp(OpKind.SET, record, field.id, answer, replaces)
        self._queue(op, row, compartment)

    def enter(self, record: RecordId, name: str, value: Value) -> None:
        """Add an entry that nothing ever replaces. Raises: as `set`."""
        field = self._context.forms.field(name)
        entry = ValueOp(OpKind.ENTRY, record, field.id, answered(value))
        self._queue(entry, *self._place(record, field))

    def attach(self, record: RecordId, name: str, manifest: Value) -> None:
        """Attach a file to a field; others may stand beside it. Raises: as `set`."""
        field = self._context.forms.field(name)
        op = ValueOp(OpKind.ATTACH, record, field.id, answered(manifest))
        self._queue(op, *self._place(record, field))

    def set_all(self, record: RecordId, answers: Iterable[tuple[str, Answer]]) -> None:
        """Set several fields of one record."""
        for name, answer in answers:
            self.set(record, name, answer)

    def finish(self) -> tuple[SavedCell, ...]:
        """Sign what was collected. Shape: one entry per `set`, unchanged ones last."""
        ops = self._uow.flush()
        saved = tuple(
            SavedCell(each.record, each.field, ops[each.place], each.superseded)
            for each in self._pending
        )
        return saved + tuple(self._unchanged)

    def _queue(self, op: ValueOp, row: RecordRow, compartment: Compartment) -> None:
        self._open(row, compartment)
        self._uow.record(self._scope, compartment, op)
        self._pending.append(_Pending(op.record, op.field, self._queued, op.replaces))
        self._queued += 1

    def _place(self, record: RecordId, field: Field) -> tuple[RecordRow, Compartment]:
        row = self._row(record, field)
        compartment = self._context.forms.compartment_of(field, _chosen(row))
        self._context.must_write(compartment)
        return row, compartment

    def _row(self, record: RecordId, field: Field) -> RecordRow:
        key = self._context.forms.record_key(field)
        row = self._rows.get(record)
        if row is None and record == once_record(self._scope, key):
            row = RecordRow(record, key, None, 0)
        is_closed = any(each.is_closed for each in lineage(self._rows, record))
        if row is None or row.form != key or is_closed:
            raise Usage("usage.not_found", what="item", name=field.id)
        return row

    def _open(self, row: RecordRow, compartment: Compartment) -> None:
        if row.record == once_record(self._scope, row.form):
            return
        key = (row.record, int(compartment))
        if key in self._opened or self._uow.is_opened_in(self._scope, *key):
            return
        self._opened.add(key)
        self._begun.discard(row.record)
        if row.parent in self._begun:  # else a row would stand in a record that nobody ever opened
            self._open(self._rows[row.parent], compartment)
        chosen = row.compartment
        self._uow.record(
            self._scope,
            compartment,
            OpenRecord(row.record, row.form, row.parent, row.order, chosen),
        )
        self._queued += 1


def save(
    uow: UnitOfWork,
    context: Context,
    scope: ScopeId,
    cells: Sequence[CellAnswer],
    *opens: NewRecord,
) -> tuple[SavedCell, ...]:
    """Save answers into records, opening those that are new."""
    saving = Saving(uow, context, scope)
    for new in opens:
        saving.begin(new, chosen_compartment(context, new, cells))
    for cell in cells:
        saving.set(cell.record, cell.field, cell.answer, cell.seen)
    return saving.finish()


def chosen_compartment(
    context: Context, new: NewRecord, cells: Sequence[CellAnswer]
) -> Compartment | None:
    """Say in which compartment the kind of a new row puts it, where the section asks for that.

    Raises: Refused `policy.row_needs_kind` if the deciding field is not among the answers.
    """
    sections = [
        section
        for form in context.forms.forms.values()
        for section in form.sections
        if section.key == new.form and section.compartment_by
    ]
    if not sections:
        return None
    section = sections[0]
    deciding = context.forms.field(str(section.compartment_by))
    values = [c.answer.value for c in cells if c.record == new.record and c.field == deciding.id]
    if not values:
        raise Refused("policy.row_needs_kind", field=deciding.id)
    codes = context.forms.codes_of(deciding)
    code = codes.find(str(values[0])) if codes else None
    return code.compartment if code and code.compartment else section.compartment


def still_not_to_leave(answer: Answer, before: Iterable[Standing]) -> Answer:
    """Keep the mark of a fact that the person excluded: a correction does not take it away."""
    marks = answer.marks
    for each in before:
        marks |= (each.answer.marks if each.answer else 0) & Mark.NOT_TO_LEAVE
    return replace(answer, marks=marks)


def _says_the_same(standing: Sequence[Standing], answer: Answer) -> bool:
    return (
        len(standing) == 1
        and standing[0].answer is not None
        and standing[0].answer.same_content(answer)
    )


def _chosen(row: RecordRow) -> Compartment | None:
    return Compartment(row.compartment) if row.compartment is not None else None

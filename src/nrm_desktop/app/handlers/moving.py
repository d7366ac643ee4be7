"""What was written about one person in another's file, brought to where it belongs.

It is a move and never a copy (R37, N16): the answers with their state, source and time go into new
records of the right case, and `bootstrap.moving` erases them in the wrong one in the same
transaction. In both cases a trace stays: which questions, when, by whom and why; no words, and no
hint to the other person. The pair of cases stands in the audit log of this device alone.

Source: forms.md form l22 and section 2, act `answer.move`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from nrm_desktop.app.commands import CellAnswer, NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.erasing import EVERYTHING, EraseOrder
from nrm_desktop.app.handlers.answers import (
    follow,
    is_of_the_program,
    write_doubt,
)
from nrm_desktop.app.handlers.episodes import must_be_open
from nrm_desktop.app.ports import CellRow, RecordRow, UnitOfWork
from nrm_desktop.app.protection import pathway_of
from nrm_desktop.app.records import Saving
from nrm_desktop.app.showing import D_FIELDS
from nrm_desktop.app.strict_json import Json
from nrm_desktop.domain.additions import FORM as ADDITIONS
from nrm_desktop.domain.additions import OF, names_record
from nrm_desktop.domain.attachments import is_shown_file
from nrm_desktop.domain.case import BIRTH_DATE, PATHWAY_FIELDS, Pathway
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.lineage import lineage
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, answered

FORM: Final = "moved"
REASONS: Final = "moved_reason"
GROUND: Final = "written into the wrong file"
_WENT, CAME = "went", "came"
_KEYS: Final = frozenset({"to", "items", "reason", "ordered_by", "second"})
_NEEDED: Final = frozenset({"to", "items", "reason", "ordered_by"})


@dataclass(frozen=True, slots=True)
class MoveOrder:
    """What shall be moved where. Shape: `to` is a case code; `items` are records, rows included."""

    to: str
    items: tuple[RecordId, ...]
    reason: str
    ordered_by: str
    second: str = ""

    def erasing(self, moved: Moved) -> EraseOrder:
        """The order that takes it out of the wrong file; what lies in the same saves stays."""
        return EraseOrder(
            ground=GROUND,
            ordered_by=self.ordered_by,
            fields=frozenset(moved.fields),
            items=frozenset(moved.items),
            second=self.second,
            re_assert=frozenset({EVERYTHING}),
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """What is moved. Shape: `items` maps records to new ones; `recipients` have received some."""

    items: Mapping[RecordId, RecordId]
    fields: tuple[FieldId, ...]
    answers: tuple[tuple[RecordId, FieldId, Answer], ...]
    recipients: tuple[str, ...]


def read_move(given: Json) -> MoveOrder:
    """Read an order from its file. Raises: Usage `usage.not_json`, `usage.bad_value`."""
    if not isinstance(given, dict) or not _NEEDED <= given.keys() <= _KEYS:
        raise Usage("usage.not_json", what="shape")
    said = {name: given.get(name, "") for name in _KEYS - {"items"}}
    items = given["items"]
    if not all(isinstance(one, str) for one in said.values()) or not isinstance(items, list):
        raise Usage("usage.not_json", what="shape")
    try:
        records = tuple(RecordId(bytes.fromhex(str(one))) for one in items)
    except ValueError:
        raise Usage("usage.bad_value", what="items") from None
    if not records:
        raise Usage("usage.bad_value", what="items")
    return MoveOrder(items=records, **{name: str(text) for name, text in said.items()})


def plan_move(uow: UnitOfWork, context: Context, scope: ScopeId, order: MoveOrder) -> Moved:
    """Say what would go, and who has received some of it. Writes nothing.

    Raises: Usage `usage.bad_value` for a reason that the list does not have, `usage.not_found` for
    a record that is none of this case; Refused `conflict.open`, `policy.written_by_program`,
    `policy.role`, `policy.not_movable` for files.
    """
    reasons = context.forms.codelist(REASONS).offered()
    if order.reason not in reasons:
        raise Usage("usage.bad_value", what="reason", allowed=reasons)
    rows = {row.record: row for row in uow.records(scope)}
    named = set(order.items)
    if not named <= rows.keys():
        raise Usage("usage.not_found", what="item", name="items")
    going = [
        row
        for row in rows.values()
        if named & {above.record for above in lineage(rows, row.record)} and not row.is_closed
    ]
    ids = {row.record: context.new_record() for row in going}
    ids |= {record: context.new_record() for record in _additions_to(uow, scope, ids)}
    cells = [cell for cell in uow.cells(scope) if cell.record in ids]
    answers = tuple(
        (cell.record, cell.field, _about(answer, cell.field, ids))
        for cell in cells
        if (answer := _answer(context, cell)) is not None
    )
    if not answers:
        raise Usage("usage.not_found", what="item", name="items")
    fields = tuple(dict.fromkeys(name for _, name, _ in answers))
    return Moved(ids, fields, answers, tuple(_recipients(uow, scope, answers)))


def must_take_in(uow: UnitOfWork, places: tuple[ScopeId, ScopeId]) -> None:
    """See that the right case may take something in. Shape: `places` from, to.

    Raises: Usage `usage.bad_value` for a case into itself; Refused as `must_be_open`.
    """
    wrong, right = places
    if wrong == right:
        raise Usage("usage.bad_value", what="target")
    must_be_open(uow, right)


def write_move(
    uow: UnitOfWork,
    context: Context,
    places: tuple[ScopeId, ScopeId],
    order: MoveOrder,
    moved: Moved,
) -> None:
    """Write the answers into the right case, and the trace into both. Shape: `places` from, to."""
    wrong, right = places
    must_take_in(uow, places)
    rows = sorted(
        (row for row in uow.records(wrong) if row.record in moved.items), key=lambda row: row.order
    )
    saving = Saving(uow, context, right)
    for row in _parents_first(rows):
        parent = moved.items.get(row.parent) if row.parent is not None else None
        chosen = None if row.compartment is None else Compartment(row.compartment)
        saving.begin(NewRecord(moved.items[row.record], row.form, parent), chosen)
    for record, name, answer in moved.answers:
        saving.set(moved.items[record], name, answer)
    _trace(saving, context, order, moved, CAME)
    saving.finish()
    came = [CellAnswer(moved.items[record], name, said) for record, name, said in moved.answers]
    follow(uow, context, right, came)
    _keep_doubt(uow, context, wrong, moved)
    saving = Saving(uow, context, wrong)
    _trace(saving, context, order, moved, _WENT)
    saving.finish()
    uow.audit("answer.move", places)


def _keep_doubt(uow: UnitOfWork, context: Context, wrong: ScopeId, moved: Moved) -> None:
    """No move ends the steps for a child, also not for the person who was mixed up (N15)."""
    is_child = pathway_of(uow.cells(wrong)) is Pathway.CHILD
    if is_child and {*PATHWAY_FIELDS, BIRTH_DATE}.intersection(moved.fields):
        write_doubt(uow, context, wrong)


def _additions_to(uow: UnitOfWork, scope: ScopeId, going: Collection[RecordId]) -> set[RecordId]:
    """What the person said about the answers that go: it goes with them."""
    return {
        cell.record
        for cell in uow.cells(scope)
        if cell.field == OF
        for each in cell.standing
        if each.answer is not None and names_record(each.answer.value) in going
    }


def _about(answer: Answer, name: FieldId, ids: Mapping[RecordId, RecordId]) -> Answer:
    """An addition names the record of its answer: there that has a new id."""
    record = names_record(answer.value) if name == OF else None
    if record is None:
        return answer
    return replace(answer, value=str(answer.value).replace(record.hex(), ids[record].hex()))


def _answer(context: Context, cell: CellRow) -> Answer | None:
    """The one answer of a cell; None if it was erased. Raises: Refused where it cannot be moved."""
    field = context.forms.find_field(cell.field)
    if field is None or (is_of_the_program(context.forms, field) and field.form != ADDITIONS):
        raise Refused("policy.written_by_program", field=cell.field)
    context.must_fill(field)
    if len(tuple(context.seen(cell.standing, cell.compartment))) < len(cell.standing):
        raise Refused("policy.role", field=cell.field)  # nobody moves what they are not shown
    if cell.is_conflict:
        raise Refused("conflict.open", field=cell.field)
    answer = cell.standing[0].answer if cell.standing else None
    if answer is not None and is_shown_file(answer.value):
        raise Refused("policy.not_movable", field=cell.field)
    return answer


def _parents_first(rows: Sequence[RecordRow]) -> Iterable[RecordRow]:
    known = {row.record: row for row in rows}
    return sorted(rows, key=lambda row: len(tuple(lineage(known, row.record))))


def _recipients(
    uow: UnitOfWork, scope: ScopeId, answers: Iterable[tuple[RecordId, FieldId, Answer]]
) -> Iterable[str]:
    """Who has received any of it, by the log of what was passed on."""
    wanted = {f"{name}@{record.hex()}" for record, name, _ in answers}
    found: dict[str, None] = {}
    for cell in uow.cells(scope):
        for each in cell.standing if cell.field == D_FIELDS else ():
            match each.answer.value if each.answer else None:
                case (tuple() as went, _, _, _, str() as recipient, *_):
                    if wanted.intersection(map(str, went)):
                        found[recipient] = None
    return found


def _trace(saving: Saving, context: Context, order: MoveOrder, moved: Moved, way: str) -> None:
    record = saving.begin(NewRecord(context.new_record(), FORM))
    saving.set_all(
        record,
        (
            ("moved.mv_fields", answered(tuple(map(str, moved.fields)))),
            ("moved.mv_when", answered((context.now_iso(), context.badge))),
            ("moved.mv_way", answered(way)),
            ("moved.mv_reason", answered(order.reason)),
            ("moved.mv_out", answered(moved.recipients if way == _WENT else ())),
        ),
    )

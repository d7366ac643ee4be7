"""Somebody is missing: the search that was agreed with the person.

While the person was there, she or he said whom to tell, after how long, and what may be said. When
a note of the missing is begun, these become its steps, each with its time. What is then told is
`telling`. The steps are written once for each note; two laptops write the same ones.

Source: forms.md forms e and l2; nrm.md S10.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from nrm_desktop.app.commands import CellAnswer, NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import SavedCell
from nrm_desktop.app.ports import CellRow, RecordRow, UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.case import row_beside
from nrm_desktop.domain.forms.timetable import Unit
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.reckoning import day_after, hours_after
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Value, answered

MISSING: Final = "missing"
PLAN_ROW: Final = "safety.if_missing"
WHOM: Final = FieldId("safety.if_missing.whom")
AFTER: Final = FieldId("safety.if_missing.after")
STEPS: Final = "missing.m_steps"
STEP_WHAT: Final = FieldId("missing.m_steps.what")
STEP_DUE: Final = FieldId("missing.m_steps.due")
_SEEN_LAST: Final = FieldId("missing.m_last.when")
_LENGTH: Final = re.compile(r"~?P(T?)(\d{1,4})([HDWMY])")
_UNITS: Final = {
    "D": Unit.CALENDAR_DAYS,
    "W": Unit.WEEKS,
    "M": Unit.MONTHS,
    "Y": Unit.YEARS,
}


def begin_search(
    uow: UnitOfWork, context: Context, scope: ScopeId, answers: Sequence[CellAnswer]
) -> tuple[SavedCell, ...]:
    """Make a step of the search of each row of the safety plan, once for each note."""
    if not any(one.field.startswith(f"{MISSING}.") for one in answers):
        return ()
    if not context.forms.roles.may_write(context.roles, Compartment.SUPPORT):
        return ()
    rows = {row.record: row for row in uow.records(scope)}
    notes = {_note_of(rows, one.record) for one in answers} - {None}
    plan = [row for row in rows.values() if row.form == PLAN_ROW and not row.is_closed]
    said = _said(uow.cells(scope, PLAN_ROW)) if plan else {}
    seen = [one.answer.value for one in answers if one.field == _SEEN_LAST]
    saving = Saving(uow, context, scope)
    for note in sorted(one for one in notes if one is not None):
        for row in plan:
            step = step_of(row.record, note)
            if step in rows or WHOM not in said.get(row.record, {}):
                continue
            saving.begin(NewRecord(step, STEPS, note))
            saving.set(step, STEP_WHAT, answered(said[row.record][WHOM]))
            after = str(said[row.record].get(AFTER, ""))
            due = step_due(minute_of(seen[-1] if seen else None, context), after)
            saving.set(step, STEP_DUE, answered((due, 0)))
    return saving.finish()


def step_of(plan_row: RecordId, note: RecordId) -> RecordId:
    """The step of a search that a row of the safety plan asks for."""
    return row_beside(plan_row, f"{STEPS}.{note.hex()}")


def step_due(start: str, after: str) -> str:
    """When a step is due. Shape: `start` an ISO minute, `after` as in a plan; at once if empty."""
    found = _LENGTH.fullmatch(after)
    if found is None:
        return start
    is_time, length, unit = found[1], int(found[2]), found[3]
    if is_time:
        return hours_after(start, length, is_late=False) if unit == "H" else start
    day, _, time = start.partition("T")
    try:
        end = day_after(date.fromisoformat(day), length, _UNITS[unit])
    except (OverflowError, KeyError):
        return start
    return f"{end.isoformat()}T{time}"


def _note_of(rows: dict[RecordId, RecordRow], record: RecordId) -> RecordId | None:
    """The note in which a record stands, or which it is."""
    here = rows.get(record)
    while here is not None and here.form != MISSING:
        here = rows.get(here.parent) if here.parent is not None else None
    return here.record if here is not None and not here.is_closed else None


def _said(cells: Iterable[CellRow]) -> dict[RecordId, dict[FieldId, Value]]:
    found: dict[RecordId, dict[FieldId, Value]] = {}
    for cell in cells:
        for each in cell.standing:
            if each.answer is not None and each.answer.is_answered:
                found.setdefault(cell.record, {}).setdefault(cell.field, each.answer.value)
    return found


def minute_of(value: Value, context: Context) -> str:
    """An answered moment as an ISO minute where the laptop is; now if there is none."""
    text = value[0] if isinstance(value, tuple) and value else value
    if isinstance(text, str) and "T" in text and "Z" not in text:
        return text[:16]
    now = datetime.fromisoformat(context.now_iso()).astimezone(context.zone)
    return now.strftime("%Y-%m-%dT%H:%M")

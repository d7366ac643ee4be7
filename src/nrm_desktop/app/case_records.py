"""The records of a case with the answers that act: what conditions, readiness and clocks look at.

This module decides nothing: which of several standing answers acts says `app.protection`.
"""

from __future__ import annotations

from collections.abc import Iterable

from nrm_desktop.app.ports import CellRow, RecordRow
from nrm_desktop.app.protection import acting_standing
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import Answer


def case_records(forms: FormSet, cells: Iterable[CellRow], rows: Iterable[RecordRow]) -> Records:
    """Make the records of a case; closed ones are left out, those that exist once are there."""
    answers: dict[RecordId, dict[FieldId, Answer]] = {}
    keys: dict[RecordId, str] = {}
    for cell in cells:
        standing = acting_standing(forms, cell)
        if standing is not None and standing.answer is not None:
            answers.setdefault(cell.record, {})[cell.field] = standing.answer
            keys[cell.record] = cell.form
    known = {row.record: row for row in rows}
    found = [
        Record(row.record, row.form, row.parent, row.order, answers.get(row.record, {}))
        for row in known.values()
        if not row.is_closed
    ]
    once = [Record(one, keys[one], answers=answers[one]) for one in answers if one not in known]
    return Records([*found, *once])

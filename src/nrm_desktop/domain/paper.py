"""What was written on paper: two times, both kept (R36).

A record that was typed from a sheet has a record `paper` standing in it: when the sheet was
written, by whom, its number, and what became of it. Once somebody has read the time on the sheet
again, whatever counts from the writing of the record counts from there.

Source: forms.md section 1 (parts that every record has); nrm.md R36.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import Answer

PAPER: Final = "paper"
AT: Final = FieldId("paper.at")
RIGHT: Final = FieldId("paper.right")
BY: Final = FieldId("paper.by")
TYPED: Final = FieldId("paper.typed_at")
SHEET: Final = FieldId("paper.sheet")
GONE: Final = FieldId("paper.gone")


def written_at(answers: Mapping[FieldId, Answer]) -> str:
    """The minute or day on a sheet, if somebody has confirmed it; else nothing.

    Shape: an ISO date or minute.
    """
    at, right = answers.get(AT), answers.get(RIGHT)
    if at is None or right is None or right.value is not True:
        return ""
    value = at.value
    text = value[0] if isinstance(value, tuple) and value else ""
    return text if isinstance(text, str) else ""


def sheets_typed_twice(sheets: Iterable[tuple[RecordId, str]]) -> frozenset[RecordId]:
    """Records whose sheet has the number of another one. Shape: `sheets` are record and number."""
    by_number: dict[str, set[RecordId]] = {}
    for record, number in sheets:
        by_number.setdefault(number.strip().casefold(), set()).add(record)
    return frozenset(one for same in by_number.values() if len(same) > 1 for one in same)

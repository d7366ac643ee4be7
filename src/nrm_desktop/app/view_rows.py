"""Rows of a view as plain texts, for pages that show what was written without any form.

This module decides that nothing which stands beside something else is dropped: a text is told with
all that stands in its field. It sees what the view holds and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from nrm_desktop.app.queries import CaseView, CellView, RegisterView
from nrm_desktop.app.timing import Moments, local_minute, wall_minute
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.tracks import day_of
from nrm_desktop.domain.values import Answer

_BESIDE: Final = " / "


class ViewRows:
    """The rows of a case, or of the registers of the organisation, by record."""

    def __init__(self, view: CaseView | RegisterView, now: Moments) -> None:
        self._view = view
        self._now = now
        self._cells: dict[RecordId, dict[FieldId, CellView]] = {}
        for cell in view.cells:
            self._cells.setdefault(cell.record, {})[cell.field] = cell

    def of(self, form: str, within: RecordId | None = None) -> Iterator[RecordId]:
        """Records of a key in their order; those that stand in a record, if one is named."""
        for one in sorted(self._view.records, key=lambda row: (row.order, row.record)):
            if one.form == form and within in (None, one.parent):
                yield one.record

    def opened(self, record: RecordId) -> str:
        """The minute of the oldest answer of a record and of what stands in it; or nothing."""
        times = [cell.acting.at_ms for cell in self._all(record)]
        return wall_minute(min(times), self._now.zone) if times else ""

    def writer(self, record: RecordId) -> str:
        """Who began a record. Shape: a badge."""
        cells = sorted(self._all(record), key=lambda cell: cell.acting.at_ms)
        return cells[0].acting.user if cells else ""

    def text(self, record: RecordId, field: str) -> str:
        """A text, code or number; where several stand, all of them."""
        values = (one.value for one in self._standing(record, field))
        return _BESIDE.join(str(one) for one in values if isinstance(one, str | int))

    def time(self, record: RecordId, field: str) -> str:
        """A day or minute, as far as it is known, by the clock on the wall."""
        found = [local_minute(day_of(one), self._now.zone) for one in self._standing(record, field)]
        return found[0] if found else ""

    def codes(self, record: RecordId, field: str) -> tuple[str, ...]:
        """Codes, of all versions that stand."""
        found: dict[str, None] = {}
        for one in self._standing(record, field):
            values = one.value if isinstance(one.value, tuple) else (one.value,)
            found |= {str(value): None for value in values if value}
        return tuple(found)

    def is_older(self, minute: str, hours: int) -> bool:
        """True if a day or minute lies more than so many hours back, or is not known."""
        try:
            then, now = map(datetime.fromisoformat, (minute, self._now.minute))
        except ValueError:
            return True
        return then < now - timedelta(hours=hours)

    def is_now(self, start: str, end: str) -> bool:
        """True between two minutes; one that is not known is no limit, two are no time at all."""
        if not (start or end):
            return False
        now = self._now.minute
        return start <= now and (not end or now <= end)

    def _all(self, record: RecordId) -> Sequence[CellView]:
        """The cells of a record and of the rows in it."""
        inner = [one.record for one in self._view.records if one.parent == record]
        return [cell for each in (record, *inner) for cell in self._cells.get(each, {}).values()]

    def _standing(self, record: RecordId, field: str) -> Sequence[Answer]:
        cell = self._cells.get(record, {}).get(FieldId(field))
        versions = (cell.acting, *cell.others) if cell is not None else ()
        return [one.answer for one in versions if one.answer is not None and one.answer.is_answered]

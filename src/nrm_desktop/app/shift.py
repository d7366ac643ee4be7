"""The hand-over of a shift: one line per case.

This module decides which line of a case counts (the last one, for 72 hours), and that open cases
without a line are named rather than passed over. It writes nothing but the receipt of whoever has
read. A line is found by its code. Everything lies on this device: no network is asked (R40).

Source: forms.md form l21; ux.md section 4, screen 28.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.commands import CellAnswer, NewRecord, SaveAnswers
from nrm_desktop.app.context import Context
from nrm_desktop.app.ports import Reader
from nrm_desktop.app.queries import CaseView
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.timing import Moments, open_cases
from nrm_desktop.app.view_rows import ViewRows
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered

SHIFT: Final = "shift"
_DO, _READ = f"{SHIFT}.sh_do", f"{SHIFT}.sh_read"
_LASTS_H: Final = 72


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something for the next shift. Shape: `by_when` is an ISO day or minute, or empty."""

    what: str
    by_when: str = ""
    who: str = ""
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """Who has read a line, and when. Shape: a badge; an ISO minute."""

    by: str
    at: str


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """The line of one case. No name: a code.

    Shape: `written` is an ISO minute, `by` a badge; `watch` are codes of the list `shift_watch`;
    `bed` is empty for whoever may not read where somebody stays.
    """

    scope: ScopeId
    code: str
    record: RecordId
    written: str
    by: str
    now: str = ""
    todo: tuple[ToDo, ...] = ()
    watch: tuple[str, ...] = ()
    watch_words: str = ""
    bed: str = ""
    receipts: tuple[Receipt, ...] = ()

    def is_known_to(self, badge: str) -> bool:
        """True for whoever wrote it, and for those who have signed that they read it."""
        return badge in {self.by, *(one.by for one in self.receipts)}


@dataclass(frozen=True, slots=True)
class HandOver:
    """The page of a shift. Shape: `without` are codes of open cases that have no line."""

    lines: tuple[ShiftLine, ...] = ()
    without: tuple[str, ...] = ()


def hand_over(reader: Reader, sight: Sight, now: Moments) -> HandOver:
    """The lines of all open cases, by code.

    Raises: Refused `policy.role` for whoever does not read the part in which they lie.
    """
    if Compartment.SUPPORT not in sight.compartments:
        raise Refused("policy.role", compartment=Compartment.SUPPORT.word)
    lines, without = [], []
    for view in open_cases(reader, sight):
        line = _line(view, now)
        if line is None:
            without.append(view.row.code)
        else:
            lines.append(line)
    return HandOver(tuple(sorted(lines, key=lambda one: one.code)), tuple(sorted(without)))


def receipt_of(context: Context, line: ShiftLine, minute: str) -> SaveAnswers:
    """The command by which somebody signs that a line was read."""
    row = NewRecord(context.new_record(), _READ, line.record)
    said = (("by", answered(context.badge)), ("at", answered((minute, 0))))
    cells = tuple(CellAnswer(row.record, FieldId(f"{_READ}.{key}"), one) for key, one in said)
    return SaveAnswers(scope=line.scope, answers=cells, opens=(row,))


def _line(view: CaseView, now: Moments) -> ShiftLine | None:
    rows = ViewRows(view, now)
    known = tuple(rows.of(SHIFT))
    if not known or rows.is_older(rows.opened(known[-1]), _LASTS_H):
        return None
    record = known[-1]
    return ShiftLine(
        view.row.scope,
        view.row.code,
        record,
        rows.opened(record),
        rows.writer(record),
        rows.text(record, f"{SHIFT}.sh_now"),
        tuple(_todo(rows, record)),
        rows.codes(record, f"{SHIFT}.sh_watch"),
        rows.text(record, f"{SHIFT}.sh_watch.text"),
        rows.text(record, f"{SHIFT}.sh_bed"),
        tuple(_receipts(rows, record)),
    )


def _todo(rows: ViewRows, record: RecordId) -> Iterator[ToDo]:
    for row in rows.of(_DO, record):
        yield ToDo(
            rows.text(row, f"{_DO}.what"),
            rows.time(row, f"{_DO}.by_when"),
            rows.text(row, f"{_DO}.who"),
            bool(rows.time(row, f"{_DO}.done_at")),
        )


def _receipts(rows: ViewRows, record: RecordId) -> Iterator[Receipt]:
    for row in rows.of(_READ, record):
        yield Receipt(rows.text(row, f"{_READ}.by"), rows.time(row, f"{_READ}.at"))

"""How the tracks of a case stand, and what is due in it. All that is open: `app.work_list`.

This module decides how a case that somebody may see becomes records for `domain.tracks` and
`domain.clocks`, and how near an end is. It writes nothing, and it sees only what the view holds:
whoever may not read a part of the file gets no day out of it.

Source: nrm.md sections 3 and 5; cli.md sections 4 and 11.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Final

from nrm_desktop.app.context import Context, iso_time
from nrm_desktop.app.ports import Reader
from nrm_desktop.app.queries import CaseFilter, CaseView, CellView, RegisterView
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.case import PATHWAY_FIELDS, Pathway, Said, signs_of_child
from nrm_desktop.domain.clocks import CaseSeen, Clock, clocks_of, due_days, waiting
from nrm_desktop.domain.dates import program_time
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.paper import PAPER, written_at
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, Compartment
from nrm_desktop.domain.tracks import TrackState, track_states
from nrm_desktop.domain.values import Answer

_PAGE: Final = 200
_PARTS: Final = frozenset(map(int, CASE_COMPARTMENTS))
WEEK: Final = 7
"""How far a list looks ahead if nobody says otherwise. Units: days."""
_DAY_CHARS: Final = 10
_MINUTE_CHARS: Final = 16


class Nearness(StrEnum):
    """How near an end is. Shape: the words of `case list --filter due=`, and `later`."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Moments:
    """Now, where the laptop is.

    Shape: `today` is an ISO date, `minute` an ISO minute; `zone` None for the zone of the system.
    """

    today: str
    minute: str
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Something that somebody waits for in a case. No name and no text: a code and a rule.

    Shape: `file` is the code of another file of the person in which it runs, and `file_scope` that
    file; `beside` are code and end where the same rule says another day in another file, an empty
    code for the file itself.
    """

    scope: ScopeId
    code: str
    clock: Clock
    nearness: Nearness
    days_left: int
    file: str = ""
    file_scope: ScopeId | None = None
    beside: tuple[tuple[str, str], ...] = ()

    @property
    def opens(self) -> ScopeId:
        """Where it is done: what an answer beside its beginning ends is ended in that file."""
        if self.file_scope is None or self.clock.rule.done_by:
            return self.scope
        return self.file_scope


@dataclass(frozen=True, slots=True)
class CaseTimes:
    """Tracks and clocks of one case. Shape: `due` holds what is waited for, the next in front."""

    tracks: Mapping[str, TrackState]
    due: tuple[Due, ...]


def now_of(context: Context) -> Moments:
    """Now, by the clock of the laptop and in its zone."""
    moment = datetime.fromtimestamp(context.clock.now_ms() / 1000, UTC).astimezone(context.zone)
    return Moments(context.today(), moment.isoformat()[:_MINUTE_CHARS], context.zone)


def case_times(
    forms: FormSet,
    view: CaseView,
    now: Moments,
    sight: Sight | None = None,
    beside: Sequence[Record] = (),
) -> CaseTimes:
    """Say how the tracks stand and what is due, as far as the view lets see.

    Shape: `sight` is that of the view; whoever may not see where a task ends is not told of it;
    `beside` are records of registers that are about this case.
    """
    seen = case_seen(forms, view, now.zone, sight, beside)
    clocks = clocks_of(forms.timetable, seen)
    found = (due_of(view.row.scope, view.row.code, clock, now) for clock in waiting(clocks))
    return CaseTimes(track_states(forms.timetable, seen.records, seen.facts), tuple(found))


def open_cases(
    reader: Reader, sight: Sight, without: Collection[ScopeId] = frozenset()
) -> Iterator[CaseView]:
    """All open cases that may be seen, page by page.

    One that is damaged is passed over: the vault says so by itself and names it, and it must not
    hide what is due in the others. Shape: those of `without` are not read.
    """
    after: str | None = None
    while True:
        page = reader.cases(CaseFilter(state="open"), _PAGE, after, sight)
        found: list[CaseView] = []
        for row in page.rows:
            if row.scope in without:
                continue
            with suppress(IntegrityFault):
                view = reader.case(row.scope, sight)
                if view is not None:
                    found.append(view)
        yield from found
        after = page.next_token
        if after is None:
            return


def is_listed(due: Due, within_days: int) -> bool:
    """True if a due thing belongs on the list of somebody who looks so many days ahead."""
    return due.days_left <= max((within_days, *due.clock.rule.remind))


def due_of(scope: ScopeId, code: str, clock: Clock, now: Moments) -> Due:
    """Say how near the end of a clock is."""
    left = due_days(clock, now.today)
    return Due(scope, code, clock, _nearness(clock.ends, left, now), left)


def case_seen(
    forms: FormSet,
    view: CaseView,
    zone: tzinfo | None = None,
    sight: Sight | None = None,
    beside: Sequence[Record] = (),
) -> CaseSeen:
    """What tracks and clocks may look at of a case, with times as the laptop's clock has them."""
    cells = _Cells(view, zone)
    records = Records((*cells.records(), *beside))
    pathway = Pathway.CHILD if view.row.is_child else Pathway(view.row.child)
    given = frozenset({"child_pathway"} if pathway is Pathway.CHILD else ())
    parts = frozenset(map(Compartment, sight.compartments & _PARTS)) if sight else None
    return CaseSeen(
        records,
        pathway,
        records.facts(forms, given),
        cells.versions,
        child_since=cells.minute(_first_sign(view)),
        parts=parts,
    )


def records_of(view: CaseView | RegisterView, zone: tzinfo | None = None) -> Iterator[Record]:
    """The records of a view, with times as the laptop's clock has them."""
    return _Cells(view, zone).records()


def _first_sign(view: CaseView) -> int:
    """When the first sign of a child was written. Units: wall milliseconds; 0 if there is none."""
    said = (
        (version.at_ms, Said(cell.field, version.answer))
        for cell in view.cells
        if cell.field in PATHWAY_FIELDS
        for version in (cell.acting, *cell.others)
        if version.answer is not None
    )
    return min((at_ms for at_ms, one in said if signs_of_child((one,))), default=0)


def _nearness(ends: str, left: int, now: Moments) -> Nearness:
    is_over = ends < now.minute if len(ends) > _DAY_CHARS else left < 0
    if is_over:
        return Nearness.OVERDUE
    if left == 0:
        return Nearness.TODAY
    return Nearness.WEEK if left <= WEEK else Nearness.LATER


class _Cells:
    """The cells of a view by record."""

    def __init__(self, view: CaseView | RegisterView, zone: tzinfo | None) -> None:
        self._view = view
        self._zone = zone
        self._by_place = {(cell.record, cell.field): cell for cell in view.cells}
        self._of: dict[RecordId, list[CellView]] = {}
        for cell in view.cells:
            self._of.setdefault(cell.record, []).append(cell)
        self._papers = {
            row.parent: at
            for row in view.records
            if row.form == PAPER and row.parent is not None
            if (at := self._on_paper(row.record))
        }
        """The time on the sheet from which a record was typed (R36)."""

    def records(self) -> Iterator[Record]:
        """All records of the view with the answers that act."""
        for row in self._view.records:
            cells = self._of.get(row.record, [])
            answers = {
                c.field: self._here(c.acting.answer) for c in cells if c.acting.answer is not None
            }
            times = [c.acting.at_ms for c in cells]
            on_paper = self._papers.get(row.record, "")
            written = on_paper or wall_minute(max(times, default=0), self._zone)
            opened = on_paper or self.minute(min(times, default=0))
            yield Record(row.record, row.form, row.parent, row.order, answers, written, opened)

    def _on_paper(self, record: RecordId) -> str:
        cells = self._of.get(record, [])
        return written_at({c.field: c.acting.answer for c in cells if c.acting.answer is not None})

    def minute(self, at_ms: int) -> str:
        """A wall time as the clock on the wall had it; nothing for none."""
        return wall_minute(at_ms, self._zone) if at_ms else ""

    def versions(self, record: RecordId, name: FieldId) -> tuple[Answer, ...]:
        """What stands beside the acting answer of a field."""
        cell = self._by_place.get((record, name))
        others = cell.others if cell is not None else ()
        return tuple(self._here(one.answer) for one in others if one.answer is not None)

    def _here(self, answer: Answer) -> Answer:
        """People write the time of their clock, the program writes that of Greenwich."""
        value = answer.value
        if not isinstance(value, tuple) or not value or not isinstance(value[0], str):
            return answer
        here = local_minute(value[0], self._zone)
        return answer if here == value[0] else replace(answer, value=(here, *value[1:]))


def wall_minute(at_ms: int, zone: tzinfo | None) -> str:
    """A wall time as the clock on the wall had it. Shape: an ISO minute."""
    return local_minute(iso_time(at_ms), zone)


def local_minute(text: str, zone: tzinfo | None) -> str:
    """A time of the program (`2026-11-26T03:10:00Z`) as the clock on the wall had it.

    Everything else comes back as it is.
    """
    moment = program_time(text)
    if moment is None:  # also no time of the calendar: whoever counts says so
        return text
    try:
        return moment.astimezone(zone).isoformat()[:_MINUTE_CHARS]
    except (ValueError, OverflowError):  # the zone lies beyond the first or the last year
        return text

"""What is due in all open cases: overdue, today, soon. Codes and time limits, no names.

This module decides the words of a row. What is due, and from when on it is listed, says
`app.timing`. A line that is overdue changes nothing in the case (R2).

Source: ux.md section 5, screen 3; nrm.md section 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.timing import Due, Nearness, now_of, work_list
from nrm_desktop.domain.clocks import ClockState
from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, Tone

WITHIN_DAYS: Final = 7
_DAY_CHARS: Final = 10


@dataclass(frozen=True, slots=True)
class TodayLine:
    """A row of the list, in words."""

    due: Due
    what: str
    code: str
    when: str
    pill: PillSpec


class TodayView(Protocol):
    """What the page shows."""

    def show_lines(self, lines: tuple[TodayLine, ...]) -> None:
        """Show what is due; nothing is said in words."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class TodayPresenter:
    """The page of what is due. Shape: `opening` goes into the case of a row."""

    def __init__(self, view: TodayView, desk: Desk, opening: Callable[[Due], None]) -> None:
        self._view = view
        self._desk = desk
        self._opening = opening
        self._lines: tuple[TodayLine, ...] = ()

    def columns(self) -> tuple[Column[TodayLine], ...]:
        """The columns; what and state never give way."""
        say = self._desk.say
        return (
            Column("what", say("What"), lambda one: one.what, chars=34, stretches=True),
            Column("code", say("Case"), lambda one: one.code, chars=11, gives_way=2, is_code=True),
            Column("when", say("Until"), lambda one: one.when, chars=20, gives_way=1),
            Column(
                "state", say("State"), lambda one: one.pill.word, lambda one: one.pill, chars=14
            ),
        )

    def start(self) -> None:
        """Read what is due."""
        desk = self._desk
        context = desk.context
        desk.ask(
            lambda: work_list(desk.reader, context.forms, desk.sight, now_of(context), WITHIN_DAYS),
            self._show,
            self._failed,
        )

    def refresh(self) -> None:
        """Something arrived from elsewhere."""
        self.start()

    def leave(self) -> None:
        """Nothing is in hand on this page."""

    def open(self, row: int) -> None:
        """Go into the case of a row."""
        if 0 <= row < len(self._lines):
            self._opening(self._lines[row].due)

    def _show(self, found: Sequence[Due]) -> None:
        self._lines = tuple(map(self._line, found))
        self._view.show_lines(self._lines)

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(f"{message} {remedy}", Tone.BAD),))

    def _line(self, due: Due) -> TodayLine:
        desk, clock = self._desk, due.clock
        what = desk.context.forms.text(f"time_limit.{clock.rule.id}", desk.say.language)
        if clock.state is ClockState.TO_CONFIRM:
            what = desk.say("{what} (the rule has to be checked first)", what=what)
        day = desk.dates.show(PartialDate(clock.ends[:_DAY_CHARS]))
        when = f"{day}, {clock.ends[11:16]}" if len(clock.ends) > _DAY_CHARS else day
        return TodayLine(due, what, due.code, when, self._pill(due.nearness))

    def _pill(self, nearness: Nearness) -> PillSpec:
        say = self._desk.say
        return {
            Nearness.OVERDUE: PillSpec(say("Overdue"), Shape.TRIANGLE, Tone.WARN),
            Nearness.TODAY: PillSpec(say("Today"), Shape.DOT, Tone.INFO),
            Nearness.WEEK: PillSpec(say("This week"), Shape.HALF),
            Nearness.LATER: PillSpec(say("Later"), Shape.RING),
        }[nearness]

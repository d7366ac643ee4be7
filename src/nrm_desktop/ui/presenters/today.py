"""What waits today: due in open cases, and what the safe itself waits for. Codes, no names.

This module decides the words of a row and where it leads. What waits, and from when on it is
listed, say `app.today` and `app.timing`. Each source is read by itself: one that fails says so in a
banner, and the rows of all others are there. A line that is overdue changes nothing (R2).

Source: ux.md sections 4 (screen 3) and 5; nrm.md section 5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final, Protocol

from nrm_desktop.app.timing import Due, Nearness
from nrm_desktop.app.today import Asked, Failure, Line, Source, Waiting, What
from nrm_desktop.domain.clocks import ClockState
from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, Tone
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.wording import Say

WITHIN_DAYS: Final = 7
_DAY_CHARS: Final = 10
_PLACES: Final = MappingProxyType(
    {
        Source.CONFLICTS: PlaceId.CONFLICTS,
        Source.WRITTEN_LOCKED: PlaceId.WAITING,
        Source.ARRIVALS: PlaceId.EXCHANGE,
        Source.BACKUP: PlaceId.SAFETY,
        Source.WAY_BACK: PlaceId.SAFETY,
        Source.FORMS: PlaceId.PACKS,
    }
)


_ELSEWHERE: Final[Mapping[What, PlaceId | None]] = MappingProxyType(
    {
        What.CLAIM: PlaceId.PEOPLE,
        What.WHICH_GOES_ON: None,
        What.NOTICE: None,
        What.MAY_HOLD_MORE: PlaceId.CASES,
        What.ASKED_TO_STOP: None,
    }
)
"""What leads to another place than its source; None is the case itself."""


@dataclass(frozen=True, slots=True)
class TodayLine:
    """A row of the list, in words.

    Shape: `place` where it leads, None for its case; `register` is the form of one; `opens` is the
    code of the case that is opened, where that is another file of the person.
    """

    what: str
    code: str
    when: str
    pill: PillSpec
    scope: ScopeId | None = None
    place: PlaceId | None = None
    register: str = ""
    opens: str = ""


class TodayTools(Protocol):
    """What the page may ask for."""

    def readings(self, within_days: int) -> Sequence[Asked]:
        """Every reading, in the order in which it is shown; each is slow."""


class TodayView(Protocol):
    """What the page shows."""

    def show_lines(self, lines: tuple[TodayLine, ...], checked: str) -> None:
        """Show what waits; where nothing does, say when that was looked at."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class TodayPresenter:
    """The page of what waits.

    Shape: `opening` goes into a case by scope and code, `going` to another place, where a register
    is named by its form.
    """

    def __init__(
        self,
        view: TodayView,
        desk: Desk,
        tools: TodayTools,
        opening: Callable[[ScopeId, str], None],
        going: Callable[[PlaceId, str], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._opening = opening
        self._going = going
        self._found: list[Sequence[Line] | Failure | None] = []
        self._round = 0
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
        """Read every source, each by itself."""
        self._round += 1
        asked = tuple(self._tools.readings(WITHIN_DAYS))
        self._found = [None] * len(asked)
        for place, one in enumerate(asked):
            self._desk.ask(
                one.read,
                partial(self._read, self._round, place),
                partial(self._failed, self._round, place, one),
            )

    def refresh(self) -> None:
        """Something arrived from elsewhere."""
        self.start()

    def leave(self) -> None:
        """Nothing is in hand on this page."""

    def open(self, row: int) -> None:
        """Go where a row leads."""
        if not 0 <= row < len(self._lines):
            return
        line = self._lines[row]
        if line.place is not None:
            self._going(line.place, line.register)
        elif line.scope is not None:
            self._opening(line.scope, line.opens or line.code)

    def _read(self, turn: int, place: int, found: Sequence[Line]) -> None:
        self._take(turn, place, found)

    def _failed(self, turn: int, place: int, asked: Asked, error: NrmError) -> None:
        self._take(turn, place, Failure(asked.sources, error))

    def _take(self, turn: int, place: int, found: Sequence[Line] | Failure) -> None:
        """Show what is there; of an older round nothing counts, and nothing half is "nothing"."""
        if turn != self._round:
            return
        self._found[place] = found
        read = [one for one in self._found if one is not None]
        failed = [one for one in read if isinstance(one, Failure)]
        lines = [self._line(row) for one in read if not isinstance(one, Failure) for row in one]
        self._lines = tuple(lines)
        self._view.show_banners(tuple(self._banner(one) for one in failed))
        if self._lines or len(read) == len(self._found):
            self._view.show_lines(self._lines, self._checked(is_whole=not failed))

    def _checked(self, *, is_whole: bool) -> str:
        say, desk = self._desk.say, self._desk
        if not is_whole:
            return say("Nothing else is due.")
        time = desk.dates.clock(desk.context.clock.now_ms())
        return say("Nothing is due. Last checked {time}", time=time)

    def _banner(self, failure: Failure) -> BannerSpec:
        say = self._desk.say
        message, remedy = self._desk.explain(failure.error)
        parts = ", ".join(source_words(say, source) for source in failure.sources)
        title = say("This could not be read: {parts}", parts=parts)
        return BannerSpec(f"{message} {remedy}", Tone.BAD, title)

    def _line(self, line: Line) -> TodayLine:
        return self._due(line) if isinstance(line, Due) else self._waiting(line)

    def _due(self, due: Due) -> TodayLine:
        desk, clock = self._desk, due.clock
        what = desk.context.forms.text(f"time_limit.{clock.rule.id}", desk.say.language)
        if clock.state is ClockState.TO_CONFIRM:
            what = desk.say("{what} (the rule has to be checked first)", what=what)
        if due.file:
            what = desk.say("{what} (in file {code})", what=what, code=due.file)
        when, pill = self._day(clock.ends), self._pill(due.nearness)
        for code, ends in due.beside:
            other = code or due.code
            when = desk.say(
                "{day}; by file {code}: {other}", day=when, code=other, other=self._day(ends)
            )
        if due.code:
            opened = due.code if due.opens == due.scope else due.file
            return TodayLine(what, due.code, when, pill, due.opens, opens=opened)
        register = clock.rule.start.form.partition(".")[0]
        return TodayLine(what, "", when, pill, None, PlaceId.REGISTER, register)

    def _day(self, ends: str) -> str:
        """A day or a minute as people read it."""
        day = self._desk.dates.show(PartialDate(ends[:_DAY_CHARS]))
        return f"{day}, {ends[11:16]}" if len(ends) > _DAY_CHARS else day

    def _waiting(self, one: Waiting) -> TodayLine:
        desk = self._desk
        when = "" if one.since_ms is None else desk.dates.day(one.since_ms)
        if one.source is Source.FORMS:
            when = desk.say("since {day}", day=when)
        place = _ELSEWHERE[one.what] if one.what in _ELSEWHERE else _PLACES[one.source]
        return TodayLine(
            waiting_words(desk.say, one), one.code, when, self._waits(one), one.scope, place
        )

    def _waits(self, one: Waiting) -> PillSpec:
        if one.source is Source.FORMS or one.what is What.MAY_HOLD_MORE:
            return PillSpec(self._desk.say("To read"), Shape.RING)
        word = self._desk.say("Waits")
        is_of_safety = one.source in (Source.BACKUP, Source.WAY_BACK, Source.CONFLICTS)
        if is_of_safety or one.what in (What.NOTICE, What.ASKED_TO_STOP):
            return PillSpec(word, Shape.TRIANGLE, Tone.WARN)
        return PillSpec(word, Shape.DOT, Tone.INFO)

    def _pill(self, nearness: Nearness) -> PillSpec:
        say = self._desk.say
        return {
            Nearness.OVERDUE: PillSpec(say("Overdue"), Shape.TRIANGLE, Tone.WARN),
            Nearness.TODAY: PillSpec(say("Today"), Shape.DOT, Tone.INFO),
            Nearness.WEEK: PillSpec(say("This week"), Shape.HALF),
            Nearness.LATER: PillSpec(say("Later"), Shape.RING),
        }[nearness]


def waiting_words(say: Say, one: Waiting) -> str:
    """Say what waits, beside what is due in a case."""
    count, days = one.count, one.days_left or 0
    return {
        What.CONFLICT: say.plural("{count} answer to decide", "{count} answers to decide", count),
        What.WHICH_GOES_ON: say("Two files of one person: decide which goes on"),
        What.MAY_HOLD_MORE: say.plural(
            "More may be due: a file of {count} person is not on this laptop",
            "More may be due: files of {count} people are not on this laptop",
            count,
        ),
        What.NOTICE: say.plural(
            "A consent was taken back: {count} recipient has to be told",
            "A consent was taken back: {count} recipients have to be told",
            count,
        ),
        What.ASKED_TO_STOP: say.plural(
            "Taken back by the person: {count} file that came in. Stop using it, erase, answer.",
            "Taken back by the person: {count} files that came in. Stop using them, erase, answer.",
            count,
        ),
        What.BOX: say.plural("{count} form waits", "{count} forms wait", count),
        What.HELD_WORK: say.plural(
            "{count} save is held until somebody decides",
            "{count} saves are held until somebody decides",
            count,
        ),
        What.CLAIM: say.plural(
            "{count} person waits to be taken in", "{count} people wait to be taken in", count
        ),
        What.NO_BACKUP: say("No backup yet."),
        What.OLD_BACKUP: say("The last backup is some days old."),
        What.NO_BACKUP_ELSEWHERE: say("No backup elsewhere"),
        What.NO_WAY_BACK: say.plural("No way back: {count} day", "No way back: {count} days", days),
        What.WAY_BACK_CHECK: say("Type two groups of the sheet"),
        What.FORMS_CHANGED: say("The forms changed: see what is different"),
    }[one.what]


def source_words(say: Say, source: Source) -> str:
    """Name a source."""
    return {
        Source.DUE: say("What is due in the cases"),
        Source.REVIEWS: say("Second looks"),
        Source.REFERRALS: say("Referrals"),
        Source.CONSENTS: say("Consents that end or were taken back"),
        Source.OFFICE: say("What is due in the registers"),
        Source.CONFLICTS: say("Answers to decide"),
        Source.WRITTEN_LOCKED: say("Forms written while it was locked"),
        Source.ARRIVALS: say("What came in"),
        Source.BACKUP: say("Backups"),
        Source.WAY_BACK: say("The way back"),
        Source.FORMS: say("Forms of this laptop"),
    }[source]

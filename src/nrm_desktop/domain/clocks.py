"""Clocks of a case: from what was recorded and the rules of the packs to days that people wait for.

- A clock is computed from a recorded start alone, never guessed. The rule that was in force on the
  day of the start counts.
- What a decision says itself wins; what the rule would say is told beside it if it differs.
- Of several starts that stand side by side, the end that protects the person acts: the later end
  of a protection, the earlier last day of a remedy.
- A rule that nobody verified never starts a clock. One that needs checking starts one only after a
  person confirmed the day.
- A clock that ran out changes nothing: it is a line on a list, never the end of support (R2).
- A task is a clock too: what was recorded opens it, at once or with some days, and what was
  recorded since ends it. Whoever could not see its end is not told of it. An event that was
  corrected opens and ends nothing.
- Where a person has several files, what began in one is ended also by what was recorded since in
  another; nothing begins in two.

Source: nrm.md section 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.dates import PartialDate, is_day
from nrm_desktop.domain.episodes import CLOSURE
from nrm_desktop.domain.forms.conditions import holds
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.forms.timetable import (
    Applies,
    ClockRule,
    Holidays,
    Kind,
    Moment,
    Protects,
    Timetable,
    Unit,
)
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.reckoning import day_after, hours_after
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.tracks import EVENT_FORM, corrected_in, day_of, records_at
from nrm_desktop.domain.values import Answer

CONFIRMED_FORM = "clock"
CONFIRMED_RULE = FieldId("clock.ck_rule")
CONFIRMED_DAY = FieldId("clock.ck_day")

_DAY_CHARS = 10
Versions = Callable[[RecordId, FieldId], Sequence[Answer]]
"""All answers that stand in a field of a record, also those nobody decided between."""


class ClockState(StrEnum):
    """How a clock stands. TO_CONFIRM: the rule has to be checked by a person first."""

    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    TO_CONFIRM = "to_confirm"


RUNNING: Final = ClockState.RUNNING


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of one record.

    Shape: `begins` and `ends` are ISO dates or minutes; `by_rule` is what the rule says where a
    decision or a person says otherwise; `is_about` if the start is not known to the day;
    `holidays_unknown` if working days go beyond the years whose holidays the pack knows.
    """

    rule: ClockRule
    record: RecordId
    begins: str
    ends: str
    state: ClockState
    by_rule: str = ""
    is_about: bool = False
    holidays_unknown: bool = False


def _nothing_beside(_record: RecordId, _name: FieldId) -> Sequence[Answer]:
    return ()


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """A case as somebody may see it.

    Shape: `versions` gives all that stands side by side in a field; without it only what acts is
    known. `child_since` is the minute of the first sign of a child, where it is known; `parts` are
    those that are read whole, None for all. `elsewhere` are the records of the person's other
    files, joined since the minute `joined_at`.
    """

    records: Records
    pathway: Pathway
    facts: frozenset[str] = frozenset()
    versions: Versions = _nothing_beside
    child_since: str = ""
    parts: frozenset[Compartment] | None = None
    elsewhere: tuple[Records, ...] = ()
    joined_at: str = ""


@dataclass(frozen=True, slots=True)
class _End:
    ends: str
    is_about: bool = False
    holidays_unknown: bool = False


def clocks_of(timetable: Timetable, case: CaseSeen) -> tuple[Clock, ...]:
    """All clocks that something recorded has started, the one that ends first in front.

    Those that end together come in the order of the packs.
    """
    reckoner = _Reckoner(timetable, case)
    places = {rule: place for place, rule in enumerate(timetable.clocks)}
    found = (
        clock
        for rule in timetable.clocks.values()
        if rule.is_verified and _applies(rule, case)
        for clock in reckoner.clocks(rule)
    )
    in_order = sorted(found, key=lambda one: (one.ends, places[one.rule.id], one.record))
    return tuple(_once(in_order))


def end_by_rule(rule: ClockRule, start: str, holidays: Holidays | None = None) -> str:
    """What a rule says of one start; empty if the start cannot be counted from.

    Shape: `start` is an ISO date or minute, or the beginning of one.
    """
    found = _end(rule, start, holidays)
    return found.ends if found else ""


def _once(clocks: Iterable[Clock]) -> Iterator[Clock]:
    """Leave out what is asked already, where one look answers all."""
    asked: set[str] = set()
    for one in clocks:
        is_open = one.rule.is_once and one.state is RUNNING
        if is_open and one.rule.id in asked:
            continue
        if is_open:
            asked.add(one.rule.id)
        yield one


def _applies(rule: ClockRule, case: CaseSeen) -> bool:
    if case.parts is not None and not case.parts.issuperset(rule.seen_in):
        return False
    if rule.applies is Applies.ANY:
        return True
    return (case.pathway is Pathway.CHILD) == (rule.applies is Applies.CHILD)


class _Reckoner:
    """Makes the clocks of one case."""

    def __init__(self, timetable: Timetable, case: CaseSeen) -> None:
        self._timetable = timetable
        self._case = case
        self._wrong = _wrong_events(case.records)

    def clocks(self, rule: ClockRule) -> Iterator[Clock]:
        """The clocks of a rule."""
        for moment in rule.starts:
            for one in self._records_at(moment):
                clock = self._clock(rule, moment, one)
                if clock is not None:
                    yield clock

    def _records_at(self, moment: Moment) -> Iterator[Record]:
        found = records_at(moment, self._case.records, self._case.facts)
        return (one for one in found if one.record not in self._wrong)

    def _records_elsewhere(self, moment: Moment) -> Iterator[Record]:
        """The same in the other files of the person; the end of one file is none of another."""
        for records in () if moment.form == CLOSURE else self._case.elsewhere:
            wrong = _wrong_events(records)
            found = records_at(moment, records, self._case.facts)
            yield from (one for one in found if one.record not in wrong)

    def _clock(self, rule: ClockRule, moment: Moment, one: Record) -> Clock | None:
        """The clock that a record starts; None if it names no day to count from."""
        ends = list(self._ends(rule, moment, one))
        if not ends:
            return None
        end, start = _protective(rule, ends)
        decided = _day(one.answers.get(rule.decided)) if rule.decided else ""
        settled = decided or (self._confirmed(rule) if rule.needs_recheck else "")
        said = settled or end.ends
        return Clock(
            rule,
            one.record,
            self._begins(rule, start),
            said,
            self._state(rule, one, start, is_settled=bool(settled)),
            by_rule=end.ends if said != end.ends else "",
            is_about=end.is_about and not settled,
            holidays_unknown=end.holidays_unknown and not settled,
        )

    def _ends(self, rule: ClockRule, moment: Moment, one: Record) -> Iterator[tuple[_End, str]]:
        holidays = self._timetable.holidays.get(rule.holidays)
        for start in self._starts(rule, moment, one):
            if (found := _end(rule, self._begins(rule, start), holidays)) is not None:
                yield found, start

    def _starts(self, rule: ClockRule, moment: Moment, one: Record) -> Sequence[str]:
        """The days that a record names; for a task, else the minute in which it was written."""
        name = moment.on
        standing = (one.answers.get(name), *self._case.versions(one.record, name)) if name else ()
        found = sorted({day_of(answer) for answer in standing} - {""})
        return found or [one.opened] * (rule.kind is Kind.TASK and one.opened != "")

    def _begins(self, rule: ClockRule, start: str) -> str:
        """A task for a child begins with the first sign, if what it hangs on is older."""
        is_for_child = rule.kind is Kind.TASK and rule.applies is Applies.CHILD
        return max(start, self._case.child_since) if is_for_child else start

    def _happened_since(self, rule: ClockRule, begun_by: Record, start: str) -> bool:
        for moment in rule.done_by:
            for one in (*self._records_at(moment), *self._records_elsewhere(moment)):
                named = day_of(one.answers.get(moment.on)) if moment.on else ""
                is_since = rule.is_ever or _is_since(named or one.opened, start)
                if is_since and one is not begun_by:
                    return True
        return False

    def _is_renewed(self, rule: ClockRule, one: Record) -> bool:
        """True for a duty of which the newest counts, if a newer one was written elsewhere since.

        Only what was written since the join: before, nobody at one post knew of the other.
        """
        is_duty = rule.start.is_latest and rule.protects is Protects.EARLIER
        since = max(one.opened, self._case.joined_at)
        return bool(is_duty and one.opened and self._case.joined_at) and any(
            newer.opened >= since for newer in self._records_elsewhere(rule.start)
        )

    def _state(self, rule: ClockRule, one: Record, start: str, *, is_settled: bool) -> ClockState:
        context = self._case.records.context(one.record, self._case.facts)
        if rule.done_when is not None and holds(rule.done_when, context):
            return ClockState.DONE
        if self._happened_since(rule, one, start) or self._is_renewed(rule, one):
            return ClockState.DONE
        if rule.paused_when is not None and holds(rule.paused_when, context):
            return ClockState.PAUSED
        return ClockState.TO_CONFIRM if rule.needs_recheck and not is_settled else RUNNING

    def _confirmed(self, rule: ClockRule) -> str:
        """The day that a person confirmed for a rule that needs checking; the last one counts."""
        named = [one for one in self._case.records.of(CONFIRMED_FORM) if _names(one, rule)]
        return _day(named[-1].answers.get(CONFIRMED_DAY)) if named else ""


def _wrong_events(records: Records) -> frozenset[RecordId]:
    """Events that a later one corrects."""
    return frozenset(one.record for one in records.of(EVENT_FORM)) & corrected_in(records)


def _is_since(moment: str, start: str) -> bool:
    """True if a moment is not before another, as far as both are known."""
    known = min(len(moment), len(start))
    return known > 0 and moment[:known] >= start[:known]


def _protective(rule: ClockRule, ends: Iterable[tuple[_End, str]]) -> tuple[_End, str]:
    choose = max if rule.protects is Protects.LATER else min
    return choose(ends, key=lambda one: (one[0].ends, one[1]))


def _end(rule: ClockRule, start: str, holidays: Holidays | None) -> _End | None:
    if not _is_in_force(rule, start[:_DAY_CHARS]):
        return None
    try:
        return _counted(rule, start, holidays)
    except (ValueError, OverflowError):
        return None  # no day of the calendar: nothing can be counted from it


def _counted(rule: ClockRule, start: str, holidays: Holidays | None) -> _End | None:
    span = PartialDate(start[:_DAY_CHARS]).span()
    if span is None:
        return None
    is_late = rule.protects is Protects.LATER
    first, is_about = span[is_late], span[0] != span[1]
    if rule.unit is Unit.HOURS:
        begins = start if len(start) > _DAY_CHARS else first.isoformat()
        return _End(hours_after(begins, rule.length, is_late=is_late), is_about)
    if rule.kind is Kind.TASK and rule.length == 0:
        return _End(first.isoformat(), is_about)
    if rule.kind is Kind.DAY and rule.length == 0:
        return _End(start if len(start) > _DAY_CHARS else first.isoformat(), is_about)
    days = holidays.days if holidays else frozenset[str]()
    end = day_after(first, rule.length, rule.unit, days)
    return _End(end.isoformat(), is_about, _is_beyond(rule, end, holidays))


def _is_beyond(rule: ClockRule, end: date, holidays: Holidays | None) -> bool:
    if rule.unit is not Unit.WORKING_DAYS:
        return False
    return holidays is None or end.year > holidays.known_until


def _is_in_force(rule: ClockRule, day: str) -> bool:
    return (not rule.valid_from or day >= rule.valid_from) and (
        not rule.valid_to or day <= rule.valid_to
    )


def _names(one: Record, rule: ClockRule) -> bool:
    answer = one.answers.get(CONFIRMED_RULE)
    return answer is not None and answer.value == rule.id


def _day(answer: Answer | None) -> str:
    """A whole day or minute, or nothing: half a date ends nothing."""
    text = day_of(answer)
    return text if is_day(text[:_DAY_CHARS]) else ""


def due_days(clock: Clock, today: str) -> int:
    """How many days are left; negative if it ran out."""
    return (date.fromisoformat(clock.ends[:_DAY_CHARS]) - date.fromisoformat(today)).days


def waiting(clocks: Iterable[Clock]) -> Iterator[Clock]:
    """Those that somebody still waits for."""
    return (one for one in clocks if one.state in (ClockState.RUNNING, ClockState.TO_CONFIRM))

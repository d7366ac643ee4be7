"""Clocks of a case: from what was recorded and the rules of the packs to days that people wait for.

- A clock is computed from a recorded start alone, never guessed. The rule that was in force on the
  day of the start counts.
- What a decision says itself wins; what the rule would say is told beside it if it differs.
- Of several starts that stand side by side, the end that protects the person acts: the later end
  of a protection, the earlier last day of a remedy.
- A rule that nobody verified never starts a clock. One that needs checking starts one only after a
  person confirmed the day.
- A clock that ran out changes nothing: it is a line on a list, never the end of support (R2).

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
from nrm_desktop.domain.forms.conditions import holds
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.forms.timetable import (
    Applies,
    ClockRule,
    Holidays,
    Kind,
    Protects,
    Timetable,
    Unit,
)
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.reckoning import day_after, hours_after
from nrm_desktop.domain.tracks import day_of, records_at
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
    known.
    """

    records: Records
    pathway: Pathway
    facts: frozenset[str] = frozenset()
    versions: Versions = _nothing_beside


@dataclass(frozen=True, slots=True)
class _End:
    ends: str
    is_about: bool = False
    holidays_unknown: bool = False


def clocks_of(timetable: Timetable, case: CaseSeen) -> tuple[Clock, ...]:
    """All clocks that something recorded has started, the one that ends first in front."""
    reckoner = _Reckoner(timetable, case)
    found = (
        clock
        for rule in timetable.clocks.values()
        if rule.is_verified and _applies(rule, case.pathway)
        for one in records_at(rule.start, case.records, case.facts)
        if (clock := reckoner.clock(rule, one)) is not None
    )
    return tuple(sorted(found, key=lambda one: (one.ends, one.rule.id, one.record)))


def end_by_rule(rule: ClockRule, start: str, holidays: Holidays | None = None) -> str:
    """What a rule says of one start; empty if the start cannot be counted from.

    Shape: `start` is an ISO date or minute, or the beginning of one.
    """
    found = _end(rule, start, holidays)
    return found.ends if found else ""


def _applies(rule: ClockRule, pathway: Pathway) -> bool:
    if rule.applies is Applies.ANY:
        return True
    return (pathway is Pathway.CHILD) == (rule.applies is Applies.CHILD)


class _Reckoner:
    """Makes the clocks of one case."""

    def __init__(self, timetable: Timetable, case: CaseSeen) -> None:
        self._timetable = timetable
        self._case = case

    def clock(self, rule: ClockRule, one: Record) -> Clock | None:
        """The clock that a record starts; None if it names no day to count from."""
        ends = list(self._ends(rule, one))
        if not ends:
            return None
        end, start = _protective(rule, ends)
        decided = _day(one.answers.get(rule.decided)) if rule.decided else ""
        settled = decided or (self._confirmed(rule) if rule.needs_recheck else "")
        said = settled or end.ends
        return Clock(
            rule,
            one.record,
            start,
            said,
            self._state(rule, one, is_settled=bool(settled)),
            by_rule=end.ends if said != end.ends else "",
            is_about=end.is_about and not settled,
            holidays_unknown=end.holidays_unknown and not settled,
        )

    def _ends(self, rule: ClockRule, one: Record) -> Iterator[tuple[_End, str]]:
        name = rule.start.on
        if name is None:
            return
        holidays = self._timetable.holidays.get(rule.holidays)
        standing = (one.answers.get(name), *self._case.versions(one.record, name))
        for start in sorted({day_of(answer) for answer in standing} - {""}):
            if (found := _end(rule, start, holidays)) is not None:
                yield found, start

    def _state(self, rule: ClockRule, one: Record, *, is_settled: bool) -> ClockState:
        context = self._case.records.context(one.record, self._case.facts)
        if rule.done_when is not None and holds(rule.done_when, context):
            return ClockState.DONE
        if rule.paused_when is not None and holds(rule.paused_when, context):
            return ClockState.PAUSED
        return ClockState.TO_CONFIRM if rule.needs_recheck and not is_settled else RUNNING

    def _confirmed(self, rule: ClockRule) -> str:
        """The day that a person confirmed for a rule that needs checking; the last one counts."""
        named = [one for one in self._case.records.of(CONFIRMED_FORM) if _names(one, rule)]
        return _day(named[-1].answers.get(CONFIRMED_DAY)) if named else ""


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

"""How closed cases are kept, for whoever may see it: one case, and those whose day is near.

This module decides which closed cases are looked at for the list of today: those whose time of
keeping ends soon, and those in which something goes on after the end. It writes nothing. What a
role does not see it is not told: the day stands in the part of the file with the rights.

Source: nrm.md section 11; ux.md section 4, screen 23.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from nrm_desktop.app.ports import Reader
from nrm_desktop.app.queries import CaseView
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.timing import Due, Moments, case_seen, case_times, is_listed
from nrm_desktop.app.work_list import work_list
from nrm_desktop.domain.dates import is_day
from nrm_desktop.domain.episodes import are_for_after
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.timetable import ClockRule
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.retention import DELETE_ON, ROWS, Retention, Stage, retention_of

_CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class Kept:
    """A closed case and how it is kept. No name and no text: a code and days."""

    scope: ScopeId
    code: str
    retention: Retention
    stage: Stage


def case_retention(forms: FormSet, view: CaseView) -> Retention:
    """Say how a case is kept, as far as the view lets see."""
    records = case_seen(forms, view).records
    return retention_of(records, forms.keeping, is_closed=view.row.state == _CLOSED)


def list_of_today(
    reader: Reader, forms: FormSet, sight: Sight, now: Moments, within_days: int
) -> tuple[Due, ...]:
    """What is due in open cases, and in closed ones what goes on after their end."""
    after = (
        due
        for view in _closed(reader, forms, sight, now, within_days)
        for due in case_times(forms, view, now, sight).due
        if _goes_on(due.clock.rule) and is_listed(due, within_days)
    )
    found = (*work_list(reader, forms, sight, now, within_days), *after)
    return tuple(sorted(found, key=lambda one: (one.clock.ends, one.code)))


def kept_cases(reader: Reader, forms: FormSet, sight: Sight, now: Moments) -> tuple[Kept, ...]:
    """All closed cases whose time of keeping may be seen, the next day in front.

    Those for which nobody has named a day come first: that has to be done.
    """
    found = []
    for scope in dict.fromkeys(one.scope for one in reader.closed_days((DELETE_ON,), sight)):
        with suppress(IntegrityFault):  # a damaged case says so by itself, and hides no other
            view = reader.case(scope, sight)
            if view is not None:
                kept = case_retention(forms, view)
                found.append(Kept(scope, view.row.code, kept, kept.stage(now.today)))
    return tuple(sorted(found, key=lambda one: (one.retention.until, one.code)))


def _closed(
    reader: Reader, forms: FormSet, sight: Sight, now: Moments, within_days: int
) -> Iterator[CaseView]:
    """Closed cases in which something may be due, each once."""
    rules = [rule for rule in forms.timetable.clocks.values() if _goes_on(rule)]
    fields = tuple({rule.start.on for rule in rules if rule.start.on is not None})
    ahead = max((within_days, *(day for rule in rules for day in rule.remind)), default=0)
    last = (date.fromisoformat(now.today) + timedelta(days=ahead)).isoformat()
    near = (
        one.scope
        for one in reader.closed_days(fields, sight)
        if one.field != DELETE_ON or not is_day(one.day) or one.day <= last
    )
    for scope in dict.fromkeys(near):
        with suppress(IntegrityFault):
            view = reader.case(scope, sight)
            if view is not None:
                yield view


def _goes_on(rule: ClockRule) -> bool:
    """True for a rule that waits for something also in a closed case."""
    return rule.start.form == ROWS or are_for_after([rule.start.form])

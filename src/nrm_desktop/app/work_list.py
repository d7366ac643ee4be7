"""What is due in all open cases, and in the files of one person together.

This module decides under which file of a person a day is listed, and which of two days of one rule
acts. It computes no day: `domain.clocks` does.

- A person is listed once, under the file that goes on. What runs in a file that stays is marked
  with it; the days on which a file itself may be erased are its own.
- Of most rules every record has a day of its own, and each is listed. Of some there is one for a
  person: only the newest counts, or one look answers all. Where such a rule runs in two files it is
  listed once. For a duty of ours the earlier day acts, for a protection of the person the later
  one, so that no join shortens what protects. The other day is told beside it.

Source: docs/adr/0045; nrm.md section 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from nrm_desktop.app.families import Family, families
from nrm_desktop.app.ports import Reader
from nrm_desktop.app.queries import CaseRow, CaseView
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.timing import (
    WEEK,
    CaseTimes,
    Due,
    Moments,
    case_seen,
    case_times,
    due_of,
    is_listed,
    local_minute,
    open_cases,
)
from nrm_desktop.domain.clocks import CaseSeen, Clock, clocks_of, waiting
from nrm_desktop.domain.errors import IntegrityFault, Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.records import Record
from nrm_desktop.domain.forms.timetable import ClockRule, Protects
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.retention import ROWS
from nrm_desktop.domain.tracks import day_of, track_states

_JOINED_AT: Final = FieldId("joined.jn_when")
_OPEN: Final = "open"


@dataclass(frozen=True, slots=True)
class _Looking:
    """Who looks, when, and with which forms."""

    forms: FormSet
    sight: Sight | None
    now: Moments


def work_list(
    reader: Reader, forms: FormSet, sight: Sight, now: Moments, within_days: int = WEEK
) -> tuple[Due, ...]:
    """What is due in all open cases: overdue first, then by its day.

    Joined files are read person by person, and no other case is asked for its joins.
    Shape: `within_days` from today; a clock that reminds earlier is listed from then on.
    """
    people = families(reader.joined())
    joined = {one.scope for person in people for one in person.files}
    looking = _Looking(forms, sight, now)
    alone = (
        due
        for view in open_cases(reader, sight, joined)
        for due in case_times(forms, view, now, sight).due
    )
    together = (
        due for person in people for due in _due_of(looking, person, _views(reader, sight, person))
    )
    found = [due for due in (*alone, *together) if is_listed(due, within_days)]
    return tuple(sorted(found, key=lambda one: (one.clock.ends, one.code)))


def person_times(
    forms: FormSet,
    views: Sequence[CaseView],
    now: Moments,
    sight: Sight | None = None,
    beside: Sequence[Record] = (),
) -> CaseTimes:
    """Say how the tracks of a file stand, and what is due in it and in those that it stands for.

    Shape: `views` are the file, and the other files of the person as `views_beside` gives them;
    `sight` and `beside` as in `case_times`.
    """
    looking = _Looking(forms, sight, now)
    own = _seen(looking, views, beside)
    goes_on = {one.row.code: one.row.joined.goes_on for one in views}
    due = _listed(looking, views, own, goes_on)
    return CaseTimes(track_states(forms.timetable, own.records, own.facts), tuple(due))


def views_beside(reader: Reader, row: CaseRow, sight: Sight) -> tuple[CaseView, ...]:
    """The other files of a person, as far as they can be read here."""
    found = []
    for code in row.joined.others:
        with suppress(IntegrityFault, Usage):  # damaged, or two cases came with this code
            scope = reader.scope_of_code(code)
            view = None if scope is None else reader.case(scope, sight)
            if view is not None:
                found.append(view)
    return tuple(found)


def _views(reader: Reader, sight: Sight, person: Family) -> list[CaseView]:
    """The files of one person. One that is damaged is named by itself, and hides no other."""
    found = []
    for one in person.files:
        with suppress(IntegrityFault):
            view = reader.case(one.scope, sight)
            if view is not None:
                found.append(view)
    return found


def _due_of(looking: _Looking, person: Family, views: Sequence[CaseView]) -> Iterator[Due]:
    """What is due in the open files of one person, under those that go on."""
    goes_on = {one.code: one.standing.goes_on for one in person.files}
    open_ones = {view.row.code for view in views if view.row.state == _OPEN}
    for view in views:
        is_listed_elsewhere = open_ones & set(goes_on.get(view.row.code, ()))
        if view.row.code in open_ones and not is_listed_elsewhere:
            asked = (view, *(one for one in views if one is not view))
            yield from _listed(looking, asked, _seen(looking, asked), goes_on)


def _seen(looking: _Looking, views: Sequence[CaseView], beside: Sequence[Record] = ()) -> CaseSeen:
    """The first of these files, with what ends in the others what began in it."""
    zone = looking.now.zone
    seen = [case_seen(looking.forms, one, zone, looking.sight) for one in views]
    own = case_seen(looking.forms, views[0], zone, looking.sight, beside)
    return replace(
        own,
        child_since=min((one.child_since for one in seen if one.child_since), default=""),
        elsewhere=tuple(one.records for one in seen[1:]),
        joined_at=_joined_at(views[0], looking.now),
    )


def _joined_at(view: CaseView, now: Moments) -> str:
    """The minute of the last join that stands in a file, as the clock on the wall had it."""
    said = [
        local_minute(day_of(version.answer), now.zone)
        for cell in view.cells
        if cell.field == _JOINED_AT
        for version in (cell.acting, *cell.others)
    ]
    return max(said, default="")


def _listed(
    looking: _Looking,
    views: Sequence[CaseView],
    own: CaseSeen,
    goes_on: Mapping[str, Sequence[str]],
) -> Iterator[Due]:
    """What is due under the first of these files, the next in front."""
    first = views[0].row
    clocks = [(views[0], clock) for clock in _waiting(looking, own)]
    for view in views[1:]:
        if view.row.state == _OPEN and first.code in goes_on.get(view.row.code, ()):
            others = (one for one in views if one is not view)
            found = _waiting(looking, _seen(looking, (view, *others)))
            clocks += [(view, clock) for clock in found if clock.rule.start.form != ROWS]
    return iter(sorted(_once(looking, first, clocks), key=lambda one: one.clock.ends))


def _waiting(looking: _Looking, seen: CaseSeen) -> Iterator[Clock]:
    return waiting(clocks_of(looking.forms.timetable, seen))


def _once(
    looking: _Looking, first: CaseRow, clocks: Sequence[tuple[CaseView, Clock]]
) -> Iterator[Due]:
    """Each clock as it is listed; of a rule that runs once for a person, the one that acts."""
    of_rule: dict[str, list[tuple[CaseView, Clock]]] = {}
    for at, (view, clock) in enumerate(clocks):
        is_one = clock.rule.is_of_the_person and _runs_once_in(clocks, view, clock)
        name = clock.rule.id if is_one else f"{clock.rule.id} {at}"
        of_rule.setdefault(name, []).append((view, clock))
    for same in of_rule.values():
        view, clock = _acting(same[0][1].rule, same)
        due = due_of(first.scope, first.code, clock, looking.now)
        if view.row.scope != first.scope:
            due = replace(due, file=view.row.code, file_scope=view.row.scope)
        others = (
            ("" if one.row.scope == first.scope else one.row.code, other.ends)
            for one, other in same
            if other.ends != clock.ends and not clock.rule.is_once
        )
        yield replace(due, beside=tuple(sorted(others)))


def _runs_once_in(clocks: Sequence[tuple[CaseView, Clock]], view: CaseView, clock: Clock) -> bool:
    """True if a file itself has no second clock of the rule: two of one file are two."""
    return sum(one is view and other.rule.id == clock.rule.id for one, other in clocks) == 1


def _acting(rule: ClockRule, same: Sequence[tuple[CaseView, Clock]]) -> tuple[CaseView, Clock]:
    """The later day where it protects the person, else the earlier one."""
    is_protection = rule.protects is Protects.LATER and not rule.is_once
    choose = max if is_protection else min
    return choose(same, key=lambda one: one[1].ends)

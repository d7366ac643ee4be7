"""Data that got into wrong hands: which cases a report names, and what its days are.

This module decides that a report which names the code of a case counts as recorded in that case,
for whoever reads reports: the safety plan of that case is to be looked at again (S5). It computes
the clocks of the registers like those of a case. Whether a time limit runs says the pack: the one
of the law is not verified in the base pack and never starts there.

Source: forms.md form l4; nrm.md section 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from nrm_desktop.app.ports import Reader
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.timing import Due, Moments, case_times, due_of, is_listed, records_of
from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.clocks import CaseSeen, clocks_of, waiting
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.forms.schema import FormScope
from nrm_desktop.domain.forms.timetable import ClockRule
from nrm_desktop.domain.ids import FieldId, ScopeId, read_case_code
from nrm_desktop.domain.scopes import Compartment

BREACH: Final = "breach"
NAMED: Final = f"{BREACH}.br_what"
CASES: Final = FieldId(f"{NAMED}.cases")
_OPEN: Final = "open"
_LIKE_A_CODE: Final = re.compile(r"\b\w{4}[-\s]?\w{4}\b")


def breaches_by_case(
    reader: Reader, sight: Sight, zone: tzinfo | None
) -> Mapping[str, tuple[Record, ...]]:
    """The rows of reports by the code of each case that they name; none for other roles."""
    if Compartment.ORG_BREACHES not in sight.compartments:
        return {}
    found: dict[str, tuple[Record, ...]] = {}
    for row in records_of(reader.register(BREACH, sight), zone):
        answer = row.answers.get(CASES) if row.form == NAMED else None
        if answer is not None and isinstance(answer.value, str):
            for code in codes_in(answer.value):
                found[code] = (*found.get(code, ()), row)
    return found


def codes_in(text: str) -> tuple[str, ...]:
    """The codes of cases in a text, each once; words that are none are passed over."""
    found: dict[str, None] = {}
    for word in _LIKE_A_CODE.findall(text):
        try:
            found[read_case_code(word)] = None
        except ValueError:
            continue
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Office:
    """The organisation on a list of what is due. Shape: `days` ahead are listed."""

    organisation: ScopeId
    days: int


def office_list(
    reader: Reader, forms: FormSet, sight: Sight, now: Moments, office: Office
) -> tuple[Due, ...]:
    """What is due in the registers, under no code, and in the cases that a report names."""
    found = [*_in_registers(reader, forms, sight, now, office.organisation)]
    found += _in_named_cases(reader, forms, sight, now)
    listed = (due for due in found if is_listed(due, office.days))
    return tuple(sorted(listed, key=lambda due: (due.clock.ends, due.code)))


def _in_registers(
    reader: Reader, forms: FormSet, sight: Sight, now: Moments, organisation: ScopeId
) -> Iterator[Due]:
    for form in _registers_with_clocks(forms):
        records = Records(records_of(reader.register(form, sight), now.zone))
        clocks = waiting(clocks_of(forms.timetable, CaseSeen(records, Pathway.OPEN)))
        for clock in clocks:
            if _register_of(clock.rule) == form:  # what it opens in a case is told there
                yield due_of(organisation, "", clock, now)


def _in_named_cases(reader: Reader, forms: FormSet, sight: Sight, now: Moments) -> Iterator[Due]:
    """What a report opens in a case; everything else in it is listed with the case."""
    for code, reports in breaches_by_case(reader, sight, now.zone).items():
        scope = reader.scope_of_code(code)
        with suppress(IntegrityFault):  # a damaged case says so by itself
            view = reader.case(scope, sight) if scope is not None else None
            if view is not None and view.row.state == _OPEN:
                times = case_times(forms, view, now, sight, reports)
                opened = {one.record for one in reports}
                yield from (due for due in times.due if due.clock.record in opened)


def _registers_with_clocks(forms: FormSet) -> tuple[str, ...]:
    rules = forms.timetable.clocks.values()
    named = dict.fromkeys(map(_register_of, rules))
    return tuple(name for name in named if forms.form(name).scope is FormScope.ORGANISATION)


def _register_of(rule: ClockRule) -> str:
    return rule.start.form.partition(".")[0]

"""People who agreed that counts about them are linked: one row each, for one recipient (ST10).

This module decides who has a row, and what may stand in it. A row needs a yes to the purpose
`statistical_linking`, for this very recipient and the data group of a question; and a yes to being
counted by that question, as in every table (ST12). What is not covered is "not recorded". Whoever
has not agreed has no row at all. What stands in a row is a class of a table, for the purpose of
counting; the purpose of linking adds the name and nothing else.

No row stands alone: where fewer people than the smallest cell share all their classes, none of the
classes of these rows is shown; and no sensitive class is shown of everybody who is alike. So a file
of rows tells of nobody what a table would hide, and is no more than a table whose people can be
recognised in a later file for the same recipient and years.

Source: standards.md ST2, ST3, ST7, ST10, ST12 and ST13; nrm.md R5; docs/adr/0052.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from nrm_desktop.domain.consent import ConsentQuestion, verdict
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.statistics import (
    NOT_RECORDED,
    PURPOSE,
    CountTable,
    CountUnit,
    Dimension,
)
from nrm_desktop.domain.ids import RecipientId, RecordId, ScopeId
from nrm_desktop.domain.statistics import CountedCase, Period, keys_of

LINKING: Final = "statistical_linking"
"""The purpose of a consent by which somebody may be linked. Source: forms.md, `consent_purpose`."""


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """A person who agreed.

    Shape: `classes` by dimension, None where one is hidden; without any, all are. `consents` are
    the rows of the register that it rests on, `agreed` the dimensions covered.
    """

    scope: ScopeId
    classes: tuple[str | None, ...]
    consents: tuple[RecordId, ...]
    agreed: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class LinkedPeople:
    """All rows, and whether everybody who is counted in the period has one (the unit)."""

    rows: tuple[LinkedRow, ...]
    is_everybody: bool


def linking_table(forms: FormSet) -> CountTable:
    """Everything by which people are counted here, in one row. Shape: no table of a pack.

    A question with several answers each counts in tables alone: in a row it would be a list.
    """
    tables = [one for one in forms.counts.tables.values() if one.unit is CountUnit.PERSONS]
    period = tables[0].period
    names = dict.fromkeys(
        one.id
        for table in tables
        if table.period == period
        for one in forms.counts.of(table)
        if not one.counts_each
    )
    return CountTable("linked", CountUnit.PERSONS, tuple(names), period)


def linked_people(
    forms: FormSet,
    cases: Iterable[CountedCase],
    recipient: RecipientId,
    period: Period,
    today: str,
) -> LinkedPeople:
    """Say who has a row. Shape: cases have their `scope`; `today` is an ISO date."""
    table = linking_table(forms)
    dimensions = forms.counts.of(table)
    rows: list[LinkedRow] = []
    counted = 0
    for case, keys in keys_of(forms, table, cases, period, today):
        if keys:
            counted += 1
            asked = ConsentQuestion(LINKING, recipient, today, case.ended)
            rows += _row(forms, dimensions, case, keys[0], asked)
    return LinkedPeople(tuple(rows), len(rows) == counted)


def as_shown(
    rows: Sequence[LinkedRow], smallest: int, sensitive: Collection[int] = ()
) -> tuple[LinkedRow, ...]:
    """Hide what would tell of somebody. Shape: `sensitive` are places of dimensions (ST7).

    Where fewer people share all their classes, none of these is shown. Where all that is shown of
    people who are alike in everything else is one sensitive class, that class is hidden: whoever
    knew that somebody is among them would know it.
    """
    sizes = Counter(row.classes for row in rows)
    found = [row if sizes[row.classes] >= smallest else replace(row, classes=()) for row in rows]
    for place in sorted(sensitive):
        found = _with_mixed(found, place)
    return tuple(found)


def _with_mixed(rows: Sequence[LinkedRow], place: int) -> list[LinkedRow]:
    """Hide a sensitive class where nobody alike has another one."""
    there: dict[tuple[str | None, ...], set[str | None]] = {}
    for row in rows:
        if row.classes:
            there.setdefault(_without(row, place), set()).add(row.classes[place])
    return [
        replace(row, classes=(*row.classes[:place], None, *row.classes[place + 1 :]))
        if row.classes
        and row.classes[place] != NOT_RECORDED
        and len(there[_without(row, place)]) == 1
        else row
        for row in rows
    ]


def _without(row: LinkedRow, place: int) -> tuple[str | None, ...]:
    return (*row.classes[:place], *row.classes[place + 1 :])


def _row(
    forms: FormSet,
    dimensions: Sequence[Dimension],
    case: CountedCase,
    key: Sequence[str],
    asked: ConsentQuestion,
) -> Iterator[LinkedRow]:
    consents: dict[RecordId, None] = {}
    agreed = []
    for one in dimensions:
        field = forms.field(one.field)
        found = [verdict(case.register, asked, group) for group in field.consent_groups]
        may_count = PURPOSE in field.purposes
        covers = may_count and bool(found) and all(one.passes for one in found)
        agreed.append(covers)
        if covers:
            consents |= dict.fromkeys(row for one in found for row in one.rows)
    if case.scope is not None and any(agreed):
        pairs = zip(key, agreed, strict=True)
        classes = tuple(name if covers else NOT_RECORDED for name, covers in pairs)
        yield LinkedRow(case.scope, classes, tuple(consents), tuple(agreed))

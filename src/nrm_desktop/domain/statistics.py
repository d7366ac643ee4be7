"""Counts without identity: who counts where, and what of a table may be shown.

This module decides in which class a case, or a record of one, is counted. It takes answers without
code or id of a case and gives numbers. Which cells are hidden, `suppression` decides; which tables
there are is pack data (ST1).

**Whoever says no still counts (R24, ST12).** Everybody counts once in the total, whatever she or he
said about sharing, and also after the end; a file that was destroyed is not there any more. In a
class of a dimension somebody counts only with a yes to the purpose `statistics` that is valid today
for the data groups of that question, to whomever it was given; no, not now, withdrawn, held, ended
and never asked are alike, and of rows side by side the most protective acts. An answer that the
person excluded (forms.md 6 rule 7) counts as if it were not there.

**How that is shown.** A full table beside a bare total would tell the number of those who refuse by
subtraction: a total of 57 over classes that sum up to 56 points at one person, and two releases at
who it is. So there is one population and one total. Whoever does not share is counted among those
"not recorded", in every dimension, together with all of whom the answer is not known: that is what
the total has more than the classes, and it was to be found by subtraction anyway. Now it is a class
like the others: hidden where fewer than ten people stand behind it, with another one beside it. A
zero of that class is hidden as well, because it would say that nobody refused. Nobody can tell a
refusal from a question that was not asked, and "not recorded" is never a "no" (ST13).

**One population for all tables.** If each table left out those who refuse for it, two tables with
the same margin would differ by one person. Here a refusal moves somebody into "not recorded" of one
dimension, and changes no margin of another.

Files of one person that are joined (ADR 0045) are counted each in the total, and in no class: one
may say no where the other says yes.

Tables made on different days may differ by one person: which of them may leave beside those that
are out, `releases` decides (ST6); rows for a rapporteur are made by `linking` (ST10). Not built, so
not promised: cell-key noise (ST5).

Source: nrm.md R24, section 12; standards.md section 6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final, NamedTuple

from nrm_desktop.domain.cell_moves import ALL, Key
from nrm_desktop.domain.consent import ConsentRecord, verdict_of_purpose
from nrm_desktop.domain.dates import days_of
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.statistics import (
    MOST_YEARS,
    NOT_RECORDED,
    OTHER_YEAR,
    PURPOSE,
    SEVERAL,
    CountTable,
    CountUnit,
    Dimension,
)
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.suppression import Cube, hidden_cells
from nrm_desktop.domain.values import Answer, FieldType, Mark, text_of

_LAST_YEAR: Final = 9999


class Said(NamedTuple):
    """An answer that acts, in a record. Shape: a higher `order` was said later."""

    record: RecordId
    field: FieldId
    answer: Answer
    order: int


@dataclass(frozen=True, slots=True)
class CountedCase:
    """What a case says for counting: no code, no id of it, nothing but the fields asked for.

    Shape: `register` are all rows of the register of consents; `ended` are events that passed;
    `scope` is there only where people are linked who agreed to it (`linking`).
    """

    said: tuple[Said, ...] = ()
    register: tuple[ConsentRecord, ...] = ()
    ended: frozenset[str] = frozenset()
    scope: ScopeId | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """Whole years, both included; None is open. Nothing finer is counted (ST2)."""

    first: int | None = None
    last: int | None = None

    def holds(self, answer: Answer | None) -> bool:
        """True if a date, as it was written, lies in it; without bounds everything does."""
        if self.first is None and self.last is None:
            return True
        year = year_of(answer)
        if not year:
            return False
        return (self.first or 0) <= int(year) <= (self.last or int(year))


@dataclass(frozen=True, slots=True)
class CellShown:
    """One figure. Shape: `count` is None where it is hidden; sums leave their dimension out."""

    key: Mapping[str, str]
    count: int | None


@dataclass(frozen=True, slots=True)
class TableShown:
    """A table as it may be seen.

    Shape: `axes` are the classes of each column; `figures` has every key, also sums, None where it
    is hidden.
    """

    columns: tuple[str, ...]
    axes: tuple[tuple[str, ...], ...]
    figures: Mapping[Key, int | None]

    @property
    def total(self) -> int | None:
        """The figure for all; None where it is hidden."""
        return self.figures[(ALL,) * len(self.columns)]

    @property
    def cells(self) -> tuple[CellShown, ...]:
        """All figures but the total, the classes in order and each sum behind what it sums up."""
        whole = (ALL,) * len(self.columns)
        return tuple(
            CellShown(self._named(key), count)
            for key, count in self.figures.items()
            if key != whole
        )

    @property
    def hidden(self) -> int:
        """How many figures are hidden, the total among them."""
        return sum(count is None for count in self.figures.values())

    def _named(self, key: Key) -> Mapping[str, str]:
        return {name: part for name, part in zip(self.columns, key, strict=True) if part != ALL}


@dataclass(slots=True)
class _Tally:
    """Sums over all cases: of what is counted, and of the people behind it."""

    counts: Counter[Key] = field(default_factory=Counter)
    people: Counter[Key] = field(default_factory=Counter)
    most: int = 1


def table_of(forms: FormSet, table: CountTable, cube: Cube, smallest: int) -> TableShown:
    """Hide what must be hidden, and give the rest. Shape: `smallest` is at least the floor."""
    hidden = hidden_cells(cube, forms.counts.floor, smallest)
    figures = {key: None if key in hidden else cube.counts[key] for key in cube.every_key()}
    return TableShown(table.dimensions, cube.axes, figures)


def cube_of(
    forms: FormSet, table: CountTable, cases: Iterable[CountedCase], period: Period, today: str
) -> Cube:
    """Count for one table. Shape: `today` is an ISO date, on which consents are asked for."""
    return cubes_of(forms, (table,), cases, period, today)[0]


def cubes_of(
    forms: FormSet,
    tables: Sequence[CountTable],
    cases: Iterable[CountedCase],
    period: Period,
    today: str,
) -> tuple[Cube, ...]:
    """Count for several tables in one walk, so that all of them tell of the same moment."""
    counting = [_Counting(forms, table, period, today) for table in tables]
    for case in cases:
        for one in counting:
            one.add(case)
    return tuple(one.cube() for one in counting)


def keys_of(
    forms: FormSet, table: CountTable, cases: Iterable[CountedCase], period: Period, today: str
) -> Iterator[tuple[CountedCase, tuple[Key, ...]]]:
    """Each case with the cells in which it counts; none for one outside the period."""
    counting = _Counting(forms, table, period, today)
    return ((case, tuple(counting.keys_of(case))) for case in cases)


def fields_counted(forms: FormSet, table: CountTable) -> tuple[FieldId, ...]:
    """The fields that a table is made of."""
    return tuple(dict.fromkeys((*(one.field for one in forms.counts.of(table)), table.period)))


def shares(case: CountedCase, groups: Sequence[str], today: str) -> bool:
    """True if the person said yes to being counted by answers of these data groups.

    Shape: without groups, of any group; then every answer about counting has to be a yes. A row
    that cannot be read may be about anything, and a no to one recipient is a no.
    """
    return all(
        verdict_of_purpose(case.register, PURPOSE, today, case.ended, group).passes
        for group in (groups or ("",))
    )


def years_until(last: int) -> tuple[str, ...]:
    """The years that are classes of a date: always as many, so that they tell nothing (ST1)."""
    return tuple(f"{year:04}" for year in range(max(last - MOST_YEARS, 0) + 1, last + 1))


def year_of(answer: Answer | None) -> str:
    """The year of a date, as it was written; empty if it may be one of two, or none is there."""
    span = days_of(text_of(answer.value)) if answer is not None else None
    return f"{span[0].year:04}" if span is not None and span[0].year == span[1].year else ""


class _Counting:
    """Counts for one table: says in which cells a case counts, and keeps the sums."""

    def __init__(self, forms: FormSet, table: CountTable, period: Period, today: str) -> None:
        self._forms = forms
        self._table = table
        self._period = period
        self._tally = _Tally()
        self._today = today
        self._years = years_until(min(period.last or _LAST_YEAR, int(today[:4])))
        self._dimensions = forms.counts.of(table)
        fields = (forms.field(one.field) for one in self._dimensions)
        self._groups = tuple(one.consent_groups for one in fields)
        names = fields_counted(forms, table)
        self._own = {name for name in names if forms.record_key(forms.field(name)) == table.record}

    def add(self, case: CountedCase) -> None:
        """Count a case."""
        _add(self._tally, Counter(self.keys_of(case)))

    def cube(self) -> Cube:
        """What was counted, with its sums."""
        axes = tuple(self._axis(one, place) for place, one in enumerate(self._dimensions))
        every = list(product(*((*axis, ALL) for axis in axes)))
        return Cube(
            axes,
            {key: self._tally.counts[key] for key in every},
            {key: self._tally.people[key] for key in every},
            self._tally.most,
            frozenset(at for at, one in enumerate(self._dimensions) if one.is_sensitive),
        )

    def _axis(self, one: Dimension, place: int) -> tuple[str, ...]:
        """The classes of a dimension, those not recorded last."""
        if one.is_by_year:
            return (*self._years, OTHER_YEAR, NOT_RECORDED)
        # Somebody else's laptop may bring several answers where one is asked for.
        is_there = any(key[place] == SEVERAL for key in self._tally.counts)
        has_several = self._forms.field(one.field).type is FieldType.MANY or is_there
        several = (SEVERAL,) if has_several and not one.counts_each else ()
        return (*one.classes, *several, NOT_RECORDED)

    def keys_of(self, case: CountedCase) -> Iterator[Key]:
        """Each cell in which the case counts; as often as it does."""
        newest = _newest(case.said)
        shared = [shares(case, groups, self._today) for groups in self._groups]
        if self._table.unit is CountUnit.PERSONS:
            yield from self._cells(newest, shared)
            return
        own: dict[RecordId, dict[FieldId, Answer]] = {}
        for one in case.said:
            if one.field in self._own:
                own.setdefault(one.record, {})[one.field] = one.answer
        of_person = {name: said for name, said in newest.items() if name not in self._own}
        found = (key for said in own.values() for key in self._cells(of_person | said, shared))
        yield from dict.fromkeys(found) if self._table.is_once else found

    def _cells(self, said: Mapping[FieldId, Answer], shared: Sequence[bool]) -> Iterator[Key]:
        period = said.get(self._table.period)
        is_undone = self._table.period in self._own and not (period and period.is_answered)
        if is_undone or not self._period.holds(period):
            return iter(())  # a record without its own date has not happened: a draft, say
        return product(
            *(
                self._classes(one, said.get(one.field), is_shared=is_shared)
                for one, is_shared in zip(self._dimensions, shared, strict=True)
            )
        )

    def _classes(self, one: Dimension, answer: Answer | None, *, is_shared: bool) -> Sequence[str]:
        """The class in which an answer counts; several with `each`, none for what is no part."""
        codes = _codes(answer)
        kept = [code for code in codes if code not in one.left_out]
        if (answer is None and one.counts_each) or (codes and not kept):
            return ()  # nothing of what is counted was said, by whomever
        if answer is None or not is_shared or answer.marks & Mark.NOT_TO_LEAVE:
            return (NOT_RECORDED,)
        if one.is_by_year:
            return (self._year_class(answer),)
        named = list(dict.fromkeys(map(one.class_of, kept))) or [NOT_RECORDED]
        known = [name for name in named if name != NOT_RECORDED]
        if one.counts_each:
            return named
        return (SEVERAL,) if len(known) > 1 else (known or [NOT_RECORDED])

    def _year_class(self, answer: Answer) -> str:
        year = year_of(answer)
        if not year:
            return NOT_RECORDED
        return year if year in self._years else OTHER_YEAR


def _newest(said: Iterable[Said]) -> dict[FieldId, Answer]:
    """The answers of a person: of several records the one that was answered last."""
    in_order = sorted(said, key=lambda one: (one.answer.is_answered, one.order, one.record))
    return {one.field: one.answer for one in in_order}


def _codes(answer: Answer | None) -> tuple[str, ...]:
    """The codes of an answer; none of one that is not answered."""
    match answer.value if answer is not None else None:
        case bool() as said:
            return ("yes" if said else "no",)
        case str() as code:
            return (code,)
        case tuple() as codes:
            return tuple(code for code in codes if isinstance(code, str))
    return ()


def _add(tally: _Tally, keys: Counter[Key]) -> None:
    """Add what one person brings, to the cells and to every sum over them."""
    brought: Counter[Key] = Counter()
    for key, times in keys.items():
        for above in product(*((part, ALL) for part in key)):
            brought[above] += times
    tally.counts.update(brought)
    tally.people.update(brought.keys())
    tally.most = max(tally.most, sum(keys.values()))

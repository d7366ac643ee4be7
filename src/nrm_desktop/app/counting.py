"""Making a table of counts: who may, over which years, and from what may be seen.

This module decides who makes a table: whoever may write the releases of the organisation, and sees
the whole of each part of the file that the table is made of. A part of which somebody sees the own
entries only is not counted: the figures would look like those of everybody. It decides too that a
period is made of whole years (ST2), and that no smallest cell lies below the floor (ST3). It never
learns which case it counts.

Source: nrm.md 8.1 (`org.releases`) and R24; standards.md section 6; cli.md section 11.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from nrm_desktop.app.context import Context
from nrm_desktop.app.counting_ports import CountAsked, CountReads
from nrm_desktop.app.ports import Work
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.dates import parse_date
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.forms.statistics import CountBook, CountTable
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.statistics import (
    CountedCase,
    Period,
    TableShown,
    cubes_of,
    fields_counted,
    table_of,
)

AUDITED: Final = "table.count"
_BATCH: Final = 500
_YEAR: Final = "a year such as 2026, or its first or last day"


@dataclass(frozen=True, slots=True)
class Counting:
    """What counting needs: a reader, somebody who asks, and work to note it."""

    reader: CountReads
    work: Work
    context: Context
    sight: Sight


@dataclass(frozen=True, slots=True)
class TableAsked:
    """Which table, of which years, with which smallest cell; None stands for the floor.

    Shape: `begin` and `end` as typed, empty for none.
    """

    table: str
    begin: str = ""
    end: str = ""
    smallest: int | None = None


@dataclass(frozen=True, slots=True)
class TableMade:
    """A table with what it was made by. Shape: `begin` and `end` are ISO dates, or empty."""

    table: CountTable
    begin: str
    end: str
    smallest: int
    shown: TableShown


def make_table(parts: Counting, asked: TableAsked) -> TableMade:
    """Count, hide what must be hidden, and note that it was done: the table, and nothing of it.

    Raises: Usage `usage.not_found`, `usage.bad_value`; Refused `policy.role`, `policy.floor`.
    """
    book = parts.context.forms.counts
    (table,) = tables_named(book, (asked.table,))
    smallest = smallest_of(book, asked.smallest)
    period = read_period(asked.begin, asked.end)
    must_count(parts, (table,))
    (shown,) = count_tables(parts, (table,), period, smallest)
    parts.work.run(lambda unit: unit.audit(AUDITED, (), table.id))
    begin = "" if period.first is None else f"{period.first:04}-01-01"
    end = "" if period.last is None else f"{period.last:04}-12-31"
    return TableMade(table, begin, end, smallest, shown)


def tables_named(book: CountBook, names: Sequence[str]) -> tuple[CountTable, ...]:
    """The tables of these names, each once; all if none is named. Raises: Usage."""
    for name in names:
        if name not in book.tables:
            raise Usage("usage.not_found", what="table", name=name[:40])
    return tuple(book.tables[name] for name in dict.fromkeys(names or book.tables))


def smallest_of(book: CountBook, asked: int | None) -> int:
    """The smallest cell that is asked for. Raises: Refused `policy.floor` below the floor."""
    smallest = book.floor if asked is None else asked
    if smallest < book.floor:
        raise Refused("policy.floor", smallest=book.floor)
    return smallest


def count_tables(
    parts: Counting, tables: Sequence[CountTable], period: Period, smallest: int
) -> tuple[TableShown, ...]:
    """Count for tables in one walk over all cases, and hide what must be hidden."""
    forms, today = parts.context.forms, parts.context.today()
    fields = {name for table in tables for name in fields_counted(forms, table)}
    cubes = cubes_of(forms, tables, every_case(parts, fields), period, today)
    pairs = zip(tables, cubes, strict=True)
    return tuple(table_of(forms, table, cube, smallest) for table, cube in pairs)


def must_count(parts: Counting, tables: Sequence[CountTable]) -> None:
    """Raises: Refused `policy.role` for whoever makes no releases, or sees only a part of it."""
    forms = parts.context.forms
    parts.context.must_write(Compartment.ORG_RELEASES)
    for field in (name for table in tables for name in fields_counted(forms, table)):
        compartment = forms.field(field).compartment
        if compartment not in parts.sight.compartments:
            raise Refused("policy.role", compartment=compartment.word)


def read_period(begin: str, end: str) -> Period:
    """Read the first and the last day of a period of whole years.

    Raises: Usage `usage.bad_value`.
    """
    first, last = _span(begin, "from"), _span(end, "to")
    if first is not None and (first[0].month, first[0].day) != (1, 1):
        raise Usage("usage.bad_value", what="from", allowed=_YEAR)
    if last is not None and (last[1].month, last[1].day) != (12, 31):
        raise Usage("usage.bad_value", what="to", allowed=_YEAR)
    if first is not None and last is not None and last[1] < first[0]:
        raise Usage("usage.bad_value", what="to", allowed="a year that is not before the first")
    return Period(first[0].year if first else None, last[1].year if last else None)


def _span(text: str, what: str) -> tuple[date, date] | None:
    if not text:
        return None
    try:
        typed = parse_date(text)
        span = typed.span()
    except ValueError:
        span = None
    if span is None or typed.is_about:
        raise Usage("usage.bad_value", what=what, allowed=_YEAR)
    return span


def every_case(
    parts: Counting, fields: Collection[FieldId], *, is_linked: bool = False
) -> Iterator[CountedCase]:
    """All cases, some at a time: many cases never lie in memory together."""
    today, token = parts.context.today(), None
    asked = CountAsked(frozenset(fields), parts.sight, today, is_linked)
    while True:
        page = parts.reader.counted_cases(asked, _BATCH, token)
        yield from page.rows
        token = page.next_token
        if token is None:
            return

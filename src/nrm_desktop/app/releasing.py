"""Letting tables out: what was released is kept, and nothing leaves that would betray it (ST6).

This module decides that a table leaves as it stands in the ledger of releases and in no other way.
The ledger is made of entries in `org.releases`: signed like every entry of the journal, there on
each device that holds that part, never replaced. A table that was released for some years is given
out again as it was, byte by byte; a new one is compared with every linked release that is known
here, and is entered before a file is written: so no file can be out that nobody knows of.

A year is released once it is over (UTC): what is counted in it later comes with the next one.

Two laptops that have not exchanged can release one table twice. Nothing hinders that; once they
have, both stand in the ledger, the list says so, and nothing linked leaves until two people have
decided (`release_clashes`).

Source: standards.md ST6; docs/adr/0046.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.counting import (
    AUDITED,
    Counting,
    count_tables,
    must_count,
    read_period,
    smallest_of,
    tables_named,
)
from nrm_desktop.app.ports import Standing, UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.app.release_clashes import FORM, Decision, must_be_settled, read_decisions
from nrm_desktop.app.release_file import SheetFacts, read_release, write_release
from nrm_desktop.domain.errors import HostileInput, Refused, Usage
from nrm_desktop.domain.forms.statistics import CountBook, CountTable
from nrm_desktop.domain.ids import DeviceId, FieldId, SignerId
from nrm_desktop.domain.releases import (
    Clash,
    Release,
    ReleasedAxis,
    clashes_of,
    population_of,
    withdrawn_by,
)
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.statistics import Period, TableShown

FILE: Final = FieldId(f"{FORM}.file")
MADE: Final = "release.make"
_REFUSALS: Final = {
    Clash.YEARS: "policy.release_years",
    Clash.CLASSES: "policy.release_differs",
    Clash.FIGURES: "policy.release_differs",
}


@dataclass(frozen=True, slots=True)
class ReleaseAsked:
    """Which tables of which years leave; without tables, all of them.

    Shape: `begin` and `end` as typed; `smallest` None stands for the floor, or for that of the
    release that stands.
    """

    tables: tuple[str, ...]
    begin: str
    end: str
    smallest: int | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A release as it is kept. Units: `at_ms`, wall clock of whoever released it.

    Shape: `data` are the bytes of the file.
    """

    release: Release
    data: bytes
    signer: SignerId
    device: DeviceId
    at_ms: int

    @property
    def sha256(self) -> str:
        """The hash of the file, in hexadecimal: the name of a release."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The releases that are known here, the earliest first.

    Shape: `unread` cannot be read here; `decisions` say which of two that clash stands.
    """

    rows: tuple[LedgerRow, ...]
    unread: tuple[Standing, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def withdrawn(self) -> frozenset[str]:
        """The releases that no longer count, by the hash of their file."""
        return withdrawn_by(one.settled for one in self.decisions)

    @property
    def standing(self) -> tuple[LedgerRow, ...]:
        """Those that count."""
        withdrawn = self.withdrawn
        return tuple(row for row in self.rows if row.sha256 not in withdrawn)

    def decisions_on(self, row: LedgerRow) -> tuple[Decision, ...]:
        """Who has said that a release never left, as far as that holds."""
        if row.sha256 not in self.withdrawn:
            return ()
        return tuple(one for one in self.decisions if one.settled.withdrawn == row.sha256)


@dataclass(frozen=True, slots=True)
class Released:
    """A table that may be written out. Shape: `is_new` is False for one that was out already."""

    release: Release
    data: bytes
    is_new: bool

    @property
    def sha256(self) -> str:
        """The hash of the file, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def release_tables(parts: Counting, asked: ReleaseAsked) -> tuple[Released, ...]:
    """Enter tables into the ledger, all or none, and give what may be written out.

    Raises: Usage `usage.not_found`, `usage.bad_value`; Refused `policy.role`, `policy.floor`,
    `policy.release_open`, `policy.release_years`, `policy.release_differs`,
    `policy.release_stands`, `policy.release_unread`, `policy.release_clash`.
    """
    ready = _prepared(parts, asked)

    def enter(uow: UnitOfWork) -> None:
        _enter(uow, parts.context, ready.made, ready.known(uow, parts.context))
        for one in ready.released:
            uow.audit(MADE, (), one.release.table)

    parts.work.run(enter)
    return ready.released


def look_at_tables(parts: Counting, asked: ReleaseAsked) -> tuple[Released, ...]:
    """Say what would leave, without entering it: whoever looks may still leave it.

    Raises: as `release_tables`.
    """
    ready = _prepared(parts, asked)

    def look(uow: UnitOfWork) -> None:
        rows = ready.known(uow, parts.context)
        for one in ready.made:
            _must_stand_beside(one.release, rows)
        for one in ready.released:
            uow.audit(AUDITED, (), one.release.table)

    parts.work.run(look)
    return ready.released


@dataclass(frozen=True, slots=True)
class _Ready:
    """Tables that were counted. Shape: `linked` are tables with their populations."""

    linked: tuple[tuple[str, str], ...]
    years: tuple[int, int]
    made: tuple[Released, ...]
    released: tuple[Released, ...]

    def known(self, uow: UnitOfWork, context: Context) -> tuple[LedgerRow, ...]:
        """The releases that count now."""
        return _known(uow, context, self.linked, self.years)


def _known(
    uow: UnitOfWork,
    context: Context,
    linked: Sequence[tuple[str, str]],
    years: tuple[int, int],
) -> tuple[LedgerRow, ...]:
    rows = must_be_read(read_ledger(uow, context))
    must_be_settled(linked, years, [row.release for row in rows])
    return rows


def _prepared(parts: Counting, asked: ReleaseAsked) -> _Ready:
    """Count what is not out yet, and take the others as they stand."""
    book = parts.context.forms.counts
    tables = tables_named(book, asked.tables)
    years = years_over(read_period(asked.begin, asked.end), parts.context.today())
    smallest = smallest_of(book, asked.smallest)
    must_count(parts, tables)
    linked = tuple((one.id, population_of(book, one)) for one in tables)
    ledger = parts.work.run(lambda uow: _known(uow, parts.context, linked, years))
    again = {one.id: row for one in tables if (row := _standing(ledger, one, years)) is not None}
    for row in again.values():
        _must_be_as_strict(row.release, asked.smallest)
    missing = tuple(one for one in tables if one.id not in again)
    made = _made(parts, asked, missing, (*years, smallest)) if missing else ()
    new = {one.release.table: one for one in made}
    released = tuple(new[one.id] if one.id in new else _again(again[one.id]) for one in tables)
    return _Ready(linked, years, made, released)


def read_ledger(uow: UnitOfWork, context: Context) -> Ledger:
    """Everything that was released, the earliest first, also from records that somebody closed."""
    found = uow.cells(context.organisation)
    cells = (
        cell
        for cell in found
        if cell.field == FILE and cell.compartment == Compartment.ORG_RELEASES
    )
    every = sorted((one for cell in cells for one in cell.standing), key=lambda o: (o.hlc, o.op))
    rows = [(one, _row(one)) for one in every]
    return Ledger(
        tuple(row for _, row in rows if row is not None),
        tuple(one for one, row in rows if row is None),
        read_decisions(found),
    )


def must_be_read(ledger: Ledger) -> tuple[LedgerRow, ...]:
    """All that counts.

    Raises: Refused `policy.release_unread` where an entry may be about anything.
    """
    if ledger.unread:
        raise Refused("policy.release_unread")
    return ledger.standing


def twins_of(row: LedgerRow, ledger: Iterable[LedgerRow]) -> Iterator[LedgerRow]:
    """Releases beside which this one should never have been made: two laptops did not know."""
    others = [one for one in ledger if one.data != row.data]
    clashing = {id(old) for _, old in clashes_of(row.release, (one.release for one in others))}
    return (one for one in others if id(one.release) in clashing)


def open_twins(row: LedgerRow, ledger: Ledger) -> tuple[LedgerRow, ...]:
    """Those of its twins about which nobody has decided."""
    standing = ledger.standing
    return tuple(twins_of(row, standing)) if row in standing else ()


def _row(one: Standing) -> LedgerRow | None:
    value = one.answer.value if one.answer is not None else None
    if not isinstance(value, bytes):
        return None
    try:
        release = read_release(value)
    except HostileInput:
        return None
    return LedgerRow(release, value, one.signer, one.device, one.hlc.wall_ms)


def years_over(period: Period, today: str) -> tuple[int, int]:
    """The first and the last year of a period that has ended.

    Raises: Usage `usage.bad_value` without bounds; Refused `policy.release_open`.
    """
    if period.first is None or period.last is None:
        what = "from" if period.first is None else "to"
        raise Usage("usage.bad_value", what=what, allowed="a year such as 2025")
    if period.last >= int(today[:4]):
        raise Refused("policy.release_open", year=period.last)
    return period.first, period.last


def _standing(
    ledger: Iterable[LedgerRow], table: CountTable, years: tuple[int, int]
) -> LedgerRow | None:
    return next((one for one in ledger if one.release.is_of(table.id, *years)), None)


def _again(row: LedgerRow) -> Released:
    return Released(row.release, row.data, is_new=False)


def _must_be_as_strict(release: Release, smallest: int | None) -> None:
    """What is out is out, whatever is asked now. Raises: Refused `policy.release_stands`."""
    if smallest is not None and smallest != release.smallest:
        raise Refused("policy.release_stands", table=release.table, smallest=release.smallest)


def _enter(
    uow: UnitOfWork, context: Context, made: Sequence[Released], known: Sequence[LedgerRow]
) -> None:
    """Compare again, with what may have come meanwhile, and enter. Raises: as `release_tables`."""
    for one in made:
        _must_stand_beside(one.release, known)
    saving = Saving(uow, context, context.organisation)
    for one in made:
        record = saving.begin(NewRecord(context.new_record(), FORM))
        saving.enter(record, FILE, one.data)
    saving.finish()


def _must_stand_beside(release: Release, known: Iterable[LedgerRow]) -> None:
    for why, old in clashes_of(release, (one.release for one in known)):
        raise Refused(
            _REFUSALS[why], table=release.table, other=old.table, first=old.first, last=old.last
        )


def _made(
    parts: Counting,
    asked: ReleaseAsked,
    tables: Sequence[CountTable],
    bounds: tuple[int, int, int],
) -> tuple[Released, ...]:
    """Count, and write the files. Shape: `bounds` are first year, last year, smallest cell."""
    context = parts.context
    first, last, smallest = bounds
    shown = count_tables(parts, tables, Period(first, last), smallest)
    made = []
    for table, seen in zip(tables, shown, strict=True):
        release = _release(context.forms.counts, table, seen, bounds)
        facts = SheetFacts(
            context.organisation_name,
            table.unit.value,
            context.today(),
            asked.version,
            context.language,
        )
        made.append(Released(release, write_release(release, facts, context.forms), is_new=True))
    return tuple(made)


def _release(
    book: CountBook, table: CountTable, shown: TableShown, bounds: tuple[int, int, int]
) -> Release:
    first, last, smallest = bounds
    pairs = zip(book.of(table), shown.axes, strict=True)
    return Release(
        table=table.id,
        population=population_of(book, table),
        period=table.period,
        first=first,
        last=last,
        smallest=smallest,
        axes=tuple(ReleasedAxis(one.id, one.field, classes) for one, classes in pairs),
        figures=shown.figures,
    )

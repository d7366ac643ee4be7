"""Checks that tables of counts name what exists, and nothing that must never be counted (ST9).

What may divide a table is a code, a yes or a year. Free text, exact dates, places, names, health,
the account of the person, what the police or a lawyer has, and everything about a stay are told by
type and part of the file, and refused. An answer that needs a consent to leave needs `statistics`
among its purposes. Tables that share dimensions form no ring: in a ring, cells that one table hides
could be found from two others (ST4).

Source: standards.md section 6, ST1 to ST4 and ST9; nrm.md R32.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.schema import Field, FormScope, SearchRole
from nrm_desktop.domain.forms.statistics import (
    FILE,
    MOST_YEARS,
    NOT_RECORDED,
    PURPOSE,
    CountTable,
    CountUnit,
    Dimension,
)
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.sealed import is_sealed
from nrm_desktop.domain.values import FieldType

MOST_DIMENSIONS: Final = 3
MOST_CELLS: Final = 2_000
MOST_TABLES: Final = 200
_COUNTED_PARTS: Final = frozenset({Compartment.CORE, Compartment.SUPPORT})
_CODED: Final = frozenset({FieldType.ONE, FieldType.MANY, FieldType.YESNO})
_DATES: Final = frozenset({FieldType.DATE, FieldType.DATETIME})
_YES_NO: Final = ("yes", "no")
_SET_APART: Final = frozenset({"trans_woman", "trans_man", "non_conforming"})
"""Codes of `gender` that are never a class of their own. Source: standards.md ST9."""

Told = tuple[str, str, str]
"""Code, message and remedy of a problem."""


def check_statistics(forms: FormSet, log: ProblemLog) -> None:
    """Report everything that is wrong in the tables of counts."""
    for dimension in forms.counts.dimensions.values():
        place = Place(f"{dimension.pack}/{FILE}", (dimension.id,))
        for told in _of_dimension(dimension, forms):
            log.add(place, *told)
    for table in forms.counts.tables.values():
        place = Place(f"{table.pack}/{FILE}", (table.id,))
        for told in _of_table(table, forms):
            log.add(place, *told)
    if len(forms.counts.tables) > MOST_TABLES:
        log.add(
            Place(f"{forms.packs[-1].id}/{FILE}"),
            "bad_value",
            f"There are more than {MOST_TABLES} tables.",
            "Nobody reads so many: leave some out.",
        )
        return
    for table in _closing_a_ring(forms):
        log.add(
            Place(f"{table.pack}/{FILE}", (table.id,)),
            "linked_tables",
            f"With others, the table `{table.id}` would let somebody find what is hidden.",
            "Leave out a dimension, or make one table of them.",
        )


def _of_dimension(one: Dimension, forms: FormSet) -> Iterator[Told]:
    found = forms.find_field(one.field)
    if found is None:
        yield _no_field(one.field)
        return
    yield from _never_counted(one, found, forms)
    if one.counts_each and found.type is not FieldType.MANY:
        yield "bad_value", "`each` is for a field of several codes.", "Leave it out."
    if found.type in _CODED:
        codes = forms.codes_of(found)
        known = _YES_NO if codes is None else tuple(code.code for code in codes.codes)
        yield from _of_classes(one, known)
    elif one.classes or one.rest or one.left_out:
        yield "bad_value", "A year has no classes.", "Leave them out."


def _never_counted(one: Dimension, found: Field, forms: FormSet) -> Iterator[Told]:
    remedy = "Choose a code of `core` or `support`, or a date by year."
    is_date = found.type in _DATES
    if not (found.type in _CODED or is_date) or is_date != one.is_by_year:
        yield "not_countable", f"Nothing of the kind `{found.type}` is counted so.", remedy
    is_of_case = forms.form(found.form).scope is FormScope.CASE
    if found.compartment not in _COUNTED_PARTS or not is_of_case or is_sealed(found.id):
        yield (
            "not_countable",
            f"Nothing of the part `{found.compartment.word}` is ever in a table.",
            remedy,
        )
    if found.own_words or found.erase_alone or found.search is not SearchRole.NONE:
        yield "not_countable", f"`{found.id}` is too close to one person to be counted.", remedy
    if found.consent_groups and PURPOSE not in found.purposes:
        yield (
            "not_countable",
            f"`{found.id}` leaves for other purposes only.",
            f"Take another field; its purposes would have to name `{PURPOSE}`.",
        )


def _of_classes(one: Dimension, known: tuple[str, ...]) -> Iterator[Told]:
    named = [code for codes in one.classes.values() for code in codes] + [*one.left_out]
    for code, times in Counter(named).items():
        if code not in known:
            yield "unknown_code", f"The list has no code `{code[:60]}`.", "Correct the code."
        if times > 1:
            yield "duplicate_id", f"The code `{code[:60]}` stands twice.", "Name it once."
    yield from _of_class_names(one)
    missing = [code for code in known if code not in named]
    if missing and not one.rest:
        yield (
            "missing_code",
            f"No class holds {', '.join(missing)[:120]}.",
            "Add them, or say with `rest` where all others are counted.",
        )


def _of_class_names(one: Dimension) -> Iterator[Told]:
    if not one.classes or not all(one.classes.values()):
        yield "missing_key", "A class without codes is empty for ever.", "Name its codes."
    if one.rest and one.rest not in {*one.classes, NOT_RECORDED}:
        yield "bad_value", f"There is no class `{one.rest[:60]}`.", "Name one of the classes."
    for name, codes in one.classes.items():
        if codes and _SET_APART.issuperset(codes):
            yield (
                "set_apart",
                f"The class `{name}` would set a few people apart.",
                "Put its codes into a larger class, or into those not recorded.",
            )


def _of_table(table: CountTable, forms: FormSet) -> Iterator[Told]:
    names = table.dimensions
    if not 0 < len(set(names)) == len(names) <= MOST_DIMENSIONS:
        yield (
            "bad_value",
            f"A table has one to {MOST_DIMENSIONS} dimensions, each once.",
            "Make two tables of it.",
        )
    for name in names:
        if name not in forms.counts.dimensions:
            yield "unknown_dimension", f"There is no dimension `{name[:60]}`.", "Add it."
    if size_of(table, forms) > MOST_CELLS:
        yield "bad_value", f"The table has more than {MOST_CELLS} cells.", "Take fewer classes."
    yield from _of_period(table, forms)
    if table.unit is CountUnit.PERSONS:
        yield from _of_persons(table, forms)
    else:
        yield from _of_records(table, forms)


def _of_period(table: CountTable, forms: FormSet) -> Iterator[Told]:
    found = forms.find_field(table.period)
    if found is None:
        yield _no_field(table.period)
    elif found.type not in _DATES or found.compartment not in _COUNTED_PARTS:
        yield "not_countable", f"`{found.id}` is no date that decides a year.", "Name another."
    elif not _is_once(found, forms) and forms.record_key(found) != table.record:
        yield (
            "not_countable",
            f"A case may have several `{found.id}`, so it could count in no year, or in two.",
            "Name a date of the case, or of the records that are counted.",
        )


def _of_persons(table: CountTable, forms: FormSet) -> Iterator[Told]:
    if table.record or table.is_once:
        yield "bad_value", "`record` and `once` are for tables of records.", "Leave them out."
    if any(one.counts_each or one.left_out for one in forms.counts.of(table)):
        yield (
            "bad_value",
            "Everybody counts once: nobody twice (`each`), and nobody is left out (`left_out`).",
            "Count records, or take another dimension.",
        )


def _of_records(table: CountTable, forms: FormSet) -> Iterator[Told]:
    fields = (forms.find_field(one.field) for one in forms.counts.of(table))
    if table.record not in {forms.record_key(one) for one in fields if one is not None}:
        yield (
            "bad_value",
            f"No dimension is a question of `{table.record[:60]}`.",
            "Name the records that hold one of them: a form, or a section that repeats.",
        )


def _is_once(one: Field, forms: FormSet) -> bool:
    """True for a question that a case answers once."""
    form = forms.form(one.form)
    return not form.repeats and forms.record_key(one) == form.record_form


def size_of(table: CountTable, forms: FormSet) -> int:
    """The most cells that a table can have, without its sums, whatever is counted."""
    size = 1
    for one in forms.counts.of(table):
        size *= (MOST_YEARS if one.is_by_year else len(one.classes)) + 2  # and those of their own
    return size


def _closing_a_ring(forms: FormSet) -> Iterator[CountTable]:
    """Tables that join what is joined already.

    Records of one kind are counted by a question in one table only: how much one person brings
    differs from table to table, and with it what is hidden. Persons are counted by one date, and by
    a question in one way: two years, or two sets of classes, differ by a few people.
    """
    tables = forms.counts.tables.values()
    taken: set[tuple[str, str]] = set()
    for table in tables:
        named = {(table.record, one.field) for one in forms.counts.of(table)}
        if table.unit is CountUnit.RECORDS and named & taken:
            yield table
        taken |= named
    persons = [one for one in tables if one.unit is CountUnit.PERSONS]
    yield from _rings(persons)
    yield from _of_two_minds(persons, forms)


def _of_two_minds(tables: list[CountTable], forms: FormSet) -> Iterator[CountTable]:
    """Tables of persons with another date, or with a question in other classes, than one before."""
    ways: dict[str, str] = {}
    for table in tables:
        of_table = [(one.field, one.id) for one in forms.counts.of(table)]
        differs = any(ways.setdefault(field, name) != name for field, name in of_table)
        if differs or table.period != tables[0].period:
            yield table


def _rings(tables: list[CountTable]) -> Iterator[CountTable]:
    """A table whose dimensions all stand in another one is a margin of it, and says no more."""
    joined: dict[str, str] = {}

    def root(name: str) -> str:
        while name in joined:
            name = joined[name]
        return name

    for table in tables:
        if any(set(table.dimensions) < set(one.dimensions) for one in tables):
            continue
        roots = [root(name) for name in table.dimensions]
        if len(set(roots)) < len(roots):
            yield table
        for one in dict.fromkeys(roots[1:]):
            if one != roots[0]:
                joined[one] = roots[0]


def _no_field(name: str) -> Told:
    return "unknown_field", f"There is no field `{name[:80]}`.", "Correct the name."

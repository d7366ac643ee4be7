"""The file in confidence: rows of people who agreed to be linked, with the sheet that says so.

This module decides the bytes: CSV like a table that leaves (`release_file`), with another first
line, so that nobody takes one for the other.

- `nrm_desktop linked`, then the number of this layout
- `sheet`, `dimension`, `class`: as in a table
- `person`: a pseudonym, and a class of each dimension; `c` where it is hidden

Source: standards.md ST10 and ST11; docs/adr/0052.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.release_file import HIDDEN, SheetFacts, plain
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.statistics import (
    NOT_RECORDED,
    OWN_CLASSES,
    SEVERAL,
    CountTable,
    Dimension,
)

RULES: Final = "ST2 ST3 ST7 ST9 ST10 ST11 ST12 ST13"
_HEAD: Final = ("nrm_desktop linked", "1")
Line = Sequence[str]


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """What is written. Shape: `rows` are pseudonyms with classes, none where they are hidden."""

    table: CountTable
    recipient: str
    first: int
    last: int
    smallest: int
    rows: tuple[tuple[str, tuple[str | None, ...]], ...]


def write_linked(file: LinkedFile, facts: SheetFacts, forms: FormSet) -> bytes:
    """Make the file. The rows stand by pseudonym, so their order tells nothing."""
    dimensions = forms.counts.of(file.table)
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [
            _HEAD,
            *_sheet(file, facts, forms),
            *_names(dimensions, facts.language, forms),
            *_people(file, len(dimensions)),
        ]
    )
    return text.getvalue().encode("utf-8")


def _sheet(file: LinkedFile, facts: SheetFacts, forms: FormSet) -> Iterator[Line]:
    said: Mapping[str, str] = {
        "recipient": plain(file.recipient),
        "organisation": plain(facts.organisation),
        "from": f"{file.first:04}-01-01",
        "to": f"{file.last:04}-12-31",
        facts.unit: facts.unit,
        "linked": str(len(file.rows)),
        "made": facts.made,
        "smallest_cell": str(file.smallest),
        "suppressed": HIDDEN,
        "rules": RULES,
        "program": facts.version,
    }
    for name, value in said.items():
        words = plain(forms.text(f"count_sheet.{name}", facts.language))
        yield "sheet", "unit" if name == facts.unit else name, value, words
    for pack in forms.packs:
        words = plain(forms.text("count_sheet.forms", facts.language))
        yield "sheet", "forms", f"{pack.id} {pack.version}", words


def _names(dimensions: Sequence[Dimension], language: str, forms: FormSet) -> Iterator[Line]:
    for one in dimensions:
        words = plain(forms.text(f"count_dimension.{one.id}", language))
        yield "dimension", one.id, one.field, words
    for one in dimensions:
        for name in (*one.classes, SEVERAL, NOT_RECORDED):
            own = name in OWN_CLASSES
            key = f"count_own.{name}" if own else f"count_class.{one.id}.{name}"
            yield "class", one.id, name, plain(forms.text(key, language))


def _people(file: LinkedFile, width: int) -> Iterator[Line]:
    for name, classes in sorted(file.rows, key=lambda row: row[0]):
        yield "person", name, *(one or HIDDEN for one in classes or (None,) * width)

"""The file in which a table leaves: figures with the sheet that says what they are (ST11).

This module decides the bytes. They are CSV (RFC 4180, UTF-8) that any spreadsheet shows and any
program reads: the first word of a line says what the line is.

- `nrm_desktop counts`, then the number of this layout
- `sheet`: name, value, and words for people: what, of whom, of which years, by which rules
- `missing`: a dimension, how many of all are not recorded in it, and how many all are
- `dimension`: id, question, words; `class`: dimension, id, words; `*` is the sum over a dimension
- `figure`: a class of each dimension, and how many; `c` where it is hidden, never 0 and never blank

A missing share is told by two figures of the table, hidden like them: no figure stands in the sheet
that is not in the table, and nothing is a share in hundredths. Words come from the packs, in the
language of the organisation; whoever reads a file again reads the codes alone. A spreadsheet takes
what begins like a formula for one, so words and names that do get an apostrophe in front.

Source: standards.md ST11, ST13; docs/adr/0046.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from nrm_desktop.app.wire.limits import RELEASE_BYTES
from nrm_desktop.domain.cell_moves import ALL, Key
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.forms.block import is_short_id
from nrm_desktop.domain.forms.check_statistics import MOST_CELLS, MOST_DIMENSIONS
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.statistics import FLOOR, NOT_RECORDED, OWN_CLASSES
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.releases import Release, ReleasedAxis

HIDDEN: Final = "c"
"""Mark of a figure that is hidden. Source: standards.md ST11."""
RULES: Final = "ST1 ST2 ST3 ST4 ST6 ST7 ST9 ST11 ST12 ST13"
"""The rules of standards.md section 6 that a figure has gone through."""
_HEAD: Final = ("nrm_desktop counts", "1")
_NOT_ROUNDED: Final = "none"
_WHOSE: Final = "one_organisation"
_LIKE_A_FORMULA: Final = tuple("=+-@\t\r")
_MOST_DIGITS: Final = 9
_YEAR_DIGITS: Final = 4
_FIELD_CHARS: Final = 64
Line = Sequence[str]


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What a sheet says beside the figures. Shape: `made` is an ISO date, `version` the program's.

    `unit` is `persons` or `records`; `language` is that of the words.
    """

    organisation: str
    unit: str
    made: str
    version: str
    language: str


def write_release(release: Release, facts: SheetFacts, forms: FormSet) -> bytes:
    """Make the file: the same release and facts give the same bytes."""
    words = _Words(forms, facts.language)
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [_HEAD, *_sheet(release, facts, words, forms), *_missing(release), *_table(release, words)]
    )
    return text.getvalue().encode("utf-8")


def plain(text: str) -> str:
    """A text that no spreadsheet calculates."""
    return f"'{text}" if text.startswith(_LIKE_A_FORMULA) else text


def read_release(data: bytes) -> Release:
    """Read the codes and figures of a file; words are passed over.

    Raises: HostileInput `integrity.too_large`, `integrity.release` for anything that this program
    would not have written so: what cannot be read may say anything.
    """
    if len(data) > RELEASE_BYTES:
        raise HostileInput("integrity.too_large", limit=RELEASE_BYTES)
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
        return _Reading(lines).release()
    except (UnicodeDecodeError, csv.Error, ValueError, KeyError, IndexError):
        raise HostileInput("integrity.release") from None


@dataclass(frozen=True, slots=True)
class _Words:
    """Words of the packs in one language."""

    forms: FormSet
    language: str

    def of(self, key: str) -> str:
        return plain(self.forms.text(key, self.language))

    def of_sheet(self, name: str) -> str:
        return self.of(f"count_sheet.{name}")

    def of_class(self, dimension: str, name: str) -> str:
        if name == ALL:
            return self.of("count_own.all")
        own = name in OWN_CLASSES
        return self.of(f"count_own.{name}" if own else f"count_class.{dimension}.{name}")


def _sheet(release: Release, facts: SheetFacts, words: _Words, forms: FormSet) -> Iterator[Line]:
    said: Mapping[str, tuple[str, str]] = {
        "table": (release.table, words.of(f"count_table.{release.table}")),
        "organisation": (plain(facts.organisation), words.of_sheet("organisation")),
        "from": (f"{release.first:04}-01-01", words.of_sheet("from")),
        "to": (f"{release.last:04}-12-31", words.of_sheet("to")),
        "period": (release.period, words.of(f"{release.period}.label")),
        "unit": (facts.unit, words.of_sheet(facts.unit)),
        "population": (release.population, words.of_sheet("population")),
        "coverage": (_WHOSE, words.of_sheet("coverage")),
        "made": (facts.made, words.of_sheet("made")),
        "smallest_cell": (str(release.smallest), words.of_sheet("smallest_cell")),
        "suppressed": (HIDDEN, words.of_sheet("suppressed")),
        "rounding": (_NOT_ROUNDED, words.of_sheet("rounding")),
        "rules": (RULES, words.of_sheet("rules")),
        "program": (facts.version, words.of_sheet("program")),
    }
    yield from (("sheet", name, *value) for name, value in said.items())
    for pack in forms.packs:
        yield "sheet", "forms", f"{pack.id} {pack.version}", words.of_sheet("forms")


def _missing(release: Release) -> Iterator[Line]:
    for place, axis in enumerate(release.axes):
        of = tuple(NOT_RECORDED if n == place else ALL for n in range(len(release.axes)))
        yield "missing", axis.id, _figure(release.figures[of]), _figure(release.total)


def _table(release: Release, words: _Words) -> Iterator[Line]:
    for axis in release.axes:
        yield "dimension", axis.id, axis.field, words.of(f"count_dimension.{axis.id}")
    for axis in release.axes:
        for name in (*axis.classes, ALL):
            yield "class", axis.id, name, words.of_class(axis.id, name)
    for key in _every_key(release.axes):
        yield "figure", *key, _figure(release.figures[key])


def _figure(count: int | None) -> str:
    return HIDDEN if count is None else str(count)


def _every_key(axes: Iterable[ReleasedAxis]) -> Iterator[Key]:
    return product(*((*axis.classes, ALL) for axis in axes))


class _Reading:
    """Reads the lines of a file. Raises: ValueError, KeyError or IndexError for what is wrong."""

    def __init__(self, lines: Sequence[Line]) -> None:
        if tuple(lines[0]) != _HEAD:
            raise ValueError("another layout")
        self._lines = lines[1:]
        self._sheet = {line[1]: line[2] for line in self._of("sheet", 4)}

    def release(self) -> Release:
        axes = tuple(self._axes())
        if not 0 < len(axes) <= MOST_DIMENSIONS:
            raise ValueError("dimensions")
        smallest = _number(self._sheet["smallest_cell"])
        if smallest < FLOOR:
            raise ValueError("smallest cell")
        return Release(
            table=_short(self._sheet["table"]),
            population=self._sheet["population"],
            period=_field(self._sheet["period"]),
            first=_year(self._sheet["from"], "-01-01"),
            last=_year(self._sheet["to"], "-12-31"),
            smallest=smallest,
            axes=axes,
            figures=self._figures(axes),
        )

    def _of(self, kind: str, length: int) -> list[Line]:
        found = [line for line in self._lines if line and line[0] == kind]
        if any(len(line) != length for line in found):
            raise ValueError(kind)
        return found

    def _axes(self) -> Iterator[ReleasedAxis]:
        classes = self._of("class", 4)
        for _, name, field, _ in self._of("dimension", 4):
            named = [_class(line[2]) for line in classes if line[1] == name]
            if len(set(named)) != len(named) or named[-1] != ALL:
                raise ValueError("class")
            yield ReleasedAxis(_short(name), _field(field), tuple(named[:-1]))

    def _figures(self, axes: tuple[ReleasedAxis, ...]) -> Mapping[Key, int | None]:
        lines = self._of("figure", len(axes) + 2)
        size = 1
        for axis in axes:
            size *= len(axis.classes)
        if size > MOST_CELLS:
            raise ValueError("cells")
        found = {tuple(line[1:-1]): _count(line[-1]) for line in lines}
        every = list(_every_key(axes))
        if len(lines) != len(every) or found.keys() != set(every):
            raise ValueError("figure")
        return {key: found[key] for key in every}


def _count(text: str) -> int | None:
    return None if text == HIDDEN else _number(text)


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    if not is_number or str(int(text)) != text:
        raise ValueError("number")
    return int(text)


def _year(text: str, end: str) -> int:
    year = text.removesuffix(end)
    if len(year) != _YEAR_DIGITS or not (year.isascii() and year.isdecimal()):
        raise ValueError("year")
    return int(year)


def _short(text: str) -> str:
    if not is_short_id(text):
        raise ValueError("id")
    return text


def _class(text: str) -> str:
    return text if text == ALL or text.isdecimal() else _short(text)


def _field(text: str) -> FieldId:
    if not 0 < len(text) <= _FIELD_CHARS:
        raise ValueError("field")
    return FieldId(text)

"""Tables of counts as a pack says them: what is counted, by which answers, in which coarse classes.

This module decides what a pack may say. Only these tables exist (ST1): nobody asks freely. What may
stand in one is the matter of `check_statistics`; counting is that of `domain.statistics`.

`statistics.toml`: `smallest_cell`; `[[dimension]]` id, field, rest, left_out, by, each, sensitive,
with `[[dimension.class]]` id and codes; `[[table]]` id, unit, dimensions, period, record, once.

- A class holds codes of the list of the field; `rest` is the class of all others, which may be
  `not_recorded`. Records with a code of `left_out` are no part of a table (a draft, say).
- `by = "year"` is for a date: the last 12 years are classes, and all others are one class. With
  `each` a record counts for every code that it names; without, whoever names codes of several
  classes is in the class `several`.
- `sensitive`: what somebody is in there must not be told of everybody in a group (ST7).
- `persons`: every case counts once. `records`: those of one kind, `record`; with `once` a person
  counts once in each cell, however often it was said.
- `period` is the date that decides in which year something counts.

A country pack adds dimensions and tables; it may raise `smallest_cell` and never lower it (ST3).

Source: standards.md sections 5 and 6; nrm.md section 12.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
from typing import Final

from nrm_desktop.domain.forms.block import Block, short_id
from nrm_desktop.domain.ids import FieldId

FILE: Final = "statistics.toml"
FLOOR: Final = 10
"""No cell that is shown stands for fewer people. Source: standards.md ST3."""
PURPOSE: Final = "statistics"
"""The purpose of a consent by which somebody is in a class (ST12)."""
NOT_RECORDED: Final = "not_recorded"
SEVERAL: Final = "several"
OTHER_YEAR: Final = "other_year"
OWN_CLASSES: Final = frozenset({NOT_RECORDED, SEVERAL, OTHER_YEAR})
"""Classes that every dimension may have, and no pack names."""
SHEET_WORDS: Final = (
    *("organisation", "from", "to", "persons", "records", "population", "coverage", "made"),
    *("smallest_cell", "suppressed", "rounding", "rules", "program", "forms"),
    *("recipient", "linked"),
)
"""What the sheet of a table that leaves has words for (ST11)."""
MOST_YEARS: Final = 12
"""So many years are classes of a date; every other one is `OTHER_YEAR`."""
_BY_YEAR: Final = "year"


class CountUnit(StrEnum):
    """What a table counts."""

    PERSONS = "persons"
    RECORDS = "records"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to divide. Shape: `classes` gives the codes of each class, in order of display."""

    id: str
    field: FieldId
    classes: Mapping[str, tuple[str, ...]] = attribute(default_factory=dict)
    rest: str = ""
    left_out: tuple[str, ...] = ()
    is_by_year: bool = False
    counts_each: bool = False
    is_sensitive: bool = False
    pack: str = ""

    def class_of(self, code: str) -> str:
        """The class of a code; one that no class names, of a newer pack say, is in the rest."""
        for name, codes in self.classes.items():
            if code in codes:
                return name
        return self.rest or NOT_RECORDED


@dataclass(frozen=True, slots=True)
class CountTable:
    """One table. Shape: `dimensions` by id; `record` is a record key, empty for persons."""

    id: str
    unit: CountUnit
    dimensions: tuple[str, ...]
    period: FieldId
    record: str = ""
    is_once: bool = False
    pack: str = ""


@dataclass(frozen=True, slots=True)
class CountBook:
    """All tables of the active packs. Shape: `smallest` is 0 where a pack does not say it."""

    smallest: int = 0
    dimensions: Mapping[str, Dimension] = attribute(default_factory=dict)
    tables: Mapping[str, CountTable] = attribute(default_factory=dict)

    @property
    def floor(self) -> int:
        """The smallest cell that may be shown here."""
        return max(self.smallest, FLOOR)

    def of(self, table: CountTable) -> tuple[Dimension, ...]:
        """The dimensions of a table; unknown ones are left out."""
        return tuple(self.dimensions[one] for one in table.dimensions if one in self.dimensions)


def parse_statistics(block: Block, pack: str) -> CountBook:
    """Read a file."""
    book = CountBook(
        _smallest(block),
        {one.id: one for each in block.blocks("dimension") if (one := _dimension(each, pack))},
        {made.id: made for each in block.blocks("table") if (made := _table(each, pack))},
    )
    block.finish()
    return book


def _smallest(block: Block) -> int:
    value = block.raw("smallest_cell")
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or value < FLOOR:
        block.problem(
            "smallest_cell",
            "lowered_floor",
            f"The smallest cell is never below {FLOOR}.",
            f"Write {FLOOR} or more, or leave it out.",
        )
        return 0
    return value


def _dimension(block: Block, pack: str) -> Dimension | None:
    name = block.text("id", None)
    if not short_id(block.named(name), "id", name):
        return None
    made = Dimension(
        name,
        FieldId(block.text("field", None)),
        dict(entry for each in block.blocks("class") if (entry := _class(each))),
        block.text("rest"),
        block.texts("left_out"),
        is_by_year=_is_by_year(block),
        counts_each=block.flag("each"),
        is_sensitive=block.flag("sensitive"),
        pack=pack,
    )
    block.finish()
    return made


def _is_by_year(block: Block) -> bool:
    by = block.text("by")
    if by not in {"", _BY_YEAR}:
        block.problem(
            "by",
            "bad_value",
            f"A date is counted by `{_BY_YEAR}`, never finer.",
            f"Write `{_BY_YEAR}`, or leave it out.",
        )
    return by == _BY_YEAR


def _class(block: Block) -> tuple[str, tuple[str, ...]] | None:
    name = block.text("id", None)
    codes = block.texts("codes")
    block.finish()
    if not short_id(block, "id", name):
        return None
    if name in OWN_CLASSES:
        block.problem(
            "id",
            "duplicate_id",
            f"Every dimension has the class `{name}` already.",
            "Choose another name; `rest` may name it.",
        )
    return name, codes


def _table(block: Block, pack: str) -> CountTable | None:
    name = block.text("id", None)
    if not short_id(block.named(name), "id", name):
        return None
    unit = block.text("unit", None)
    known = {one.value: one for one in CountUnit}
    if unit not in known:
        block.problem(
            "unit", "bad_value", f"`{unit[:40]}` is no unit.", f"Use one of {', '.join(known)}."
        )
    made = CountTable(
        name,
        known.get(unit, CountUnit.PERSONS),
        block.texts("dimensions"),
        FieldId(block.text("period", None)),
        block.text("record"),
        is_once=block.flag("once"),
        pack=pack,
    )
    block.finish()
    return made

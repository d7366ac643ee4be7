"""How long a closed case is kept, as a pack says it: classes with a length, a source and a mark.

This module decides what a pack may say and how a length is read; which class a case has, a person
says at its end. The base names what is usual elsewhere and sets no length: that is the matter of
each country pack. A length that nobody verified is told as such and starts nothing by itself.

`retention.toml`: `[[retention]]` id (a code of the list `retention_class`), length, unit, shortest,
longest, source, verified. A country pack sets the classes of the base anew.

Source: nrm.md section 11; clocks.json, retention classes (all unverified).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from nrm_desktop.domain.forms.block import Block, short_id
from nrm_desktop.domain.forms.timetable import Unit

FILE: Final = "retention.toml"
_UNITS: Final = (Unit.CALENDAR_DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS)
_LONGEST: Final = 40_000
"""A hundred years in days: what is longer has no end, and nothing is kept for ever (N9)."""


@dataclass(frozen=True, slots=True)
class KeepingRule:
    """How long cases of a class are kept. Shape: 0 where nothing is said; `unit` holds for all."""

    id: str
    unit: Unit
    length: int = 0
    shortest: int = 0
    longest: int = 0
    source: str = ""
    is_verified: bool = False
    pack: str = ""


def parse_keeping(block: Block, pack: str) -> Mapping[str, KeepingRule]:
    """Read every `[[retention]]` of a file."""
    found = {one.id: one for each in block.blocks("retention") if (one := _rule(each, pack))}
    block.finish()
    return found


def _rule(block: Block, pack: str) -> KeepingRule | None:
    rule_id = block.text("id", None)
    if not short_id(block.named(rule_id), "id", rule_id):
        return None
    rule = KeepingRule(
        id=rule_id,
        unit=_unit(block),
        length=_number(block, "length"),
        shortest=_number(block, "shortest"),
        longest=_number(block, "longest"),
        source=block.text("source", None),
        is_verified=block.flag("verified"),
        pack=pack,
    )
    block.finish()
    return rule


def _unit(block: Block) -> Unit:
    text = block.text("unit", Unit.YEARS.value)
    known = {one.value: one for one in _UNITS}
    if text not in known:
        block.problem(
            "unit", "bad_value", f"`{text[:40]}` is no unit here.", f"Use {', '.join(known)}."
        )
    return known.get(text, Unit.YEARS)


def _number(block: Block, key: str) -> int:
    value = block.raw(key)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _LONGEST:
        block.problem(key, "bad_value", f"`{key}` is no length.", "Write a whole number above 0.")
        return 0
    return value

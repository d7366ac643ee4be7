"""Reads the tracks and clocks of a pack. Whether their fields exist is `check_times`' matter.

Source: nrm.md sections 3 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from nrm_desktop.domain.dates import is_day
from nrm_desktop.domain.forms.block import Block, short_id
from nrm_desktop.domain.forms.parse_condition import parse_condition
from nrm_desktop.domain.forms.timetable import (
    Applies,
    ClockRule,
    Holidays,
    Kind,
    Moment,
    Protects,
    Track,
    TrackEntry,
    Unit,
)
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.scopes import BY_WORD, CASE_COMPARTMENTS, Compartment

_LONGEST: Final = 100_000
"""No length of a rule is more: it would leave the calendar."""
Word = TypeVar("Word", bound=StrEnum)


def parse_tracks(block: Block) -> Mapping[str, Track]:
    """Read every `[[track]]` of a file."""
    found = {}
    for one in block.blocks("track"):
        track_id = one.text("id", None)
        if not short_id(one.named(track_id), "id", track_id):
            continue
        entries = tuple(map(_entry, one.blocks("entry")))
        found[track_id] = Track(track_id, one.text("codelist", None), one.text("start"), entries)
        one.finish()
    block.finish()
    return found


def parse_clocks(block: Block, pack: str) -> tuple[Mapping[str, ClockRule], Mapping[str, Holidays]]:
    """Read every `[[clock]]` and `[[holidays]]` of a file."""
    clocks = {one.id: one for each in block.blocks("clock") if (one := _clock(each, pack))}
    holidays = {table.id: table for each in block.blocks("holidays") if (table := _holidays(each))}
    block.finish()
    return clocks, holidays


def _entry(block: Block) -> TrackEntry:
    source = block.text("state_from")
    entry = TrackEntry(_moment(block), block.text("state"), FieldId(source) if source else None)
    if bool(entry.state) == bool(entry.state_from):
        block.problem(
            "state",
            "bad_value",
            "An entry names a state, or the field that holds it.",
            "Write one of `state` and `state_from`.",
        )
    block.finish()
    return entry


def _moment(block: Block) -> Moment:
    on = block.text("on")
    return Moment(
        block.text("form", None),
        FieldId(on) if on else None,
        parse_condition(block, "when"),
        block.flag("latest"),
    )


def _clock(block: Block, pack: str) -> ClockRule | None:
    clock_id = block.text("id", None)
    if not short_id(block.named(clock_id), "id", clock_id):
        return None
    starts = block.blocks("start")
    if len(starts) != 1:
        block.problem("start", "missing_key", "One table `start` is needed.", "Add it.")
        return None
    start, *_ = _moments(starts)
    decided = block.text("decided")
    rule = ClockRule(
        id=clock_id,
        track=block.text("track", None),
        start=start,
        length=_number(block, "length"),
        unit=_word(block, "unit", Unit, Unit.CALENDAR_DAYS),
        kind=_word(block, "kind", Kind, Kind.DAY),
        protects=_word(block, "protects", Protects, Protects.EARLIER),
        applies=_word(block, "applies", Applies, Applies.ANY),
        decided=FieldId(decided) if decided else None,
        done_when=parse_condition(block, "done_when"),
        paused_when=parse_condition(block, "paused_when"),
        holidays=block.text("holidays"),
        remind=_days(block, "remind"),
        valid_from=_day(block, "valid_from"),
        valid_to=_day(block, "valid_to"),
        basis=block.text("basis"),
        source=block.text("source", None),
        as_of=block.text("as_of"),
        is_verified=block.flag("verified"),
        needs_recheck=block.flag("recheck"),
        pack=pack,
        also=_moments(block.blocks("also")),
        done_by=_moments(block.blocks("done_by")),
        is_once=block.flag("once"),
        is_ever=block.flag("ever"),
        seen_in=_parts(block, "seen_in"),
    )
    block.finish()
    return rule


def _moments(blocks: tuple[Block, ...]) -> tuple[Moment, ...]:
    found = tuple(map(_moment, blocks))
    for block in blocks:
        block.finish()
    return found


def _parts(block: Block, key: str) -> tuple[Compartment, ...]:
    """Parts of the file, by their words."""
    words = block.texts(key)
    known = tuple(BY_WORD[word] for word in words if BY_WORD.get(word) in CASE_COMPARTMENTS)
    if len(known) < len(words):
        parts = ", ".join(one.word for one in CASE_COMPARTMENTS)
        block.problem(key, "bad_value", "A case has no such part.", f"Use some of {parts}.")
    return known


def _holidays(block: Block) -> Holidays | None:
    table_id = block.text("id", None)
    if not short_id(block.named(table_id), "id", table_id):
        return None
    days = block.texts("days")
    for day in days:
        if not is_day(day):
            block.problem(
                "days", "bad_value", f"`{day[:20]}` is no day.", "Write days as 2026-12-25."
            )
    block.text("source")
    found = Holidays(table_id, frozenset(filter(is_day, days)), block.flag("verified"))
    block.finish()
    return found


def _word(block: Block, key: str, words: type[Word], default: Word) -> Word:
    text = block.text(key, default.value)
    try:
        return words(text)
    except ValueError:
        block.problem(
            key,
            "bad_value",
            f"`{text[:40]}` is not known here.",
            f"Use one of {', '.join(words)}.",
        )
        return default


def _number(block: Block, key: str) -> int:
    value = block.raw(key)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LONGEST:
        block.problem(key, "bad_value", f"`{key}` is no length.", "Write a whole number.")
        return 0
    return value


def _days(block: Block, key: str) -> tuple[int, ...]:
    value = block.raw(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(type(one) is int and one >= 0 for one in value):
        block.problem(key, "bad_value", f"`{key}` holds days.", "Write a list of whole numbers.")
        return ()
    return tuple(value)


def _day(block: Block, key: str) -> str:
    day = block.text(key)
    if day and not is_day(day):
        block.problem(key, "bad_value", f"`{day[:20]}` is no day.", "Write it as 2026-12-25.")
        return ""
    return day

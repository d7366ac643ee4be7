"""Dates as people know them: with a precision, or as an age, and never filled up.

This module decides how a partial date is written and compared. It never invents a day or a
month, and it never says "earlier" where the precision does not allow it.

Source: sync.md section 3 (ISO 8601 cut to the known part; EDTF seasons 21 to 24; `age:14`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

_PATTERN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_AGE = re.compile(r"age:([0-9]{1,3})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OF_THE_PROGRAM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 14)}
_OLDEST_AGE = 130
_MONTHS = 12
_YEAR_AND_PART = 2


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as far as it is known.

    Shape: `text` is `2026`, `2026-05`, `2026-05-14`, `2026-21` to `2026-24` (spring to winter)
    or `age:14`; `is_about` marks "about"; `calendar` names the person's calendar, empty for
    Gregorian.
    Raises: ValueError when the text is none of these.
    """

    text: str
    is_about: bool = False
    calendar: str = ""

    def __post_init__(self) -> None:
        _span(self.text)

    @property
    def precision(self) -> Precision:
        """How much of the date is known."""
        if self.text.startswith("age:"):
            return Precision.AGE
        parts = self.text.split("-")
        if len(parts) == _YEAR_AND_PART:
            return Precision.SEASON if int(parts[1]) > _MONTHS else Precision.MONTH
        return Precision.DAY if len(parts) > 1 else Precision.YEAR

    def span(self) -> tuple[date, date] | None:
        """First and last day the date may mean; None for an age."""
        return _span(self.text)

    def __str__(self) -> str:
        return f"~{self.text}" if self.is_about else self.text


def parse_date(text: str) -> PartialDate:
    """Read the form of the command line; a leading `~` means "about".

    Digits of every script are read; they are kept as 0 to 9, which compare as days do.
    Raises: ValueError when the text is no date.
    """
    plain = "".join(str(int(one)) if one.isdecimal() else one for one in text.strip())
    return PartialDate(plain.removeprefix("~"), plain.startswith("~"))


def days_of(text: str) -> tuple[date, date] | None:
    """First and last day that the text of a date, or of a time, may mean; None if it is none."""
    try:
        return _span(text.partition("T")[0])
    except ValueError:
        return None


def is_day(text: str) -> bool:
    """True if a text is a day of the calendar, written as ISO 8601 writes it."""
    try:
        return _DAY.fullmatch(text) is not None and date.fromisoformat(text) is not None
    except ValueError:
        return False


def _span(text: str) -> tuple[date, date] | None:
    if age := _AGE.fullmatch(text):
        if int(age[1]) > _OLDEST_AGE:
            raise ValueError("no such age")
        return None
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise ValueError("not a date")
    year, month, day = int(match[1]), match[2], match[3]
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is not None:
        exact = date(year, int(month), int(day))
        return exact, exact
    first, last = _SEASON_MONTHS.get(int(month), (int(month), int(month)))
    return date(year, first, 1), _last_day(year, last)


def _last_day(year: int, month: int) -> date:
    year, month = (year, month) if month <= _MONTHS else (year + 1, month - _MONTHS)
    following = date(year + month // _MONTHS, month % _MONTHS + 1, 1)
    return following - timedelta(days=1)


def program_time(text: object) -> datetime | None:
    """Read a time that the program wrote: of Greenwich, to the second, `2026-11-26T03:10:00Z`.

    Shape: None for everything else, also for what is no time of the calendar.
    """
    if not isinstance(text, str) or not _OF_THE_PROGRAM.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:
        return None

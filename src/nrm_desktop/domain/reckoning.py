"""Reckoning with days: how long after a day another day is.

- The day of the start is not counted: thirty days after the first are the thirty-first.
- Months and years end on the same day of the later month, else on its last day.
- Working days leave out Saturdays, Sundays and the holidays that are handed in.
- Hours are those of the clock on the wall: what began at ten in the evening ends at ten in the
  evening, also in the night in which the clocks change. A start without a time of day is taken as
  the beginning of that day where an early end protects, and as its end where a late one does.

This module decides nothing about rules. Source: nrm.md section 5.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from datetime import date, datetime, timedelta

from nrm_desktop.domain.forms.timetable import Unit

_MONTHS = 12
_SATURDAY = 5
_FURTHEST = date(9999, 12, 31)


def day_after(start: date, length: int, unit: Unit, holidays: Collection[str] = ()) -> date:
    """The day on which a length that began on a day is over.

    Raises: ValueError for hours, which have no day alone; OverflowError beyond the calendar.
    """
    match unit:
        case Unit.CALENDAR_DAYS:
            return start + timedelta(days=length)
        case Unit.WEEKS:
            return start + timedelta(weeks=length)
        case Unit.WORKING_DAYS:
            return working_day(start, length, holidays)
        case Unit.MONTHS:
            return months_after(start, length)
        case Unit.YEARS:
            return months_after(start, length * _MONTHS)
        case Unit.HOURS:
            raise ValueError("hours need a time of day")


def months_after(start: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(start.year * _MONTHS + start.month - 1 + months, _MONTHS)
    if year > _FURTHEST.year:
        raise OverflowError("beyond the calendar")
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def working_day(start: date, length: int, holidays: Collection[str] = ()) -> date:
    """The working day number `length` after a day; with none, the day itself."""
    day, left = start, length
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day, holidays)
    return day


def is_working_day(day: date, holidays: Collection[str] = ()) -> bool:
    """True for a day on which offices are open."""
    return day.weekday() < _SATURDAY and day.isoformat() not in holidays


def hours_after(start: str, hours: int, *, is_late: bool) -> str:
    """The minute at which so many hours are over.

    Shape: `start` is an ISO date or minute; `is_late` takes the end of a day without a time.
    """
    if "T" not in start:
        start += "T23:59" if is_late else "T00:00"
    moment = datetime.fromisoformat(start) + timedelta(hours=hours)
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")

"""Reckoning with days, against a second way that only ever counts one day after the other."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.domain.forms.timetable import Unit
from nrm_desktop.domain.reckoning import day_after, hours_after, months_after

DAYS = st.dates(date(1990, 1, 1), date(2120, 12, 31))
LENGTHS = st.integers(0, 400)
HOLIDAYS = st.frozensets(st.dates(date(2024, 1, 1), date(2028, 12, 31)).map(date.isoformat))
ONE = timedelta(days=1)


def naive_working_day(start: date, length: int, holidays: frozenset[str]) -> date:
    """Tick off the days of a calendar on the wall."""
    ticked = 0
    day = start
    while ticked < length:
        day = day + ONE
        is_weekend = day.strftime("%w") in {"0", "6"}
        if not is_weekend and day.isoformat() not in holidays:
            ticked += 1
    return day


def naive_month_after(start: date) -> date:
    """Turn one page of the calendar, and go back to a day that the page has."""
    page = start
    while page.month == start.month:
        page += ONE
    for wanted in range(start.day, 0, -1):
        day = page
        while day.month == page.month:
            if day.day == wanted:
                return day
            day += ONE
    raise AssertionError


@given(DAYS, LENGTHS)
def test_calendar_days_and_weeks_are_counted_one_by_one(start, length):
    day = start
    for _ in range(length):
        day += ONE

    assert day_after(start, length, Unit.CALENDAR_DAYS) == day
    assert day_after(start, length // 7, Unit.WEEKS) == start + ONE * (length // 7 * 7)


@given(DAYS, st.integers(0, 60), HOLIDAYS)
def test_working_days_leave_out_weekends_and_holidays(start, length, holidays):
    end = day_after(start, length, Unit.WORKING_DAYS, holidays)

    assert end == naive_working_day(start, length, holidays)
    if length:
        assert end.weekday() < 5
        assert end.isoformat() not in holidays


@given(DAYS)
def test_a_month_ends_on_the_same_day_or_the_last_of_the_month(start):
    assert months_after(start, 1) == naive_month_after(start)


@given(DAYS, st.integers(0, 600))
def test_months_never_leave_their_month_and_never_run_backwards(start, months):
    end = months_after(start, months)

    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end + ONE).day == 1
    assert months_after(start, months + 1) > end


@given(st.integers(1990, 2100))
def test_whoever_is_born_on_a_leap_day_is_of_age_on_the_last_of_february(year):
    leap = year - year % 4
    born = date(leap, 2, 28) if leap % 100 == 0 and leap % 400 else date(leap, 2, 29)
    end = day_after(born, 18, Unit.YEARS)

    assert (end.year, end.month) == (leap + 18, 2)
    assert end.day == min(born.day, 29 if _is_leap(leap + 18) else 28)


@given(DAYS, st.times(), st.integers(0, 500))
def test_hours_are_those_of_the_clock_on_the_wall(start_day, time, hours):
    start = f"{start_day}T{time:%H:%M}"
    end = hours_after(start, hours, is_late=False)
    days = (date.fromisoformat(end[:10]) - start_day).days

    assert days * 24 + int(end[11:13]) - time.hour == hours
    assert end[14:] == start[14:]


def test_hours_of_a_day_without_a_time_are_counted_for_the_person():
    assert hours_after("2026-03-29", 24, is_late=False) == "2026-03-30T00:00"
    assert hours_after("2026-03-29", 24, is_late=True) == "2026-03-30T23:59"


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)

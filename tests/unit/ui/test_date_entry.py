"""Dates as people type them: understood where there is one meaning, never filled up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.ui.presenters.date_entry import DateHint, DateVocabulary, read_date_entry

UKRAINIAN = DateVocabulary(
    months=tuple((name,) for name in ("січня", "лютого", *(f"м{n}" for n in range(3, 13)))),
    seasons=("весна", "літо", "осінь", "зима"),
    about="близько",
    age="вік",
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-11-23", "2026-11-23"),
        ("23 nov 2026", "2026-11-23"),
        ("Nov 23, 2026", "2026-11-23"),
        ("23.11.2026", "2026-11-23"),
        ("23/11/2026", "2026-11-23"),
        ("11/23/2026", "2026-11-23"),
        ("4/4/2026", "2026-04-04"),
        ("11.2026", "2026-11"),
        ("2026/11", "2026-11"),
        ("november 2026", "2026-11"),
        ("2019", "2019"),
        ("about 2019", "~2019"),
        ("~ may 2019", "~2019-05"),
        ("spring 2020", "2020-21"),
        ("winter 2020", "2020-24"),
        ("age 14", "age:14"),
        ("about age 14", "~age:14"),
        ("2 лютого 2024", "2024-02-02"),
        ("близько 2019", "~2019"),
        ("осінь 2021", "2021-23"),
        ("вік 14", "age:14"),
        ("٢٣ nov ٢٠٢٦", "2026-11-23"),
    ],
)
def test_one_meaning_is_understood(typed, expected):
    reading = read_date_entry(typed, UKRAINIAN)

    assert str(reading.date) == expected
    assert reading.hint is DateHint.NONE


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("03/04/2026", DateHint.UNCLEAR_ORDER),
        ("30.02.2026", DateHint.NO_SUCH_DAY),
        ("2026-13", DateHint.NO_SUCH_DAY),
        ("32 nov 2026", DateHint.NO_SUCH_DAY),
        ("nov 26", DateHint.NOT_UNDERSTOOD),
        ("23.11.26", DateHint.NOT_UNDERSTOOD),
        ("after the harvest", DateHint.NOT_UNDERSTOOD),
        ("j 2026", DateHint.NOT_UNDERSTOOD),
        ("age 200", DateHint.NO_SUCH_DAY),
        ("1 2 2026", DateHint.NOT_UNDERSTOOD),
    ],
)
def test_what_has_no_one_meaning_is_asked_about_and_never_guessed(typed, hint):
    reading = read_date_entry(typed, UKRAINIAN)

    assert reading.date is None
    assert reading.hint is hint


def test_nothing_typed_is_neither_understood_nor_wrong():
    assert read_date_entry("  ", UKRAINIAN).hint is DateHint.NONE


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_without_an_error_and_keeps_its_precision(typed):
    read = read_date_entry(typed, UKRAINIAN).date

    if read is not None and not read.text.startswith("age:"):
        assert len(read.text.split("-")) <= len([c for c in typed if c.isdecimal()])


@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_day_reads_back_as_itself(day):
    assert read_date_entry(day.isoformat(), UKRAINIAN).date == PartialDate(day.isoformat())

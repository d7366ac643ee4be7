"""Languages and dates for people: own names, months as words, Latin digits, nothing made up."""

import pytest
from PySide6.QtCore import Qt

from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.paths import resource_root
from nrm_desktop.texts import load_translator
from nrm_desktop.ui.presenters.date_entry import date_vocabulary, read_date_entry
from nrm_desktop.ui.qt.languages import LANGUAGES, direction_of, language_of
from nrm_desktop.ui.qt.locale import LocaleDates

TEXTS = resource_root() / "texts"


def dates(language):
    return LocaleDates(load_translator(TEXTS, language))


@pytest.mark.parametrize(
    ("text", "is_about", "shown"),
    [
        ("2026-11-23", False, "23 November 2026"),
        ("2026-11", False, "November 2026"),
        ("2020-21", False, "spring 2020"),
        ("2019", True, "about 2019"),
        ("age:14", False, "age 14"),
    ],
)
def test_a_date_is_shown_as_far_as_it_is_known(text, is_about, shown):
    assert dates("en").show(PartialDate(text, is_about)) == shown


def test_months_take_the_form_their_language_needs():
    assert dates("uk").show(PartialDate("2026-11-23")) == "23 листопада 2026"
    assert dates("uk").show(PartialDate("2026-11")) == "листопад 2026"
    assert dates("bg").show(PartialDate("2026-11-23")) == "23 ноември 2026"


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_digits_are_latin_and_the_day_stands_first_in_every_language(language):
    shown = dates(language).show(PartialDate("2026-11-23"))

    assert shown.startswith("23 ")
    assert shown.endswith(" 2026")
    assert all(char.isascii() for char in shown if char.isdecimal())


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("text", ["2026-11-23", "2026-05", "2020-22", "2019"])
def test_what_is_shown_can_be_typed_again(language, text):
    say = load_translator(TEXTS, language)
    own = LocaleDates(say)
    date = PartialDate(text)

    assert read_date_entry(own.show(date), date_vocabulary(say, own)).date == date


def test_languages_name_themselves_and_know_their_direction():
    assert language_of("ar").own_name == "العربية"
    assert direction_of("prs") is Qt.LayoutDirection.RightToLeft
    assert direction_of("ti") is Qt.LayoutDirection.LeftToRight
    assert language_of("xx").own_name == "xx"


def test_a_time_of_day_has_24_hours_and_a_day_its_month_as_a_word():
    own = dates("en")

    assert len(own.clock(0)) == 5
    assert any(name in own.day(1_795_000_000_000) for name in ("Nov", "Dec", "Jan"))

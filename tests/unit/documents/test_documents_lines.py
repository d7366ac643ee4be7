"""Wrapping and visual order of lines."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nrm_desktop.documents.lines import Typesetter

ANY_TEXT = st.text(
    alphabet="ab -/().1٣۵бא ب\u064eلا\u200c\u200bትግ፡\u0301\u2067\u2069\u202e\u202c"
    "\u200f\n\t\ud800王",
    max_size=60,
)


@pytest.fixture
def typesetter(fonts):
    return Typesetter(fonts, "en")


def shown(line) -> str:
    """What the eye meets from left to right."""
    return "".join(glyph.text for piece in line.pieces for glyph in piece.glyphs)


def read(line) -> str:
    """The characters of a line without reordering inside pieces."""
    return "".join(glyph.text for piece in line.pieces for glyph in piece.logical_glyphs)


def lines(typesetter, text, width=1e6, direction="auto"):
    return typesetter.lines(text, width, 10, is_bold=False, direction=direction)


def test_a_line_breaks_at_blanks_and_draws_none_at_its_end(typesetter):
    set_lines = lines(typesetter, "somewhere to sleep tonight", 60)

    assert [shown(line) for line in set_lines] == ["somewhere", "to sleep", "tonight"]
    assert all(line.width(10) <= 60 for line in set_lines)


def test_a_word_that_is_wider_than_the_line_is_cut_and_nothing_is_lost(typesetter):
    set_lines = lines(typesetter, "Straßenbahnhaltestellenschild", 40)

    assert "".join(shown(line) for line in set_lines) == "Straßenbahnhaltestellenschild"
    assert all(line.width(10) <= 40 for line in set_lines)


def test_a_word_of_twenty_thousand_letters_arrives_whole(typesetter):
    set_lines = lines(typesetter, "ب" * 20_000, 300)

    assert sum(len(shown(line)) for line in set_lines) == 20_000
    assert all(line.width(10) <= 300 for line in set_lines)


def test_a_column_narrower_than_a_letter_still_makes_progress(typesetter):
    assert [shown(line) for line in lines(typesetter, "ab", 1)] == ["a", "b"]


def test_a_date_is_not_broken_at_its_hyphens_but_a_double_name_is(typesetter):
    assert [shown(line) for line in lines(typesetter, "am 2026-11-23", 60)] == ["am", "2026-11-23"]
    assert [shown(line) for line in lines(typesetter, "Müller-Meier", 50)] == ["Müller-", "Meier"]


def test_tigrinya_without_blanks_breaks_after_its_word_mark(typesetter):
    set_lines = lines(typesetter, "ትግርኛ፡ሰላም፡ኣብዚ", 40)

    assert [shown(line) for line in set_lines] == ["ትግርኛ፡", "ሰላም፡", "ኣብዚ"]


def test_persian_numbers_are_not_reversed(typesetter):
    (line,) = lines(typesetter, "سن ۱۲۳ سال")

    assert [piece.level for piece in line.pieces] == [1, 1, 2, 1, 1]
    assert "۱۲۳" in shown(line)


def test_brackets_around_latin_in_an_arabic_line_enclose_it(typesetter):
    (line,) = lines(typesetter, "دواء (Insulin)")

    assert shown(line).startswith(")Insulin(")
    assert line.direction == "rtl"


def test_a_joiner_stays_with_its_letters_and_steering_marks_are_not_drawn(typesetter):
    (line,) = lines(typesetter, "می\u200cخواهم \u2068A\u2069\u200f")

    assert "\u200c" in shown(line)
    assert not set(shown(line)) & set("\u2068\u2069\u200f")


def test_each_paragraph_runs_as_its_own_first_letter_says(typesetter):
    first, second = lines(typesetter, "سلام\nhello")

    assert (first.direction, second.direction) == ("rtl", "ltr")
    assert (first.is_tall, second.is_tall) == (True, False)


def test_quotation_marks_on_both_sides_of_arabic_come_from_one_font(typesetter):
    (line,) = lines(typesetter, "«علي»")

    assert line.pieces[0].face is line.pieces[-1].face


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANY_TEXT, width=st.sampled_from([1, 30, 200]), way=st.sampled_from(["auto", "rtl"]))
def test_no_text_loses_or_doubles_a_character_on_its_way_to_paper(typesetter, text, width, way):
    set_lines = lines(typesetter, text, width, way)

    drawn = sorted("".join(read(line) for line in set_lines).replace(" ", ""))
    hidden = set(" \n\t\u200b\u2067\u2069\u202e\u202c\u200f")
    wanted = sorted(c for c in text.replace("\ud800", "?") if c not in hidden)
    assert drawn == wanted

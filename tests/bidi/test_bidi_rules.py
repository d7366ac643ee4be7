"""What the conformance file does not ask: API, hostile texts, tables against their source."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.documents.bidi import (
    base_direction,
    embedding_levels,
    paragraph_levels,
    visual_order,
)
from nrm_desktop.documents.bidi.characters import bidi_class

ROOT = Path(__file__).parents[2]
CONTROLS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
MIXED = st.text(alphabet=CONTROLS + "aб1٣۵אب()[]\u3008\u232a .,+$\u0301\t\n\u2029")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", "ltr"), ("123 (45)", "ltr"), ("Олена", "ltr"), ("علي Ali", "rtl"), ("Ali علي", "ltr")],
)
def test_the_first_strong_character_decides_the_direction(text, expected):
    assert base_direction(text) == expected


def test_a_character_inside_an_isolate_does_not_decide_the_direction():
    assert base_direction("\u2068Ali\u2069 علي") == "rtl"


def test_persian_numbers_in_an_arabic_sentence_keep_their_own_order():
    levels = paragraph_levels("سن ۱۲۳")

    assert levels == [1, 1, 1, 2, 2, 2]
    assert visual_order(levels) == [3, 4, 5, 2, 1, 0]


def test_blanks_at_the_end_fall_back_only_when_the_text_is_one_line():
    assert embedding_levels("ab علي ", "ltr")[-1] == 0
    assert embedding_levels("علي \u202bab\u202c ", "ltr")[-1] == 0
    assert embedding_levels("\u202bab ", "ltr")[-1] == 1
    assert paragraph_levels("\u202bab ", "ltr")[-1] == 0


def test_a_letter_younger_than_this_python_runs_as_its_block_does():
    assert bidi_class("\U0001eeff") == "AL"
    assert bidi_class("\U00010cff") == "R"
    assert bidi_class("\u20cf") == "ET"
    assert bidi_class("\U000e0fff") == "L"


@given(MIXED, st.sampled_from(["auto", "ltr", "rtl"]))
def test_no_text_however_hostile_breaks_levels_or_order(text, direction):
    levels = paragraph_levels(text, direction)

    assert len(levels) == len(text)
    shown = [at for at, level in enumerate(levels) if level is not None]
    assert sorted(visual_order(levels)) == shown


@pytest.mark.skipif(
    not Path("/usr/share/unicode/BidiBrackets.txt").exists(), reason="unicode-data is missing"
)
def test_the_tables_are_those_of_the_unicode_data():
    tool = ROOT / "tools/make_bidi_tables.py"
    result = subprocess.run(
        [sys.executable, str(tool), "--check"], capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout

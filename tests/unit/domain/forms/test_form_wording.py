"""Words that judge get a hint; nothing that anybody typed is ever changed (forms.md section 7)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.domain.forms.block import Block
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.wording import (
    LoadedWord,
    check_wording,
    find_loaded,
    parse_wording,
)

CLAIMS = LoadedWord("claims", "en", ("claims", "claims to be"), "says", "base")
LEFT = LoadedWord("absconded", "en", ("absconded",), "left", "base")
REFUSED = LoadedWord("refused", "uk", ("не йде на контакт",), "тоді не хотіла", "base")
KNOWN = (CLAIMS, LEFT, REFUSED)


def seen(text: str) -> list[tuple[str, str]]:
    return [(one.text, one.word.id) for one in find_loaded(text, KNOWN)]


def test_loaded_words_are_found_whole_in_any_case_and_the_longest_first():
    assert seen("She CLAIMS to be 19 and absconded.") == [
        ("CLAIMS to be", "claims"),
        ("absconded", "absconded"),
    ]
    assert seen("claims  to\nbe, then claims") == [
        ("claims  to\nbe", "claims"),
        ("claims", "claims"),
    ]
    assert seen("Людина НЕ ЙДЕ на контакт") == [("НЕ ЙДЕ на контакт", "refused")]


@pytest.mark.parametrize(
    "text", ["", "claıms", "CLAİMS", "reclaims", "claimsman", "claim", "absconded2", "left"]
)
def test_words_that_only_hold_a_loaded_one_are_left_alone(text):
    assert seen(text) == []


def test_without_any_loaded_words_nothing_is_found():
    assert list(find_loaded("She claims", ())) == []


pieces = st.sampled_from(
    ["claims", " to be", "ABSCONDED", "said", " ", ".", "\n", "é", "😀", "x", "claıms", "İ"]
)


@given(st.lists(pieces).map("".join))
def test_what_is_found_stands_there_in_order_and_never_twice(text):
    found = list(find_loaded(text, KNOWN))
    assert [text[one.start : one.end] for one in found] == [one.text for one in found]
    assert all(one.end <= two.start for one, two in pairwise(found))
    for one in found:
        around = text[max(0, one.start - 1) : one.start] + text[one.end : one.end + 1]
        assert not any(char.isalnum() or char == "_" for char in around)


def read(*rows: dict[str, object]) -> tuple[dict[str, LoadedWord], list[str]]:
    log = ProblemLog()
    words = parse_wording(Block(log, {"loaded": list(rows)}, Place("xx/wording.toml")), "xx")
    check_wording(words, log)
    return dict(words), [one.code for one in log.problems]


def test_a_pack_says_a_word_its_language_and_what_could_be_written():
    row = {"id": "a", "language": "en", "words": ["bad"], "instead": "good"}
    assert read(row) == ({"a": LoadedWord("a", "en", ("bad",), "good", "xx")}, [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"words": []}, "missing_key"),
        ({"instead": ""}, "missing_key"),
        ({"instead": "worse, but still bad"}, "bad_value"),
        ({"more": "x"}, "unknown_key"),
    ],
)
def test_a_hint_that_would_help_nobody_is_told_to_whoever_checks_the_pack(change, code):
    row = {"id": "a", "language": "en", "words": ["bad"], "instead": "good", **change}
    assert code in read(row)[1]

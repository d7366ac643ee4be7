"""Comparing by voice and typed codes (sync.md 12.3 and 14)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.app.fingerprints import (
    code_groups,
    comparison_digits,
    comparison_of,
    comparison_words,
    read_code_groups,
    read_word_list,
    sign_number,
)
from nrm_desktop.domain.errors import HostileInput, ProgramFault, Usage
from nrm_desktop.domain.ids import CROCKFORD
from nrm_desktop.paths import resource_root
from nrm_desktop.security.identity.comparing import harden
from nrm_desktop.security.vault.slots import SIGNS

FOLDER = resource_root() / "words"
ENGLISH = read_word_list((FOLDER / "english.txt").read_text(encoding="utf-8"))
SIGN_LIST = read_word_list((FOLDER / "slot_signs.txt").read_text(encoding="utf-8"), SIGNS)
payloads = st.integers(0, 2**75 - 1)


def _quick(secret: bytes, salt: bytes) -> bytes:
    return (secret + salt)[8:24]


def test_24_digits_come_from_the_slow_hash_of_the_whole_file() -> None:
    digits = comparison_digits(b"a request", harden)
    assert [len(group) for group in digits] == [4] * 6
    assert "".join(digits).isdecimal()
    assert digits == ("4614", "1507", "3629", "7522", "7510", "4095")
    assert comparison_digits(b"a requesu", harden) != digits


def test_small_numbers_keep_their_leading_zeros() -> None:
    digits = comparison_digits(b"", lambda *_: (7).to_bytes(16, "big"))
    assert digits == ("0000", "0000", "0000", "0000", "0000", "0007")


def test_12_words_come_from_132_bits_of_the_hash() -> None:
    words = comparison_words(b"a request", ENGLISH)
    assert len(words) == 12
    assert words[:4] == ("sincere", "toucan", "thicket", "chisel")
    assert words[-2:] == ("affect", "diet")


def test_what_is_typed_may_be_digits_or_words_in_any_dress() -> None:
    both = comparison_of(b"x", _quick, ENGLISH)
    digits, words = both.digits, both.words
    arabic = "".join(digits).translate({48 + n: 0x0660 + n for n in range(10)})
    for typed in ("".join(digits), " - ".join(digits), " ".join(words).upper(), arabic):
        assert both.is_said(typed)
    wrong = ("", digits[0], "1" + "".join(digits)[1:] + "0", " ".join(words[:-1]))
    for typed in (*wrong, " ".join(reversed(words))):
        assert not both.is_said(typed)
        with pytest.raises(HostileInput, match=r"integrity\.comparison"):
            both.must_be_said(typed)


def test_every_word_of_the_list_is_distinct_to_the_ear() -> None:
    """2,048 words of 4 to 8 plain letters, sorted, no two one letter apart."""
    assert list(ENGLISH) == sorted(ENGLISH)
    assert all(word.isascii() and word.isalpha() and word.islower() for word in ENGLISH)
    assert {len(word) for word in ENGLISH} == {4, 5, 6, 7, 8}
    seen: dict[str, str] = {}
    for word in ENGLISH:
        holes = {f"{word[:i]}_{word[i + 1 :]}" for i in range(len(word))}
        gaps = {f"{word[:i]}_{word[i:]}" for i in range(len(word) + 1)}
        for pattern in holes | gaps:
            assert seen.setdefault(pattern, word) == word


def test_no_word_is_a_word_that_the_screen_must_not_say() -> None:
    banned = {"victim", "root", "registrar", "compartment", "epoch", "vault", "bundle"}
    assert banned.isdisjoint(ENGLISH)


def test_64_slot_signs_are_each_a_colour_and_a_thing_and_are_found_as_typed() -> None:
    assert sign_number(SIGN_LIST, "blue-kite") == SIGN_LIST.index("blue-kite") == 32
    assert sign_number(SIGN_LIST, " Blue  KITE ") == 32
    assert sign_number(SIGN_LIST, "blue elephant") is None
    assert all(sign.count("-") == 1 for sign in SIGN_LIST)


@pytest.mark.parametrize("text", ["", "one two", "one one"])
def test_a_list_of_the_wrong_size_or_with_doubles_is_a_fault(text: str) -> None:
    with pytest.raises(ProgramFault):
        read_word_list(text, 3 if text != "one one" else 2)


@given(payloads)
def test_a_code_is_read_back_in_any_dress(payload: int) -> None:
    groups = code_groups(payload)
    assert [len(group) for group in groups] == [4] * 5
    typed = "  ".join(groups).lower().replace("0", "o").replace("1", "i")
    assert read_code_groups(typed) == payload
    assert read_code_groups("-".join(groups)) == payload


@given(payloads, st.integers(0, 19), st.sampled_from(CROCKFORD))
def test_any_single_wrong_character_names_its_group(payload: int, place: int, char: str) -> None:
    plain = "".join(code_groups(payload))
    wrong = plain[:place] + char + plain[place + 1 :]
    if wrong == plain:
        return
    with pytest.raises(Usage) as caught:
        read_code_groups(wrong)
    assert caught.value.code == "usage.bad_code"
    assert caught.value.params == {"group": place // 4 + 1}


@given(payloads)
def test_swapped_neighbours_and_swapped_groups_are_caught(payload: int) -> None:
    groups = code_groups(payload)
    for number, group in enumerate(groups):
        for i in range(2):
            swapped = group[:i] + group[i + 1] + group[i] + group[i + 2 :]
            if swapped != group:
                with pytest.raises(Usage, match=r"usage\.bad_code"):
                    read_code_groups("".join((*groups[:number], swapped, *groups[number + 1 :])))
    for left, right in pairwise(range(5)):
        moved = list(groups)
        moved[left], moved[right] = moved[right], moved[left]
        with pytest.raises(Usage, match=r"usage\.bad_code"):
            read_code_groups("".join(moved))


@pytest.mark.parametrize("typed", ["", "ABCD", "é" * 20, "0" * 19, "0" * 21])
def test_what_is_no_code_at_all_is_a_usage_error(typed: str) -> None:
    with pytest.raises(Usage, match=r"usage\.bad_code"):
        read_code_groups(typed)

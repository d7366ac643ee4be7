"""Generated passphrases in several languages (storage-security.md 4.8; T1, T26)."""

import itertools
import math
import unicodedata

import pytest

from nrm_desktop.bootstrap.passphrase_words import has_words, passphrase_in
from nrm_desktop.bootstrap.shell import build_shell, word_list
from nrm_desktop.security.vault.passphrase import check_new, passphrase_bytes

pytestmark = [pytest.mark.threat("T1"), pytest.mark.threat("T26")]
LISTS = {"en": "english", "uk": "ukrainian", "ar": "arabic", "bg": "bulgarian"}
FEWEST = 2048


@pytest.fixture
def shell(tmp_path):
    return build_shell(tmp_path)


@pytest.mark.parametrize("name", LISTS.values())
def test_a_list_has_enough_different_words_that_every_keyboard_gives(shell, name):
    words = word_list(shell, name)

    assert len(words) >= FEWEST
    assert len({word.casefold() for word in words}) == len(words)
    for word in words:
        assert word == unicodedata.normalize("NFC", word) == word.casefold()
        assert word.isalpha(), word
        assert len(word) >= 3, word
        assert passphrase_bytes(word) == word.encode()


@pytest.mark.parametrize("name", ["ukrainian", "arabic", "bulgarian"])
def test_no_listed_word_is_one_that_everybody_tries_first(shell, name):
    assert set(word_list(shell, name)).isdisjoint(word_list(shell, "too_common"))


def test_arabic_words_are_typed_in_one_way_only(shell):
    """Hamza, alif maqsura and vowel signs are written in more ways than one."""
    letters = set("".join(word_list(shell, "arabic")))
    assert letters.isdisjoint("أإآؤئءىـ")
    assert all(unicodedata.category(letter) == "Lo" for letter in letters)


@pytest.mark.parametrize("language", LISTS)
def test_a_generated_passphrase_reaches_64_bits_says_so_and_passes_the_rules(shell, language):
    found = passphrase_in(shell, language)
    words = word_list(shell, LISTS[language])

    assert found.language == language
    assert found.made.bits == math.floor(found.made.words * math.log2(len(words))) >= 64
    assert set(found.made.text.split()) <= set(words)
    check_new(found.made.text, word_list(shell, "too_common"))
    assert found.made.text not in repr(found)


@pytest.mark.parametrize(
    ("language", "spoken"), [("uk_UA", "uk"), ("ar-EG", "ar"), ("bg_BG", "bg"), ("ti", "en")]
)
def test_a_language_without_a_list_gets_english_words_and_it_is_said(shell, language, spoken):
    assert passphrase_in(shell, language).language == spoken
    assert has_words(shell, language) == (spoken != "en")


def test_two_passphrases_are_not_the_same(shell):
    made = [passphrase_in(shell, "uk").made.text for _ in range(20)]
    assert all(first != second for first, second in itertools.combinations(made, 2))

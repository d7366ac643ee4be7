"""Folding: the one form in which words of all scripts are compared.

This module decides what counts as the same letter. It knows no table and no user. Writer and
searcher both fold here, in Python, so that the two can never disagree.

- `fold`: NFKC, case folded, our own letters, romanised; then letters, digits and single spaces.
- Signs that stand for a sound (apostrophe, ayn, soft sign) fall away within a word: O'Brien is
  one word. A dash between words is a space.
- Han and Hangul have no spaces: every sign is a word of its own, as in their romanised writing.
- `skeleton`: what is left of a name where spelling is left out: no vowels, no h, w, y.

Source: storage-security.md section 9.2.
"""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType
from typing import Final

from anyascii import anyascii

FOLDED_PER_CHARACTER: Final = 48
"""A single character never folds to more (measured over all of Unicode by a test)."""

_OWN_LETTERS: Final = MappingProxyType(
    str.maketrans(
        {
            **dict.fromkeys("أإآٱ", "ا"),
            "ة": "ه",
            "ى": "ي",
            "ـ": None,
            # Harakat and the signs of the same kind: written or not, the word is the same.
            **dict.fromkeys(map(chr, (*range(0x064B, 0x0660), 0x0670)), None),
            "ı": "i",
            "ø": "o",
            "œ": "oe",
            "æ": "ae",
            "đ": "d",
            "ð": "d",
            "þ": "th",
            "ł": "l",
        }
    )
)
_SILENT: Final = MappingProxyType(str.maketrans(dict.fromkeys("'`’‘ʻʼʹʾʿ´\"", None)))
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")
_SYLLABLES: Final = re.compile(
    "([\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3\U00020000-\U0003fffd])"
)
_SAME_SOUNDS: Final = (
    ("sch", "s"),
    ("tch", "c"),
    ("kh", "k"),
    ("gh", "g"),
    ("sh", "s"),
    ("ph", "f"),
    ("ch", "c"),
    ("zh", "z"),
    ("th", "t"),
    ("dh", "d"),
    ("dj", "j"),
    ("dz", "z"),
    ("ts", "s"),
    ("ck", "k"),
    ("q", "k"),
    ("x", "ks"),
)
_UNSPOKEN: Final = re.compile(r"[aeiouhwy ]+")
_DOUBLES: Final = re.compile(r"(.)\1+")


def fold(text: str) -> str:
    """Fold text for comparing. Shape: a-z, 0-9 and single spaces; folding it again changes nothing.

    It never raises, whatever the text is made of.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_OWN_LETTERS)
    latin = anyascii(_SYLLABLES.sub(r" \1 ", plain)).translate(_SILENT).lower()
    return _NO_WORD.sub(" ", latin).strip()


def skeleton(folded: str) -> str:
    """Leave out of folded words what spellings disagree about; empty if nothing is left."""
    left = folded
    for written, heard in _SAME_SOUNDS:
        left = left.replace(written, heard)
    return _DOUBLES.sub(r"\1", _UNSPOKEN.sub("", left))

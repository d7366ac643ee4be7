"""Bidi classes of characters, and which class belongs to which group of the rules.

Classes come from `unicodedata`; for code points that it does not know yet, the class that Unicode
reserves for their block applies, so that a letter younger than this Python still runs the right
way.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from operator import itemgetter

from nrm_desktop.documents.bidi.tables import UNASSIGNED_RANGES

ISOLATE_STARTS = frozenset({"LRI", "RLI", "FSI"})
ISOLATES = ISOLATE_STARTS | {"PDI"}
EMBEDDING_STARTS = frozenset({"LRE", "RLE", "LRO", "RLO"})
REMOVED = EMBEDDING_STARTS | {"PDF", "BN"}
"""What rule X9 takes out of the text."""

NEUTRALS = ISOLATES | {"B", "S", "WS", "ON"}
STRONG = frozenset({"L", "R", "AL"})


def bidi_classes(text: str) -> list[str]:
    """List the bidi class of each character."""
    return [bidi_class(character) for character in text]


def bidi_class(character: str) -> str:
    """Look up the bidi class of one character."""
    return unicodedata.bidirectional(character) or _reserved_class(ord(character))


def _reserved_class(code: int) -> str:
    following = bisect_right(UNASSIGNED_RANGES, code, key=itemgetter(0))
    return UNASSIGNED_RANGES[following - 1][1]

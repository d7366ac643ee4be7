"""Paired brackets (BD14 to BD16): which bracket closes which."""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import Final

from nrm_desktop.documents.bidi.tables import BRACKET_PAIRS

STACK_LIMIT: Final = 63
"""BD16: with more brackets open than this, the sequence counts as having no pairs at all."""

_CLOSERS: Final = MappingProxyType(dict(zip(BRACKET_PAIRS[::2], BRACKET_PAIRS[1::2], strict=True)))
_ALL: Final = frozenset(BRACKET_PAIRS)


def bracket_pairs(characters: list[str], types: list[str]) -> list[tuple[int, int]]:
    """Find the bracket pairs of an isolating run sequence.

    Shape: positions of opener and closer in the sequence, in the order of the openers. Only
    brackets that are still neutral count.
    """
    pairs: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    for at, character in enumerate(characters):
        if character not in _ALL or types[at] != "ON":
            continue
        if character in _CLOSERS:
            if len(opened) == STACK_LIMIT:
                return []
            opened.append((_canonical(_CLOSERS[character]), at))
        else:
            _close(_canonical(character), at, opened, pairs)
    return sorted(pairs)


def _close(
    closer: str, at: int, opened: list[tuple[str, int]], pairs: list[tuple[int, int]]
) -> None:
    """Match a closer with the nearest opener that waits for it, and forget those in between."""
    for depth in range(len(opened) - 1, -1, -1):
        expected, opener = opened[depth]
        if expected == closer:
            pairs.append((opener, at))
            del opened[depth:]
            return


def _canonical(bracket: str) -> str:
    """Angle brackets of two blocks are canonically the same and may close each other."""
    return unicodedata.normalize("NFC", bracket)

"""In which direction a language is written, and how words of another direction stand in it."""

from __future__ import annotations

from typing import Final

_FROM_THE_RIGHT: Final = frozenset({"ar", "ckb", "fa", "prs", "ps", "ur"})
_OPEN_ISOLATE: Final = "\u2068"
_CLOSE_ISOLATE: Final = "\u2069"


def is_from_the_right(language: str) -> bool:
    """Say whether a language runs from right to left. Shape: `language` is a BCP 47 tag."""
    return language.partition("-")[0] in _FROM_THE_RIGHT


def isolated(text: str) -> str:
    """Keep words of another direction from turning those around them.

    The direction inside is that of its own first letter; a telephone number without letters runs
    from the left. Without it a code such as `12-K4` in an Arabic sentence is shown with its halves
    exchanged.
    Source: UAX 9, FSI and PDI.
    """
    return f"{_OPEN_ISOLATE}{text}{_CLOSE_ISOLATE}"

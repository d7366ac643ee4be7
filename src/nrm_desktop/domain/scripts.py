"""In which direction a language is written, as far as the program has words in it."""

from __future__ import annotations

from typing import Final

_FROM_THE_RIGHT: Final = frozenset({"ar", "ckb", "fa", "prs", "ps", "ur"})


def is_from_the_right(language: str) -> bool:
    """Say whether a language runs from right to left. Shape: `language` is a BCP 47 tag."""
    return language.partition("-")[0] in _FROM_THE_RIGHT

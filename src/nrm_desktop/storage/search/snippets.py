"""Snippets: the piece of a text around what was looked for, made on the fly and never kept.

This module decides what of a text is shown and which words of it are marked.

Source: storage-security.md section 9.3, rule 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nrm_desktop.storage.search.folding import fold

_BEFORE: Final = 40
_AFTER: Final = 100
_READ: Final = 20_000
"""Characters that are looked through for the first word that fits."""
_WORD: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text. Shape: `marks` are begin and end of the words that fit."""

    text: str
    marks: tuple[tuple[int, int], ...]


def snippet(text: str, words: Sequence[str]) -> Snippet:
    """Cut a text around the first word that fits; blanks and line ends become single blanks."""
    plain = " ".join(text[:_READ].split())
    fits = tuple(_fitting(plain, words))
    start = max(0, fits[0][0] - _BEFORE) if fits else 0
    if start:
        start = plain.find(" ", start, fits[0][0]) + 1 or start
    end = start + _BEFORE + _AFTER
    piece = plain[start:end]
    head, tail = ("… " if start else "", " …" if end < len(plain) else "")
    moved = len(head) - start
    marks = tuple((a + moved, min(b, end) + moved) for a, b in fits if a < end)
    return Snippet(f"{head}{piece}{tail}", marks)


def _fitting(plain: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    for found in _WORD.finditer(plain):
        parts = fold(found.group()).split()
        if any(part.startswith(word) for part in parts for word in words):
            yield found.span()

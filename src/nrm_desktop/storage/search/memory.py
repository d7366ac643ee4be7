"""The names in memory: what similar spellings are looked for in.

This module decides what of the names is held, and for how long: folded words of names that the
asking user may see, from the first search that needs them to the next change of the database or
the lock, whichever comes first. It belongs to the thread of one reading connection.

Source: storage-security.md section 9.3, rule 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.search.likeness import words_like
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("search")
MOST_NAMES: Final = 400
"""Spellings that are followed up per word, the most alike first."""


@dataclass(frozen=True, slots=True)
class FoldedNames:
    """Words of names. Shape: `holders` gives the names of several words that hold a word."""

    words: Sequence[str] = field(repr=False)
    holders: Mapping[str, Sequence[str]] = field(repr=False)
    single: frozenset[str] = field(repr=False)

    def like(self, word: str) -> dict[str, float]:
        """Folded names that hold a word spelled like this one, with the likeness of that word."""
        found: dict[str, float] = {}
        for alike, score in words_like(word, self.words):
            names = (*((alike,) if alike in self.single else ()), *self.holders.get(alike, ()))
            for name in names:
                found[name] = max(score, found.get(name, 0.0))
            if len(found) >= MOST_NAMES:
                break
        return found


_NOBODY: Final = FoldedNames((), {}, frozenset())


class NameMemory:
    """Holds the folded names of one connection and one sight, until they may have changed."""

    def __init__(self) -> None:
        self._held: tuple[object, FoldedNames] = (None, _NOBODY)

    def names(self, connection: Connection, sight: Mapping[str, Any]) -> FoldedNames:
        """Give the names that this sight shows; read anew after every change."""
        version = connection.execute(_SQL["version"]).fetchone()[0]
        key = (id(connection), version, *sight.values())
        held, names = self._held
        if key != held:
            rows = connection.execute(_SQL["all_folded_names"], sight)
            names = _folded_names(row[0] for row in rows)
            self._held = (key, names)
        return names

    def forget(self) -> None:
        """Drop everything: at lock."""
        self._held = (None, _NOBODY)


def _folded_names(names: Iterable[str]) -> FoldedNames:
    single: set[str] = set()
    holders: dict[str, list[str]] = {}
    for name in names:
        words = name.split()
        if len(words) == 1:
            single.add(name)
            continue
        for word in dict.fromkeys(words):
            holders.setdefault(word, []).append(name)
    return FoldedNames(list(single | holders.keys()), holders, frozenset(single))

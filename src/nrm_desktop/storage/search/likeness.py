"""Likeness: when two spellings may be one name, and when two people's names may be one person's.

This module decides the rule and its threshold. The figure that it gives is about spelling and
nothing else; it is never shown in a window. How often the rule errs is measured
(`tools/measure_names.py`, `docs/figures/names.json`).

- Two words are alike if Jaro-Winkler gives at least 0.85, or if their skeletons are equal and long
  enough to mean something.
- Names of two people are alike if two words of the one find partners in the other (one, where
  only one word is known), or if all of it together has the same skeleton: `Abdul Rahman` and
  `Abdulrahman`. A shared family name alone is nothing.

Source: storage-security.md sections 9.2 and 9.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from nrm_desktop.storage.search.folding import skeleton

ALIKE: Final = 0.85
SHORTEST_SKELETON: Final = 3
"""Shorter ones are shared by names that nobody confuses: Layla and Lale are both `l`."""
_WORDS_THAT_TELL: Final = 2
_PARTICLES: Final = frozenset(
    ("al", "el", "ul", "bin", "ibn", "ben", "bint", "umm", "abu", "de", "da", "van", "von")
)
"""They stand in the names of very many people, so they tell nothing about one."""


def alike(one: str, other: str, at_least: float = ALIKE) -> float:
    """How alike two folded words are spelled; 0 below the threshold..

    Shape: 1.0 for equal words, at least the threshold for alike ones.
    """
    found = JaroWinkler.similarity(one, other, score_cutoff=at_least)
    if found == 0 and _same_skeleton(one, other):
        return at_least
    return float(found)


def people_alike(
    ours: Sequence[str], theirs: Sequence[str], at_least: float = ALIKE
) -> tuple[tuple[str, str], ...]:
    """Say which folded words of two people's names stand for each other; empty if too few do."""
    mine, others = _telling(ours), _telling(theirs)
    wanted = min(_WORDS_THAT_TELL, len(mine), len(others))
    pairs = tuple(_partners(mine, others, at_least))
    if wanted and len(pairs) >= wanted:
        return pairs
    whole = (" ".join(ours), " ".join(theirs))
    return (whole,) if _same_skeleton(*whole) else ()


def words_like(
    word: str, choices: Sequence[str], at_least: float = ALIKE
) -> Iterable[tuple[str, float]]:
    """Give the choices that are spelled like a word, best first."""
    found = process.extract(
        word, choices, scorer=JaroWinkler.similarity, score_cutoff=at_least, limit=None
    )
    return ((choice, float(score)) for choice, score, _ in found)


def _telling(words: Sequence[str]) -> list[str]:
    """The words that tell something; all of them where there is nothing else."""
    told = [word for word in words if word not in _PARTICLES]
    return list(dict.fromkeys(told or words))


def _partners(mine: list[str], others: list[str], at_least: float) -> Iterable[tuple[str, str]]:
    """Each word finds one partner at most, the most alike first."""
    scored = ((alike(one, other, at_least), one, other) for one in mine for other in others)
    taken: set[tuple[int, str]] = set()
    for score, one, other in sorted(scored, key=lambda each: -each[0]):
        if score and (0, one) not in taken and (1, other) not in taken:
            taken |= {(0, one), (1, other)}
            yield one, other


def _same_skeleton(one: str, other: str) -> bool:
    bones = skeleton(one)
    return len(bones) >= SHORTEST_SKELETON and bones == skeleton(other)

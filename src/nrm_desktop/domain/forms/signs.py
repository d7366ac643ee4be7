"""Signs by set and dimension, as a pack says them: which belong together, and how strong.

This module decides the shape of the book of signs. What of it is documented in a case is decided
in `domain.indicators`; nothing here knows a case.

Source: nrm.md section 10; indicators.json.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Strength(StrEnum):
    """How strong a set says that a sign is. PLAIN: the set says nothing of the kind."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class SignSet:
    """Signs of one source.

    Shape: `is_missing` if the list itself could not be had: it has no signs and no summary.
    """

    id: str
    source: str
    is_weighted: bool = False
    is_missing: bool = False
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class Dimension:
    """Signs that speak of the same thing.

    Shape: `adult` and `child` give the strength by code; a sign that a set does not know for a
    child is missing from `child`.
    """

    set: str
    id: str
    adult: Mapping[str, Strength] = field(default_factory=dict)
    child: Mapping[str, Strength] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Unique in the book."""
        return f"{self.set}.{self.id}"

    def codes(self) -> tuple[str, ...]:
        """All its signs, in the order of the pack."""
        return tuple(dict.fromkeys((*self.adult, *self.child)))


@dataclass(frozen=True, slots=True)
class SignBook:
    """All sets of the active packs, by id; dimensions in the order of the packs."""

    sets: Mapping[str, SignSet] = field(default_factory=dict)
    dimensions: tuple[Dimension, ...] = ()

    def of(self, set_id: str) -> Iterator[Dimension]:
        """The dimensions of a set."""
        return (one for one in self.dimensions if one.set == set_id)

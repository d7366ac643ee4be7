"""What is documented of a case, dimension by dimension: a memory aid for a good referral.

- "Documented" or "not documented yet", and nothing between: no number, no share, no order (N14).
- One sign of a plain set documents its dimension: one is a reason to look further, none proves
  nothing (N1). A weighted set has the rule of its source; where the source was not read, the screen
  says so.
- Sets are never mixed, and a set whose list is missing says nothing.
- Nothing follows from it: no state of a track, no help more or less (N13).

Source: nrm.md section 10; indicators.json, rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Final

from nrm_desktop.domain.forms.signs import Dimension, SignBook, Strength

_STRONG: Final = 2
_MEDIUM: Final = 3
_MIXED: Final = 3


class Documented(StrEnum):
    """How a dimension stands. UNSAID: the set has no list, so nothing can be said."""

    YES = "documented"
    NOT_YET = "not_documented_yet"
    UNSAID = "unsaid"


def documented(
    book: SignBook, noted: Collection[str], *, is_child: bool
) -> Mapping[str, Documented]:
    """Say of each dimension, by its key, how it stands.

    Shape: `noted` are the codes of signs that somebody wrote down; `is_child` if the steps for a
    child are on: then the strengths for children count.
    """
    found = {one.key: _state(one, noted, is_child=is_child) for one in book.dimensions}
    empty = {key: Documented.UNSAID for key, one in book.sets.items() if one.is_missing}
    return {**found, **empty}


def _state(one: Dimension, noted: Collection[str], *, is_child: bool) -> Documented:
    strengths = one.child if is_child else one.adult
    there = [strength for code, strength in strengths.items() if code in noted]
    return Documented.YES if _is_documented(there) else Documented.NOT_YET


def _is_documented(there: Iterable[Strength]) -> bool:
    """The rule of the source; a stronger sign may stand in the place of a weaker one."""
    signs = list(there)
    strong = signs.count(Strength.STRONG)
    firm = strong + signs.count(Strength.MEDIUM)
    return (
        Strength.PLAIN in signs
        or strong >= _STRONG
        or (strong > 0 and len(signs) > 1)
        or firm >= _MEDIUM
        or (firm >= _MEDIUM - 1 and len(signs) >= _MIXED)
    )

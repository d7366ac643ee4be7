"""Cuts: whether work whose right has ended still stands, and who has adopted what does not.

This module puts into one pure value what a place rests on (signer, device, user, grant) and which
removals ended each of them. A commit stands if, for everything that it rests on, some certificate
was never ended, or the cuts of all removals that ended it lie above the commit. Where the commit
lies in its log is not known here: whoever asks hands that in. Nothing depends on a clock or on the
order of arrival.

Source: sync.md section 13. Threat: T22.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nrm_desktop.domain.acts import Act, Cut, RemovalFacts

Ended = tuple[Act, ...]
"""The removals that ended one certificate or grant; empty for one that stands."""
Alternatives = tuple[Ended, ...]
"""Certificates of one kind: one that lets a commit stand is enough."""
Covers = Callable[[Cut], bool]
"""Says whether a commit lies at or below a cut."""


@dataclass(frozen=True, slots=True)
class Footing:
    """What a place rests on.

    Shape: one way per certificate of the signer; each needs all of it. `is_void` says that somebody
    stated a right to this place; where nothing that counts is left, that word is worth nothing, and
    what was written on it while it still seemed to count does not stand.
    """

    ways: tuple[tuple[Alternatives, ...], ...] = ()
    is_void: bool = False

    def holds(self, covers: Covers) -> bool:
        """True if a commit stands whose place in its log `covers` knows."""
        return any(
            all(
                any(all(covers(_cut(removal)) for removal in ended) for ended in needed)
                for needed in way
            )
            for way in self.ways
        )

    def removals(self) -> tuple[Act, ...]:
        """All removals that touch this place, by id."""
        found = {
            removal.act: removal
            for way in self.ways
            for needed in way
            for ended in needed
            for removal in ended
        }
        return tuple(found[name] for name in sorted(found))


def _cut(removal: Act) -> Cut:
    return removal.facts.cut if isinstance(removal.facts, RemovalFacts) else Cut()

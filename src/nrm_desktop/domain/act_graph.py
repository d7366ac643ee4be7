"""The graph of acts: who knew what, without a clock.

This module decides which acts lie in the past of which. An act with a gap in its past waits: it
takes no part until the gap is filled. It must not know what an act is worth.

Pasts are bit masks (one bit per act), so "did she know this when she signed" is one operation
also among the ten thousand acts that a scope may have.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from collections.abc import Set as AbstractSet

from nrm_desktop.domain.acts import Act, ActId


class ActGraph:
    """Acts of a scope in an order in which each comes after its past.

    Shape: `base` is the graph of the organisation, which acts of a case may name in `after`;
    `history` are names that leave no gap: acts of an organisation that ended in this one.
    """

    def __init__(
        self,
        acts: Iterable[Act],
        base: ActGraph | None = None,
        history: AbstractSet[ActId] = frozenset(),
    ) -> None:
        self._base = base
        self._history = history
        self._first = 0 if base is None else base.width
        self._places: dict[ActId, int] = {}
        self._pasts: dict[ActId, int] = {}
        self.ordered: list[Act] = []
        self.waiting = self._fill({act.act: act for act in acts})

    @property
    def width(self) -> int:
        """Number of bits in use, those of the base included."""
        return self._first + len(self.ordered)

    def bit(self, act: ActId) -> int:
        """The bit of an act; 0 if it is unknown or waits."""
        place = self._places.get(act)
        if place is not None:
            return 1 << place
        return 0 if self._base is None else self._base.bit(act)

    def past(self, act: ActId) -> int:
        """Everything before an act, itself left out."""
        past = self._pasts.get(act)
        if past is None:
            return 0 if self._base is None else self._base.past(act)
        return past

    def closure(self, heads: Iterable[ActId]) -> int:
        """The given acts and everything before them; unknown ones are left out."""
        mask = 0
        for head in heads:
            if bit := self.bit(head):
                mask |= bit | self.past(head)
        return mask

    def knows(self, later: ActId, earlier: ActId) -> bool:
        """True if the second act lies in the past of the first."""
        return bool(self.past(later) & self.bit(earlier))

    def is_first(self, act: ActId) -> bool:
        """True if no act of this scope lies before it."""
        return not self.past(act) >> self._first

    def heads(self) -> tuple[ActId, ...]:
        """The newest acts of this scope: those in nobody's past."""
        known = 0
        for act in self.ordered:
            known |= self._pasts[act.act]
        return tuple(sorted(a.act for a in self.ordered if not known & self.bit(a.act)))

    def _fill(self, acts: dict[ActId, Act]) -> frozenset[ActId]:
        """Place acts whose past is whole; give back the ids of those that wait."""
        missing: dict[ActId, int] = {}
        followers: dict[ActId, list[ActId]] = {}
        for act in acts.values():
            gaps = [name for name in set(act.after) if not self._is_seen(name, acts)]
            missing[act.act] = len(gaps)
            for name in gaps:
                followers.setdefault(name, []).append(act.act)
        ready = sorted(name for name, count in missing.items() if not count)
        while ready:
            name = ready.pop()
            self._place(acts[name])
            for follower in followers.get(name, ()):
                missing[follower] -= 1
                if not missing[follower]:
                    ready.append(follower)
        return frozenset(name for name, count in missing.items() if count)

    def _is_seen(self, name: ActId, acts: Container[ActId]) -> bool:
        return bool(self.bit(name)) or (name in self._history and name not in acts)

    def _place(self, act: Act) -> None:
        self._pasts[act.act] = self.closure(act.after)
        self._places[act.act] = self.width
        self.ordered.append(act)

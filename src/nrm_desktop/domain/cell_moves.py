"""Ways to move counts between hidden cells so that no published figure changes.

This module decides two things about a table some of whose cells are hidden: how far a hidden cell
can be moved, which is how little an attacker knows of it, and which further cells to hide so that
it can be moved far enough. It knows nothing of people; `suppression` asks it.

- One or two dimensions (`Plane`): a cell joins its row and its column, the sums run the other way,
  and what leaves every published figure as it was is a circulation. The furthest move is then a
  largest flow, and exact: no attacker finds the cell more closely.
- Three dimensions (`Boxes`): counts are moved round the corners of boxes of hidden cells. This
  finds some moves and not all; a cell that it cannot move far enough counts as found.

Source: standards.md section 6, ST4 (minimum and maximum of each hidden cell).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from heapq import heappop, heappush
from itertools import count, product
from typing import Final, NamedTuple, Protocol, TypeAlias

ALL: Final = "*"
"""Stands in a key for the sum over a dimension; no class is called so."""
Key: TypeAlias = tuple[str, ...]
_Node: TypeAlias = tuple[str, str]


class Moves(Protocol):
    """What can be moved in one margin of a table, or in all of it."""

    def safe_with(self, key: Key, width: int) -> frozenset[Key]:
        """Hidden keys of which two tables that look alike differ by `width`: this one, and others.

        Shape: empty if this key cannot be moved that far; others are those seen on the way.
        """

    def to_hide(self, key: Key, cells: Collection[Key], width: int) -> frozenset[Key]:
        """Which of these cells to hide as well for the sake of a key; empty if none would help."""


class _Arc(NamedTuple):
    """A cell as a way from one line to another; used against its direction it gets smaller."""

    key: Key
    to: _Node
    falls: bool


class Plane:
    """Moves in one or two dimensions, by flows."""

    def __init__(
        self, counts: Mapping[Key, int], hidden: Iterable[Key], varied: tuple[int, ...]
    ) -> None:
        self._counts = counts
        self._varied = varied
        self._hidden = frozenset(hidden)
        self._arcs = self._arcs_of(self._hidden)

    def safe_with(self, key: Key, width: int) -> frozenset[Key]:
        """As `Moves` says."""
        begin, end = self._ends(key)
        up, seen = self._furthest(key, (end, begin), width)
        if up >= width:
            return seen
        most = min(width - up, self._counts[key])
        down, _ = self._furthest(key, (begin, end), most)
        return frozenset({key}) if up + down >= width else frozenset()

    def to_hide(self, key: Key, cells: Collection[Key], width: int) -> frozenset[Key]:
        """As `Moves` says: the cheapest way round that is wide enough, else the widest there is."""
        arcs = self._arcs_of(self._hidden | frozenset(cells))
        begin, end = self._ends(key)
        ways = [(end, begin)]
        if self._counts[key] >= width:
            ways.append((begin, end))
        wanted = width
        while wanted:
            found = (self._cheapest(arcs, key, way, wanted) for way in ways)
            round_it = [one for one in found if one is not None and one[1]]
            if round_it:
                return min(round_it, key=lambda one: (one[0], sorted(one[1])))[1]
            wanted //= 2
        return frozenset()

    def _ends(self, key: Key) -> tuple[_Node, _Node]:
        names = [key[place] for place in self._varied]
        row = ("row", names[0] if len(names) > 1 else "")
        column = ("column", names[-1] if len(names) > 1 else "")
        is_turned = names.count(ALL) % 2 == 1
        return (column, row) if is_turned else (row, column)

    def _arcs_of(self, keys: Iterable[Key]) -> dict[_Node, list[_Arc]]:
        arcs: dict[_Node, list[_Arc]] = {}
        for key in sorted(keys):
            begin, end = self._ends(key)
            arcs.setdefault(begin, []).append(_Arc(key, end, falls=False))
            arcs.setdefault(end, []).append(_Arc(key, begin, falls=True))
        return arcs

    def _furthest(
        self, key: Key, way: tuple[_Node, _Node], most: int
    ) -> tuple[int, frozenset[Key]]:
        """How far a key moves, up to `most`; with the cells of the way if one way was enough."""
        now = {one: self._counts[one] for one in self._hidden}
        moved = 0
        while moved < most:
            path = self._path(now, key, way)
            if path is None:
                break
            step = min([now[arc.key] for arc in path if arc.falls] + [most - moved])
            if step == most:
                return most, frozenset({key, *(arc.key for arc in path)})
            for arc in path:
                now[arc.key] += -step if arc.falls else step
            moved += step
        return moved, frozenset({key})

    def _path(
        self, now: Mapping[Key, int], key: Key, way: tuple[_Node, _Node]
    ) -> list[_Arc] | None:
        start, goal = way
        came: dict[_Node, tuple[_Node, _Arc]] = {}
        waiting = deque([start])
        while waiting and goal not in came:
            here = waiting.popleft()
            for arc in self._arcs.get(here, ()):
                is_open = arc.key != key and not (arc.falls and not now[arc.key])
                if is_open and arc.to not in came and arc.to != start:
                    came[arc.to] = (here, arc)
                    waiting.append(arc.to)
        return _walked(came, start, goal)

    def _cheapest(
        self,
        arcs: Mapping[_Node, list[_Arc]],
        key: Key,
        way: tuple[_Node, _Node],
        wanted: int,
    ) -> tuple[int, frozenset[Key]] | None:
        """The way that hides least, with what it hides; None if there is none so wide."""
        start, goal = way
        came: dict[_Node, tuple[_Node, _Arc]] = {}
        done: set[_Node] = set()
        turn = count()
        waiting: list[tuple[int, int, _Node, _Node, _Arc | None]] = [(0, 0, start, start, None)]
        while waiting:
            cost, _, here, before, by = heappop(waiting)
            if here in done:
                continue
            done.add(here)
            if by is not None:
                came[here] = (before, by)
            if here == goal:
                path = _walked(came, start, goal) or []
                return cost, frozenset(arc.key for arc in path) - self._hidden
            for arc in arcs.get(here, ()):
                is_wide = not arc.falls or self._counts[arc.key] >= wanted
                if arc.key != key and arc.to not in done and is_wide:
                    more = 0 if arc.key in self._hidden else self._counts[arc.key] + 1
                    heappush(waiting, (cost + more, next(turn), arc.to, here, arc))
        return None


class Boxes:
    """Moves in any number of dimensions, round the corners of boxes."""

    def __init__(
        self, counts: Mapping[Key, int], hidden: Iterable[Key], axes: tuple[tuple[str, ...], ...]
    ) -> None:
        self._counts = counts
        self._axes = axes
        self._hidden = frozenset(hidden)

    def safe_with(self, key: Key, width: int) -> frozenset[Key]:
        """As `Moves` says."""
        boxes = list(self._boxes(key, self._hidden))
        way = 0
        for direction in (1, -1):
            now = {one: self._counts[one] for one in self._hidden}
            for box in boxes:
                step = _room(box, now, direction, width - way)
                for corner, sign in box.items():
                    now[corner] += sign * direction * step
                way += step
        return frozenset({key}) if way >= width else frozenset()

    def to_hide(self, key: Key, cells: Collection[Key], width: int) -> frozenset[Key]:
        """As `Moves` says: the cheapest box that is wide enough, else the widest there is."""
        best: tuple[tuple[int, int, list[Key]], frozenset[Key]] | None = None
        for box in self._boxes(key, self._hidden | frozenset(cells)):
            more = frozenset(box) - self._hidden
            if not more:
                continue
            way = sum(_room(box, self._counts, direction, width) for direction in (1, -1))
            cost = sum(self._counts[one] + 1 for one in more)
            rank = (-min(way, width), cost, sorted(more))
            if best is None or rank < best[0]:
                best = (rank, more)
        return frozenset() if best is None else best[1]

    def _boxes(self, key: Key, may_be: Collection[Key]) -> Iterator[dict[Key, int]]:
        """Boxes with this corner, all of them among `may_be`: corner and sign of its move.

        Along a dimension one class loses what another gains; a class and its sum move alike.
        """
        ways = [list(self._steps(key, place, may_be)) for place in range(len(self._axes))]
        for partners in product(*ways):
            box = {key: 1}
            for place, other in enumerate(partners):
                alike = 1 if ALL in (key[place], other) else -1
                box |= {with_part(one, place, other): sign * alike for one, sign in box.items()}
            if all(corner in may_be for corner in box):
                yield box

    def _steps(self, key: Key, place: int, may_be: Collection[Key]) -> Iterator[str]:
        for other in (*self._axes[place], ALL):
            if other != key[place] and with_part(key, place, other) in may_be:
                yield other


def with_part(key: Key, place: int, name: str) -> Key:
    """The key with another class in one dimension."""
    return (*key[:place], name, *key[place + 1 :])


def _room(box: Mapping[Key, int], counts: Mapping[Key, int], direction: int, most: int) -> int:
    """How far a box can be moved: no count goes below zero."""
    falling = (counts[corner] for corner, sign in box.items() if sign == -direction)
    return min((*falling, most))


def _walked(
    came: Mapping[_Node, tuple[_Node, _Arc]], start: _Node, goal: _Node
) -> list[_Arc] | None:
    if goal not in came:
        return None
    path: list[_Arc] = []
    while goal != start:
        goal, arc = came[goal]
        path.append(arc)
    return path

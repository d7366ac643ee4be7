"""Ways to move counts between hidden cells so that no published figure changes.

This module decides two things about a table some of whose cells are hidden: how far a hidden cell
can be moved, which is how little an attacker knows of it, and which further cells to hide so that
it can be moved far enough. It knows nothing of people; `suppression` asks it.

- One or two dimensions (`Plane`): a cell joins its row and its column, the sums run the other way,
  and what leaves every published figure as it was is a circulation. The furthest move is then a
  largest flow, and exact: no attacker finds the cell more closely.
- Three dimensions (`Solid`): a circulation in one slice, and the opposite one in another slice.
  This finds many moves and not all; a cell that it cannot move far enough counts as found.

Source: standards.md section 6, ST4 (minimum and maximum of each hidden cell).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Final, NamedTuple, Protocol, TypeAlias

ALL: Final = "*"
"""Stands in a key for the sum over a dimension; no class is called so."""
Key: TypeAlias = tuple[str, ...]
_Node: TypeAlias = tuple[str, str]
_FREE: Final = 1 << 62
"""How far a cell may rise that nothing holds down."""


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


@dataclass(frozen=True, slots=True)
class _Room:
    """How far a cell may rise and fall, and what it costs to hide it; 0 where it is hidden."""

    rise: int
    fall: int
    cost: int = 0


class _Moved(NamedTuple):
    """How far a key went, the cells of the way if one way was enough, and what every cell did."""

    way: int
    seen: frozenset[Key]
    net: Mapping[Key, int]


class _Flow:
    """Circulations among cells with one or two names each. Shape: `rooms` of all that may move."""

    def __init__(self, rooms: Mapping[Key, _Room]) -> None:
        self._rooms = rooms
        self._arcs: dict[_Node, list[_Arc]] = {}
        for key in sorted(rooms):
            begin, end = _ends(key)
            self._arcs.setdefault(begin, []).append(_Arc(key, end, falls=False))
            self._arcs.setdefault(end, []).append(_Arc(key, begin, falls=True))

    def furthest(self, key: Key, most: int, *, falls: bool) -> _Moved:
        """How far a key moves, up to `most`."""
        room = self._rooms[key]
        most = min(most, room.fall if falls else room.rise)
        begin, end = _ends(key)
        way = (begin, end) if falls else (end, begin)
        net: dict[Key, int] = {}
        moved = 0
        while moved < most:
            path = self._path(net, key, way)
            if path is None:
                break
            step = min([self._left(arc, net) for arc in path] + [most - moved])
            for arc in path:
                net[arc.key] = net.get(arc.key, 0) + (-step if arc.falls else step)
            moved += step
            if step == most:
                seen = frozenset({key, *(arc.key for arc in path)})
                return _Moved(most, seen, {**net, key: -most if falls else most})
        return _Moved(moved, frozenset({key}), {**net, key: -moved if falls else moved})

    def cheapest(self, key: Key, wanted: int, *, falls: bool) -> tuple[int, frozenset[Key]] | None:
        """The way round a key that hides least, with its cost; None if there is none so wide."""
        room = self._rooms[key]
        if (room.fall if falls else room.rise) < wanted:
            return None
        begin, end = _ends(key)
        start, goal = (begin, end) if falls else (end, begin)
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
                return cost + room.cost, frozenset({key, *(arc.key for arc in path)})
            for arc in self._arcs.get(here, ()):
                if arc.key != key and arc.to not in done and self._left(arc, {}) >= wanted:
                    more = cost + self._rooms[arc.key].cost
                    heappush(waiting, (more, next(turn), arc.to, here, arc))
        return None

    def _left(self, arc: _Arc, net: Mapping[Key, int]) -> int:
        room, moved = self._rooms[arc.key], net.get(arc.key, 0)
        return room.fall + moved if arc.falls else room.rise - moved

    def _path(
        self, net: Mapping[Key, int], key: Key, way: tuple[_Node, _Node]
    ) -> list[_Arc] | None:
        start, goal = way
        came: dict[_Node, tuple[_Node, _Arc]] = {}
        waiting = deque([start])
        while waiting and goal not in came:
            here = waiting.popleft()
            for arc in self._arcs.get(here, ()):
                is_open = arc.key != key and self._left(arc, net) > 0
                if is_open and arc.to not in came and arc.to != start:
                    came[arc.to] = (here, arc)
                    waiting.append(arc.to)
        return _walked(came, start, goal)


class Plane:
    """Moves in one or two dimensions, by flows."""

    def __init__(
        self, counts: Mapping[Key, int], hidden: Iterable[Key], varied: tuple[int, ...]
    ) -> None:
        self._counts = counts
        self._varied = varied
        self._hidden = frozenset(hidden)
        self._flow = self._flow_of(self._hidden)

    def safe_with(self, key: Key, width: int) -> frozenset[Key]:
        """As `Moves` says."""
        short = self._short(key)
        up = self._flow.furthest(short, width, falls=False)
        if up.way >= width:
            return frozenset(map(self._long, up.seen))
        down = self._flow.furthest(short, width - up.way, falls=True)
        return frozenset({key}) if up.way + down.way >= width else frozenset()

    def to_hide(self, key: Key, cells: Collection[Key], width: int) -> frozenset[Key]:
        """As `Moves` says: the cheapest way round that is wide enough, else the widest there is."""
        flow, short = self._flow_of(self._hidden | frozenset(cells)), self._short(key)

        def ways(wanted: int) -> Iterator[tuple[int, frozenset[Key]]]:
            for falls in (False, True):
                found = flow.cheapest(short, wanted, falls=falls)
                if found is not None:
                    yield found[0], frozenset(map(self._long, found[1])) - self._hidden

        return _least(ways, width)

    def _flow_of(self, keys: Iterable[Key]) -> _Flow:
        return _Flow(
            {self._short(key): _Room(_FREE, self._counts[key], self._cost(key)) for key in keys}
        )

    def _cost(self, key: Key) -> int:
        return 0 if key in self._hidden else self._counts[key] + 1

    def _short(self, key: Key) -> Key:
        return tuple(key[place] for place in self._varied)

    def _long(self, short: Key) -> Key:
        names = dict(zip(self._varied, short, strict=True))
        size = len(next(iter(self._counts)))
        return tuple(names.get(place, ALL) for place in range(size))


class Solid:
    """Moves in three dimensions: round a slice, and back round another one."""

    def __init__(
        self, counts: Mapping[Key, int], hidden: Iterable[Key], axes: tuple[tuple[str, ...], ...]
    ) -> None:
        self._counts = counts
        self._axes = axes
        self._hidden = frozenset(hidden)
        self._flows: dict[tuple[int, str, str], _Flow] = {}

    def safe_with(self, key: Key, width: int) -> frozenset[Key]:
        """As `Moves` says: by one pair of slices if that is enough, else by one after another."""
        for place, other in self._pairs(key, self._hidden):
            pair = (place, key[place], other)
            if pair not in self._flows:
                self._flows[pair] = self._flow_of(pair, self._hidden, self._counts)
            for falls in (False, True):
                moved = self._flows[pair].furthest(without(key, place), width, falls=falls)
                if moved.way >= width:
                    return frozenset(
                        (*one[:place], name, *one[place:])
                        for one in moved.seen
                        for name in pair[1:]
                    )
        way = 0
        for falls in (False, True):
            way += self._step_by_step(key, width - way, falls=falls)
        return frozenset({key}) if way >= width else frozenset()

    def _step_by_step(self, key: Key, most: int, *, falls: bool) -> int:
        """How far a key moves by all pairs of slices, each from where the last one left it."""
        now, way = dict(self._counts), 0
        for place, other in self._pairs(key, self._hidden):
            if way >= most:
                break
            flow = self._flow_of((place, key[place], other), self._hidden, now)
            moved = flow.furthest(without(key, place), most - way, falls=falls)
            sign = 1 if ALL in (key[place], other) else -1
            for short, step in moved.net.items():
                now[(*short[:place], key[place], *short[place:])] += step
                now[(*short[:place], other, *short[place:])] += sign * step
            way += moved.way
        return way

    def to_hide(self, key: Key, cells: Collection[Key], width: int) -> frozenset[Key]:
        """As `Moves` says: the cheapest pair of ways that is wide enough, else the widest."""
        may_be = self._hidden | frozenset(cells)
        flows = [
            (pair, self._flow_of(pair, may_be, self._counts))
            for place, other in self._pairs(key, may_be)
            for pair in [(place, key[place], other)]
        ]

        def ways(wanted: int) -> Iterator[tuple[int, frozenset[Key]]]:
            for (place, *names), flow in flows:
                for falls in (False, True):
                    found = flow.cheapest(without(key, place), wanted, falls=falls)
                    if found is not None:
                        pairs = (
                            (*one[:place], name, *one[place:]) for one in found[1] for name in names
                        )
                        yield found[0], frozenset(pairs) - self._hidden

        return _least(ways, width)

    def _pairs(self, key: Key, may_be: Collection[Key]) -> Iterator[tuple[int, str]]:
        for place, axis in enumerate(self._axes):
            for other in (*axis, ALL):
                if other != key[place] and with_part(key, place, other) in may_be:
                    yield place, other

    def _flow_of(
        self, pair: tuple[int, str, str], may_be: Collection[Key], counts: Mapping[Key, int]
    ) -> _Flow:
        """The first slice of a pair as a plane in which the second one moves along.

        Along a dimension one class loses what another gains; a class and its sum move alike.
        """
        place, name, other = pair
        rooms = {}
        for key in may_be:
            twin = with_part(key, place, other)
            if key[place] == name and twin in may_be:
                mine, its = counts[key], counts[twin]
                is_alike = ALL in (name, other)
                cost = sum(self._counts[one] + 1 for one in (key, twin) if one not in self._hidden)
                rooms[without(key, place)] = (
                    _Room(_FREE, min(mine, its), cost) if is_alike else _Room(its, mine, cost)
                )
        return _Flow(rooms)


def with_part(key: Key, place: int, name: str) -> Key:
    """The key with another class in one dimension."""
    return (*key[:place], name, *key[place + 1 :])


def without(key: Key, place: int) -> Key:
    """The key without one dimension."""
    return (*key[:place], *key[place + 1 :])


def _least(
    ways: Callable[[int], Iterable[tuple[int, frozenset[Key]]]], width: int
) -> frozenset[Key]:
    """What the cheapest way hides; a narrower one is taken where none is as wide as wanted."""
    wanted = width
    while wanted:
        found = [one for one in ways(wanted) if one[1]]
        if found:
            return min(found, key=lambda one: (one[0], sorted(one[1])))[1]
        wanted //= 2
    return frozenset()


def _ends(key: Key) -> tuple[_Node, _Node]:
    """The lines that a cell joins; with one name, the only two there are. Sums run backwards."""
    row = ("row", key[0] if len(key) > 1 else "")
    column = ("column", key[-1] if len(key) > 1 else "")
    return (column, row) if key.count(ALL) % 2 else (row, column)


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

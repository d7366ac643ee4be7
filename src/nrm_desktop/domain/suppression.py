"""Which cells of a table of counts are hidden, so that none of them can be found by subtraction.

This module decides, for counts alone, what is shown. It knows no field, no person and no consent.

- A cell is small if fewer than N people stand behind it. A zero is small where a total above it is
  small, unless another total above it is shown as zero. A zero of those "not recorded" is small
  always, since it would say that everybody shares (ST3, R24).
- A cell is hidden like a small one if it tells of everybody in a group: if all of whom it is
  recorded share a class of a sensitive dimension, and fewer than N are not recorded (ST7). A few
  missing answers, a refusal among them, must not be what makes it a figure like others.
- Small cells are hidden, and so many others that of each hidden figure two tables can be shown
  that agree in everything published and lie at least W apart in it (ST4). W is N times the most
  that one person brings: so at least N people stand behind whatever can be found by subtraction.
- The margins come first: what is hidden of one dimension depends on that dimension alone, so two
  tables that share it hide the same of it. And a hidden sum hides all that it sums up: so whatever
  its figure may be in the one table, it may be in the other as well. Without that, one table can
  say "five or more" and the other "five or fewer", and whoever holds both has found it (ST4).
- The grand total is hidden only if it is small itself. Where nothing else helps, everything but the
  grand total is hidden: the table is refused, and the total that the law asks for stays.
- A higher N hides what the floor hides, and more: two runs with two N say no more than one.

The attacker check (`is_safe`) runs over the whole table at the end, with `cell_moves`. What an
attacker may know besides is not in it: that a cell was hidden because it is small, the figures of
other organisations (ST8, docs/adr/0046). Other releases are the matter of `releases` (ST6).

Source: standards.md section 6, ST3, ST4 and ST7.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product

from nrm_desktop.domain.cell_moves import ALL, Key, Moves, Plane, Solid, with_part
from nrm_desktop.domain.forms.statistics import NOT_RECORDED

_PLANE = 2


@dataclass(frozen=True, slots=True)
class Cube:
    """A table with all its margins.

    Shape: `axes` are the classes of each dimension; `counts` and `people` have every key, also
    those with `ALL`; `most` is the most that one person brings to the table, at least 1;
    `sensitive` are the places of dimensions that must not be told of everybody in a group.
    """

    axes: tuple[tuple[str, ...], ...]
    counts: Mapping[Key, int]
    people: Mapping[Key, int]
    most: int = 1
    sensitive: frozenset[int] = frozenset()

    @property
    def total(self) -> Key:
        """The key of the grand total."""
        return (ALL,) * len(self.axes)

    def every_key(self) -> Iterator[Key]:
        """Every key, the classes in order and each sum behind what it sums up."""
        return product(*((*axis, ALL) for axis in self.axes))

    def moves(self, hidden: Iterable[Key], varied: tuple[int, ...]) -> Moves:
        """What can be moved among hidden keys in which nothing varies but these dimensions."""
        inside = [key for key in hidden if set(_varies(key)) <= set(varied)]
        if len(varied) <= _PLANE:
            return Plane(self.counts, inside, varied)
        return Solid(self.counts, inside, self.axes)


def hidden_cells(cube: Cube, floor: int, smallest: int) -> frozenset[Key]:
    """Choose what is hidden. Shape: `smallest` is N, at least `floor`; margins are among the keys.

    Raises: ValueError if N is below the floor.
    """
    if smallest < floor:
        raise ValueError("the floor is never lowered")
    hidden: set[Key] = set()
    for bound in dict.fromkeys((floor, smallest)):
        hidden = _chosen(cube, bound, hidden)
    return frozenset(hidden)


def small_cells(cube: Cube, smallest: int) -> frozenset[Key]:
    """The keys that are too small to be shown, or tell of everybody in a group."""
    found: set[Key] = set()
    for key in sorted(cube.every_key(), key=lambda one: len(_varies(one))):  # sums first
        if cube.counts[key]:
            is_small = cube.people[key] < smallest or _tells_of_group(cube, key, smallest)
        elif key == cube.total:
            is_small = True
        else:
            is_part = any(above in found for above in _above(key))
            is_small = _tells_of_all(key) or (is_part and not _is_known_zero(cube, key, found))
        if is_small:
            found.add(key)
    return frozenset(found)


def is_safe(cube: Cube, hidden: Iterable[Key], smallest: int) -> bool:
    """The attacker check: True if no hidden key can be found more closely than W."""
    every = frozenset(hidden)
    moves = cube.moves(every, tuple(range(len(cube.axes))))
    return _first_open(moves, every, smallest * cube.most, set()) is None


def _chosen(cube: Cube, smallest: int, before: Iterable[Key]) -> set[Key]:
    """What is hidden, from the grand total inwards, together with what was hidden before."""
    hidden, small, every = set(before), small_cells(cube, smallest), set(cube.every_key())
    if cube.total in small | hidden:
        return every
    places = range(len(cube.axes))
    for size in range(1, len(cube.axes) + 1):
        for varied in combinations(places, size):
            cells = {key for key in every if _varies(key) == varied}
            hidden |= small & cells
            parts = (key for key in cells if not hidden.isdisjoint(_above(key)))
            hidden |= {key for key in parts if not _is_known_zero(cube, key, hidden)}
            if not _is_mended(cube, hidden, (varied, cells), smallest * cube.most):
                return _refused(cube, every, smallest)
    return hidden if is_safe(cube, hidden, smallest) else _refused(cube, every, smallest)


def _refused(cube: Cube, every: set[Key], smallest: int) -> set[Key]:
    """Everything but the grand total, which goes as well if one person could be most of it.

    Of any other figure nothing is known then but that it lies between zero and the total.
    """
    return every - {cube.total} if cube.counts[cube.total] >= smallest * cube.most else every


def _is_mended(
    cube: Cube, hidden: set[Key], margin: tuple[tuple[int, ...], set[Key]], width: int
) -> bool:
    """Hide more cells of a margin until it is safe; False if that cannot be done."""
    varied, cells = margin
    safe: set[Key] = set()  # what was safe stays so: hiding more only adds ways to move
    while True:
        moves = cube.moves(hidden, varied)
        inside = [key for key in hidden if set(_varies(key)) <= set(varied)]
        found = _first_open(moves, inside, width, safe)
        if found is None:
            return True
        more = moves.to_hide(found, cells, width)
        if not more:
            return False
        hidden |= more


def _first_open(moves: Moves, keys: Iterable[Key], width: int, safe: set[Key]) -> Key | None:
    """The first key that can be found too closely; those that cannot are added to the safe ones."""
    for key in sorted(keys):
        if key not in safe:
            seen = moves.safe_with(key, width)
            if not seen:
                return key
            safe |= seen
    return None


def _varies(key: Key) -> tuple[int, ...]:
    return tuple(place for place, name in enumerate(key) if name != ALL)


def _above(key: Key) -> Iterator[Key]:
    """The sums in which a key is one part."""
    return (with_part(key, place, ALL) for place in _varies(key))


def _is_known_zero(cube: Cube, key: Key, hidden: Collection[Key]) -> bool:
    """True where a sum that is shown says already that there is nobody."""
    return any(above not in hidden and not cube.counts[above] for above in _above(key))


def _tells_of_group(cube: Cube, key: Key, smallest: int) -> bool:
    """True if everybody of a group is in this class, as far as it is recorded of enough of them."""
    return any(
        key[place] not in (ALL, NOT_RECORDED)
        and cube.people[with_part(key, place, NOT_RECORDED)] < smallest
        and not any(
            cube.counts[with_part(key, place, other)]
            for other in cube.axes[place]
            if other not in (key[place], NOT_RECORDED)
        )
        for place in cube.sensitive
    )


def _tells_of_all(key: Key) -> bool:
    """True for all who are not recorded in one dimension: a zero there says "nobody refused"."""
    varies = _varies(key)
    return len(varies) == 1 and key[varies[0]] == NOT_RECORDED

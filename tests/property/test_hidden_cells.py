"""What is hidden in a table stays hidden: an attacker who tries every table cannot find it.

The attacker here is another program than the one that hides: it knows nothing of flows and boxes,
tries every table of whole numbers with the published figures, and looks how far apart they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nrm_desktop.domain.cell_moves import ALL, Key
from nrm_desktop.domain.forms.statistics import NOT_RECORDED
from nrm_desktop.domain.suppression import Cube, hidden_cells, is_safe, small_cells

N = 3
"""The floor of these small worlds; the rule is the same for ten."""
SHAPES = (
    (("a", "b", NOT_RECORDED),),
    (("a", "b", "c", "d", NOT_RECORDED),),
    (("a", NOT_RECORDED), ("x", NOT_RECORDED)),
    (("a", "b", NOT_RECORDED), ("x", NOT_RECORDED)),
    (("a", "b"), ("x", "y"), ("k", NOT_RECORDED)),
)
MOST_IN_ALL = {3: 30, 4: 16, 5: 14, 6: 12, 8: 8}
"""So many are counted at most, by the number of cells: the attacker tries every table."""
TRIED = {3: 200, 4: 120, 5: 60, 6: 50, 8: 20}


def cube_of(axes, counts: Mapping[Key, int], people: Mapping[Key, int], most: int = 1) -> Cube:
    return Cube(axes, sums(axes, counts), sums(axes, people), most)


def sums(axes, inner: Mapping[Key, int]) -> dict[Key, int]:
    return {
        key: sum(number for cell, number in inner.items() if is_part(cell, key))
        for key in product(*((*axis, ALL) for axis in axes))
    }


@st.composite
def tables(draw, axes) -> Cube:
    cells = list(product(*axes))
    left = MOST_IN_ALL[len(cells)]
    counts = {}
    for cell in draw(st.permutations(cells)):
        counts[cell] = draw(st.integers(0, left))
        left -= counts[cell]
    return cube_of(axes, counts, counts)


def with_sensitive(cube: Cube) -> st.SearchStrategy[Cube]:
    """The same table where some dimensions are sensitive."""
    places = st.frozensets(st.integers(0, len(cube.axes) - 1))
    return places.map(lambda chosen: replace(cube, sensitive=chosen))


def every_table(cube: Cube, hidden: frozenset[Key]) -> Iterator[dict[Key, int]]:
    """Every table that agrees with what is published, the total among it."""
    cells = list(product(*cube.axes))
    published = {key: n for key, n in cube.counts.items() if key not in hidden}

    def place(at: int, left: int, now: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if at == len(cells) - 1:
            if published.get(cells[at], left) == left:
                yield (*now, left)
            return
        known = published.get(cells[at])
        for number in range(left + 1) if known is None else (known,):
            if number <= left:
                yield from place(at + 1, left - number, (*now, number))

    parts = {
        key: [at for at, cell in enumerate(cells) if is_part(cell, key)] for key in cube.every_key()
    }
    for numbers in place(0, cube.counts[cube.total], ()):
        if all(sum(numbers[at] for at in parts[key]) == n for key, n in published.items()):
            yield {key: sum(numbers[at] for at in parts[key]) for key in hidden}


def is_part(cell: Key, key: Key) -> bool:
    return all(part in (name, ALL) for part, name in zip(key, cell, strict=True))


def width_of(cube: Cube, hidden: frozenset[Key]) -> dict[Key, int]:
    """How far apart the attacker's tables are in each hidden figure."""
    low = dict.fromkeys(hidden, 10**6)
    high = dict.fromkeys(hidden, 0)
    for found in every_table(cube, hidden):
        for key in hidden:
            low[key], high[key] = min(low[key], found[key]), max(high[key], found[key])
    return {key: high[key] - low[key] for key in hidden}


@pytest.mark.rule("R24")
@pytest.mark.parametrize("axes", SHAPES, ids=lambda axes: "x".join(str(len(a)) for a in axes))
def test_no_hidden_figure_is_found_more_closely_than_the_smallest_cell_st3_st4(axes):
    cells = 1
    for axis in axes:
        cells *= len(axis)

    @settings(max_examples=TRIED[cells])
    @given(cube=tables(axes))
    def attacked(cube: Cube) -> None:
        hidden = hidden_cells(cube, N, N)
        assert small_cells(cube, N) <= hidden
        if cube.total in hidden:
            assert cube.people[cube.total] < N
            assert hidden == frozenset(cube.every_key()), "a total of few people shows nothing"
            return
        assert all(width >= N for width in width_of(cube, hidden).values())

    attacked()


@st.composite
def tables_of_records(draw) -> Cube:
    """Some people bring several records, to one cell or to several."""
    axes = (("a", "b", NOT_RECORDED), ("x", NOT_RECORDED))
    cells = list(product(*axes))
    people = draw(st.lists(st.lists(st.sampled_from(cells), min_size=1, max_size=2), max_size=6))
    keys = list(product(*((*axis, ALL) for axis in axes)))
    counts, behind = dict.fromkeys(keys, 0), dict.fromkeys(keys, 0)
    for brought in people:
        above = [list(product(*((part, ALL) for part in cell))) for cell in brought]
        for key in keys:
            times = sum(key in each for each in above)
            counts[key] += times
            behind[key] += bool(times)
    return Cube(axes, counts, behind, max([1, *map(len, people)]))


@settings(max_examples=60)
@given(cube=tables_of_records())
def test_of_records_the_people_behind_them_count_st3(cube: Cube):
    hidden = hidden_cells(cube, N, N)
    shown = set(cube.every_key()) - hidden

    assert all(cube.people[key] >= N or not cube.counts[key] for key in shown)
    if cube.total not in hidden:
        assert all(width >= N * cube.most for width in width_of(cube, hidden).values())


@given(
    cube=st.one_of([tables(axes) for axes in SHAPES]).flatmap(with_sensitive),
    higher=st.integers(N, 8),
)
def test_a_higher_smallest_cell_hides_what_the_floor_hides_and_more(cube: Cube, higher: int):
    """Whoever makes a table twice, with two smallest cells, has no more than the first."""
    assert hidden_cells(cube, N, N) <= hidden_cells(cube, N, higher)


@given(cube=tables((("a", "b", NOT_RECORDED), ("x", NOT_RECORDED))).flatmap(with_sensitive))
def test_what_is_hidden_of_one_dimension_does_not_depend_on_the_other_st4(cube: Cube):
    """Two tables that share a dimension hide the same of it, or nothing of one is shown."""
    alone = Cube(
        cube.axes[:1],
        {key[:1]: number for key, number in cube.counts.items() if key[1] == ALL},
        {key[:1]: number for key, number in cube.people.items() if key[1] == ALL},
        sensitive=cube.sensitive & {0},
    )
    hidden = hidden_cells(cube, N, N)
    if hidden >= set(cube.every_key()) - {cube.total}:
        return
    here = {key[:1] for key in hidden if key[1] == ALL}
    assert here == hidden_cells(alone, N, N)


def test_the_floor_is_never_lowered_st3():
    cube = cube_of((("a", NOT_RECORDED),), {("a",): 9}, {("a",): 9})

    with pytest.raises(ValueError, match="floor"):
        hidden_cells(cube, 10, 9)


def test_a_hidden_figure_that_could_be_found_is_noticed():
    """The attacker check is no formality: with one figure hidden in a row it is found."""
    cube = cube_of((("a", "b", NOT_RECORDED),), {("a",): 4, ("b",): 20}, {("a",): 4, ("b",): 20})

    assert not is_safe(cube, {("a",)}, 10)
    assert width_of(cube, frozenset({("a",)})) == {("a",): 0}


# Worked out by hand: a row of 12 beside a row of 3. The 3 is hidden and the 12 with it, since
# together they are what the total has more than the 40.
KNOWN = {("a",): 40, ("b",): 12, ("c",): 3, (NOT_RECORDED,): 25}


def test_a_known_answer_for_one_dimension_st3_st4():
    cube = cube_of((("a", "b", "c", NOT_RECORDED),), KNOWN, KNOWN)

    assert hidden_cells(cube, 10, 10) == {("b",), ("c",)}


def test_a_zero_is_shown_beside_many_and_hidden_beside_few_st3():
    axes = (("a", "b", NOT_RECORDED), ("x", "y", NOT_RECORDED))
    inner = {("a", "x"): 60, ("a", "y"): 40, ("b", "x"): 4}
    inner |= {(name, NOT_RECORDED): 30 for name in ("a", "b", NOT_RECORDED)}
    inner |= {(NOT_RECORDED, "x"): 30, (NOT_RECORDED, "y"): 30}
    cube = cube_of(axes, inner, inner)

    small = small_cells(cube, 10)

    assert ("b", "y") not in small, "34 people are in its row, 70 in its column"
    few = cube_of(axes, inner | {("b", NOT_RECORDED): 2}, inner | {("b", NOT_RECORDED): 2})
    assert ("b", "y") in small_cells(few, 10), "six people are in its row"


@pytest.mark.rule("R24")
def test_that_nobody_refused_is_not_shown_either():
    """A zero of those not recorded would say that everybody shares."""
    counts = {("a",): 30, ("b",): 20, (NOT_RECORDED,): 0}
    cube = cube_of((("a", "b", NOT_RECORDED),), counts, counts)

    assert hidden_cells(cube, 10, 10) == {("b",), (NOT_RECORDED,)}


def test_a_total_of_few_people_shows_nothing_at_all():
    cube = cube_of((("a", NOT_RECORDED),), {("a",): 9}, {("a",): 9})

    assert hidden_cells(cube, 10, 10) == frozenset(cube.every_key())


SENSITIVE = (
    ((("a", "b", NOT_RECORDED),), 0),
    ((("a", "b"), ("x", "y", NOT_RECORDED)), 1),
    ((("a", NOT_RECORDED), ("x", "y", NOT_RECORDED)), 1),
)


@pytest.mark.rule("R24")
@pytest.mark.parametrize(("axes", "place"), SENSITIVE, ids=["3", "2x3", "2x3n"])
def test_of_nobody_it_is_told_by_telling_it_of_everybody_in_a_group_st7(axes, place):
    """An attacker who knows that somebody is in a group does not learn what the group shares.

    Of each group with enough people, some table with the published figures has a member in another
    class, or enough of whom nothing is recorded.
    """
    cells = 1
    for axis in axes:
        cells *= len(axis)

    @settings(max_examples=TRIED[cells])
    @given(cube=tables_of_few_classes(axes, place))
    def attacked(cube: Cube) -> None:
        hidden = hidden_cells(cube, N, N)
        if cube.total in hidden:
            return
        open_groups = {
            key
            for key in cube.every_key()
            if key[place] == ALL
            and cube.people[key] >= N
            and shared_class(cube.counts, key, axes, place)
        }
        for found in every_table(cube, hidden):
            counts = {**cube.counts, **found}
            open_groups = {key for key in open_groups if shared_class(counts, key, axes, place)}
        assert not open_groups

    attacked()


def shared_class(counts: Mapping[Key, int], group: Key, axes, place: int) -> str:
    """The one class that all members share of whom enough is recorded; empty if there is none."""
    people = {name: counts[(*group[:place], name, *group[place + 1 :])] for name in axes[place]}
    missing = people.pop(NOT_RECORDED)
    there = [name for name, count in people.items() if count]
    return there[0] if len(there) == 1 and missing < N else ""


@st.composite
def tables_of_few_classes(draw, axes, place: int) -> Cube:
    """Tables in which groups often share a class."""
    cells = list(product(*axes))
    left = MOST_IN_ALL[len(cells)]
    counts = {}
    for cell in draw(st.permutations(cells)):
        is_empty = draw(st.sampled_from([True, False, False]))
        counts[cell] = 0 if is_empty else draw(st.integers(0, left))
        left -= counts[cell]
    return replace(cube_of(axes, counts, counts), sensitive=frozenset({place}))


def test_a_known_answer_for_a_group_that_shares_a_class_st7():
    """All twelve children were sent to work: their row tells it of each of them."""
    axes = (("adult", "child"), ("sexual", "labour", NOT_RECORDED))
    inner = {("adult", "sexual"): 20, ("adult", "labour"): 30, ("child", "labour"): 12}
    inner |= {("adult", NOT_RECORDED): 15}
    plain = cube_of(axes, inner, inner)

    assert ("child", "labour") not in hidden_cells(plain, 10, 10)
    hidden = hidden_cells(replace(plain, sensitive=frozenset({1})), 10, 10)
    assert ("child", "labour") in hidden
    assert len([key for key in hidden if key[0] == "child"]) > 1
    few = cube_of(axes, inner | {("child", NOT_RECORDED): 3}, inner | {("child", NOT_RECORDED): 3})
    assert ("child", "labour") in small_cells(replace(few, sensitive=frozenset({1})), 10)
    many = inner | {("child", NOT_RECORDED): 10}
    enough = replace(cube_of(axes, many, many), sensitive=frozenset({1}))
    assert ("child", "labour") not in small_cells(enough, 10), "of ten it is not recorded"


AGE, GENDER, FORM = ("a", "b", NOT_RECORDED), ("x", NOT_RECORDED), ("k", NOT_RECORDED)


def two_tables(people: list[tuple[str, str, str]]) -> tuple[Cube, Cube]:
    """Tables of the same people that share their first dimension."""
    first, second = {}, {}
    for age, gender, form in people:
        first[age, gender] = first.get((age, gender), 0) + 1
        second[age, form] = second.get((age, form), 0) + 1
    return cube_of((AGE, GENDER), first, first), cube_of((AGE, FORM), second, second)


crowds = st.lists(
    st.tuples(st.sampled_from(AGE), st.sampled_from(GENDER), st.sampled_from(FORM)),
    min_size=N,
    max_size=11,
)


@settings(max_examples=300)
@given(people=crowds)
def test_whoever_holds_two_tables_that_share_a_dimension_finds_no_more_st4(people):
    """The attacker joins them: the same people have the same ages in both."""
    cubes = two_tables(people)
    hidden = [hidden_cells(cube, N, N) for cube in cubes]

    assert all(width >= N for width in joined_widths(cubes, hidden))


def joined_widths(cubes: tuple[Cube, Cube], hidden: list[frozenset[Key]]) -> Iterator[int]:
    """How far apart the attacker's tables are in what is hidden, once both are read together.

    Shape: both share their first dimension; each shown sum of it is the same in both.
    """
    ages = [(name, ALL) for name in AGE]
    found: list[dict[tuple[int, ...], list[dict[Key, int]]]] = []
    for cube, out in zip(cubes, hidden, strict=True):
        by_age: dict[tuple[int, ...], list[dict[Key, int]]] = {}
        for one in every_table(cube, out):
            known = {**cube.counts, **one}
            by_age.setdefault(tuple(known[key] for key in ages), []).append(one)
        found.append(by_age)
    both = found[0].keys() & found[1].keys()

    pairs = list(zip(cubes, hidden, strict=True))
    shown = {key: cube.counts[key] for cube, out in pairs for key in ages if key not in out}
    nobody = {key[0] for key, count in shown.items() if not count}
    for by_age, out in zip(found, hidden, strict=True):
        left = [one for age in both for one in by_age[age]]
        for key in out - set(shown):
            if key[0] in nobody:
                continue  # one table was refused, and the other says that there is nobody
            yield max(one[key] for one in left) - min(one[key] for one in left)

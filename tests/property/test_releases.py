"""Two releases read together say no more than each: an attacker who joins them finds nobody (ST6).

The attacker is that of `test_hidden_cells`: whole numbers tried one by one. Between the releases
people come, go and are corrected.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_hidden_cells import (
    AGE,
    FORM,
    GENDER,
    N,
    cube_of,
    joined_widths,
    two_tables,
)

from nrm_desktop.domain.cell_moves import ALL
from nrm_desktop.domain.forms.statistics import NOT_RECORDED
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.releases import Clash, Release, ReleasedAxis, clash_of
from nrm_desktop.domain.suppression import Cube, hidden_cells

AXES = {
    "age": FieldId("screening.age"),
    "gender": FieldId("screening.gender"),
    "form": FieldId("screening.form"),
}
PERIOD = FieldId("case.opened_at")
Person = tuple[str, str, str]
persons = st.tuples(st.sampled_from(AGE), st.sampled_from(GENDER), st.sampled_from(FORM))
crowds = st.lists(persons, min_size=N, max_size=9)


def release(cube: Cube, *names: str, years=(2025, 2025), smallest=N, table="") -> Release:
    hidden = hidden_cells(cube, N, smallest)
    figures = {key: None if key in hidden else cube.counts[key] for key in cube.every_key()}
    axes = tuple(
        ReleasedAxis(name, AXES[name], classes)
        for name, classes in zip(names, cube.axes, strict=True)
    )
    table = table or "by_" + "_".join(names)
    return Release(table, "persons", PERIOD, *years, smallest, axes, figures)


@st.composite
def later(draw, before: list[Person]) -> list[Person]:
    """The same people some months later: few changes, as happens, and most of them in one part."""
    after = list(before)
    for _ in range(draw(st.integers(0, 2))):
        what = draw(st.sampled_from(["form", "form", "form", "gender", "age", "more", "less"]))
        who = draw(st.integers(0, len(after) - 1))
        age, gender, form = after[who]
        match what:
            case "form":
                after[who] = (age, gender, draw(st.sampled_from(FORM)))
            case "gender":
                after[who] = (age, draw(st.sampled_from(GENDER)), form)
            case "age":
                after[who] = (draw(st.sampled_from(AGE)), gender, form)
            case "more":
                after.append(draw(persons))
            case "less" if len(after) > N:
                del after[who]
    return after


@pytest.mark.rule("R24")
@settings(max_examples=250)
@given(data=st.data())
def test_whoever_holds_a_table_and_a_later_one_of_the_same_people_finds_no_more_st4_st6(data):
    """What may be released is joined by an attacker who takes both for tables of one day."""
    people = data.draw(crowds)
    first, _ = two_tables(people)
    _, second = two_tables(data.draw(later(people)))
    if clash_of(release(second, "age", "form"), release(first, "age", "gender")):
        return
    hidden = [hidden_cells(cube, N, N) for cube in (first, second)]

    assert all(width >= N for width in joined_widths((first, second), hidden))


@settings(max_examples=200)
@given(data=st.data())
def test_no_two_releases_of_the_same_people_differ_in_what_both_show_st6(data):
    """Not by 1 to 9, and not by more: see the next test."""
    people = data.draw(crowds)
    first, _ = two_tables(people)
    _, second = two_tables(data.draw(later(people)))
    one, other = release(first, "age", "gender"), release(second, "age", "form")
    if clash_of(other, one):
        return

    for name in (*AGE, ALL):
        found = {one.figures[name, ALL], other.figures[name, ALL]} - {None}
        assert len(found) <= 1


def test_a_difference_of_ten_can_betray_one_that_is_hidden_st6():
    """With 3 for ten: 4 more of one class, 5 more in all; so 1 more where nobody may look."""
    before = {("a",): 10, ("b",): 1, (NOT_RECORDED,): 2}
    after = {("a",): 14, ("b",): 2, (NOT_RECORDED,): 2}
    one, other = (cube_of((AGE,), counts, counts) for counts in (before, after))
    old, new = release(one, "age", table="old"), release(other, "age", table="new")

    assert new.figures[("a",)] - old.figures[("a",)] >= N
    assert new.total - old.total >= N
    assert old.figures[("b",)] is new.figures[("b",)] is None
    assert (new.total - old.total) - (new.figures[("a",)] - old.figures[("a",)]) == 1
    assert clash_of(new, old) is Clash.FIGURES


@given(people=crowds, smallest=st.integers(N, N + 2))
def test_tables_of_one_day_can_be_released_together_and_one_after_another_st6(people, smallest):
    first, second = two_tables(people)
    one = release(first, "age", "gender", smallest=smallest)
    other = release(second, "age", "form", smallest=smallest)

    assert clash_of(other, one) is clash_of(one, other) is clash_of(one, one) is None


@given(people=crowds)
def test_another_smallest_cell_for_the_same_people_is_refused_st3_st6(people):
    first, second = two_tables(people)
    strict = release(second, "age", "form", smallest=N + 2)

    assert clash_of(strict, release(first, "age", "gender")) is Clash.FIGURES


years = st.tuples(st.integers(2020, 2026), st.integers(0, 3)).map(lambda y: (y[0], y[0] + y[1]))


@given(people=crowds, asked=st.lists(years, max_size=8), names=st.lists(st.booleans(), max_size=8))
def test_years_that_are_out_are_the_same_or_have_nothing_in_common_st6(people, asked, names):
    """Otherwise a year between is found by subtraction, hidden or not."""
    first, second = two_tables(people)
    ledger: list[Release] = []
    for span, is_first in zip(asked, names, strict=False):
        new = (
            release(first, "age", "gender", years=span)
            if is_first
            else release(second, "age", "form", years=span)
        )
        if not any(clash_of(new, old) for old in ledger):
            ledger.append(new)

    for one in ledger:
        for other in ledger:
            is_same = (one.first, one.last) == (other.first, other.last)
            assert is_same or one.last < other.first or other.last < one.first


def test_a_finer_question_or_other_classes_cannot_stand_beside_what_is_out_st6():
    counts = {("a",): 10, ("b",): 5, (NOT_RECORDED,): 4}
    finer = {("a",): 10, ("b1",): 3, ("b2",): 2, (NOT_RECORDED,): 4}
    old = release(cube_of((AGE,), counts, counts), "age")
    axes = (("a", "b1", "b2", NOT_RECORDED),)
    new = release(cube_of(axes, finer, finer), "age", table="finer")

    assert clash_of(new, old) is Clash.CLASSES


def test_records_of_another_kind_or_people_by_another_question_are_not_compared_in_it():
    counts = {("x",): 10, (NOT_RECORDED,): 9}
    by_gender = release(cube_of((GENDER,), counts, counts), "gender")
    by_form = release(cube_of((FORM,), *[{("k",): 16, (NOT_RECORDED,): 3}] * 2), "form")
    others = Release("r", "referral", PERIOD, 2025, 2025, N, by_form.axes, by_form.figures)

    assert clash_of(by_form, by_gender) is None, "the total is the same"
    assert clash_of(others, by_gender) is None

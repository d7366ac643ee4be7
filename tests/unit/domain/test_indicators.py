"""Signs document a dimension or they do not yet: no number, no share, no verdict. N1, N13, N14."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.desk import base_forms

from nrm_desktop.domain.forms.signs import Dimension, SignBook, SignSet, Strength
from nrm_desktop.domain.indicators import Documented, documented

S, M, W = Strength.STRONG, Strength.MEDIUM, Strength.WEAK
SIGNS = {"s1": S, "s2": S, "m1": M, "m2": M, "m3": M, "w1": W, "w2": W, "w3": W}
BOOK = SignBook(
    {
        "weighed": SignSet("weighed", "somewhere", is_weighted=True),
        "plain": SignSet("plain", "somewhere"),
        "gone": SignSet("gone", "nowhere", is_weighted=True, is_missing=True),
    },
    (
        Dimension("weighed", "a", SIGNS, {**SIGNS, "w1": S}),
        Dimension("plain", "b", {"p": Strength.PLAIN}, {"p": Strength.PLAIN}),
    ),
)


def state(noted, *, is_child=False, key="weighed.a"):
    return documented(BOOK, noted, is_child=is_child)[key]


def by_the_source(strengths) -> bool:
    """The rule as the source has it, tried out one arrangement after the other.

    "Numbers are minima; a stronger item may stand for a weaker one."
    """
    order = {S: 3, M: 2, W: 1}
    for wanted in ((S, S), (S, W), (M, M, M), (M, M, W)):
        for chosen in combinations(sorted(strengths, key=order.get, reverse=True), len(wanted)):
            if all(order[have] >= order[need] for have, need in zip(chosen, wanted, strict=True)):
                return True
    return False


@given(st.sets(st.sampled_from(sorted(SIGNS))))
def test_a_weighted_dimension_follows_the_rule_of_its_source_n14(noted):
    wanted = by_the_source([SIGNS[one] for one in noted])

    assert (state(noted) is Documented.YES) == wanted


@pytest.mark.rule("N1")
def test_one_plain_sign_is_enough_to_look_further_and_none_is_no_answer():
    assert state({"p"}, key="plain.b") is Documented.YES
    assert state(set(), key="plain.b") is Documented.NOT_YET


@pytest.mark.rule("N14")
def test_there_are_two_words_and_nothing_between():
    assert {one.value for one in Documented} == {"documented", "not_documented_yet", "unsaid"}
    assert all(
        isinstance(one, Documented) for one in documented(BOOK, SIGNS, is_child=False).values()
    )


def test_a_set_whose_list_is_missing_says_nothing():
    assert state(SIGNS, key="gone") is Documented.UNSAID


def test_strengths_for_children_count_where_the_steps_for_a_child_are_on():
    noted = {"w1", "w2"}

    assert state(noted) is Documented.NOT_YET
    assert state(noted, is_child=True) is Documented.YES


def test_signs_of_one_set_never_count_in_another():
    assert state({"p", "s1"}) is Documented.NOT_YET


def test_the_book_that_ships_has_the_sets_of_the_domain_guide():
    book = base_forms().signs
    sizes = {key: sum(len(one.codes()) for one in book.of(key)) for key in book.sets}

    assert sizes == {
        "general": 35,
        "child": 21,
        "by_form": 45,
        "ilo_delphi_labour": 67,
        "ilo_delphi_sexual": 0,
        "ilo_forced_labour_11": 11,
    }
    assert [key for key, one in book.sets.items() if one.is_verified] == ["general", "child"]
    assert book.sets["ilo_delphi_sexual"].is_missing


def test_every_code_of_the_list_has_its_place_in_the_book_and_one_only():
    forms = base_forms()
    placed = [code for one in forms.signs.dimensions for code in one.codes()]

    assert sorted(placed) == sorted(one.code for one in forms.codelists["indicator"].codes)


@pytest.mark.rule("N13")
def test_no_track_and_no_act_asks_about_signs():
    forms = base_forms()
    asked = [one.id for one in forms.fields() if one.required_for and "indicators" in one.id]
    entries = [entry for track in forms.timetable.tracks.values() for entry in track.entries]

    assert asked == []
    assert not [entry for entry in entries if "indicators" in str(entry)]

"""Files of one person: which goes on, whatever devices wrote at the same time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.domain.joining import ALONE, Join, OnePerson, one_person

CODES = ("A", "B", "C", "D")


def both(one: str, other: str, *leads: str) -> list[Join]:
    """Both halves of a join, as one transaction writes them."""
    return [Join(a, b, frozenset(leads)) for a, b in ((one, other), (other, one))]


def test_a_file_without_a_join_is_alone():
    assert one_person("A", []) == ALONE
    assert one_person("A", both("B", "C", "B")) == ALONE
    assert one_person("A", [Join("A", "A", frozenset({"A"}))]) == ALONE


def test_one_goes_on_and_the_other_says_which():
    joins = both("A", "B", "A")
    assert one_person("A", joins) == OnePerson(("B",))
    assert one_person("B", joins) == OnePerson(("A",), goes_on=("A",))


def test_one_half_is_enough_where_the_other_has_not_come():
    joins = [Join("B", "A", frozenset({"A"}))]
    assert one_person("B", joins).goes_on == ("A",)
    assert one_person("A", joins) == OnePerson(("B",))


@pytest.mark.rule("S9")
def test_of_two_opposite_joins_neither_closes_a_file():
    joins = [*both("A", "B", "A"), *both("A", "B", "B")]
    assert one_person("A", joins) == OnePerson(("B",), disputed=("B",))
    assert one_person("B", joins) == OnePerson(("A",), disputed=("A",))


@pytest.mark.parametrize("leads", [(), ("C",)], ids=["erased", "some third file"])
def test_a_join_that_names_none_of_the_two_closes_none(leads):
    joins = both("A", "B", *leads)
    assert one_person("A", joins) == OnePerson(("B",), disputed=("B",))


def test_the_last_one_of_a_row_is_named():
    joins = [*both("B", "A", "A"), *both("A", "D", "D")]
    assert one_person("B", joins) == OnePerson(("A", "D"), goes_on=("D",))
    assert one_person("A", joins) == OnePerson(("B", "D"), goes_on=("D",))
    assert one_person("D", joins) == OnePerson(("A", "B"))


def test_a_file_that_was_joined_with_two_names_both():
    joins = [*both("B", "A", "A"), *both("B", "D", "D")]
    assert one_person("B", joins) == OnePerson(("A", "D"), goes_on=("A", "D"))


@pytest.mark.rule("S9")
def test_files_that_would_wait_for_each_other_all_go_on():
    joins = [*both("A", "B", "B"), *both("B", "C", "C"), *both("C", "A", "A")]
    for code, disputed in (("A", "B"), ("B", "C"), ("C", "A")):
        found = one_person(code, joins)
        assert (found.goes_on, found.disputed) == ((), (disputed,))


joins_of_some = st.lists(
    st.tuples(
        st.sampled_from(CODES), st.sampled_from(CODES), st.frozensets(st.sampled_from(CODES))
    ).map(lambda said: Join(*said)),
    max_size=8,
)


@pytest.mark.rule("S9")
@given(joins_of_some)
def test_whatever_stands_side_by_side_somebody_can_be_written_to(joins):
    for code in CODES:
        found = one_person(code, joins)
        assert code not in {*found.others, *found.goes_on}
        assert set(found.goes_on) <= set(found.others)
        for other in found.goes_on:
            assert not one_person(other, joins).goes_on
        for other in found.others:
            assert code in one_person(other, joins).others


@given(joins_of_some, st.randoms(use_true_random=False))
def test_the_order_in_which_joins_came_changes_nothing(joins, random):
    mixed = list(joins)
    random.shuffle(mixed)
    assert [one_person(code, joins) for code in CODES] == [one_person(c, mixed) for c in CODES]

"""The days of grace without a way back, and when the groups are asked for again (P11)."""

from dataclasses import replace

import pytest

from nrm_desktop.app.way_back import WayBackFacts, day_of, must_have_way_back, way_back
from nrm_desktop.domain.errors import Refused

DAY = 24 * 3600 * 1000
FOUNDED = 1_795_000_000_000
NONE = WayBackFacts(is_confirmed=False, none_since_ms=FOUNDED)
CODE = WayBackFacts(is_confirmed=True, none_since_ms=FOUNDED, checked_ms=FOUNDED)

pytestmark = [pytest.mark.promise("P11"), pytest.mark.threat("T26")]


def without(*days):
    """A vault that was opened without a way back on these days after the founding."""
    return replace(NONE, worked=frozenset(day_of(FOUNDED) + day for day in days))


@pytest.mark.parametrize(("gone", "left"), [(0, 7), (1, 6), (6, 1), (7, 0), (999, 0)])
def test_seven_whole_days_with_work_are_given(gone, left):
    state = way_back(without(*range(min(gone, 8))), FOUNDED + gone * DAY)

    assert (state.is_confirmed, state.none_since_ms, state.days_left) == (False, FOUNDED, left)
    assert state.may_open_cases == (left > 0)


@pytest.mark.promise("P20")
@pytest.mark.parametrize("off", [-400, 8, 30, 40_000])
def test_a_clock_that_was_set_alone_takes_a_day_and_no_week(off):
    """Whoever sets it, and a flat battery, must keep nobody from opening a case."""
    assert way_back(NONE, FOUNDED).days_left == 7
    assert way_back(without(0), FOUNDED + off * DAY).days_left == 6
    assert way_back(without(0, off), FOUNDED).days_left == 6
    assert way_back(without(0, off), FOUNDED + off * DAY).days_left == 6


@pytest.mark.promise("P20")
def test_a_clock_that_was_set_back_gives_no_days_again():
    assert way_back(without(*range(8)), FOUNDED - 400 * DAY).days_left == 0
    assert way_back(without(*range(8)), 0).days_left == 0


def test_afterwards_new_cases_are_refused_with_the_step_that_helps():
    with pytest.raises(Refused) as caught:
        must_have_way_back(way_back(without(*range(7)), FOUNDED + 7 * DAY))

    assert caught.value.code == "policy.no_way_back"
    must_have_way_back(way_back(without(*range(6)), FOUNDED + 6 * DAY))
    must_have_way_back(way_back(CODE, FOUNDED + 400 * DAY))


def test_the_office_alone_is_no_way_back_for_whoever_keeps_the_root():
    facts = replace(without(*range(7)), is_confirmed=True, is_by_hand=False, is_root_at_stake=True)
    state = way_back(facts, FOUNDED + 7 * DAY)

    assert (state.is_confirmed, state.days_left, state.is_root_at_stake) == (False, 0, True)
    with pytest.raises(Refused) as caught:
        must_have_way_back(state)
    assert caught.value.code == "policy.no_sheet"
    assert way_back(replace(facts, is_practice=True), FOUNDED + 7 * DAY).may_open_cases


def test_practice_has_no_days_to_lose():
    state = way_back(WayBackFacts(False, FOUNDED, is_practice=True), FOUNDED + 99 * DAY)

    assert state.may_open_cases
    assert state.days_left is None


@pytest.mark.parametrize(("gone", "due"), [(0, False), (90 * DAY - 1, False), (90 * DAY, True)])
def test_every_ninety_days_two_groups_are_asked_for_again(gone, due):
    assert way_back(CODE, FOUNDED + gone).is_check_due == due


def test_an_office_asks_for_no_groups_and_a_code_never_checked_is_due():
    office = WayBackFacts(True, FOUNDED, is_by_hand=False)

    assert not way_back(office, FOUNDED + 400 * DAY).is_check_due
    assert way_back(WayBackFacts(True, FOUNDED), FOUNDED).is_check_due

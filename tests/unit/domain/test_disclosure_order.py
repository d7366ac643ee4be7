"""An order of a court or prosecutor opens one part of the file. S7, N4."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.test_disclosure import ALL_OPEN, consent, item, request

from nrm_desktop.domain.compartments import Cell
from nrm_desktop.domain.disclosure import LEGAL_ORDER, decide
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, Compartment
from nrm_desktop.domain.values import Answer, AnswerState, Mark, answered

pytestmark = [pytest.mark.rule("S7"), pytest.mark.rule("N4")]
POLICE = {**ALL_OPEN, Compartment.LIAISON: frozenset({Cell.CONSENT, Cell.ORDER})}


def on_order(*items, register=(), **more):
    asked = request(ground=LEGAL_ORDER, **{"purpose": "share_police", "ceiling": POLICE} | more)
    return decide(asked, items, register)


@given(
    st.sampled_from(sorted(CASE_COMPARTMENTS)),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_nothing_outside_of_liaison_goes_whatever_it_is_and_whatever_was_agreed(
    compartment, is_life_risk, is_envelope, is_agreed
):
    one = item(compartment=compartment, is_life_risk=is_life_risk, is_envelope=is_envelope)
    found = on_order(one, register=[consent()] if is_agreed else [])
    assert bool(found.included) == (compartment == Compartment.LIAISON)
    assert all(given.rule == f"ground:{LEGAL_ORDER}" for given in found.included)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"is_known": False}, "unknown_field"),
        ({"answer": answered("x", marks=Mark.NOT_TO_LEAVE)}, "excluded_by_person"),
        ({"is_conflict": True}, "conflict_open"),
        ({"groups": ()}, "not_needed_for_purpose"),
        ({"purposes": frozenset({"legal"})}, "not_needed_for_purpose"),
        ({"answer": Answer(AnswerState.DECLINED)}, "person_declined_to_say"),
    ],
)
def test_what_stays_on_a_consent_stays_on_an_order(changes, expected):
    found = on_order(item(compartment=Compartment.LIAISON, **changes))
    assert [kept.reason for kept in found.withheld] == [expected]


@pytest.mark.parametrize("cells", [frozenset(), frozenset({Cell.CONSENT}), frozenset({Cell.READ})])
def test_only_whom_an_order_can_name_gets_anything(cells):
    ceiling = {**POLICE, Compartment.LIAISON: cells}
    assert on_order(item(compartment=Compartment.LIAISON), ceiling=ceiling).included == ()


@pytest.mark.parametrize("purpose", ["refer", "legal", "health", "statistics"])
def test_an_order_serves_no_other_purpose(purpose):
    found = on_order(item(compartment=Compartment.LIAISON), purpose=purpose)
    assert found.included == ()


def test_the_recipient_is_not_told_what_else_there_is():
    found = on_order(item(compartment=Compartment.HEALTH), item(compartment=Compartment.LIAISON))
    assert found.is_on_order
    assert (len(found.included), len(found.withheld), found.told_to_stay) == (1, 1, ())
    plain = decide(request(), [item()], [])
    assert plain.told_to_stay == plain.withheld != ()

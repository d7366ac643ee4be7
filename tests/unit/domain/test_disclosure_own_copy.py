"""The person's own copy: everything about the person, nothing about others, for nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.test_disclosure import SHELTER, item, request

from nrm_desktop.domain.disclosure import OWN_COPY, OWN_REQUEST, THE_PERSON, decide
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, Compartment
from nrm_desktop.domain.values import Mark, Source, answered

TOLD_BY_OTHERS = replace(answered("x"), source=Source.THIRD_PARTY)


def own(*items, **changes):
    facts = {"ground": OWN_REQUEST, "purpose": OWN_COPY, "recipient": THE_PERSON} | changes
    return decide(request(**facts), items, [])


@given(st.sampled_from(sorted(CASE_COMPARTMENTS)), st.booleans(), st.booleans())
def test_every_part_but_the_sealed_place_is_the_persons(compartment, is_life_risk, is_conflict):
    one = item(compartment=compartment, is_life_risk=is_life_risk, is_conflict=is_conflict)
    assert bool(own(one).included) == (compartment != Compartment.LOCATION)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"answer": TOLD_BY_OTHERS}, "third_party"),
        ({"groups": ("risk", "exploiter_sheet")}, "third_party"),
        ({"is_known": False}, "unknown_field"),
        ({"compartment": Compartment.LOCATION}, "location_sealed"),
    ],
)
def test_what_is_not_about_the_person_stays(changes, reason):
    assert [kept.reason for kept in own(item(**changes)).withheld] == [reason]


def test_what_the_person_does_not_want_others_to_have_is_still_theirs():
    assert own(item(answer=answered("x", marks=Mark.NOT_TO_LEAVE))).included
    found = own(item(groups=()))
    assert [given.rule for given in found.included] == [f"ground:{OWN_REQUEST}"]
    assert found.is_own_copy


@pytest.mark.rule("N4")
@pytest.mark.parametrize("changes", [{"recipient": SHELTER}, {"purpose": "refer"}])
def test_it_is_no_way_to_anybody_else(changes):
    found = own(item(), item(is_life_risk=True), item(is_envelope=True), **changes)
    assert found.included == ()
    assert {kept.reason for kept in found.withheld} == {"not_needed_for_purpose"}

"""What the engine never lets pass, and the one sentence that a safety plan lets pass."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.domain.test_disclosure import SHELTER, item, request

from nrm_desktop.domain.disclosure import (
    GROUND_PURPOSES,
    OWN_COPY,
    OWN_REQUEST,
    SAFETY_PLAN,
    SEARCH,
    THE_PERSON,
    WHAT_MAY_BE_SAID,
    decide,
    planned_recipient,
)
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.sealed import PLACE, SINCE, is_sealed
from nrm_desktop.domain.values import Mark, answered

ROW, OTHER_ROW = RecordId(b"r" * 16), RecordId(b"o" * 16)


def of(name, **changes):
    return replace(item(**changes), field=FieldId(name))


def reasons(found):
    return [kept.reason for kept in found.withheld]


@pytest.mark.rule("N5")
@pytest.mark.parametrize("ground", ["consent", *GROUND_PURPOSES])
@pytest.mark.parametrize("changes", [{}, {"is_life_risk": True}, {"is_envelope": True}])
def test_a_sealed_address_goes_on_no_ground_and_never_as_a_danger_or_an_envelope(ground, changes):
    for purpose in ("refer", "share_police", OWN_COPY, SEARCH):
        for recipient in (SHELTER, THE_PERSON, planned_recipient(ROW)):
            asked = request(ground=ground, purpose=purpose, recipient=recipient)
            found = decide(asked, [of("address.ad_street", record=ROW, **changes)], [])
            assert reasons(found) == ["location_sealed"]


@pytest.mark.rule("N5")
def test_all_of_the_record_is_sealed_but_the_code_name_and_the_day():
    assert not is_sealed(PLACE)
    assert not is_sealed(SINCE)
    assert not is_sealed("addressee.ad_street")
    assert not is_sealed("case.address")
    for name in ("ad_street", "ad_way", "ad_trip.who", "ad_place.text", "of_a_newer_pack"):
        assert is_sealed(f"address.{name}")


def told(*items, **changes):
    facts = {"ground": SAFETY_PLAN, "purpose": SEARCH, "recipient": planned_recipient(ROW)}
    return decide(request(**(facts | changes)), items, [])


@pytest.mark.rule("S10")
@pytest.mark.rule("R26")
def test_a_plan_lets_pass_what_may_be_said_to_the_one_it_names():
    may_be_said = of(WHAT_MAY_BE_SAID, record=ROW, compartment=Compartment.SUPPORT)
    found = told(may_be_said, of("safety.if_missing.whom", record=ROW), item(is_life_risk=True))
    assert [(one.item.field, one.rule) for one in found.included] == [
        (WHAT_MAY_BE_SAID, f"ground:{SAFETY_PLAN}")
    ]
    assert found.rests_on_permission
    assert reasons(found) == ["not_needed_for_purpose"] * 2


@pytest.mark.rule("S10")
def test_what_one_may_be_told_is_told_to_nobody_else():
    for other in (SHELTER, planned_recipient(OTHER_ROW)):
        found = told(of(WHAT_MAY_BE_SAID, record=ROW), recipient=other)
        assert reasons(found) == ["not_needed_for_purpose"]


@pytest.mark.rule("S10")
def test_a_plan_carries_no_referral_and_nothing_that_the_person_took_out():
    sentence = of(WHAT_MAY_BE_SAID, record=ROW)
    assert reasons(told(sentence, purpose="refer")) == ["not_needed_for_purpose"]
    kept = replace(sentence, answer=answered("x", marks=Mark.NOT_TO_LEAVE))
    assert reasons(told(kept)) == ["excluded_by_person"]
    assert reasons(told(replace(sentence, is_conflict=True))) == ["conflict_open"]
    assert reasons(told(replace(sentence, is_known=False))) == ["unknown_field"]


@pytest.mark.rule("S12")
@pytest.mark.rule("S14")
@pytest.mark.parametrize("name", ["group.gr_code", "group.gr_note", "receipt.rc_word"])
def test_a_copy_that_may_be_found_holds_no_link_and_no_word_to_be_known_by(name):
    facts = {"ground": OWN_REQUEST, "purpose": OWN_COPY, "recipient": THE_PERSON}
    found = decide(request(**facts), [of(name), of("receipt.rc_way")], [])
    assert reasons(found) == ["third_party"]
    assert [one.item.field for one in found.included] == ["receipt.rc_way"]

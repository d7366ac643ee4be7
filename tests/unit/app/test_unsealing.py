"""Opening what is sealed: who may, with whom, for how long, and what is kept of it. N5, R29."""

import pytest
from tests.fakes.desk import Desk

from nrm_desktop.app.commands import OpenSealed
from nrm_desktop.app.handlers.unsealing import FORM
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.values import answered

pytestmark = [pytest.mark.rule("N5"), pytest.mark.rule("R29")]
STREET = "Linden Lane 5"
HOUR_MS = 3_600_000


@pytest.fixture
def case(desk):
    scope = desk.open_case(answered(value=False))
    desk.write(scope, "address", {"address.ad_street": STREET})
    desk.write(scope, "safety", {"safety.routes": "By the river"})
    desk.write(scope, "screening", {"screening.given_name": "Olena"})
    return scope


def at(desk, badge, *roles):
    """Another person at the same laptop."""
    return Desk(badge, roles=roles, vault=desk.vault)


def opens(desk, case, part="address", **how):
    (event,) = desk.do(OpenSealed(scope=case, part=part, **how))
    return event


def refused(desk, case, part="address", **how):
    with pytest.raises((Refused, Usage)) as error:
        desk.do(OpenSealed(scope=case, part=part, **how))
    return error.value.code


def kept(desk, case, name):
    return desk.answers(case, f"unsealed.{name}")


def reviews(desk, case):
    return [row for row in desk.run(lambda uow: uow.records(case)) if row.form == "review"]


def test_the_house_opens_it_with_a_reason_that_stays_in_the_file(desk, case):
    house = at(desk, "P-07", "shelter")

    event = opens(house, case, reason="She comes by taxi")

    assert [one.answer.value for one in event.values] == [STREET]
    assert STREET not in repr(event), "an event may be printed where something goes wrong"
    assert kept(desk, case, "un_part") == ["address"]
    assert kept(desk, case, "un_why") == ["She comes by taxi"]
    assert kept(desk, case, "un_by") == [("address.open", house.context.now_iso(), "P-07")]
    assert reviews(desk, case) == []
    assert ("part.open", "address") in {
        (act, detail) for _, act, _, detail in desk.vault.state.audit
    }


def test_without_a_reason_nothing_opens(desk, case):
    assert refused(at(desk, "P-07", "shelter"), case, reason="  ") == "policy.unseal_reason"
    assert kept(desk, case, "un_part") == []


def test_it_is_closed_again_after_an_hour_and_for_everybody_else_at_once(desk, case):
    house = at(desk, "P-07", "shelter")
    opens(house, case, reason="She comes by taxi")

    assert [one.answer.value for one in opens(house, case).values] == [STREET], "no second reason"
    assert len(kept(desk, case, "un_part")) == 1
    assert refused(at(desk, "P-08", "shelter"), case) == "policy.unseal_reason"
    house.clock.move(HOUR_MS)
    assert refused(house, case) == "policy.unseal_reason"


def test_a_case_manager_opens_it_with_a_second_person_and_never_alone_without_haste(desk, case):
    why = {"reason": "The house does not answer"}
    assert refused(desk, case, **why) == "policy.needs_second"
    assert refused(desk, case, **why, is_urgent=True) == "policy.needs_second"
    assert refused(desk, case, **why, ground="vital_interest") == "policy.needs_second"
    assert refused(desk, case, **why, second="P-01") == "policy.needs_second"

    event = opens(desk, case, **why, second="P-02")

    assert [one.answer.value for one in event.values] == [STREET]
    assert kept(desk, case, "un_second") == ["P-02"]
    assert reviews(desk, case) == [], "two have looked already"


def test_where_a_life_is_at_risk_one_person_opens_it_and_another_looks_within_a_day(desk, case):
    event = opens(desk, case, reason="He is at the door", ground="vital_interest", is_urgent=True)

    assert event.is_reviewed_later
    assert len(reviews(desk, case)) == 1
    (act,) = desk.answers(case, "review.rv_act")
    assert act == ("address.open", desk.context.now_iso(), "P-01")
    assert desk.answers(case, "review.rv_why") == ["P-01: vital_interest: He is at the door"]


def test_the_ground_of_a_child_needs_the_steps_for_a_child(desk, case):
    haste = {"reason": "x", "ground": "child_protection", "is_urgent": True}
    assert refused(desk, case, **haste) == "policy.needs_second"
    child = desk.open_case(answered(value=True))
    assert opens(desk, child, **haste).is_reviewed_later


def test_whoever_drives_opens_it_until_the_trip_is_over(desk, case):
    driver = at(desk, "P-11", "lawyer")
    assert refused(driver, case, reason="A drive") == "policy.role"
    trip = desk.write(case, "address", {"address.ad_street": "Second Street 2"})
    now = desk.context.now_iso()
    hour = f"{now[:11]}{int(now[11:13]) + 1:02}:00"
    who = {"address.ad_trip.who": "p-11", "address.ad_trip.until": (hour, 0)}
    desk.write(case, "address.ad_trip", who, parent=trip)

    seen = [one.answer.value for one in opens(driver, case, reason="A drive").values]

    assert seen == ["Second Street 2"], "of this trip, and of no other place"
    assert refused(at(desk, "P-12", "lawyer"), case, reason="A drive") == "policy.role"
    driver.clock.move(2 * HOUR_MS)
    assert refused(driver, case, reason="A drive") == "policy.role"


@pytest.mark.parametrize("role", ["health", "lawyer", "border_first", "interpreter", "coordinator"])
def test_a_role_that_may_not_read_the_place_opens_nothing_with_whomever(desk, case, role):
    other = at(desk, "P-09", role)
    assert refused(other, case, reason="x", second="P-01") == "policy.role"
    haste = {"reason": "x", "ground": "vital_interest", "is_urgent": True}
    assert refused(other, case, **haste) == "policy.role"


def test_the_data_protection_officer_opens_one_part_with_a_second_person(desk, case):
    """The cell `x`: nobody reads everything because of an office, and nobody reads it alone."""
    officer = at(desk, "P-30", "dpo")
    haste = {"reason": "x", "ground": "vital_interest", "is_urgent": True}
    assert refused(officer, case, "identity", **haste) == "policy.needs_second"

    event = opens(officer, case, "identity", reason="A complaint", second="P-01")

    assert [one.answer.value for one in event.values] == ["Olena"]
    assert kept(desk, case, "un_part") == ["identity"]
    assert refused(officer, case, "location") == "policy.needs_second", "each part by itself"


def test_a_part_that_lies_around_the_street_does_not_show_the_street(desk, case):
    officer = at(desk, "P-30", "dpo")
    event = opens(officer, case, "location", reason="A complaint", second="P-01")
    assert [one.answer.value for one in event.values] == ["By the river"]
    event = opens(officer, case, reason="A complaint", second="P-01")
    assert [one.answer.value for one in event.values] == [STREET]


def test_what_a_role_reads_anyhow_is_no_exception(desk, case):
    assert refused(desk, case, "identity", reason="x", second="P-02") == "policy.role"


@pytest.mark.parametrize("part", ["", "org.inbox", "everything", "address.ad_street"])
def test_there_are_only_the_parts_of_a_case(desk, case, part):
    assert refused(desk, case, part, reason="x") == "usage.bad_value"


def test_a_ground_is_one_of_the_list(desk, case):
    house = at(desk, "P-07", "shelter")
    assert refused(house, case, reason="x", ground="curiosity") == "usage.bad_value"


def test_a_row_that_a_colleague_wrote_opens_nothing(desk, case):
    """A changed program could write such a row for anybody; it counts for its own signer alone."""
    house, other = at(desk, "P-07", "shelter"), at(desk, "P-08", "shelter")
    opens(house, case, reason="She comes by taxi")
    assert [row.form for row in desk.run(lambda uow: uow.records(case))].count(FORM) == 1
    assert refused(other, case) == "policy.unseal_reason"


def test_a_closed_case_can_be_looked_into(desk, case):
    desk.close_case(case)
    house = at(desk, "P-07", "shelter")
    assert opens(house, case, reason="A letter from the court").values

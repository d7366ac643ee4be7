"""The edges of the engine: what it is asked with reaches every rule, and what it says is exact."""

from __future__ import annotations

import pytest
from tests.unit.domain.test_disclosure import ALL_OPEN, consent, item, reason, request
from tests.unit.domain.test_disclosure_order import on_order

from nrm_desktop.domain.disclosure import VITAL_INTEREST, decide, is_told_about_child
from nrm_desktop.domain.ids import RecipientId, RecordId
from nrm_desktop.domain.scopes import Compartment


@pytest.mark.rule("R5")
def test_an_event_that_has_passed_ends_a_consent_also_here() -> None:
    until = consent(until="end_of_support")
    passed = frozenset({"end_of_support"})
    assert reason(item(), until) == ""
    assert reason(item(), until, passed_events=passed) == "consent_expired"


@pytest.mark.rule("R5", "R25")
def test_what_another_file_of_the_person_says_reaches_the_engine() -> None:
    no = consent(number=2, answer="no")
    assert decide(request(), [item()], [consent()]).withheld == ()
    found = decide(request(), [item()], [consent()], [no])
    assert [kept.reason for kept in found.withheld] == ["declined"]


def test_the_consents_that_something_rests_on_are_named_row_by_row() -> None:
    second = consent("identity", number=2)
    found = decide(request(), [item(groups=("needs", "identity"))], [consent(), second])
    both = (RecordId(bytes([1]) * 16), RecordId(bytes([2]) * 16))
    assert found.consents == both
    assert found.included[0].rule == f"consent:{both[0].hex()},{both[1].hex()}"
    assert decide(request(), [item(is_envelope=True)], []).included[0].rule == "envelope"


@pytest.mark.parametrize("purpose", ["statistics", "research_training", "legal"])
def test_a_ground_carries_nothing_for_a_purpose_that_it_does_not_serve(purpose: str) -> None:
    danger = item(groups=("risk",))
    assert reason(danger, ground=VITAL_INTEREST, purpose=purpose) == "not_needed_for_purpose"


def test_a_recipient_of_whom_nothing_is_known_gets_nothing() -> None:
    assert reason(item(), consent(), ceiling={}) == "compartment_closed_to_recipient"
    of_liaison = on_order(item(compartment=Compartment.LIAISON), ceiling={})
    assert [kept.reason for kept in of_liaison.withheld] == ["compartment_closed_to_recipient"]


@pytest.mark.rule("S7")
@pytest.mark.parametrize(
    ("compartment", "word"),
    [
        (Compartment.LOCATION, "location_sealed"),
        (Compartment.LEGAL, "privileged"),
        (Compartment.HEALTH, "compartment_closed_to_recipient"),
    ],
)
def test_what_an_order_does_not_open_says_why(compartment: Compartment, word: str) -> None:
    found = on_order(item(compartment=compartment))
    assert [kept.reason for kept in found.withheld] == [word]
    other = on_order(item(compartment=Compartment.LIAISON), purpose="refer")
    assert [kept.reason for kept in other.withheld] == ["not_needed_for_purpose"]


def test_the_digest_names_recipient_purpose_ground_paper_and_every_field() -> None:
    rows = [consent()]
    seen = {
        decide(request(), [item()], rows).digest(),
        decide(request(recipient=RecipientId("b" * 32)), [item()], []).digest(),
        decide(request(), [item()], []).digest(),
        decide(request(purpose="health"), [item()], []).digest(),
        decide(request(), [item(), item("screening.other")], rows).digest(),
        decide(request(), [item("screening.other")], rows).digest(),
        decide(request(ceiling={}), [item()], rows).digest(),
        decide(request(ceiling=ALL_OPEN, ground=VITAL_INTEREST), [item()], rows).digest(),
        decide(request(paper="bg_plan"), [item()], rows).digest(),
        decide(request(paper="bg_child"), [item()], rows).digest(),
    }
    assert len(seen) == 10


@pytest.mark.rule("R29")
def test_a_child_is_passed_on_once_it_knows_and_somebody_said_who_its_guardian_is() -> None:
    for too_little in ((), ("child",), ("guardian",), ("no_guardian",)):
        assert not is_told_about_child(too_little)
    for enough in (("child", "guardian"), ("child", "no_guardian")):
        assert is_told_about_child(enough)

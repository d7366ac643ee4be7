"""S6: the person takes a consent back. It acts at once, everywhere, and help goes on."""

import pytest
from tests.e2e.situations.people import everybody_meets, workers

from nrm_desktop.domain.errors import Refused

pytestmark = pytest.mark.rule("S6")
TOLD = {
    "screening[+1].danger_now": "yes",
    "screening[+1].still_in": "yes",
    "screening[+1].given_name": "Olena",
}


@pytest.mark.rule("R5")
@pytest.mark.rule("R27")
def test_it_stops_at_once_on_every_laptop_and_names_who_has_received_something(tmp_path):
    with workers(tmp_path, 3) as [ana, boris, cleo]:
        case = ana.opens_a_case()
        ana.writes_at(case, TOLD)
        clinic = ana.knows_a_service("health", "Harbour Clinic")
        asked = ana.asks(case, clinic, needs="yes", identity="yes")
        sent = ana.passes(case, clinic, tmp_path / "to the clinic")
        ana.notes(case, "support_changed", "2026-11-20", ev_support="assisted")
        everybody_meets(tmp_path / "stick", ana, boris, cleo)
        agreed = on_consent(cleo, case, clinic)
        assert "screening.given_name" in agreed

        back = boris.takes_back(case, (row.record for row in asked.made))

        assert back.to_tell == ((clinic, sent.referral),)
        with pytest.raises(Refused, match=r"consent\.withdrawn"):
            boris.passes(case, clinic, tmp_path / "again")
        everybody_meets(tmp_path / "stick", boris, ana, cleo)
        for worker in (ana, cleo):
            found = worker.would_pass(case, clinic).disclosure
            assert not found.rests_on_permission
            reasons = {kept.item.field: kept.reason for kept in found.withheld}
            assert {reasons[name] for name in agreed} == {"consent_withdrawn"}
        with pytest.raises(Refused, match=r"consent\.withdrawn"):
            ana.passes(case, clinic, tmp_path / "again")
        assert list((tmp_path / "again").iterdir()) == []


def on_consent(worker, case, recipient) -> set:
    found = worker.would_pass(case, recipient).disclosure.included
    return {given.item.field for given in found if given.rule.startswith("consent:")}


@pytest.mark.rule("R4")
@pytest.mark.rule("R27")
def test_help_goes_on_as_before(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case()
        ana.writes_at(case, TOLD)
        clinic = ana.knows_a_service("health", "Harbour Clinic")
        asked = ana.asks(case, clinic, needs="yes")
        ana.notes(case, "support_changed", "2026-11-20", ev_support="assisted")
        before = ana.tracks(case)

        ana.takes_back(case, (row.record for row in asked.made))
        everybody_meets(tmp_path / "stick", ana, boris)

        assert ana.tracks(case) == boris.tracks(case) == before
        assert before["support"] == "assisted"
        ana.writes_at(case, {"needs[+1].domain[+1].domain": "legal"})
        boris.notes(case, "contact", "2026-11-25")


@pytest.mark.rule("R25")
def test_a_yes_that_did_not_know_of_it_does_not_bring_it_back(tmp_path):
    """One post hears the person take it back while another writes the old yes down again."""
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case()
        ana.writes_at(case, TOLD)
        clinic = ana.knows_a_service("health", "Harbour Clinic")
        asked = ana.asks(case, clinic, needs="yes")
        everybody_meets(tmp_path / "stick", ana, boris)

        ana.takes_back(case, (row.record for row in asked.made))
        boris.asks(case, clinic, needs="yes")
        everybody_meets(tmp_path / "stick", boris, ana)

        for worker in (ana, boris):
            assert not worker.would_pass(case, clinic).disclosure.rests_on_permission

"""S7: the police ask for the whole file. They get what the person gave them, on an order, or none.

What the person agreed to give lies in `liaison`, word by word. Everything else stays: what hurts,
where somebody sleeps, what was told to a doctor or a lawyer.
"""

import subprocess

import pytest
from tests.e2e.situations.people import workers

from nrm_desktop.domain.disclosure import LEGAL_ORDER
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.scopes import Compartment

pytestmark = pytest.mark.rule("S7")
GIVEN = "The number of the grey van."
SECRETS = {
    "screening[+1].danger_now": "yes",
    "screening[+1].given_name": "Olena",
    "screening[+1].words[+1].text": "They took my papers.",
}
ORDER = {
    "document": "Warrant 17 of the district court",
    "received": "2026-11-24",
    "scope": "What was said about the van",
}
ASKED = {"purpose": "share_police", "ground": LEGAL_ORDER, "reason": "Warrant 17"}


def with_a_file(ana):
    """A case with something in every part that nobody may hand over, and one sentence given."""
    case = ana.opens_a_case()
    ana.writes_at(case, {k: v for k, v in SECRETS.items() if "words" not in k})
    items = ana.writes_at(case, {"liaison[+1].li_given": GIVEN})
    named = {f"liaison[{items['liaison[+1]']}].li_order[+1].{k}": v for k, v in ORDER.items()}
    row = ana.writes_at(case, named)
    (key,) = row
    return case, f"liaison[{items['liaison[+1]']}].li_order[{row[key]}]"


def read_by_a_lawyer(ana, case, order):
    ana.writes_at(case, {f"{order}.checked_by": "recorded: L-07"})


@pytest.mark.rule("N4")
@pytest.mark.rule("R26")
def test_what_goes_is_what_the_person_gave_and_not_a_word_more(tmp_path, tool):
    with workers(tmp_path) as [ana]:
        case, order = with_a_file(ana)
        police = ana.knows_a_service("police", "Unit Four")
        read_by_a_lawyer(ana, case, order)

        found = ana.would_pass(case, police, **ASKED).disclosure
        assert {given.item.compartment for given in found.included} == {Compartment.LIAISON}
        assert [given.item.field for given in found.included] == ["liaison.li_given"]
        sent = ana.passes(case, police, tmp_path / "out", second="P-02", **ASKED)

        text = subprocess.run(
            [tool("pdftotext"), sent.path, "-"], check=True, capture_output=True, text=True
        ).stdout
        assert GIVEN in text
        assert "Answer to an order" in text
        for kept in ("Olena", "Danger", "Warrant 17", "Not included"):
            assert kept not in text
        ((ground),) = ana.finds(case, "disclosure.d_basis.ground")
        assert ground == LEGAL_ORDER
        assert ana.finds(case, "disclosure.d_basis.second_person") == [("recorded", "P-02")]
        assert ana.finds(case, "disclosure.d_told") == ["not_yet"]


@pytest.mark.rule("N4")
def test_without_a_second_person_there_is_no_packet_however_urgent_it_is(tmp_path):
    with workers(tmp_path) as [ana]:
        case, order = with_a_file(ana)
        police = ana.knows_a_service("police", "Unit Four")
        read_by_a_lawyer(ana, case, order)
        ana.writes_at(case, {"referral[+1].urgency": "now"})

        with pytest.raises(Refused, match=r"policy\.needs_second"):
            ana.passes(case, police, tmp_path / "out", **ASKED)

        assert list((tmp_path / "out").iterdir()) == []
        assert ana.finds(case, "disclosure.d_when") == []


def test_nothing_goes_before_a_lawyer_has_read_the_order_and_that_is_on_the_list(tmp_path):
    with workers(tmp_path) as [ana]:
        case, order = with_a_file(ana)
        police = ana.knows_a_service("police", "Unit Four")
        assert ana.due(case)["order_check"] == "2026-11-25"

        with pytest.raises(Refused, match=r"policy\.not_ready") as refused:
            ana.passes(case, police, tmp_path / "out", second="P-02", **ASKED)
        assert refused.value.params["fields"] == ("liaison.li_order.checked_by",)

        read_by_a_lawyer(ana, case, order)
        assert "order_check" not in ana.due(case)


@pytest.mark.rule("N4")
@pytest.mark.parametrize("kind", ["shelter", "identification_authority", "social_services"])
def test_an_order_opens_nothing_for_anybody_but_the_police(tmp_path, kind):
    with workers(tmp_path) as [ana]:
        case, order = with_a_file(ana)
        other = ana.knows_a_service(kind, "Somebody else")
        read_by_a_lawyer(ana, case, order)
        assert ana.would_pass(case, other, **ASKED).disclosure.included == ()
        with pytest.raises(Refused):
            ana.passes(case, other, tmp_path / "out", second="P-02", **ASKED)


def test_an_order_is_no_way_to_help_or_to_anything_else(tmp_path):
    with workers(tmp_path) as [ana]:
        case, _ = with_a_file(ana)
        police = ana.knows_a_service("police", "Unit Four")
        for purpose in ("refer", "health", "legal", "share_authority", "statistics"):
            with pytest.raises(Refused, match=r"policy\.ground"):
                ana.would_pass(case, police, **{**ASKED, "purpose": purpose})

"""S12: a family or a group from one workplace. Linked by a code, and never mixed."""

import pytest
from tests.e2e.situations.people import workers

from nrm_desktop.domain.errors import Refused

pytestmark = [pytest.mark.rule("S12"), pytest.mark.rule("N16")]


def two_of_a_group(ana):
    cases = []
    for name in ("Qvxzolena", "Qvxzmaria"):
        case = ana.opens_a_case()
        ana.writes_at(
            case,
            {
                "screening[+1].given_name": name,
                "screening[+1].danger_now": "yes",
                "group[+1].gr_kind": "same_workplace",
            },
        )
        cases.append(case)
    return cases


def test_what_one_person_agrees_to_covers_nobody_else(tmp_path):
    with workers(tmp_path) as [ana]:
        olena, maria = two_of_a_group(ana)
        clinic = ana.knows_a_service("health", "Harbour Clinic")
        ana.asks(olena, clinic, needs="yes", identity="yes")

        assert ana.would_pass(olena, clinic).disclosure.rests_on_permission
        assert not ana.would_pass(maria, clinic).disclosure.rests_on_permission
        with pytest.raises(Refused, match=r"consent\.missing"):
            ana.passes(maria, clinic, tmp_path / "out")


def test_a_paper_about_one_holds_nothing_of_the_other(tmp_path):
    with workers(tmp_path) as [ana]:
        olena, maria = two_of_a_group(ana)
        clinic = ana.knows_a_service("health", "Harbour Clinic")
        for case in (olena, maria):
            ana.asks(case, clinic, needs="yes", identity="yes")

        found = ana.would_pass(olena, clinic).disclosure
        told = [given.item.answer.value for given in found.included]
        kept = [stays.item.answer.value for stays in found.withheld]
        assert "Qvxzolena" in told
        assert "Qvxzmaria" not in told + kept
        records = {row.record for row in ana.sees(olena).records}
        assert {given.item.record for given in found.included} - records <= {
            cell.record for cell in ana.sees(olena).cells
        }
        assert not {given.item.record for given in found.included} & {
            row.record for row in ana.sees(maria).records
        }


def test_a_record_of_one_person_cannot_be_written_into_the_file_of_another(tmp_path):
    with workers(tmp_path) as [ana]:
        olena, maria = two_of_a_group(ana)
        (row,) = [one for one in ana.sees(olena).records if one.form == "screening"]
        before = ana.finds(maria, "screening.given_name")
        with pytest.raises(Exception, match="not_found"):
            ana.writes_at(maria, {f"screening[{row.record.hex()}].given_name": "Somebody"})
        assert ana.finds(maria, "screening.given_name") == before

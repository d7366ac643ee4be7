"""Two people at one laptop end the steps for a child, each by the own key. R14, N15, S3."""

import pytest
from tests.e2e.second_person import second_person
from tests.e2e.situations.people import everybody_meets, workers

from nrm_desktop.app.commands import EndChildPathway
from nrm_desktop.bootstrap.erasing import colleague_who_confirms
from nrm_desktop.bootstrap.people import NewPerson, add_user
from nrm_desktop.bootstrap.second_signature import end_child_pathway_as
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import Locked, Refused
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.values import Answer, AnswerState
from nrm_desktop.security.vault.cost import FLOOR

OWN = "nine grey herons walk at low tide"
DECISION = {
    "age[+1].age_who": "Says 19",
    "age[+1].age_decision[+1].authority": "Court of a town",
    "age[+1].age_decision[+1].date": "2026-11-20",
    "age[+1].age_decision[+1].reasons": "A birth certificate came.",
}
pytestmark = [pytest.mark.rule("R14"), pytest.mark.rule("N15")]


def decided(ana):
    """A case with steps for a child, and the decision of an authority. Gives scope and command."""
    add_user(ana.laptop.vault, NewPerson("P-21", "case_manager", OWN, FLOOR))
    case = ana.opens_a_case(Answer(AnswerState.UNKNOWN))
    items = ana.writes_at(case, DECISION)
    record = RecordId(bytes.fromhex(items["age[+1]"]))
    return case, EndChildPathway(scope=case, decision=record)


@pytest.mark.rule("S3")
def test_a_colleague_signs_at_the_same_laptop_and_every_other_laptop_believes_it(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        vault = ana.laptop.vault
        case, command = decided(ana)
        (first,) = vault.handle(command)
        assert not first.is_over
        with pytest.raises(Locked):
            colleague_who_confirms(vault, "not hers at all", "P-21")
        assert ana.sees(case).row.child == "child"

        bea = colleague_who_confirms(vault, OWN, "P-21")
        done = end_child_pathway_as(vault, command, bea)

        assert (done.is_over, done.signed_by) == (True, ("P-01", "P-21"))
        everybody_meets(tmp_path / "stick", ana, boris)
        for worker in (ana, boris):
            assert worker.sees(case).row.child == "adult"
            assert verify_vault(worker.laptop.vault).is_sound
        rows = vault.reader.history(case, vault.sight, 200).rows
        signed = {row.user for row in rows if row.field == "case.child_end"}
        assert signed == {"P-01", "P-21"}


def test_a_colleague_who_has_signed_is_not_two_people(tmp_path):
    with workers(tmp_path) as [ana]:
        vault = ana.laptop.vault
        case, command = decided(ana)
        bea = colleague_who_confirms(vault, OWN, "P-21")
        assert not end_child_pathway_as(vault, command, bea).is_over
        with pytest.raises(Refused, match=r"policy\.own_act"):
            end_child_pathway_as(vault, command, bea)
        assert ana.sees(case).row.child == "child"


def test_one_who_has_no_share_of_the_case_signs_nothing_there(tmp_path):
    """Other laptops would not believe it, so it is not written here either."""
    with workers(tmp_path) as [ana]:
        case, command = decided(ana)
        stranger = second_person(ana.laptop.vault)
        with pytest.raises(Refused, match=r"policy\.no_grant"):
            end_child_pathway_as(ana.laptop.vault, command, stranger)
        assert ana.finds(case, "case.child_end") == []

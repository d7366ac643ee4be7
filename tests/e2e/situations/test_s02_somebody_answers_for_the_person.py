"""S2: a companion answers for the person. What can be seen is enough, and one person may act."""

import pytest
from tests.e2e.situations.people import workers

from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.bootstrap.boxes import BoxDesk
from nrm_desktop.bootstrap.intake import write_box
from nrm_desktop.domain.disclosure import VITAL_INTEREST
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Source, answered

pytestmark = pytest.mark.rule("S2")
AT_MS = 1_795_000_000_000
SEEN = {
    "screening[+1].seen_alone": "no",
    "screening[+1].able_to_talk": "no",
    "screening[+1].danger_now": "yes",
}
DANGER = {"ground": VITAL_INTEREST, "reason": "She showed the card: not safe. He never left her."}


@pytest.mark.rule("R3")
@pytest.mark.rule("R1")
def test_what_is_seen_is_kept_without_a_name_and_without_a_word_of_the_person(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.writes_at(case, SEEN)
        assert ana.finds(case, "screening.danger_now") == [True]
        names = [cell.field for cell in ana.sees(case).cells if "name" in cell.field]
        assert names == []


@pytest.mark.rule("R29")
def test_a_danger_to_life_is_passed_on_by_one_person_and_looked_at_by_another(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case()
        ana.writes_at(case, SEEN)
        ana.writes_at(case, {"referral[+1].urgency": "now"})
        shelter = ana.knows_a_service("shelter", "House by the lake")

        sent = ana.passes(case, shelter, tmp_path / "out", **DANGER)
        for one in (ana, boris, ana):
            one.laptop.sync(tmp_path / "stick")

        code = ana.sees(case).row.code
        assert sent.included > 0
        assert (code, "second_look") in ana.list_of_today()
        assert (code, "second_look") in boris.list_of_today()
        (row,) = [one for one in boris.sees(case).records if one.form == "review"]
        with pytest.raises(Refused, match=r"policy\.own_act"):
            ana.writes_at(case, {f"review[{row.record.hex()}].rv_result": "same_view"})
        boris.writes_at(case, {f"review[{row.record.hex()}].rv_result": "same_view"})
        for one in (boris, ana):
            one.laptop.sync(tmp_path / "stick")
        assert (code, "second_look") not in ana.list_of_today()
        assert ana.finds(case, "review.rv_by") == [("recorded", "P-02")]


@pytest.mark.rule("R29")
def test_without_danger_and_haste_nobody_passes_anything_on_without_being_asked(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.writes_at(case, SEEN)
        shelter = ana.knows_a_service("shelter", "House by the lake")
        with pytest.raises(Refused, match=r"policy\.needs_second"):
            ana.passes(case, shelter, tmp_path / "out", **DANGER)
        with pytest.raises(Refused, match=r"consent\.missing"):
            ana.passes(case, shelter, tmp_path / "out")


SHEET = {
    "screening.seen_alone": answered(value=False),
    "counter.booked": answered("A man from the agency", Source.PERSON),
    "quick.q_result": answered(("separated_under_a_pretext", "next_post_told")),
}


@pytest.mark.rule("R41")
@pytest.mark.rule("N2")
@pytest.mark.promise("P27")
def test_what_was_said_over_the_counter_is_sealed_and_lands_in_the_record_of_the_talk(tmp_path):
    with workers(tmp_path) as [ana]:
        shell = ana.laptop.vault.session.safe.shell
        told = tuple((FieldId(name), answer) for name, answer in SHEET.items())
        name = write_box(shell, BoxContent("quick", AT_MS, told))
        case = BoxDesk(ana.laptop.vault).adopt(name).scope

        said = {cell.field: cell for cell in ana.sees(case).cells}
        assert {one.record for field, one in said.items() if field in SHEET} == {
            said["screening.seen_alone"].record
        }
        booked = said["counter.booked"].acting.answer
        assert (booked.value, booked.source) == ("A man from the agency", Source.PERSON)
        assert said["quick.q_result"].compartment == Compartment.CORE
        assert said["counter.booked"].compartment == Compartment.ACCOUNT


@pytest.mark.rule("N2")
def test_words_said_over_the_counter_leave_only_with_a_yes_for_the_account(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.writes_at(case, {"screening[+1].started_at": "2026-11-25T09:00"})
        (talk,) = [one.record for one in ana.sees(case).records if one.form == "screening"]
        ana.writes_at(case, {f"counter[{talk.hex()}].booked": "A man from the agency"})
        shelter = ana.knows_a_service("shelter", "House by the lake")

        def passes() -> bool:
            going = ana.would_pass(case, shelter).disclosure.included
            return any(one.item.field == "counter.booked" for one in going)

        ana.asks(case, shelter, needs="yes", account_summary="no")
        assert not passes()
        ana.asks(case, shelter, account_summary="yes")
        assert passes()

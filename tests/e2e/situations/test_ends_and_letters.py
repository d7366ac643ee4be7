"""Support ends by two people and never while something protects; letters and decisions in time."""

import pytest
from tests.e2e.situations.people import everybody_meets, workers

from nrm_desktop.domain.errors import Refused, Usage


@pytest.mark.rule("R32")
def test_nobody_ends_support_alone(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.prepares_the_end(case)

        with pytest.raises(Refused, match=r"policy\.needs_second"):
            ana.closes(case, "own_wish", second="")
        with pytest.raises(Refused, match=r"policy\.needs_second"):
            ana.notes(case, "support_changed", "2026-11-25", ev_support="closed")
        with pytest.raises(Refused, match=r"policy\.written_by_program"):
            ana.writes_at(case, {"closure.supervisor": "recorded: P-02"})
        assert ana.sees(case).row.state == "open"


@pytest.mark.rule("N3")
@pytest.mark.rule("R32")
def test_a_reason_that_blames_cannot_be_chosen(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        with pytest.raises(Usage, match=r"usage\.bad_value"):
            ana.closes(case, "refused_to_cooperate")


@pytest.mark.rule("R2")
@pytest.mark.rule("R6")
def test_support_does_not_end_while_a_time_of_protection_runs(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        items = ana.writes_at(
            case,
            {"reflection[+1].decision": "granted", "reflection[+1].start": "2126-01-10"},
        )
        ana.prepares_the_end(case)
        with pytest.raises(Refused, match=r"policy\.cannot_close") as refused:
            ana.closes(case, "plan_completed")
        assert refused.value.params["reasons"] == ("reflection_floor 2126-02-09",)

        ana.writes_at(case, {f"reflection[{items['reflection[+1]']}].start": "2020-01-10"})
        assert ana.closes(case, "plan_completed").scope == case


def test_what_the_end_needs_is_named_question_by_question(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        with pytest.raises(Refused, match=r"policy\.not_ready") as refused:
            ana.closes(case, "own_wish")

        assert set(refused.value.params["fields"]) == {
            "closure.initiator",
            "closure.risk_at_close",
            "closure.retention",
        }
        assert not ana.laptop.vault.work.run(lambda unit: unit.records(case, "closure"))


def test_needs_that_stay_open_and_the_day_of_destruction_are_told(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        for area, when in (("legal", "soon"), ("leisure", "none")):
            ana.writes_at(
                case, {"needs[+1].domain[+1].domain": area, "needs[+1].domain[+1].when": when}
            )
        ana.prepares_the_end(case)
        closed = ana.closes(case, "own_wish")

        assert (closed.needs_open, closed.delete_on) == (("legal",), "2031-01-01")


@pytest.mark.rule("S14")
@pytest.mark.rule("N8")
def test_an_ended_case_stays_as_it_was_on_every_laptop(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case()
        ana.prepares_the_end(case)
        ana.closes(case, "moved_or_resettled")
        everybody_meets(tmp_path / "stick", ana, boris)

        with pytest.raises(Refused, match=r"policy\.case_closed"):
            boris.writes_at(case, {"screening[+1].salutation": "Ms"})
        row = boris.sees(case).row
        assert (row.state, row.support) == ("closed", "closed")


@pytest.mark.rule("R39")
def test_a_letter_taken_in_at_the_shelter_is_on_the_list_of_the_case_manager(tmp_path):
    with workers(tmp_path, 3) as [ana, boris, cleo]:
        case = ana.opens_a_case()
        everybody_meets(tmp_path / "stick", ana, boris, cleo)
        items = cleo.writes_at(
            case, {"letters[+1].le_from": "court", "letters[+1].le_last": "2026-11-20"}
        )
        with pytest.raises(Refused, match=r"policy\.role"):
            cleo.writes_at(case, {f"letters[{items['letters[+1]']}].le_about": "a summons"})
        everybody_meets(tmp_path / "stick", cleo, ana)

        code = ana.sees(case).row.code
        assert (code, "letter_day") in ana.list_of_today()
        ana.writes_at(
            case, {f"letters[{items['letters[+1]']}].le_done[+1].what": "answered by the lawyer"}
        )
        assert (code, "letter_day") not in ana.list_of_today()


@pytest.mark.rule("R11")
def test_a_referral_without_a_word_is_on_the_list_and_a_sent_one_alone_never_is(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.writes_at(
            case, {"referral[+1].urgency": "24h", "referral[+1].sent_at": "2026-11-20T10:00"}
        )

        assert ana.due(case)["answer_24h"] == "2026-11-21T10:00"
        assert (ana.sees(case).row.code, "answer_24h") in ana.list_of_today()


@pytest.mark.rule("R2")
@pytest.mark.rule("N13")
def test_a_role_that_may_not_read_a_track_gets_no_state_of_it(tmp_path):
    with workers(tmp_path, 3) as [ana, boris, cleo]:
        case = ana.opens_a_case()
        ana.writes_at(case, {"stay[+1].stay_status": "permit_granted"})
        everybody_meets(tmp_path / "stick", ana, boris, cleo)

        assert ana.tracks(case)["stay"] == "permit_granted"
        assert cleo.tracks(case)["stay"] == "not_known"
        assert cleo.times(case).tracks["stay"].record is None


@pytest.mark.rule("R8")
@pytest.mark.rule("R16")
def test_what_happened_puts_lines_on_the_list_of_those_who_can_see_them_done(tmp_path):
    with workers(tmp_path, 3) as [ana, boris, cleo]:
        case = ana.opens_a_case()
        everybody_meets(tmp_path / "stick", ana, boris, cleo)
        ana.notes(case, "contact", "2026-11-20T10:00")
        ana.writes_at(
            case,
            {
                "screening[+1].consent_talk": "yes",
                "screening[+1].situation[+1].compelled_acts": "carried parcels",
            },
        )
        everybody_meets(tmp_path / "stick", ana, boris, cleo)

        assert {"danger_look", "nonpunishment_aid"} <= set(ana.due(case))
        assert ana.due(case)["danger_look"] == "2026-11-20"
        for colleague in (boris, cleo):  # what was told stays with whoever heard it
            assert set(colleague.due(case)) == {"danger_look"}
        cleo.writes_at(case, {"safety[+1].trigger": "event"})
        ana.notes(case, "legal_aid_offered", "2126-11-20")
        everybody_meets(tmp_path / "stick", cleo, ana, boris)
        for worker in (ana, boris, cleo):
            assert not {"danger_look", "nonpunishment_aid"} & set(worker.due(case))


@pytest.mark.rule("R2")
def test_everything_that_can_happen_is_written_down_in_one_case_and_moves_no_support(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.notes(case, "support_changed", "2026-11-01", ev_support="assisted")
        kinds = ana.laptop.vault.forms.codelist("event_kind").offered()
        for kind in kinds:
            ana.notes(case, kind, "2026-11-20")

        assert set(ana.finds(case, "event.ev_kind")) == set(kinds)
        assert ana.tracks(case)["support"] == "assisted"
        ana.prepares_the_end(case)
        assert ana.closes(case, "own_wish").scope == case  # no open task holds the end up

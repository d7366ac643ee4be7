"""S3: a child of unknown age with an adult's paper, between two posts."""

import pytest
from tests.e2e.situations.people import everybody_meets, workers

from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.values import NOT_ASKED, Answer, AnswerState, answered

UNKNOWN = Answer(AnswerState.UNKNOWN)


@pytest.mark.rule("S3")
@pytest.mark.rule("R30")
def test_not_asked_is_no_doubt_and_unknown_after_asking_is(tmp_path):
    with workers(tmp_path) as [ana]:
        assert ana.sees(ana.opens_a_case(NOT_ASKED)).row.child == "open"
        assert ana.sees(ana.opens_a_case(UNKNOWN)).row.child == "child"
        assert ana.sees(ana.opens_a_case(answered(value=False))).row.child == "adult"


@pytest.mark.rule("S3")
@pytest.mark.rule("R14")
@pytest.mark.rule("N15")
def test_no_series_of_acts_of_one_worker_ends_the_steps_for_a_child(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case(UNKNOWN)
        for answers in (
            {"age[+1].age_who": "an officer"},
            {"screening[+1].age_status": "decided"},
            {"screening.age_band": "25+"},
            {"age.age_decision[+1].authority": "Council"},
            {"age.age_decision.date": "2026-11-20"},
            {"age.age_decision.reasons": "A certificate came."},
        ):
            ana.writes_at(case, answers)
        with pytest.raises(Refused, match=r"policy\.written_by_program"):
            ana.writes_at(case, {"age.age_switch": "yes"})
        (record,) = [row.record for row in ana.sees(case).records if row.form == "age"]
        assert not ana.signs_the_decision(case, record).is_over
        with pytest.raises(Refused, match=r"policy\.own_act"):
            ana.signs_the_decision(case, record)

        assert ana.sees(case).row.child == "child"


@pytest.mark.rule("S3")
@pytest.mark.rule("N15")
def test_two_workers_at_two_laptops_end_the_steps_after_an_authority_has_decided(tmp_path):
    with workers(tmp_path, 3) as [ana, boris, cleo]:
        case = ana.opens_a_case(UNKNOWN)
        ana.writes_at(case, {"age[+1].age_who": "an officer"})
        for name, said in (
            ("age.age_decision[+1].authority", "Council"),
            ("age.age_decision.date", "2026-11-20"),
            ("age.age_decision.reasons", "A certificate came."),
        ):
            ana.writes_at(case, {name: said})
        (record,) = [row.record for row in ana.sees(case).records if row.form == "age"]
        ana.signs_the_decision(case, record)
        everybody_meets(tmp_path / "stick", ana, boris, cleo)
        assert boris.sees(case).row.child == "child"

        assert boris.signs_the_decision(case, record).is_over
        everybody_meets(tmp_path / "stick", boris, ana, cleo)

        for worker in (ana, boris, cleo):
            assert worker.sees(case).row.child == "adult"


@pytest.mark.rule("S3")
@pytest.mark.rule("R25")
def test_an_adult_written_at_another_post_at_the_same_time_does_not_win(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case(NOT_ASKED)
        everybody_meets(tmp_path / "stick", ana, boris)
        ana.writes_at(case, {"screening[+1].child_signs": "says_so"})
        boris.writes_at(case, {"screening[+1].age_band": "25+"})
        everybody_meets(tmp_path / "stick", ana, boris)

        assert [one.sees(case).row.child for one in (ana, boris)] == ["child", "child"]
        assert ana.laptop.digest == boris.laptop.digest


@pytest.mark.rule("S3")
@pytest.mark.rule("R14")
def test_the_view_of_the_child_and_its_birthday_have_their_place(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case(answered(value=True))
        ana.writes_at(
            case,
            {
                "bia[+1].bia_view_how": "own_words",
                "bia[+1].bia_view": "I want to stay with my sister",
                "bia[+1].bia_result[+1].review": "2026-12-10",
                "screening[+1].birth_date": "2012-03-14",
            },
        )

        due = ana.due(case)
        assert due["turns_18"] == "2030-03-14"
        assert due["child_view_again"] == "2026-12-10"

"""One person acts alone where life or a child is at risk; a second one looks within a day. R29."""

from datetime import datetime, timedelta

import pytest
from tests.fakes.desk import Desk

from nrm_desktop.app.commands import CellAnswer, IssueReferral, ReferralWish, SaveAnswers
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import Answer, AnswerState, answered

TOLD = frozenset({"child", "guardian"})
RESULT, TEXT = FieldId("review.rv_result"), FieldId("review.rv_text")


def urgent(desk, case, when="now"):
    return desk.write(case, "referral", {"referral.urgency": when})


def reviews(desk, case):
    return [row for row in desk.run(lambda uow: uow.records(case)) if row.form == "review"]


def says(record, **answers):
    cells = {"result": RESULT, "text": TEXT}
    return tuple(CellAnswer(record, cells[name], answered(said)) for name, said in answers.items())


@pytest.fixture
def case(desk):
    scope = desk.open_case(answered(value=False))
    said = {
        "screening.danger_now": answered(value=True),
        "screening.still_in": answered(value=True),
    }
    desk.write(scope, "screening", {"screening.language": "uk", **said})
    return scope


@pytest.fixture
def colleague(desk):
    return Desk("P-02", vault=desk.vault)


@pytest.fixture
def review(desk, case, shelter):
    urgent(desk, case)
    desk.send(case, shelter, ground="vital_interest", reason="Unconscious, no one to ask")
    (row,) = reviews(desk, case)
    return row.record


@pytest.mark.rule("R29")
@pytest.mark.parametrize("when", ["now", "24h"])
def test_a_life_at_risk_is_helped_by_one_person_and_the_second_look_is_due_in_a_day(
    desk, case, shelter, when
):
    urgent(desk, case, when)

    desk.send(case, shelter, ground="vital_interest", reason="Unconscious, no one to ask")

    (act,) = desk.answers(case, "review.rv_act")
    assert act == ("disclosure.override", desk.context.now_iso(), "P-01")
    assert desk.answers(case, "review.rv_why") == ["P-01: Unconscious, no one to ask"]
    ((due, _),) = desk.answers(case, "review.rv_due")
    now = datetime.fromisoformat(desk.context.now_iso()).astimezone(desk.context.zone)
    assert due == (now + timedelta(hours=24)).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.rule("R29")
@pytest.mark.parametrize("when", ["72h", ""])
def test_what_is_not_urgent_takes_a_second_person_before_it_goes(desk, case, shelter, when):
    if when:
        urgent(desk, case, when)

    with pytest.raises(Refused) as refused:
        desk.send(case, shelter, ground="vital_interest", reason="Unconscious, no one to ask")

    assert refused.value.code == "policy.needs_second"
    assert desk.answers(case, "disclosure.d_when") == []
    assert not desk.stick.files


@pytest.mark.rule("R29")
def test_with_a_second_person_there_is_nothing_left_to_look_at(desk, case, shelter):
    wish = ReferralWish(
        case, shelter, "refer", ground="vital_interest", reason="Unconscious, no one to ask"
    )
    plain = frozenset({"PLAINTEXT"})
    desk.do(IssueReferral(wish=wish, way="pdf", folder="stick", confirmations=plain, second="P-02"))

    assert len(desk.answers(case, "disclosure.d_when")) == 1
    assert reviews(desk, case) == []


@pytest.mark.rule("R29")
@pytest.mark.rule("R14")
def test_a_child_at_risk_at_night_is_referred_by_one_person(desk):
    scope, care = desk.open_case(answered(value=True)), desk.add_service("child_protection")
    urgent(desk, scope)
    desk.send(scope, care, informed=TOLD)
    assert [act for act, *_ in desk.answers(scope, "review.rv_act")] == ["referral.send"]

    quiet = desk.open_case(answered(value=True))
    desk.send(quiet, care, informed=TOLD)
    assert reviews(desk, quiet) == [], "a referral that can wait is no lone act"


def test_a_referral_on_a_consent_is_nobody_s_lone_act(desk, case, shelter):
    urgent(desk, case)
    desk.ask(case, shelter, {"needs": "yes"})
    desk.send(case, shelter)
    assert reviews(desk, case) == []


@pytest.mark.rule("R29")
def test_whoever_acted_never_looks_at_it(desk, case, review, colleague):
    for answers in (says(review, result="same_view"), says(review, text="It was right.")):
        with pytest.raises(Refused) as refused:
            desk.do(SaveAnswers(scope=case, answers=answers))
        assert refused.value.code == "policy.own_act"
    assert desk.answers(case, "review.rv_result") == []

    colleague.do(SaveAnswers(scope=case, answers=says(review, result="same_view")))

    assert desk.answers(case, "review.rv_by") == [("recorded", "P-02")]
    assert desk.answers(case, "review.rv_done") == [(desk.context.now_iso(), 0)]


def test_a_look_that_is_begun_ends_nothing_before_there_is_a_result(desk, case, review, colleague):
    not_asked = (CellAnswer(review, RESULT, Answer(AnswerState.NOT_ASKED)),)
    for answers in (says(review, text="I was not there."), not_asked):
        colleague.do(SaveAnswers(scope=case, answers=answers))
    assert desk.answers(case, "review.rv_done") == []


def test_nobody_writes_a_second_look_at_nothing_or_in_the_name_of_another(desk, case, colleague):
    with pytest.raises(Refused) as refused:
        colleague.write(case, "review", {"review.rv_result": "same_view"})
    assert refused.value.code == "policy.written_by_program"
    for field, value in (
        ("review.rv_by", ("recorded", "P-07")),
        ("review.rv_due", ("2030-01-01", 0)),
        ("review.rv_why", "No reason at all"),
    ):
        with pytest.raises(Refused) as refused:
            colleague.write(case, "review", {field: value})
        assert refused.value.code == "policy.written_by_program"


@pytest.mark.rule("R29")
def test_a_late_second_look_stops_nothing(desk, case, review, shelter):
    desk.clock.move(40 * 24 * 3600 * 1000)
    urgent(desk, case)
    desk.send(case, shelter, ground="vital_interest", reason="Again no one to ask")
    desk.write(case, "screening", {"screening.given_name": "Mara"})
    assert len(reviews(desk, case)) == 2

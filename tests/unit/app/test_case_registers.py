"""What the program writes into the small registers of a case from other answers. R12, R23."""

import pytest
from tests.fakes.desk import Desk

from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, AnswerState

TOPIC = "case_registers.aa_topic"
NOT_AGAIN = "case_registers.ni_interpreter"
INTERPRETER = "11" * 16
OTHER = "22" * 16


def interview(desk, case, **values):
    return desk.write(case, "screening", {f"screening.{name}": it for name, it in values.items()})


def unsafe(desk, case, who=INTERPRETER, reason="Spoke for the companion."):
    incident = desk.write(case, "incident", {"incident.inc_what": "Stopped."})
    row = {"incident.inc_interpreter.who": who, "incident.inc_interpreter.reason": reason}
    return desk.write(case, "incident.inc_interpreter", row, parent=incident)


def interpret(desk, case, who):
    talk = interview(desk, case, interpreter_used=True)
    row = {"screening.interpreter.who": who}
    return desk.write(case, "screening.interpreter", row, parent=talk)


@pytest.mark.rule("R23")
def test_what_was_asked_about_is_kept_for_everybody_and_nothing_that_was_said(desk):
    case = desk.open_case()

    talk = interview(desk, case, given_name="Amina", still_in=Answer(AnswerState.DECLINED))
    desk.write(case, "screening", {"screening.danger_now": False}, record=talk)

    assert desk.answers(case, TOPIC) == [("now", "person", "immediate")]
    rows = [one for one in desk.cells(case) if one.form == "case_registers.asked"]
    assert {one.compartment for one in rows} == {Compartment.CORE}
    assert not any("Amina" in str(each.answer) for one in rows for each in one.standing)
    assert desk.answers(case, "case_registers.aa_by") == [f"P-01, {desk.context.today()}"]


@pytest.mark.rule("R23")
def test_a_question_nobody_asked_is_no_topic(desk):
    case = desk.open_case()

    interview(desk, case, given_name=Answer(AnswerState.NOT_ASKED))

    assert desk.answers(case, TOPIC) == []


@pytest.mark.rule("R23")
def test_each_interview_has_its_own_line_and_its_rows_belong_to_it(desk):
    case = desk.open_case()
    first = interview(desk, case, danger_now=False)
    desk.write(case, "screening.situation", {"screening.debt": True}, parent=first)

    interview(desk, case, given_name="A.")

    assert sorted(desk.answers(case, TOPIC)) == [("immediate", "situation"), ("person",)]


@pytest.mark.rule("R12")
def test_an_interpreter_found_unsafe_is_not_called_again_and_the_reason_stays_behind(desk):
    case = desk.open_case()
    interpret(desk, case, INTERPRETER)
    unsafe(desk, case)

    with pytest.raises(Refused) as refused:
        interpret(desk, case, INTERPRETER)

    assert refused.value.code == "policy.interpreter"
    assert desk.answers(case, NOT_AGAIN) == [INTERPRETER]
    assert not any("companion" in str(it) for it in desk.answers(case, NOT_AGAIN))
    interpret(desk, case, OTHER)


@pytest.mark.rule("R12")
def test_an_interpreter_is_unsafe_for_this_person_and_not_for_others(desk):
    unsafe(desk, desk.open_case())

    assert interpret(desk, desk.open_case(), INTERPRETER)


@pytest.mark.rule("R12")
def test_two_laptops_that_name_the_same_interpreter_write_one_line(desk):
    other = Desk("P-02", vault=desk.vault)
    case = desk.open_case()

    unsafe(desk, case)
    unsafe(other, case)

    assert desk.answers(case, NOT_AGAIN) == [INTERPRETER]


def test_a_need_of_health_gives_an_alert_without_saying_what(desk):
    case = desk.open_case()
    words = {"screening.medical_now": True, "screening.medical_now.text": "Insulin, twice a day"}

    talk = desk.write(case, "screening", words)

    assert desk.answers(case, "case_registers.al_kind") == ["medical"]
    alerts = [one for one in desk.cells(case) if one.form == "case_registers.alert"]
    assert {one.compartment for one in alerts} == {Compartment.SUPPORT}
    assert not any("Insulin" in str(each.answer) for one in alerts for each in one.standing)

    desk.write(case, "screening", {"screening.medical_now": False}, record=talk)
    assert desk.answers(case, "case_registers.al_until") == [(desk.context.today(), 0)]

    desk.write(case, "screening", {"screening.medical_now": True}, record=talk)
    assert desk.answers(case, "case_registers.al_until") == [None]


def test_a_no_to_a_need_of_health_is_no_alert(desk):
    case = desk.open_case()

    interview(desk, case, medical_now=False)

    assert desk.answers(case, "case_registers.al_kind") == []


def test_who_may_not_write_a_register_still_saves(desk):
    case = desk.open_case()
    night = Desk("P-03", roles=("border_first",), vault=desk.vault)
    record = RecordId(b"q" * 16)

    night.write(case, "screening", {"screening.medical_now": True}, record=record)

    assert desk.answers(case, "screening.medical_now") == [True]

"""Nothing that one person enters ends the child pathway. R14, R30, N15."""

import pytest

from nrm_desktop.app.commands import CellAnswer, ResolveConflict, SaveAnswers
from nrm_desktop.domain.case import CASE_FORM, CHILD, once_record
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, AnswerState, answered

UNKNOWN = Answer(AnswerState.UNKNOWN)


def resolve(desk, case, record, field, **decision):
    return desk.do(ResolveConflict(scope=case, record=record, field=field, **decision))


def write_raw(desk, case, record, field, value):
    op = ValueOp(OpKind.SET, record, field, value)
    desk.run(lambda uow: uow.record(case, Compartment.CORE, op))


def pathway(desk, case):
    return desk.preview(case, desk.add_service("child_protection")).pathway.value


@pytest.mark.rule("R30")
@pytest.mark.parametrize("first", [answered(value=True), UNKNOWN])
@pytest.mark.parametrize("later", [answered(value=False), Answer(AnswerState.NOT_ASKED)])
def test_no_later_answer_of_one_person_ends_the_child_pathway_n15(desk, first, later):
    case = desk.open_case(first)
    record = once_record(case, CASE_FORM)

    with pytest.raises(Refused) as refused:
        desk.do(SaveAnswers(scope=case, answers=(CellAnswer(record, CHILD, later),)))

    assert refused.value.code == "policy.child_pathway"
    assert pathway(desk, case) == "child"


@pytest.mark.rule("R30")
@pytest.mark.parametrize(
    ("field", "sign", "corrected"),
    [
        ("screening.age_band", "12-17", "25+"),
        ("quick.q_age", "not_sure", "no"),
        ("screening.age_status", "disputed", "documented"),
        ("screening.child_signs", ("says_so",), Answer(AnswerState.NOT_ASKED)),
    ],
)
def test_a_sign_that_is_corrected_leaves_a_doubt_n15(desk, field, sign, corrected):
    case = desk.open_case(answered(value=False))
    record = desk.write(case, "screening", {field: sign})
    assert pathway(desk, case) == "child"

    desk.write(case, "screening", {field: corrected}, record=record)

    assert pathway(desk, case) == "child"
    assert AnswerState.UNKNOWN in {
        each.answer.state
        for cell in desk.cells(case)
        if cell.field == CHILD
        for each in cell.standing
    }


@pytest.mark.rule("R30")
def test_an_answer_that_is_no_sign_writes_no_doubt(desk):
    case = desk.open_case()
    record = desk.write(case, "screening", {"screening.age_band": "25+"})
    desk.write(case, "screening", {"screening.age_band": "18-24"}, record=record)

    assert desk.answers(case, CHILD) == []


@pytest.mark.rule("R30")
def test_no_decision_between_two_answers_ends_the_child_pathway_n15(desk):
    case = desk.open_case(answered(value=True))
    record = once_record(case, CASE_FORM)
    write_raw(desk, case, record, CHILD, answered(value=False))
    by_value = {
        s.answer.value: s.op for s in desk.run(lambda uow: uow.standing(record, CHILD, case))
    }

    with pytest.raises(Refused):
        resolve(desk, case, record, CHILD, keep=by_value[False])
    with pytest.raises((Refused, Usage)):
        resolve(desk, case, record, CHILD, answer=answered(value=False))
    resolve(desk, case, record, CHILD, keep=by_value[True])

    assert pathway(desk, case) == "child"


@pytest.mark.rule("R30")
def test_a_decision_about_the_age_leaves_the_doubt_n15(desk):
    case = desk.open_case(answered(value=False))
    record = desk.write(case, "screening", {"screening.language": "uk"})
    band = FieldId("screening.age_band")
    for value in ("12-17", "25+"):
        write_raw(desk, case, record, band, answered(value))

    resolve(desk, case, record, band, answer=answered("25+"))

    assert pathway(desk, case) == "child"


@pytest.mark.rule("R14")
@pytest.mark.rule("R30")
@pytest.mark.parametrize(
    ("birth", "expected"),
    [(("2012-05", 0), "child"), (("age:15", 1), "child"), (("1990", 0), "open")],
)
def test_a_birth_date_of_a_child_starts_the_pathway(desk, birth, expected):
    case = desk.open_case()

    desk.write(case, "screening", {"screening.birth_date": birth})

    assert pathway(desk, case) == expected
    assert len(desk.answers(case, CHILD)) == (expected == "child")

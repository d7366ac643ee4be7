"""Nothing that one person enters ends the child pathway. R14, R30, N15."""

import pytest
from tests.fakes.desk import Desk

from nrm_desktop.app.commands import CellAnswer, EndChildPathway, ResolveConflict, SaveAnswers
from nrm_desktop.domain.case import CASE_FORM, CHILD, once_record
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
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


DECIDED = {
    "age.age_decision.authority": "Court of a town",
    "age.age_decision.date": ("2026-11-20", 0),
    "age.age_decision.reasons": "A birth certificate came.",
}


def decided(desk, case):
    """The record of the decision of an authority."""
    record = desk.write(case, "age", {"age.age_who": "Says 19"})
    desk.write(case, "age.age_decision", DECIDED, parent=record)
    return record


def end(desk, case, record):
    return desk.do(EndChildPathway(scope=case, decision=record))[0]


@pytest.mark.rule("R14")
@pytest.mark.rule("N15")
def test_two_people_end_the_pathway_after_a_decision_and_one_alone_never(desk):
    case, boris = desk.open_case(UNKNOWN), Desk("P-02", vault=desk.vault)
    desk.write(case, "screening", {"screening.age_band": "12-17"})
    record = decided(desk, case)

    first = end(desk, case, record)
    assert (first.is_over, first.signed_by, pathway(desk, case)) == (False, ("P-01",), "child")
    with pytest.raises(Refused) as refused:
        end(desk, case, record)
    assert refused.value.code == "policy.own_act"
    assert pathway(desk, case) == "child"

    second = end(boris, case, record)
    assert (second.is_over, second.signed_by) == (True, ("P-01", "P-02"))
    assert pathway(desk, case) == "adult"
    assert desk.answers(case, "age.age_switch") == [True]


@pytest.mark.rule("N15")
def test_a_sign_from_elsewhere_that_nobody_has_looked_at_keeps_the_pathway_on(desk):
    case, boris = desk.open_case(UNKNOWN), Desk("P-02", vault=desk.vault)
    record = decided(desk, case)
    end(desk, case, record)
    desk.write(case, "screening", {"quick.q_age": "not_sure"})  # from another post, meanwhile
    assert not end(boris, case, record).is_over
    assert pathway(desk, case) == "child"

    assert end(desk, case, record).is_over, "the first one has looked at it too"
    assert pathway(desk, case) == "adult"

    desk.write(case, "screening", {"screening.age_band": "12-17"})
    assert pathway(desk, case) == "child", "a later sign begins anew"


@pytest.mark.rule("R14")
def test_without_a_decision_of_a_named_authority_nobody_can_sign(desk):
    case = desk.open_case(UNKNOWN)
    bare = desk.write(case, "age", {"age.age_who": "Says 19"})
    with pytest.raises(Refused) as refused:
        end(desk, case, bare)
    assert refused.value.code == "policy.not_ready"
    assert refused.value.params["fields"] == ("age.age_decision",)

    desk.write(case, "age.age_decision", {"age.age_decision.authority": "Court"}, parent=bare)
    with pytest.raises(Refused) as refused:
        end(desk, case, bare)
    assert refused.value.params["fields"] == ("age.age_decision.date", "age.age_decision.reasons")

    other = desk.write(case, "screening", {"screening.given_name": "Mara"})
    with pytest.raises(Usage):
        end(desk, case, other)
    adult = desk.open_case(answered(value=False))
    with pytest.raises(Refused) as refused:
        end(desk, adult, decided(desk, adult))
    assert refused.value.code == "policy.no_child_pathway"


@pytest.mark.rule("N15")
@pytest.mark.parametrize("field", ["case.child_end", "age.age_switch"])
def test_what_two_people_sign_is_no_answer_that_one_can_write(desk, field):
    case = desk.open_case(UNKNOWN)
    form = "case.end" if field.startswith("case") else "age"
    with pytest.raises(Refused) as refused:
        desk.write(case, form, {field: True})
    assert refused.value.code == "policy.written_by_program"


@pytest.mark.rule("N15")
def test_two_rows_in_one_hand_count_as_one(desk):
    """Also where somebody writes past the program: rows are counted by the key that signed them."""
    case = desk.open_case(UNKNOWN)
    record = decided(desk, case)
    end(desk, case, record)
    (row,) = desk.answers(case, "case.child_end")
    again = desk.context.new_record()

    def forge(uow):
        uow.record(case, Compartment.CORE, OpenRecord(again, "case.end", None, 9, None))
        named = ("P-02", *row[1:])
        uow.record(
            case,
            Compartment.CORE,
            ValueOp(OpKind.SET, again, FieldId("case.child_end"), answered(named)),
        )

    desk.run(forge)
    assert len(desk.answers(case, "case.child_end")) == 2
    assert pathway(desk, case) == "child"

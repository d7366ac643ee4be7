"""Conditions as a table of truth: what was not asked is never a "no"."""

import pytest
from tests.unit.domain.forms.small_pack import small_forms

from nrm_desktop.domain.forms.conditions import Context, both, describe, fields_of, holds, leaves
from nrm_desktop.domain.forms.schema import (
    AllOf,
    AnyOf,
    Fact,
    FieldAnswered,
    FieldEquals,
    FieldState,
    Not,
)
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import Answer, AnswerState, answered

ALONE = FieldId("screening.seen_alone")
CONTROL = FieldId("screening.control")
UNKNOWN = Answer(AnswerState.UNKNOWN)
DECLINED = Answer(AnswerState.DECLINED)
NEVER_SET = None

IS_NO = FieldEquals(ALONE, (False,))
HAS_DEBT = FieldEquals(CONTROL, ("debt",))
CHILD = Fact("child_pathway")


@pytest.mark.rule("R21")
@pytest.mark.parametrize(
    ("condition", "answer", "expected"),
    [
        (IS_NO, answered(value=False), True),
        (IS_NO, answered(value=True), False),
        (IS_NO, NEVER_SET, False),
        (IS_NO, UNKNOWN, False),
        (IS_NO, DECLINED, False),
        (Not(IS_NO), NEVER_SET, True),
        (FieldEquals(ALONE, (1,)), answered(value=True), False),
        (FieldEquals(ALONE, (True,)), answered(1), False),
        (FieldAnswered(ALONE, wanted=True), answered(value=False), True),
        (FieldAnswered(ALONE, wanted=True), UNKNOWN, False),
        (FieldAnswered(ALONE, wanted=False), NEVER_SET, True),
        (FieldAnswered(ALONE, wanted=False), DECLINED, True),
        (FieldState(ALONE, AnswerState.UNKNOWN), UNKNOWN, True),
        (FieldState(ALONE, AnswerState.NOT_ASKED), NEVER_SET, True),
        (FieldState(ALONE, AnswerState.NOT_ASKED), UNKNOWN, False),
        (FieldState(ALONE, AnswerState.DECLINED), answered(value=True), False),
    ],
)
def test_a_leaf_holds_only_for_what_was_said(condition, answer, expected):
    context = Context({} if answer is None else {ALONE: answer})

    assert holds(condition, context) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(("debt", "threats"), True), (("threats",), False), ("debt", True), ((), False)],
)
def test_one_of_several_chosen_codes_is_enough(value, expected):
    assert holds(HAS_DEBT, Context({CONTROL: answered(value)})) is expected


@pytest.mark.parametrize(
    ("first", "second", "both_hold", "one_holds"),
    [(0, 0, 0, 0), (0, 1, 0, 1), (1, 0, 0, 1), (1, 1, 1, 1)],
)
def test_combinators_follow_the_table_of_truth(first, second, both_hold, one_holds):
    facts = frozenset({"a"} if first else ()) | frozenset({"b"} if second else ())
    context = Context({}, facts)

    assert holds(AllOf((Fact("a"), Fact("b"))), context) is bool(both_hold)
    assert holds(AnyOf((Fact("a"), Fact("b"))), context) is bool(one_holds)
    assert holds(Not(Fact("a")), context) is not bool(first)


def test_no_condition_always_holds():
    assert holds(None, Context())


def test_two_conditions_join_and_nothing_adds_nothing():
    assert both(None, CHILD) is CHILD
    assert both(CHILD, None) is CHILD
    assert both(None, None) is None
    assert both(CHILD, IS_NO) == AllOf((CHILD, IS_NO))


def test_leaves_and_fields_are_listed_from_left_to_right():
    condition = AllOf((IS_NO, AnyOf((CHILD, Not(HAS_DEBT)))))

    assert list(leaves(condition)) == [IS_NO, CHILD, HAS_DEBT]
    assert list(fields_of(condition)) == [ALONE, CONTROL]
    assert list(leaves(None)) == []


def test_a_condition_is_said_in_words_with_the_labels_of_the_pack():
    forms = small_forms()
    condition = AllOf(
        (
            AnyOf((IS_NO, CHILD)),
            Not(HAS_DEBT),
            FieldState(ALONE, AnswerState.UNKNOWN),
            FieldAnswered(ALONE, wanted=False),
        )
    )

    assert describe(condition, forms) == (
        "(“text of screening.seen_alone.label” is no or text of fact.child_pathway)"
        " and not “text of screening.control.label” is"
        " text of codelist.screening.control.debt"
        " and “text of screening.seen_alone.label” is not known after asking"
        " and “text of screening.seen_alone.label” has no answer"
    )

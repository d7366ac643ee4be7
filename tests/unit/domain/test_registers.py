"""What stands in a register: nothing is lost, nothing depends on the order (R25)."""

from itertools import permutations

import pytest

from nrm_desktop.domain.ids import FieldId, OpId, RecordId
from nrm_desktop.domain.ops import OpenRecord, OpKind, Tombstone, ValueOp
from nrm_desktop.domain.registers import is_conflict, merge
from nrm_desktop.domain.values import Answer, AnswerState, Source, answered

RECORD, OTHER = RecordId(b"r" * 16), RecordId(b"s" * 16)
FIELD, ELSEWHERE = FieldId("form.field"), FieldId("form.other")


def op_id(number: int) -> OpId:
    return OpId(bytes([number]) * 16, 0)


def value(text="x", *, replaces=(), kind=OpKind.SET, field=FIELD, record=RECORD) -> ValueOp:
    return ValueOp(kind, record, field, answered(text), tuple(op_id(n) for n in replaces))


def numbers(ops: dict, field=FIELD, record=RECORD) -> list[int]:
    merged = merge((op_id(n), op) for n, op in ops.items())
    return [each.commit[0] for each in merged.standing.get((record, field), ())]


def test_a_value_stands_until_another_one_names_it():
    assert numbers({1: value(), 2: value(replaces=[1])}) == [2]
    assert numbers({1: value(), 2: value()}) == [1, 2]


def test_a_decision_replaces_every_branch_it_names():
    ops = {1: value("a"), 2: value("b"), 3: value("a", replaces=[1, 2], kind=OpKind.RESOLVE)}

    assert numbers(ops) == [3]


def test_a_value_that_came_later_than_the_decision_stands_beside_it():
    ops = {1: value("a"), 2: value("b", replaces=[1]), 3: value("c", replaces=[1])}

    assert numbers(ops) == [2, 3]


def test_a_value_named_by_one_that_was_itself_replaced_does_not_come_back():
    ops = {1: value("a"), 2: value("b", replaces=[1]), 3: value("c", replaces=[2])}

    assert numbers(ops) == [3]


@pytest.mark.parametrize("other", [{"field": ELSEWHERE}, {"record": OTHER}], ids=str)
def test_naming_a_value_of_another_register_replaces_nothing(other):
    assert numbers({1: value(), 2: value(replaces=[1], **other)}) == [1]


def test_an_addition_wins_over_a_removal_that_has_not_seen_it():
    ops = {
        1: value("a", kind=OpKind.SET_ADD),
        2: value("b", kind=OpKind.SET_ADD),
        3: value("a", kind=OpKind.SET_REMOVE, replaces=[1]),
    }

    assert numbers(ops) == [2]


def test_a_removal_takes_no_value_and_a_value_takes_no_element():
    ops = {
        1: value("a"),
        2: value("a", kind=OpKind.SET_REMOVE, replaces=[1]),
        3: value("b", kind=OpKind.SET_ADD),
        4: value("c", replaces=[3]),
    }

    assert numbers(ops) == [1, 3, 4]


def test_an_entry_stands_for_good():
    ops = {1: value("said", kind=OpKind.ENTRY), 2: value("said again", replaces=[1])}

    assert numbers(ops) == [1, 2]


def test_the_opening_with_the_lowest_id_holds_in_every_order():
    ops = {
        1: OpenRecord(RECORD, "screening"),
        2: OpenRecord(RECORD, "consent"),
        3: Tombstone(OTHER),
    }
    for order in permutations(ops.items()):
        merged = merge((op_id(n), op) for n, op in order)

        assert merged.records[RECORD].form == "screening"
        assert merged.closed == {OTHER}


def test_values_that_differ_in_content_are_a_conflict():
    unknown = Answer(AnswerState.UNKNOWN)

    assert is_conflict([answered("a"), answered("b")])
    assert is_conflict([answered("a"), unknown])
    assert is_conflict([answered("a"), answered("a", Source.DOCUMENT)])


def test_equal_values_and_erased_ones_are_no_conflict():
    later = Answer(AnswerState.ANSWERED, "a", asked_on="2026-11-25")

    assert not is_conflict([answered("a"), later])
    assert not is_conflict([answered("a"), None])
    assert not is_conflict([None, None])
    assert not is_conflict([])

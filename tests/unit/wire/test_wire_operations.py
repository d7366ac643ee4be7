"""Operations on the wire (sync.md 3): skeleton, values, record open, and what is unknown."""

import pytest
from tools.vector_sets import world as w

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.limits import OPS_PER_COMMIT, REPLACES_PER_OP
from nrm_desktop.app.wire.operations import (
    answer_item,
    count_ops,
    read_answer,
    read_ops,
    write_ops,
)
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import OpId
from nrm_desktop.domain.ops import OpenRecord, UnknownOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, AnswerState, Mark, Source, answered

CORE = Compartment.CORE
REC = w.SCREENING
VALUE = [0, 1, "yes"]
SET = [0, REC, "screening.words", [], 0, 0]


def segment(*values, salt=bytes(16)):
    return cbor.encode([salt, list(values)])


def read(ops, segments=None, comp=CORE):
    return read_ops(cbor.encode(ops), {} if segments is None else segments, comp)


def refused(ops, segments=None, comp=CORE):
    with pytest.raises(HostileInput) as caught:
        read(ops, segments, comp)
    return caught.value.params["step"]


@pytest.mark.rule("R21")
@pytest.mark.parametrize(
    "answer",
    [
        answered(value=True),
        answered(value=False, source=Source.PERSON),
        answered(None),
        answered(0, Source.DOCUMENT),
        answered(-17),
        answered("مرحبا"),
        answered(("a", ("b", 1), b"\x00", None)),
        answered(("age:14", 1), Source.OBSERVED),
        answered("so I ran", Source.PERSON, Mark.OWN_WORDS | Mark.NOT_TO_LEAVE),
        Answer(AnswerState.UNKNOWN, None, Source.THIRD_PARTY),
        Answer(AnswerState.DECLINED, None, Source.PERSON, "2026-05"),
        Answer(AnswerState.NOT_ASKED),
    ],
)
def test_an_answer_comes_back_as_it_was_given(answer):
    assert read_answer(cbor.decode(cbor.encode(answer_item(answer)))) == answer


def test_the_long_form_is_written_only_where_it_says_something():
    assert answer_item(answered("x")) == (0, 0, "x")
    assert answer_item(answered("x", marks=1)) == (0, 0, "x", None, 1)


@pytest.mark.parametrize(
    "value",
    [
        [0, 1],
        [0, 1, 2, None],
        [0, 1, "x", None, 0],
        [0, 1, "x", "", 1],
        [0, 1, "x", "2026" * 9, 0],
        [0, 1, "x", 5, 1],
        [0, 1, "x", None, -1],
        [4, 1, None],
        [-1, 1, None],
        [0, 5, "x"],
        [1, 1, "said all the same"],
        [2, 0, False],
        [True, 1, "x"],
        [0, 1, "x", None, 1, 0],
        "x",
        None,
    ],
)
def test_a_value_of_another_shape_is_refused(value):
    assert refused([SET], {0: segment(value)}) == "cbor"


@pytest.mark.parametrize(
    "op",
    [
        [],
        ["0", REC, "a.b", [], 0, 0],
        [0, REC, "a.b", [], 0],
        [0, REC, "a.b", [], 0, 0, 0],
        [0, REC[:-1], "a.b", [], 0, 0],
        [0, REC, "", [], 0, 0],
        [0, REC, "A.b", [], 0, 0],
        [0, REC, "a b", [], 0, 0],
        [0, REC, "a" * 65, [], 0, 0],
        [0, REC, b"a.b", [], 0, 0],
        [0, REC, "a.b", [[bytes(16), 0]] * 2, 0, 0],
        [0, REC, "a.b", [[b"\x02" * 16, 0], [b"\x01" * 16, 0]], 0, 0],
        [0, REC, "a.b", [[bytes(16), 10_001]], 0, 0],
        [0, REC, "a.b", [[bytes(15), 0]], 0, 0],
        [0, REC, "a.b", None, 0, 0],
        [0, REC, "a.b", [], 1, 0],
        [0, REC, "a.b", [], 0, 1],
        [0, REC, "a.b", [], -1, 0],
        [4, REC, "a.b", []],
        [4, REC, ""],
        [4, REC, "", [], 0],
        [7, REC, "screening", None, 0],
        [7, REC, "Screening", None, 0, None],
        [7, REC, "screening", bytes(15), 0, None],
        [7, REC, "screening", None, -1, None],
        [7, REC, "screening", None, 0, "core"],
        [-1, REC],
        REC,
    ],
)
def test_an_operation_of_another_shape_is_refused(op):
    assert refused([op], {0: segment(VALUE)}) == "cbor"


def test_a_commit_says_at_least_one_thing():
    assert refused([]) == "cbor"


@pytest.mark.parametrize(
    "data",
    [
        cbor.encode([bytes(15), [VALUE]]),
        cbor.encode([bytes(16), [VALUE], 0]),
        cbor.encode([bytes(16), VALUE[0]]),
        cbor.encode([[VALUE]]),
    ],
)
def test_a_segment_of_another_shape_is_refused(data):
    assert refused([SET], {0: data}) == "cbor"


def test_a_value_that_no_operation_names_is_refused():
    assert refused([SET], {0: segment(VALUE, VALUE)}) == "cbor"


def test_a_segment_that_no_operation_names_is_refused():
    assert refused([SET], {0: segment(VALUE), 1: segment()}) == "cbor"
    assert refused([SET], {0: segment(VALUE), 1: None}) == "cbor"


def test_two_operations_cannot_share_a_value():
    assert refused([SET, SET], {0: segment(VALUE)}) == "cbor"


@pytest.mark.rule("R21")
def test_an_unknown_kind_is_kept_as_it_came_with_its_value():
    future = [12, REC, "screening.words", [], 0, 1, "more"]

    ops = read([SET, future], {0: segment(VALUE, [9, 9, "later"])})

    assert ops[1] == UnknownOp(12, (12, REC, "screening.words", (), 0, 1, "more"))


def test_rows_opened_on_two_devices_keep_parent_and_compartment():
    opened = OpenRecord(w.ROW, "screening.contacts", REC, 2, CORE)
    skeleton, segments = write_ops((opened,), w.stream("open"))

    assert segments == ()
    assert read_ops(skeleton, {}, CORE) == (opened,)


def test_a_row_that_belongs_into_another_compartment_is_refused_by_its_place():
    opened = [7, w.ROW, "screening.contacts", REC, 2, int(Compartment.HEALTH)]

    assert refused([opened]) == "place"


def test_superseded_operations_are_named_in_one_order():
    later, earlier = OpId(b"\x02" * 16, 0), OpId(b"\x01" * 16, 5)
    op = w.set_op("screening.words", answered("x"), later, earlier, later)
    skeleton, segments = write_ops((op,), w.stream("order"))

    assert read_ops(skeleton, dict(segments), CORE)[0].replaces == (earlier, later)


def test_names_of_superseded_operations_up_to_the_limit_are_read():
    names = [[index.to_bytes(16, "big"), 0] for index in range(REPLACES_PER_OP + 1)]
    full = [0, REC, "a.b", names[:-1], 0, 0]

    assert len(read([full], {0: segment(VALUE)})[0].replaces) == REPLACES_PER_OP
    assert refused([[0, REC, "a.b", names, 0, 0]], {0: segment(VALUE)}) == "cbor"


def test_operations_up_to_the_limit_are_read_and_one_more_is_refused():
    ops = [[4, REC, "", []]] * OPS_PER_COMMIT

    skeleton = cbor.encode(ops)

    assert count_ops(skeleton) == OPS_PER_COMMIT
    assert len(read_ops(skeleton, {}, CORE)) == OPS_PER_COMMIT
    longer = b"\x99" + (OPS_PER_COMMIT + 1).to_bytes(2, "big") + skeleton[3:] + cbor.encode(ops[0])
    with pytest.raises(HostileInput):
        read_ops(longer, {}, CORE)


def test_the_value_of_an_erased_segment_is_missing_and_the_skeleton_stands():
    op = read([SET, [4, REC, "", []]], {0: None})[0]

    assert op.answer is None
    assert op.field == "screening.words"

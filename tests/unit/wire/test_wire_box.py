"""What a box holds comes back as it was written, or is refused (P15, P27)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.property.test_wire_codecs import answers

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.box import BoxContent, decode_box, encode_box
from nrm_desktop.app.wire.limits import BOX_ANSWERS, BOX_BYTES, CLOCK_MS
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import answered

names = st.from_regex(r"[a-z0-9_]{1,20}\.[a-z0-9_]{1,20}", fullmatch=True).map(FieldId)
contents = st.builds(
    BoxContent,
    st.from_regex(r"[a-z0-9_]{1,20}", fullmatch=True),
    st.integers(0, CLOCK_MS),
    st.dictionaries(names, answers(), max_size=6).map(lambda found: tuple(found.items())),
)


@given(contents)
def test_a_box_comes_back_as_it_was_written(content):
    assert decode_box(encode_box(content)) == content


@given(st.binary(max_size=300))
def test_any_bytes_are_a_box_or_hostile_input(data):
    try:
        content = decode_box(data)
    except HostileInput:
        return
    assert encode_box(content) == data


def box_of(**changes):
    parts = {"format": 0, "form": "quick", "made": 1, "answers": [("quick.q_kept", (2, 0, "no"))]}
    return cbor.encode(tuple((parts | changes).values()))


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 1},
        {"form": "Quick"},
        {"form": 7},
        {"made": -1},
        {"made": CLOCK_MS + 1},
        {"answers": [("quick.q_kept", (2, 0, "no"))] * 2},
        {"answers": [("quick.q_kept",)]},
        {"answers": [("quick.q_kept", (9, 0, "no"))]},
    ],
)
def test_a_box_of_another_shape_is_refused(changes):
    with pytest.raises(HostileInput):
        decode_box(box_of(**changes))


def test_a_box_up_to_its_limits_is_read_and_more_is_refused():
    def with_answers(count):
        return encode_box(
            BoxContent("quick", 1, tuple((FieldId(f"q.f{n}"), answered("x")) for n in range(count)))
        )

    assert len(decode_box(with_answers(BOX_ANSWERS)).answers) == BOX_ANSWERS
    with pytest.raises(HostileInput):
        decode_box(with_answers(BOX_ANSWERS + 1))
    with pytest.raises(HostileInput):
        decode_box(bytes(BOX_BYTES + 1))


def test_an_answer_in_a_box_stands_in_no_text_of_it():
    assert "secret" not in repr(BoxContent("quick", 1, ((FieldId("q.a"), answered("secret")),)))

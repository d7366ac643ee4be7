"""Foreign JSON is read strictly, within limits, and never told in the refusal."""

import json
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nrm_desktop.app.strict_json import MOST_BYTES, MOST_DEPTH, read_json
from nrm_desktop.domain.errors import Usage

LARGEST = (1 << 63) - 1
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST - 1, LARGEST) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_what_fits_comes_back_as_it_was_written(value):
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(json.dumps(value, ensure_ascii=False, indent=2).encode()) == value


@given(st.binary(max_size=200))
@example(b'"\\')
@example(b'{"a":1,}')
@example(b"[" * 10_000)
@example(b'"' + b"[" * 10_000)
def test_any_bytes_are_read_or_refused_and_nothing_else(raw):
    with suppress(Usage):
        found = read_json(raw)
        assert json.dumps(found), "what was read can be written"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"a": 1, "a": 2}', "double_key"),
        ('{"a": {"b": 1, "b": 1}}', "double_key"),
        ("1.5", "number"),
        ("1e3", "number"),
        ("NaN", "number"),
        ("-Infinity", "number"),
        (str(LARGEST + 1), "number"),
        (str(-LARGEST - 2), "number"),
        ("9" * 100_000, "number"),
        ('"\\ud800"', "half_character"),
        ('{"\\udfff": 1}', "half_character"),
        ("[1] [2]", "syntax"),
        ("", "syntax"),
        ("'single'", "syntax"),
        ("[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1), "too_deep"),
    ],
)
def test_what_is_no_strict_json_is_refused_with_its_reason(text, what):
    with pytest.raises(Usage) as error:
        read_json(text.encode("utf-8", "surrogatepass"))

    assert error.value.params["what"] == what
    assert set(error.value.params) <= {"what", "line"}, "nothing of the content is told"


def test_brackets_inside_words_are_not_depth():
    words = "[" * 100 + '"' + "{" * 100

    assert read_json(json.dumps(words).encode()) == words


def test_the_deepest_that_is_allowed_is_read():
    assert read_json(("[" * MOST_DEPTH + "]" * MOST_DEPTH).encode())


def test_no_utf_8_and_too_much_are_refused_before_they_are_parsed():
    for raw, what in ((b'"\xff"', "no_utf8"), (b" " * (MOST_BYTES + 1), "too_large")):
        with pytest.raises(Usage) as error:
            read_json(raw)
        assert error.value.params["what"] == what


def test_the_mark_that_some_editors_put_in_front_is_forgiven():
    assert read_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}

"""Which of two versions of a pack is the newer one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.domain.forms.versions import is_comparable, is_newer, version_of

NUMBERS = st.lists(st.integers(0, 999_999), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("new", "old"), [("1", "0.9"), ("1.10", "1.9"), ("0.1.1", "0.1.0"), ("2", "1.9.9.9")]
)
def test_numbers_are_compared_as_numbers(new, old):
    assert is_newer(new, old)
    assert not is_newer(old, new)


@pytest.mark.parametrize(("one", "other"), [("1.2", "1.2.0"), ("01.2", "1.2"), ("0", "0.0.0")])
def test_zeros_at_the_end_and_in_front_say_nothing(one, other):
    assert version_of(one) == version_of(other)
    assert not is_newer(one, other)
    assert not is_newer(other, one)


@pytest.mark.parametrize(
    "text", ["", "v1", "1.2-beta", "1.", ".1", "1,2", " 1", "1\n", "1.2.3.4.5"]
)
def test_words_are_not_compared(text):
    assert not is_comparable(text)
    assert not is_newer(text, "0")


def test_a_version_in_numbers_comes_after_one_in_words():
    assert is_newer("0.0.1", "first draft")


@given(NUMBERS, NUMBERS)
def test_of_two_versions_one_is_newer_or_they_are_the_same(one, other):
    first, second = (".".join(map(str, numbers)) for numbers in (one, other))
    said = [
        is_newer(first, second),
        is_newer(second, first),
        version_of(first) == version_of(second),
    ]

    assert sorted(said) == [False, False, True]

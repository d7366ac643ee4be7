"""F11 in short: valid, changed and arbitrary bytes give a value or a refusal at every target."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.target import outcome
from tests.fuzz.targets import targets

NAMES = sorted(targets())
DEAR = {"form pack", "referral file", "receipt file", "withdrawal file", "card file"}
"""Each reading takes a while: fewer in `make test`; `make fuzz` has the time."""


@pytest.mark.parametrize("name", NAMES)
def test_valid_bytes_are_read_and_have_one_form(name):
    target = targets()[name]

    assert {outcome(target, seed) for seed in target.seeds} == {"read"}


def _check(name, data):
    target = targets()[name]
    seed = data.draw(st.sampled_from(target.seeds))
    changed = st.integers(0, 1 << 32).map(lambda number: target.change(seed, number))
    foreign = data.draw(changed | st.binary(max_size=300))

    assert outcome(target, foreign) in {"read", "refused"}


@pytest.mark.promise("P15")
@pytest.mark.threat("T12")
@pytest.mark.parametrize("name", [name for name in NAMES if name not in DEAR])
@given(data=st.data())
def test_foreign_bytes_give_a_value_or_a_refusal_and_nothing_else(name, data):
    _check(name, data)


@pytest.mark.promise("P15")
@pytest.mark.threat("T12")
@pytest.mark.parametrize("name", sorted(DEAR))
@settings(max_examples=12)
@given(data=st.data())
def test_foreign_bytes_of_a_dear_kind_give_a_value_or_a_refusal_and_nothing_else(name, data):
    _check(name, data)


CORPUS = Path(__file__).parent / "corpus"
"""What the fuzzer has found before, by target; there is none as long as it has found nothing."""


def test_what_was_found_once_is_found_no_more():
    found = {
        path.name: outcome(targets()[path.parent.name.replace("-", " ")], path.read_bytes())
        for path in CORPUS.glob("*/*")
    }

    assert set(found.values()) <= {"read", "refused"}

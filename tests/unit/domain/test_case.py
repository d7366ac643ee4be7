"""The child pathway. Requirements: R14, R30, N15."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.domain.case import (
    AGE_BAND,
    AGE_STATUS,
    CHILD,
    CHILD_SIGNS,
    Q_AGE,
    UNDER_AGE,
    Pathway,
    Said,
    child_pathway,
    may_be_under_age,
    once_record,
)
from nrm_desktop.domain.ids import ScopeId, case_code, read_case_code
from nrm_desktop.domain.values import NOT_ASKED, Answer, AnswerState, Value, answered

UNKNOWN = Answer(AnswerState.UNKNOWN)
NO_SIGNS = [
    (CHILD, answered(value=False)),
    (Q_AGE, answered("no")),
    (UNDER_AGE, answered("no")),
    (AGE_BAND, answered("25+")),
    (AGE_STATUS, answered("documented")),
    (CHILD_SIGNS, answered(())),
    (CHILD, NOT_ASKED),
    (Q_AGE, NOT_ASKED),
]
SIGNS = [
    (CHILD, answered(value=True)),
    (CHILD, UNKNOWN),
    (Q_AGE, answered("yes")),
    (Q_AGE, answered("not_sure")),
    (Q_AGE, UNKNOWN),
    (UNDER_AGE, answered("yes")),
    (UNDER_AGE, answered("not_sure")),
    (UNDER_AGE, UNKNOWN),
    (AGE_BAND, answered("12-17")),
    (AGE_STATUS, answered("disputed")),
    (CHILD_SIGNS, answered(("says_so",))),
]


@pytest.mark.rule("R30")
def test_a_question_not_asked_is_no_doubt_and_starts_nothing_r30() -> None:
    assert child_pathway([Said(CHILD, NOT_ASKED), Said(Q_AGE, NOT_ASKED)]) is Pathway.OPEN


@pytest.mark.rule("R14")
@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: f"{sign[0]}-{sign[1].state.word}")
def test_any_single_sign_starts_the_child_pathway_r14(sign: tuple[str, Answer]) -> None:
    assert child_pathway([Said(*sign)]) is Pathway.CHILD  # type: ignore[list-item]  # field ids


@pytest.mark.rule("R30")
@given(st.sampled_from(SIGNS), st.lists(st.sampled_from(NO_SIGNS)), st.randoms())
def test_no_series_of_other_answers_ends_the_child_pathway_n15(
    sign: tuple[str, Answer], others: list[tuple[str, Answer]], order: object
) -> None:
    said = [sign, *others]
    order.shuffle(said)  # type: ignore[attr-defined]  # a random.Random

    assert child_pathway([Said(*one) for one in said]) is Pathway.CHILD  # type: ignore[arg-type]  # field ids


@pytest.mark.rule("R14")
@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        (("2008-11-26", 0), True),
        (("2008-11-25", 0), False),
        (("2008-11", 0), True),
        (("2008", 1), True),
        (("2007", 0), False),
        (("2008-24", 0), True),
        (("age:17", 0), True),
        (("age:18", 0), False),
        (("age:", 0), False),
        (("some day", 0), False),
        ((), False),
        (17, False),
    ],
)
def test_a_birth_date_that_leaves_it_possible_is_a_sign_r14(
    birth: Value, *, expected: bool
) -> None:
    assert may_be_under_age(answered(birth), "2026-11-25") is expected
    assert not may_be_under_age(UNKNOWN, "2026-11-25")


def test_an_adult_who_was_asked_is_on_the_adult_pathway() -> None:
    assert child_pathway([Said(CHILD, answered(value=False))]) is Pathway.ADULT


def test_a_form_that_exists_once_has_the_same_record_on_every_device() -> None:
    scope = ScopeId(b"s" * 16)

    assert once_record(scope, "case") == once_record(scope, "case")
    assert once_record(scope, "case") != once_record(ScopeId(b"t" * 16), "case")


@given(st.binary(min_size=5, max_size=5), st.integers(0, 6), st.integers(1, 31))
def test_every_single_wrong_character_of_a_case_code_is_noticed(
    random: bytes, place: int, shift: int
) -> None:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    plain = case_code(random).replace("-", "")
    wrong = alphabet[(alphabet.index(plain[place]) + shift) % 32]

    with pytest.raises(ValueError, match="check"):
        read_case_code(plain[:place] + wrong + plain[place + 1 :])


@given(st.binary(min_size=5, max_size=5))
def test_a_case_code_is_read_back_however_it_was_typed(random: bytes) -> None:
    code = case_code(random)

    assert read_case_code(code.lower().replace("-", " ")) == code
    assert read_case_code(code.replace("0", "o").replace("1", "l")) == code

"""Drafts hold every reply as text, also what is no value of its type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.runner import base_forms

from nrm_desktop.domain.values import AnswerState, Source
from nrm_desktop.ui.presenters.draft_texts import from_draft, to_draft
from nrm_desktop.ui.presenters.field_spec import Reply

FORMS = base_forms()


def back(field: str, reply: Reply) -> Reply:
    one = FORMS.field(field)
    return from_draft(FORMS, one, to_draft(FORMS, one, reply))


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("screening.given_name", "Amina"),
        ("screening.seen_alone", True),
        ("screening.seen_alone", False),
        ("screening.birth_date", ("2004-05", 0)),
        ("screening.birth_date", ("2004", 1)),
        ("screening.started_at", ("2026-11-23T14:02", 0)),
        ("screening.place_type", "shelter"),
        ("screening.condition", ("hungry", "tired")),
        ("screening.children_count", 3),
        ("screening.language", "ti"),
        ("screening.interviewer", "P-01"),
        ("screening.consent_form", ("verbal", "the interpreter")),
    ],
)
def test_a_value_comes_back_as_it_was(field, raw):
    reply = Reply(AnswerState.ANSWERED, raw, Source.PERSON)

    assert back(field, reply) == reply


@pytest.mark.parametrize("state", [AnswerState.UNKNOWN, AnswerState.DECLINED])
def test_a_state_without_a_value_comes_back(state):
    reply = Reply(state, None, Source.OBSERVED)

    assert back("screening.given_name", reply) == reply


@given(st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_words_that_are_no_date_come_back_as_they_were_typed(typed):
    reply = Reply(AnswerState.ANSWERED, f"x {typed}", Source.NOT_STATED)

    assert back("screening.birth_date", reply) == reply

"""The order of a talk: safety, information, consent, and only then what happened (R3)."""

import pytest

from nrm_desktop.domain.forms.conditions import Context
from nrm_desktop.domain.forms.flow import flow, is_visible
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import Answer, AnswerState, answered

ACCOUNT_SECTIONS = ("person", "situation", "exploiters", "now", "others")
CONSENT_TALK = FieldId("screening.consent_talk")


@pytest.mark.rule("R3")
def test_the_interview_begins_with_setting_safety_and_information(base: FormSet):
    order = [section.id for section in base.form("screening").sections]

    assert order[:3] == ["setting", "immediate", "information"]
    assert order[3:] == [*ACCOUNT_SECTIONS, "view", "safe_contact"]


SAFE = {FieldId("screening.danger_now"): answered(value=False)}
TOLD = {**SAFE, FieldId("screening.explained"): answered(("confidentiality",))}
NOT_ABLE = {FieldId("screening.able_to_talk"): answered(value=False)}


@pytest.mark.rule("R3")
@pytest.mark.parametrize(
    ("context", "closed"),
    [
        (Context(), ["information", *ACCOUNT_SECTIONS]),
        (Context(SAFE), ACCOUNT_SECTIONS),
        (Context({FieldId("screening.danger_now"): Answer(AnswerState.UNKNOWN)}), ACCOUNT_SECTIONS),
        (Context(TOLD), ACCOUNT_SECTIONS),
        (Context({**SAFE, CONSENT_TALK: answered("yes")}), ACCOUNT_SECTIONS),
        (Context({**TOLD, CONSENT_TALK: answered("yes")}), []),
        (Context({**TOLD, CONSENT_TALK: answered("no")}), []),
        (Context(NOT_ABLE), []),
        (
            Context({FieldId("screening.able_to_talk"): answered(value=True)}),
            ["information", *ACCOUNT_SECTIONS],
        ),
        (Context(facts=frozenset({"observation_only"})), []),
    ],
)
def test_safety_comes_before_information_and_that_before_any_question(base, context, closed):
    parts = {part.section.id: part for part in flow(base, "screening", context)}

    assert [name for name, part in parts.items() if part.is_closed] == list(closed)
    assert {"information", *ACCOUNT_SECTIONS} <= parts.keys()


WITH_A_CHILD = frozenset({"child_pathway"})
CHILD_ADULT = FieldId("screening.child_adult")


@pytest.mark.rule("R3")
@pytest.mark.parametrize(
    ("answer", "is_open"),
    [
        (None, False),
        (answered("guardian"), True),
        (answered("nobody_reached"), True),
        (Answer(AnswerState.UNKNOWN), True),
    ],
)
def test_a_child_tells_its_story_once_it_is_known_who_is_there_for_it(base, answer, is_open):
    """Guardian or appropriate adult first; that nobody could be reached opens it as well."""
    answers = {**TOLD, CONSENT_TALK: answered("yes")}
    if answer is not None:
        answers[CHILD_ADULT] = answer
    parts = flow(base, "screening", Context(answers, facts=WITH_A_CHILD))
    closed = [part.section.id for part in parts if part.is_closed]
    assert closed == ([] if is_open else ["situation", "exploiters", "now", "others"])
    assert is_visible(base, base.field(CHILD_ADULT), Context(facts=WITH_A_CHILD))
    assert not is_visible(base, base.field(CHILD_ADULT), Context(answers))


@pytest.mark.rule("R3")
def test_nobody_is_asked_whether_to_talk_before_it_was_explained(base: FormSet):
    for name in (CONSENT_TALK, FieldId("screening.consent_record")):
        assert not is_visible(base, base.field(name), Context(SAFE))
        assert is_visible(base, base.field(name), Context(TOLD))

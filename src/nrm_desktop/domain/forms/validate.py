"""Checks one answer against its field. Holds back a referral, never a saving (R28, R31).

Whether a question is answered at all is no matter of this module: every state is always allowed
but `declined` where the pack says so, and an answer that is missing is no problem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.forms.shapes import SHAPES, BadValue, Choices
from nrm_desktop.domain.values import Answer, AnswerState, FieldType, Mark, Source, Value

_FREE_CHOICE = frozenset({FieldType.REF, FieldType.ONE, FieldType.MANY})


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a value does not fit its field.

    Shape: `code` is stable and has a text; `allowed` says what would be taken; neither holds
    what was given.
    """

    code: str
    allowed: tuple[str, ...] = ()


def parse_text(one: Field, text: str, forms: FormSet) -> Value | Problem:
    """Read a value as it is written on the command line or in a line of text.

    Shape: `yes` or `no`; codes with commas; dates and numbers with `~` for "about"; a signature as
    `kind: words`; everything else as it is.
    """
    try:
        return SHAPES[one.type].read(text, _choices(one, forms))
    except BadValue as bad:
        return Problem(bad.code, bad.allowed)


def check_value(one: Field, value: Value, forms: FormSet) -> Value | Problem:
    """Check a value in its typed shape, and give it in the one form in which it is stored."""
    try:
        return SHAPES[one.type].check(value, _choices(one, forms))
    except BadValue as bad:
        return Problem(bad.code, bad.allowed)


def check_answer(one: Field, answer: Answer, forms: FormSet) -> Answer | Problem:
    """Check state, source and value of an answer, and mark the person's own words as such."""
    if answer.source is not Source.NOT_STATED and answer.source not in one.sources:
        return Problem("source_not_allowed", tuple(source.word for source in one.sources))
    if answer.state is AnswerState.DECLINED and not one.may_decline:
        allowed = (state.word for state in AnswerState if state is not AnswerState.DECLINED)
        return Problem("may_not_decline", tuple(allowed))
    if one.is_group:
        return Problem("group_has_no_value")
    if not answer.is_answered:
        return answer
    value = check_value(one, answer.value, forms)
    if isinstance(value, Problem):
        return value
    marks = answer.marks | (Mark.OWN_WORDS if one.own_words else 0)
    return replace(answer, value=value, marks=marks)


def show(one: Field, value: Value) -> str:
    """Write a value so that `parse_text` reads the same again.

    Shape: a value that does not fit the type (of a newer pack) is shown as Python would.
    """
    try:
        return SHAPES[one.type].show(value)
    except BadValue:
        return str(value)


def _choices(one: Field, forms: FormSet) -> Choices:
    if one.type is FieldType.SELECTION:
        return Choices(is_free=True)
    codes = forms.codes_of(one)
    if codes is None:
        return Choices(is_free=one.type in _FREE_CHOICE and bool(one.ref))
    return Choices(codes.offered())

"""Evaluates conditions against answers, and says them in words. Structures only, no eval.

- A question nobody answered makes `equals` and `in` false, never "no" (R21): to ask for the lack
  of an answer use `answered = false` or `state`.
- A condition sees the answers of its context: the record, what it stands in, and single records
  of the case. What lies in a compartment that cannot be read here counts as not asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import (
    AllOf,
    AnyOf,
    Condition,
    Fact,
    FieldAnswered,
    FieldEquals,
    FieldState,
    Leaf,
    Not,
    Plain,
)
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import NOT_ASKED, Answer, AnswerState


@dataclass(frozen=True, slots=True)
class Context:
    """What a condition can see.

    Shape: `answers` by field id; a field that is missing was not asked.
    """

    answers: Mapping[FieldId, Answer] = field(default_factory=dict)
    facts: frozenset[str] = frozenset()

    def answer(self, name: FieldId) -> Answer:
        """The answer to a question, `not_asked` if there is none."""
        return self.answers.get(name, NOT_ASKED)


def holds(condition: Condition | None, context: Context) -> bool:
    """Say whether a condition is true here; no condition always is."""
    match condition:
        case None:
            return True
        case AllOf(parts):
            return all(holds(part, context) for part in parts)
        case AnyOf(parts):
            return any(holds(part, context) for part in parts)
        case Not(part):
            return not holds(part, context)
        case _:
            return _leaf_holds(condition, context)


def _leaf_holds(leaf: Leaf, context: Context) -> bool:
    match leaf:
        case Fact(name):
            return name in context.facts
        case FieldState(name, state):
            return context.answer(name).state is state
        case FieldAnswered(name, wanted):
            return context.answer(name).is_answered is wanted
        case FieldEquals(name, values):
            return _matches(context.answer(name), values)


def _matches(answer: Answer, values: tuple[Plain, ...]) -> bool:
    if not answer.is_answered:
        return False
    given = answer.value if isinstance(answer.value, tuple) else (answer.value,)
    # True and 1 are equal in Python, and are two different answers here.
    return any(type(one) is type(wanted) and one == wanted for one in given for wanted in values)


def leaves(condition: Condition | None) -> Iterator[Leaf]:
    """Every leaf of a condition, from left to right."""
    match condition:
        case None:
            return
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield condition


def fields_of(condition: Condition | None) -> Iterator[FieldId]:
    """Every field that a condition looks at."""
    return (leaf.field for leaf in leaves(condition) if not isinstance(leaf, Fact))


def both(first: Condition | None, second: Condition | None) -> Condition | None:
    """Join two conditions that must both hold; None is always true."""
    if first is None or second is None:
        return first or second
    return AllOf((first, second))


def describe(condition: Condition, forms: FormSet, language: str = "") -> str:
    """Say a condition in English words, with the labels of the packs."""
    match condition:
        case AllOf(parts):
            return " and ".join(_inner(part, forms, language) for part in parts)
        case AnyOf(parts):
            return " or ".join(_inner(part, forms, language) for part in parts)
        case Not(part):
            return f"not {_inner(part, forms, language)}"
        case _:
            return _describe_leaf(condition, forms, language)


def _inner(condition: Condition, forms: FormSet, language: str) -> str:
    words = describe(condition, forms, language)
    return f"({words})" if isinstance(condition, AllOf | AnyOf) else words


def _describe_leaf(leaf: Leaf, forms: FormSet, language: str) -> str:
    match leaf:
        case Fact(name):
            return forms.text(f"fact.{name}", language)
        case FieldState(name, state):
            return f"“{_label(name, forms, language)}” is {_STATE_WORDS[state]}"
        case FieldAnswered(name, wanted):
            is_or_not = "is answered" if wanted else "has no answer"
            return f"“{_label(name, forms, language)}” {is_or_not}"
        case FieldEquals(name, values):
            choices = " or ".join(_choice(name, value, forms, language) for value in values)
            return f"“{_label(name, forms, language)}” is {choices}"


_STATE_WORDS = {
    AnswerState.ANSWERED: "answered",
    AnswerState.UNKNOWN: "not known after asking",
    AnswerState.DECLINED: "not to be said",
    AnswerState.NOT_ASKED: "not asked",
}


def _label(name: FieldId, forms: FormSet, language: str) -> str:
    one = forms.find_field(name)
    return forms.text(f"{one.id if one else name}.label", language)


def _choice(name: FieldId, value: Plain, forms: FormSet, language: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    one = forms.find_field(name)
    codes = forms.codes_of(one) if one else None
    return forms.text(f"codelist.{codes.id}.{value}", language) if codes else str(value)

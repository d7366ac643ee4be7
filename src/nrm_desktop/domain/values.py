"""Answers: a state, a value, a source, and what belongs to saying when and whose words.

This module decides that "not asked", "unknown", "declined" and "no" are four different things
(R21): the first three are states, the last is a value. It never validates a value against a
field; `domain.forms.validate` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TypeAlias

Value: TypeAlias = "bool | int | str | bytes | tuple[Value, ...] | None"
"""What a value may be on the wire: no floats (decimals are text), no maps.

Per field type: text, long, place, one, ref, language, country -> str; many -> tuple of codes in
the order of choice; yesno -> bool; number -> int, or decimal text; date and datetime ->
(text, mark) or (text, mark, calendar) with mark 0 exact, 1 about; sign -> (kind, text);
selection -> tuple of field ids. Source: sync.md section 3.
"""


class AnswerState(IntEnum):
    """What is known about a question. The numbers are those of the wire (sync.md section 3)."""

    ANSWERED = 0
    UNKNOWN = 1
    DECLINED = 2
    NOT_ASKED = 3

    @property
    def word(self) -> str:
        """The word used by the command line and in packs."""
        return self.name.lower()


class Source(IntEnum):
    """Where an answer comes from. The numbers are those of the wire (decisions.md 5)."""

    NOT_STATED = 0
    PERSON = 1
    OBSERVED = 2
    DOCUMENT = 3
    THIRD_PARTY = 4

    @property
    def word(self) -> str:
        """The word used by the command line and in packs; empty if not stated."""
        return "" if self is Source.NOT_STATED else self.name.lower()


class Mark(IntEnum):
    """Bits that lie with a value."""

    OWN_WORDS = 1
    """The person's own words: never rewritten by a template."""
    NOT_TO_LEAVE = 2
    """The person excluded this fact: withheld whatever a consent says (forms.md 6 rule 7)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as somebody gave it.

    Shape: `value` is None unless the state is ANSWERED; `asked_on` is an ISO date or empty.
    """

    state: AnswerState
    value: Value = None
    source: Source = Source.NOT_STATED
    asked_on: str = ""
    marks: int = 0

    def __post_init__(self) -> None:
        if self.state is not AnswerState.ANSWERED and self.value is not None:
            raise ValueError("only an answered question has a value")

    @property
    def is_answered(self) -> bool:
        """True if there is a value."""
        return self.state is AnswerState.ANSWERED

    def same_content(self, other: Answer) -> bool:
        """True if both say the same, whoever was asked whenever."""
        return (self.state, self.value, self.source, self.marks) == (
            other.state,
            other.value,
            other.source,
            other.marks,
        )


NOT_ASKED = Answer(AnswerState.NOT_ASKED)


def text_of(value: Value) -> str:
    """The text of a value; of a pair such as (text, mark) its text; empty where there is none."""
    first = value[0] if isinstance(value, tuple) and value else value
    return first if isinstance(first, str) else ""


def answered(value: Value, source: Source = Source.NOT_STATED, marks: int = 0) -> Answer:
    """Make an answered answer."""
    return Answer(AnswerState.ANSWERED, value, source, marks=marks)


class FieldType(StrEnum):
    """The types of forms.md section 1."""

    AUTO = "auto"
    TEXT = "text"
    LONG = "long"
    DATE = "date"
    DATETIME = "datetime"
    YESNO = "yesno"
    ONE = "one"
    MANY = "many"
    NUMBER = "number"
    DURATION = "duration"
    PLACE = "place"
    COUNTRY = "country"
    LANGUAGE = "language"
    REF = "ref"
    GROUP = "group"
    SELECTION = "selection"
    SIGN = "sign"

"""What a hand-over code carries: the ticks of a quick screen in 30 bits, and nothing else.

An officer at a counter gives it to the second line on a slip of paper or by radio, together with
the case code: there is no network between them, and no name is on it. The second line types it and
goes on in a record with the same answers, so that nobody is asked twice (S1, R23).

This module decides which answers travel, in which bits, and how long a code is good for. How the
bits are sealed is `security.sealing.handover`, how they are written for the hand is
`app.fingerprints`.

Source: forms.md form l15; docs/format.md section 17.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import NOT_ASKED, Answer, AnswerState, Source, Value, answered

TICK_BITS: Final = 30
GOOD_DAYS: Final = 7
"""A slip that lies about longer than that opens nothing."""
SIGNS_FIELD: Final = FieldId("quick.q_signs")
CODE_FIELD: Final = FieldId("quick.q_code")
_SIGNS: Final = (
    *("gen.others_speak", "gen.papers_held", "gen.fear", "gen.injuries_assault"),
    *("gen.injuries_control", "gen.does_not_know_address", "gen.movements_controlled"),
    *("gen.false_or_no_papers", "child.travels_alone", "child.travels_with_strangers"),
    "child.intimidated",
)
"""In this order for ever: a bit each."""
_STATES: Final = (AnswerState.NOT_ASKED, AnswerState.UNKNOWN, AnswerState.DECLINED)


class _Ticked(NamedTuple):
    """A field with its bits. Shape: `values` come behind the three states that are no answer."""

    field: FieldId
    bits: int
    values: tuple[Value, ...]


_FIELDS: Final = (
    _Ticked(FieldId("screening.danger_now"), 3, (True, False)),
    _Ticked(FieldId("screening.medical_now"), 3, (True, False)),
    _Ticked(FieldId("screening.seen_alone"), 3, (True, False)),
    _Ticked(FieldId("quick.q_age"), 3, ("yes", "not_sure", "no")),
    _Ticked(
        FieldId("screening.outcome"),
        3,
        ("no_concern_now", "concern", "strong_concern", "cannot_assess"),
    ),
)
"""Eleven signs, five fields of three bits, and four bits of the day that are left."""
_DAY_BITS: Final = TICK_BITS - len(_SIGNS) - sum(one.bits for one in _FIELDS)


def carried_fields() -> tuple[FieldId, ...]:
    """The fields whose answers a code carries."""
    return (SIGNS_FIELD, *(one.field for one in _FIELDS))


def pack_ticks(answers: Mapping[FieldId, Answer], day: int) -> int:
    """Put the ticks of a quick screen into bits. Shape: `day` counts from 1970.

    An answer that has no place in a code travels as "not asked": it is asked again, never guessed.
    """
    signs = answers.get(SIGNS_FIELD, NOT_ASKED).value
    ticked = signs if isinstance(signs, tuple) else ()
    bits = sum(1 << place for place, sign in enumerate(_SIGNS) if sign in ticked)
    for one in _FIELDS:
        bits = bits << one.bits | _number(one, answers.get(one.field, NOT_ASKED))
    return bits << _DAY_BITS | day % (1 << _DAY_BITS)


def unpack_ticks(bits: int, today: int) -> Mapping[FieldId, Answer] | None:
    """Give the answers of a code; None if it is older than `GOOD_DAYS`."""
    age = (today - bits) % (1 << _DAY_BITS)
    if age > GOOD_DAYS:
        return None
    rest = bits >> _DAY_BITS
    found: dict[FieldId, Answer] = {}
    for one in reversed(_FIELDS):
        answer = _answer(one, rest & (1 << one.bits) - 1)
        if answer.state is not AnswerState.NOT_ASKED:
            found[one.field] = answer
        rest >>= one.bits
    signs = tuple(sign for place, sign in enumerate(_SIGNS) if rest >> place & 1)
    return found | ({SIGNS_FIELD: answered(signs)} if signs else {})


def _number(one: _Ticked, answer: Answer) -> int:
    if answer.state in _STATES:
        return _STATES.index(answer.state)
    places = [at for at, value in enumerate(one.values) if value == answer.value]
    return len(_STATES) + places[0] if places else 0


def _answer(one: _Ticked, number: int) -> Answer:
    if number < len(_STATES):
        return Answer(_STATES[number])
    place = number - len(_STATES)
    if place >= len(one.values):
        return NOT_ASKED
    return Answer(AnswerState.ANSWERED, one.values[place], Source.OBSERVED)

"""A case: the fields that make one, its state, and the child pathway.

This module decides when the child pathway is on (R30): "not asked" is no doubt; "unknown" after
asking, or any sign, starts it; nothing that one user can enter ends it. What ends it are two people
who each sign that an authority has decided, for exactly the signs that they name: a sign that is
not named, because it came from another post or later, keeps it on. It never judges age.

Source: nrm.md sections 3 and 6; the form `case` of the base pack.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.domain.ids import ID_BYTES, FieldId, OpId, RecordId, ScopeId
from nrm_desktop.domain.values import Answer, AnswerState, Value

CASE_FORM = "case"
CODE = FieldId("case.code")
OPENED = FieldId("case.opened_at")
STATE = FieldId("case.state")
CHILD = FieldId("case.child")
SUPPORT = FieldId("case.support")

Q_AGE = FieldId("quick.q_age")
CHILD_SIGNS = FieldId("screening.child_signs")
AGE_BAND = FieldId("screening.age_band")
AGE_STATUS = FieldId("screening.age_status")

BIRTH_DATE = FieldId("screening.birth_date")
UNDER_AGE = FieldId("gb_nrm.under_age")
"""The question of the British form; its answers are those of the quick screen."""

CHILD_END_ROW = "case.end"
CHILD_END = FieldId("case.child_end")
"""One person's word that an authority has decided; it takes two (act `child.off`)."""

BY_TWO_PEOPLE = frozenset(
    FieldId(name)
    for name in (
        *("age.age_switch", "closure.supervisor"),
        *("review.rv_by", "review.rv_due", "review.rv_why"),
    )
)
"""Written by an act in which a second person has a part, never as an answer (R14, R29, N15)."""

WITH_REASONS = frozenset(map(FieldId, ("access.ac_decision", "access.ac_why")))
"""Written by an act together with its reasons, never as a bare answer."""

PATHWAY_FIELDS = (CHILD, Q_AGE, CHILD_SIGNS, AGE_BAND, AGE_STATUS, UNDER_AGE, CHILD_END)
PEOPLE_TO_END: Final = 2
_DOUBTED_WHEN_UNKNOWN = (CHILD, Q_AGE, AGE_BAND, AGE_STATUS, UNDER_AGE)
_ASKED_OUTRIGHT = (CHILD, Q_AGE, UNDER_AGE)
_OF_AGE = 18
_AGE = "age:"
_SIGNS: Mapping[FieldId, tuple[Value, ...]] = MappingProxyType(
    {
        CHILD: (True,),
        Q_AGE: ("yes", "not_sure"),
        UNDER_AGE: ("yes", "not_sure"),
        AGE_BAND: ("0-11", "12-17", "child"),
        AGE_STATUS: ("disputed", "under_assessment"),
    }
)


class Pathway(StrEnum):
    """Which pathway a case is on."""

    CHILD = "child"
    ADULT = "adult"
    OPEN = "open"


class Said(NamedTuple):
    """A standing answer about a child.

    Shape: `op` is None for what is typed and not signed; `by` tells people apart, by their keys.
    """

    field: FieldId
    answer: Answer
    op: OpId | None = None
    by: Hashable = None


def once_record(scope: ScopeId, form: str) -> RecordId:
    """Id of the record of a form that exists once in a scope.

    Two devices that open it offline write into the same record. Source: sync.md section 3.
    """
    digest = hashlib.sha256(b"nrm1/rec\x00" + scope + form.encode("ascii")).digest()
    return RecordId(digest[:ID_BYTES])


def row_beside(source: RecordId, form: str) -> RecordId:
    """Id of the row that the program writes elsewhere because of a record, once for each form.

    Two devices that write it offline write into the same row.
    """
    digest = hashlib.sha256(b"nrm1/row\x00" + source + form.encode("utf-8")).digest()
    return RecordId(digest[:ID_BYTES])


def child_pathway(answers: Iterable[Said]) -> Pathway:
    """Say which pathway the answers put the case on.

    Shape: every standing answer of the fields in PATHWAY_FIELDS, of all records and also those in
    conflict: one sign is enough, and no later "no" takes it back (R14, R30, N15).
    """
    said = list(answers)
    signs = signs_of_child(said)
    ended = _ended_by_two(said)
    if any(one.op is None or str(one.op) not in ended for one in signs):
        return Pathway.CHILD
    if signs or any(_is_a_no(one) for one in said):
        return Pathway.ADULT
    return Pathway.OPEN


def signs_of_child(answers: Iterable[Said]) -> tuple[Said, ...]:
    """The answers that start the child pathway, each by itself."""
    return tuple(one for one in answers if _starts_child_pathway(one.field, one.answer))


def ending_of(badge: str, decision: RecordId, signs: Iterable[Said]) -> Value:
    """What one person signs: who, by which record of a decision, and which signs it answers."""
    return (badge, decision.hex(), *sorted(str(one.op) for one in signs if one.op is not None))


def badges_that_ended(answers: Iterable[Said]) -> Mapping[Hashable, str]:
    """Who has signed that an authority decided, by key. Shape: values are badges."""
    ends = (one for one in answers if one.field == CHILD_END)
    return {
        one.by: one.answer.value[0]
        for one in ends
        if isinstance(one.answer.value, tuple)
        and one.answer.value
        and isinstance(one.answer.value[0], str)
    }


def _ended_by_two(said: Iterable[Said]) -> frozenset[Value]:
    """The signs, by operation, that at least two people have named."""
    named: dict[Value, set[Hashable]] = defaultdict(set)
    for one in said:
        match one.answer.value:
            case (str(), str(), *signs) if one.field == CHILD_END and one.by is not None:
                for sign in signs:
                    named[sign].add(one.by)
    return frozenset(sign for sign, people in named.items() if len(people) >= PEOPLE_TO_END)


def _is_a_no(one: Said) -> bool:
    return one.field in _ASKED_OUTRIGHT and one.answer.value in (False, "no")


def may_be_under_age(birth: Answer, today: str) -> bool:
    """Say whether a birth date, or an age, leaves it possible that the person is under 18.

    Shape: `birth` is an answer of BIRTH_DATE, `today` an ISO date.
    """
    known = _known_of_birth(birth)
    if known is None:
        return False
    span = known.span()
    if span is None:
        return int(known.text.removeprefix(_AGE)) < _OF_AGE
    return span[1].isoformat() > _of_age_if_born(today)


def may_be_of_age(birth: Answer, today: str) -> bool:
    """Say whether a birth date, or an age, leaves it possible that the person is 18 by now."""
    known = _known_of_birth(birth)
    if known is None:
        return False
    span = known.span()
    if span is None:
        return int(known.text.removeprefix(_AGE)) >= _OF_AGE
    return span[0].isoformat() <= _of_age_if_born(today)


def _known_of_birth(birth: Answer) -> PartialDate | None:
    value = birth.value
    text = value[0] if isinstance(value, tuple) and value else value
    try:
        return PartialDate(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _of_age_if_born(today: str) -> str:
    """The last day on which somebody was born who is 18 today."""
    return f"{int(today[:4]) - _OF_AGE:04}{today[4:]}"


def _starts_child_pathway(name: FieldId, answer: Answer) -> bool:
    if answer.state is AnswerState.UNKNOWN:
        return name in _DOUBTED_WHEN_UNKNOWN
    if name == CHILD_SIGNS:
        return bool(answer.value)
    return answer.value in _SIGNS.get(name, ())

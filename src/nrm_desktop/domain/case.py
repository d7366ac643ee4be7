"""A case: the fields that make one, its state, and the child pathway.

This module decides when the child pathway is on (R30): "not asked" is no doubt; "unknown" after
asking, or any sign, starts it; nothing that one user can enter ends it. It never judges age.

Source: nrm.md sections 3 and 6; the form `case` of the base pack.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.domain.ids import ID_BYTES, FieldId, RecordId, ScopeId
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

BY_TWO_PEOPLE = frozenset({FieldId("age.age_switch"), FieldId("closure.supervisor")})
"""Written by an act that a second person confirms, never as an answer (R14, N15)."""

PATHWAY_FIELDS = (CHILD, Q_AGE, CHILD_SIGNS, AGE_BAND, AGE_STATUS, UNDER_AGE)
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


def once_record(scope: ScopeId, form: str) -> RecordId:
    """Id of the record of a form that exists once in a scope.

    Two devices that open it offline write into the same record. Source: sync.md section 3.
    """
    digest = hashlib.sha256(b"nrm1/rec\x00" + scope + form.encode("ascii")).digest()
    return RecordId(digest[:ID_BYTES])


def child_pathway(answers: Iterable[tuple[FieldId, Answer]]) -> Pathway:
    """Say which pathway the answers put the case on.

    Shape: every standing answer of the fields in PATHWAY_FIELDS, of all records and also those in
    conflict: one sign is enough, and no later "no" takes it back (R14, R30, N15).
    """
    said = list(answers)
    if any(_starts_child_pathway(name, answer) for name, answer in said):
        return Pathway.CHILD
    if any(name in _ASKED_OUTRIGHT and answer.value in (False, "no") for name, answer in said):
        return Pathway.ADULT
    return Pathway.OPEN


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

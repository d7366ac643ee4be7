"""Which events that may end a consent have passed in a case.

This module decides it from what stands there; one value among several is enough, since an end
protects (R25). It knows nothing of rows of consents: whether one ends by an event, its row says.

- `end_of_support`: the support track or the case has ended.
- `end_of_referral`: of the very rows on which a referral rested that has ended, so that a later
  consent for the same recipient is not over before it began.
- `child_turns_18`: the birth date, as far as it is known, leaves it possible.
- `decision_received`: nothing here says so yet; no form of the packs records a decision.

Source: forms.md section 6, rule 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from nrm_desktop.app.ports import CellRow
from nrm_desktop.app.showing import D_FIELDS
from nrm_desktop.domain.case import BIRTH_DATE, STATE, SUPPORT, may_be_of_age
from nrm_desktop.domain.consent import ended_for
from nrm_desktop.domain.ids import FieldId, RecordId, read_hex
from nrm_desktop.domain.values import Answer, Value

_NO_SUPPORT: Final = frozenset({"follow_up", "closed", "no_action_now"})
_REFERRAL_ENDED: Final = frozenset(
    {
        "refused",
        "could_not_contact",
        "person_declined",
        "done",
        "expired",
        "revoked",
        "not_possible",
    }
)
_REFERENCE: Final = FieldId("referral.referral_id")
_REFERRAL_STATE: Final = FieldId("referral.state")


def passed_events(cells: Sequence[CellRow], today: str) -> frozenset[str]:
    """Give the events that have passed. Shape: `today` is an ISO date."""
    found = set(_ended_rows(cells))
    if set(_values(cells, SUPPORT)) & _NO_SUPPORT or "closed" in _values(cells, STATE):
        found.add("end_of_support")
    if any(may_be_of_age(answer, today) for answer in _answers(cells, BIRTH_DATE)):
        found.add("child_turns_18")
    return frozenset(found)


def _ended_rows(cells: Sequence[CellRow]) -> Iterator[str]:
    """The rows of consents on which a referral rested that has ended."""
    ended = {
        cell.record
        for cell in cells
        if cell.field == _REFERRAL_STATE and _REFERRAL_ENDED & set(_values((cell,), cell.field))
    }
    over = {
        value
        for cell in cells
        if cell.field == _REFERENCE and cell.record in ended
        for value in _values((cell,), cell.field)
    }
    for entry in _values(cells, D_FIELDS):
        match entry:
            case (_, _, tuple() as rows, str() as reference, *_) if reference in over:
                ids = (read_hex(row) for row in rows if isinstance(row, str))
                yield from (
                    ended_for("end_of_referral", RecordId(one)) for one in ids if one is not None
                )


def _answers(cells: Iterable[CellRow], name: FieldId) -> list[Answer]:
    return [
        each.answer
        for cell in cells
        if cell.field == name
        for each in cell.standing
        if each.answer is not None
    ]


def _values(cells: Iterable[CellRow], name: FieldId) -> list[Value]:
    return [answer.value for answer in _answers(cells, name)]

"""A second look at what one person did alone to save a life or to protect a child.

At three in the morning there is nobody to ask. Where life or a child is at risk and it is urgent,
one person acts with a reason, and the program opens a record for somebody else to look at within 24
hours (R29). It is an item on the list of today: nothing waits for it, and a late one stops nothing.

This module decides which passing-on is such an act, and that whoever acted never looks at it.

Source: forms.md form l18 and section 2; nrm.md R29.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.commands import CellAnswer, NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import SavedCell
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.disclosure import CHILD_PROTECTION, LEGAL_ORDER, VITAL_INTEREST
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.readiness import may_be_lone
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered

REVIEW: Final = "review"
ACT: Final = FieldId("review.rv_act")
WHY: Final = FieldId("review.rv_why")
DUE: Final = FieldId("review.rv_due")
BY: Final = FieldId("review.rv_by")
RESULT: Final = FieldId("review.rv_result")
TEXT: Final = FieldId("review.rv_text")
DONE: Final = FieldId("review.rv_done")
_WITHIN: Final = timedelta(hours=24)
_ACT_OF: Final = MappingProxyType(
    {
        VITAL_INTEREST: "disclosure.override",
        CHILD_PROTECTION: "referral.send",
        LEGAL_ORDER: "legal.request",
    }
)
"""What passing something on is, by its ground; on a consent it needs nobody else."""


def lone_act(forms: FormSet, ground: str, *, is_urgent: bool, has_second: bool) -> str:
    """Name the act if one person carries it out alone; empty if it is none.

    Raises: Refused `policy.needs_second` where that is not for one person: passing something on
    without the person's consent, though nothing is urgent, and on an order always.
    """
    act = _ACT_OF.get(ground, "")
    if not act or has_second:
        return ""
    if may_be_lone(forms, act, at_risk=True, is_urgent=is_urgent):
        return act
    if ground != CHILD_PROTECTION:
        raise Refused("policy.needs_second")
    return ""


def begin_review(saving: Saving, context: Context, act: tuple[str, str, str], why: str) -> None:
    """Open the record of the second look, in the save of the act.

    Shape: `act` is its name, its time and the badge of who acted.
    """
    record = saving.begin(NewRecord(context.new_record(), REVIEW))
    due = datetime.fromisoformat(act[1]).astimezone(context.zone) + _WITHIN
    saving.set_all(
        record,
        (
            (ACT, answered(act)),
            (WHY, answered(f"{act[2]}: {why}")),
            (DUE, answered((due.strftime("%Y-%m-%dT%H:%M"), 0))),
        ),
    )


def sign_reviews(
    uow: UnitOfWork, context: Context, scope: ScopeId, answers: Sequence[CellAnswer]
) -> tuple[SavedCell, ...]:
    """Put the name of whoever looked beside the result, and end the item on the list.

    Raises: Refused `policy.own_act` for whoever acted, `policy.written_by_program` for a look at
    nothing that anybody did.
    """
    looked = {cell.record for cell in answers if cell.field in (RESULT, TEXT)}
    for record in looked:
        _must_be_somebody_else(uow, context, scope, record)
    done = [cell.record for cell in answers if cell.field == RESULT and cell.answer.is_answered]
    if not done:
        return ()
    saving = Saving(uow, context, scope)
    for record in done:
        saving.set(record, BY, answered(("recorded", context.badge)))
        saving.set(record, DONE, answered((context.now_iso(), 0)))
    return saving.finish()


def _must_be_somebody_else(
    uow: UnitOfWork, context: Context, scope: ScopeId, record: RecordId
) -> None:
    acted = uow.standing(record, ACT, scope, Compartment.RIGHTS)
    if not acted:
        raise Refused("policy.written_by_program", field=ACT)
    for one in acted:
        is_own = one.signer == context.signer
        match one.answer.value if one.answer is not None else None:
            case (_, _, str() as badge):
                is_own = is_own or badge == context.badge
        if is_own:
            raise Refused("policy.own_act")

"""Keeping a case from being erased, with a ground and a reason, and letting go of it again.

Whoever sets or ends a hold is named in it, with the minute. While one stands, no order to erase is
given here, and one that comes from elsewhere waits (`bootstrap.obeying`). A closed case takes it
as well as an open one.

Source: cli.md section 12 (`erasure.legal_hold`); nrm.md section 11.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from nrm_desktop.app.commands import EndHold, NewRecord, SetHold
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import HoldEnded, HoldSet
from nrm_desktop.app.ports import CellRow, UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.retention import (
    BY,
    ENDED,
    ENDED_BY,
    ENDED_WHY,
    GROUND,
    HOLD,
    REASON,
    SINCE,
)
from nrm_desktop.domain.values import answered

_GROUNDS: Final = "hold_ground"


def set_hold(cmd: SetHold, uow: UnitOfWork, context: Context) -> tuple[HoldSet, ...]:
    """Keep a case from being erased.

    Raises: Usage `usage.bad_value` for a ground that the list does not have, or no reason.
    """
    grounds = context.forms.codelist(_GROUNDS).offered()
    if cmd.ground not in grounds:
        raise Usage("usage.bad_value", what="ground", allowed=grounds)
    reason = _said(cmd.reason)
    saving = Saving(uow, context, cmd.scope)
    row = saving.begin(NewRecord(context.new_record(), HOLD))
    saving.set_all(
        row,
        (
            (GROUND, answered(cmd.ground)),
            (REASON, answered(reason)),
            (SINCE, answered((context.now_iso(), 0))),
            (BY, answered(context.badge)),
        ),
    )
    saving.finish()
    uow.audit("hold.set", (cmd.scope, row), cmd.ground)
    return (HoldSet(scope=cmd.scope, hold=row, origin=cmd.origin),)


def end_hold(cmd: EndHold, uow: UnitOfWork, context: Context) -> tuple[HoldEnded, ...]:
    """Let a case be erased again once its time is over.

    Raises: Usage `usage.not_found` for a hold that does not stand, `usage.bad_value` for no reason.
    """
    reason = _said(cmd.reason)
    if cmd.hold not in standing_holds(uow.cells(cmd.scope, HOLD)):
        raise Usage("usage.not_found", what="hold", name=cmd.hold.hex())
    saving = Saving(uow, context, cmd.scope)
    saving.set_all(
        cmd.hold,
        (
            (ENDED, answered((context.now_iso(), 0))),
            (ENDED_BY, answered(context.badge)),
            (ENDED_WHY, answered(reason)),
        ),
    )
    saving.finish()
    uow.audit("hold.end", (cmd.scope, cmd.hold))
    return (HoldEnded(scope=cmd.scope, hold=cmd.hold, origin=cmd.origin),)


def standing_holds(cells: Iterable[CellRow]) -> frozenset[RecordId]:
    """The holds that nobody has ended. Shape: `cells` of the form `hold`, whoever wrote them."""
    set_, ended = set[RecordId](), set[RecordId]()
    for cell in cells:
        is_said = any(each.answer is not None for each in cell.standing)
        if is_said and cell.field == SINCE:
            set_.add(cell.record)
        if is_said and cell.field == ENDED:
            ended.add(cell.record)
    return frozenset(set_ - ended)


def must_not_be_held(cells: Iterable[CellRow]) -> None:
    """Raises: Refused `erasure.legal_hold` while somebody keeps the case from being erased."""
    holds = standing_holds(cells)
    if holds:
        raise Refused("erasure.legal_hold", count=len(holds))


def _said(reason: str) -> str:
    if not reason.strip():
        raise Usage("usage.bad_value", what="reason")
    return reason.strip()

"""Handing somebody over at a counter: the code on the slip is kept, and a code opens a record.

The second line goes on in a record with the same answers: what was asked is there, and the code
stands in both records, so that whoever looks later sees that they are of one person. Nothing is
merged by it.

Source: forms.md form l15; nrm.md S1, R23.
"""

from __future__ import annotations

from nrm_desktop.app.commands import (
    CellAnswer,
    KeepHandoverCode,
    NewRecord,
    OpenCase,
    SaveAnswers,
    TakeHandover,
)
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import Event, HandoverKept
from nrm_desktop.app.handlers.answers import save_answers
from nrm_desktop.app.handlers.cases import open_case
from nrm_desktop.app.ports import ScopeKeys, UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.handover import CODE_FIELD
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.values import NOT_ASKED, answered

_SCREENING = "screening"


def keep_handover_code(
    cmd: KeepHandoverCode, uow: UnitOfWork, context: Context
) -> tuple[HandoverKept, ...]:
    """Keep in a record which code was given for it."""
    _keep(uow, context, cmd.scope, cmd.record, cmd.code)
    return (HandoverKept(scope=cmd.scope, record=cmd.record, origin=cmd.origin),)


def take_handover(
    cmd: TakeHandover, uow: UnitOfWork, context: Context, keys: ScopeKeys
) -> tuple[Event, ...]:
    """Open a case with the answers of a code, signed by whoever takes it over."""
    opened = open_case(OpenCase(child=NOT_ASKED, origin=cmd.origin), uow, context, keys)
    scope = opened[0].scope
    new = NewRecord(context.new_record(), _SCREENING)
    cells = tuple(CellAnswer(new.record, name, answer) for name, answer in cmd.answers)
    command = SaveAnswers(scope=scope, answers=cells, opens=(new,), origin=cmd.origin)
    saved = save_answers(command, uow, context) if cells else ()
    _keep(uow, context, scope, new.record, cmd.code, new)
    return (*opened, *saved)


def _keep(
    uow: UnitOfWork,
    context: Context,
    scope: ScopeId,
    record: RecordId,
    code: str,
    *new: NewRecord,
) -> None:
    saving = Saving(uow, context, scope)
    for one in new:
        saving.begin(one)
    saving.set(record, CODE_FIELD, answered(code))
    saving.finish()

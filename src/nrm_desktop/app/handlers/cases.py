"""Cases: opening one. A case exists before any name, place or certainty does (R1, N2)."""

from __future__ import annotations

from nrm_desktop.app.commands import OpenCase
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import CaseOpened
from nrm_desktop.app.ports import ScopeKeys, UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.case import (
    CASE_FORM,
    CHILD,
    CODE,
    OPENED,
    STATE,
    SUPPORT,
    Said,
    child_pathway,
    once_record,
)
from nrm_desktop.domain.ids import case_code
from nrm_desktop.domain.values import NOT_ASKED, answered

_CODE_BYTES = 5


def open_case(
    cmd: OpenCase, uow: UnitOfWork, context: Context, keys: ScopeKeys
) -> tuple[CaseOpened, ...]:
    """Open a case with a random code and its own keys; the child pathway starts on any doubt."""
    code = _free_code(uow, context)
    scope = keys.begin_case(uow.trust)
    record = once_record(scope, CASE_FORM)
    saving = Saving(uow, context, scope)
    saving.set(record, CODE, answered(code))
    saving.set(record, OPENED, answered((context.now_iso(), 0)))
    saving.set(record, STATE, answered("open"))
    saving.set(record, SUPPORT, answered("contact"))
    if cmd.child != NOT_ASKED:
        saving.set(record, CHILD, cmd.child)
    saving.finish()
    uow.audit("case.open", (scope,))
    pathway = child_pathway([Said(CHILD, cmd.child)])
    return (CaseOpened(scope=scope, code=code, pathway=pathway.value, origin=cmd.origin),)


def _free_code(uow: UnitOfWork, context: Context) -> str:
    while True:
        code = case_code(context.random(_CODE_BYTES))
        if uow.scope_of_code(code) is None:
            return code

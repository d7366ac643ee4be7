"""Asking the register before a photo or a recording of a person is kept (N11)."""

from __future__ import annotations

from nrm_desktop.app.consent_register import register_from_cells
from nrm_desktop.app.context import Context
from nrm_desktop.app.ends import passed_events
from nrm_desktop.app.passing_beside import registers_beside
from nrm_desktop.app.person_files import files_of_person
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.domain.consent_of_files import Registers
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.likeness import SWITCHED_OFF, may_keep_likeness


def must_keep_likeness(uow: UnitOfWork, context: Context, scope: ScopeId) -> None:
    """Let a photo or recording of the person in only where a pack and the person allow it.

    Raises: Refused `policy.likeness_off`, `consent.likeness` with the reason.
    """
    today, cells = context.today(), list(uow.cells(scope))
    closed = frozenset(row.record for row in uow.records(scope) if row.is_closed)
    others = registers_beside(files_of_person(uow, scope, cells), today)
    said = may_keep_likeness(
        Registers(tuple(register_from_cells(cells, closed)), others),
        today,
        passed_events(cells, today),
        is_switched_on=any(pack.keeps_likeness for pack in context.forms.packs),
    )
    if said.reason == SWITCHED_OFF:
        raise Refused("policy.likeness_off")
    if not said.passes:
        raise Refused("consent.likeness", reason=said.reason)

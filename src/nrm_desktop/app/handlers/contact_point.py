"""The contact point of a case: the code name of a place and the number to call, for everybody.

Whoever writes where a person stays writes it in the same save, into a part of the file that every
role of the case reads. No street is ever in it (N5).

Source: forms.md form l17; nrm.md section 8 (cell `p`, shelter rule).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from nrm_desktop.app.commands import CellAnswer, NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import SavedCell
from nrm_desktop.app.handlers.registers import directory_entry
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.case import row_beside
from nrm_desktop.domain.ids import FieldId, RecipientId, ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.sealed import PLACE, SINCE
from nrm_desktop.domain.values import answered

POINT: Final = "case_registers.point"
CP_PLACE: Final = FieldId("case_registers.cp_place")
CP_PHONE: Final = FieldId("case_registers.cp_phone")
CP_FROM: Final = FieldId("case_registers.cp_from")


def note_contact_point(
    uow: UnitOfWork, context: Context, scope: ScopeId, answers: Sequence[CellAnswer]
) -> tuple[SavedCell, ...]:
    """Write the row of the register that belongs to a record of a place; one row for each."""
    places = [one for one in answers if one.field == PLACE and one.answer.is_answered]
    if not places:
        return ()
    saving = Saving(uow, context, scope)
    for one in places:
        row = saving.begin(NewRecord(row_beside(one.record, POINT), POINT))
        saving.set(row, CP_PLACE, one.answer)
        since = [
            each.answer
            for each in answers
            if (each.record, each.field) == (one.record, SINCE) and each.answer.is_answered
        ]
        if not since and not uow.standing(row, CP_FROM, scope, Compartment.CORE):
            since = [answered((context.now_iso(), 0))]
        if since:
            saving.set(row, CP_FROM, since[-1])
        contact = directory_entry(uow, context, RecipientId(str(one.answer.value))).contact
        if contact:
            saving.set(row, CP_PHONE, answered(contact))
    return saving.finish()

"""Interpreters who may be chosen for one person: those of the register, less who is not safe.

Source: forms.md forms l5 and l17 (interpreter not to be used); R12.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.app.handlers.case_registers import NOT_AGAIN
from nrm_desktop.app.queries import CaseView, RegisterView
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.ui.presenters.choice import Choice

REGISTER: Final = "interpreters"
_NAME: Final = FieldId("interpreters.in_name.name")


def interpreter_choices(
    register: RegisterView, case: CaseView | RegisterView
) -> tuple[Choice, ...]:
    """Those who can be called, by name; nobody who was found unsafe for this person."""
    unsafe = {
        seen.acting.answer.value
        for seen in case.cells
        if seen.field == NOT_AGAIN and seen.acting.answer is not None
    }
    entry_of = {row.record: row.parent or row.record for row in register.records}
    named = {
        entry_of.get(cell.record, cell.record).hex(): str(cell.acting.answer.value)
        for cell in register.cells
        if cell.field == _NAME and cell.acting.answer is not None and cell.acting.answer.is_answered
    }
    offered = (Choice(entry, name) for entry, name in named.items() if entry not in unsafe)
    return tuple(sorted(offered, key=lambda one: (one.label.casefold(), one.code)))

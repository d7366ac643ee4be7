"""What stays of an erased case in the registers of the organisation: its code, and nothing of it.

This module decides what a tombstone says: which file, when, on what ground, of which class and who
ordered it. No name, no place, no date of anybody's life; the code was random from the beginning.
Whoever comes back with the code gets an answer, and nobody's file is gone silently (N9).

Source: nrm.md section 11 ("tombstone without personal data").
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.queries import CellView
from nrm_desktop.app.records import Saving
from nrm_desktop.app.tombstone import Tombstone
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.tracks import day_of
from nrm_desktop.domain.values import Answer, answered

FORM: Final = "tombstone"
CODE: Final = FieldId("tombstone.to_code")
CASE: Final = FieldId("tombstone.to_case")
ON: Final = FieldId("tombstone.to_on")
GROUND: Final = FieldId("tombstone.to_ground")
CLASS: Final = FieldId("tombstone.to_class")
BY: Final = FieldId("tombstone.to_by")
RETENTION_ENDED: Final = "retention_ended"
REQUESTED: Final = "request_of_the_person"
ORDERED: Final = "order"


def write_tombstone(uow: UnitOfWork, context: Context, one: Tombstone) -> None:
    """Write into the registers of the organisation that a case is erased."""
    saving = Saving(uow, context, context.organisation)
    row = saving.begin(NewRecord(context.new_record(), FORM))
    saving.set_all(
        row,
        (
            (CODE, answered(one.code)),
            (CASE, answered(one.scope.hex())),
            (ON, answered((one.on, 0))),
            (GROUND, answered(one.ground)),
            (BY, answered(one.by)),
            *(((CLASS, answered(one.class_id)),) if one.class_id else ()),
        ),
    )
    saving.finish()


def read_tombstones(cells: Iterable[CellView]) -> tuple[Tombstone, ...]:
    """Read what a register says, the newest in front; damaged entries are left out."""
    said: dict[RecordId, dict[FieldId, Answer]] = {}
    for cell in cells:
        if cell.acting.answer is not None:
            said.setdefault(cell.record, {})[cell.field] = cell.acting.answer
    found = [one for answers in said.values() if (one := _read(answers)) is not None]
    return tuple(sorted(found, key=lambda one: (one.on, one.code), reverse=True))


def _read(said: dict[FieldId, Answer]) -> Tombstone | None:
    def text(name: FieldId) -> str:
        return str(said[name].value) if name in said else ""

    try:
        scope = ScopeId(bytes.fromhex(text(CASE)))
    except ValueError:
        return None
    by = said[BY].value if BY in said else ()
    badges = tuple(map(str, by)) if isinstance(by, tuple) else ()
    return Tombstone(text(CODE), scope, day_of(said.get(ON)), text(GROUND), text(CLASS), badges)

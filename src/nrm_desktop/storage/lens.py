"""How stored rows are shown to people: names of people and devices, addresses, acting values.

This module decides which of the standing values a user may see and which of them is shown as
acting. It never looks at the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from nrm_desktop.app.ports import CellRow, RecordRow, Standing
from nrm_desktop.app.queries import CellView, Version
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.addresses import Addresses
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import DeviceId, FieldId, RecordId, ScopeId, SignerId
from nrm_desktop.domain.lineage import lineage
from nrm_desktop.domain.protective import MERGE_SURFACE, acting_answer, acting_index
from nrm_desktop.domain.registers import is_conflict
from nrm_desktop.domain.sealed import is_sealed
from nrm_desktop.domain.values import Answer


@dataclass(frozen=True, slots=True)
class Lens:
    """What turns rows into something people read; made at unlock, with the active forms.

    Shape: `user_of` and `device_of` give a badge and a device's name for an id, or the id's
    beginning where nobody is known by it.
    """

    forms: FormSet
    organisation: ScopeId
    user_of: Callable[[SignerId], str]
    device_of: Callable[[DeviceId], str]

    def for_one_look(self) -> Lens:
        """The same lens for one reading, which asks once about each person and device."""
        return replace(self, user_of=cache(self.user_of), device_of=cache(self.device_of))

    def merge_rule(self, field: FieldId) -> str:
        """The merge rule of a field; an unknown field of a newer pack prefers nothing."""
        known = self.forms.find_field(field)
        return known.merge if known is not None else MERGE_SURFACE

    def version(self, one: Standing) -> Version:
        """A standing value with who, where and when."""
        op, answer, hlc, signer, device, is_suspect = one
        user, laptop = self.user_of(signer), self.device_of(device)
        return Version(op, answer, user, laptop, hlc.wall_ms, is_suspect)

    def acting(self, field: FieldId, standing: Sequence[Standing]) -> Standing:
        """The value that acts. An erased one acts only where nothing else stands."""
        if len(standing) == 1:
            return standing[0]
        present = [(each, each.answer) for each in standing if each.answer is not None]
        if not present:
            return standing[0]
        rule, answers = self.merge_rule(field), [answer for _, answer in present]
        acting = present[acting_index(rule, answers)][0]
        return acting._replace(answer=acting_answer(rule, answers))

    def cells(self, rows: Iterable[CellRow], addresses: Addresses) -> tuple[CellView, ...]:
        """Fields as they are shown, with the other versions where people disagree."""
        return tuple([self._cell(row, addresses) for row in rows])

    def _cell(self, row: CellRow, addresses: Addresses) -> CellView:
        record, form, field, compartment, standing = row
        address = addresses.of(field, record)
        if len(standing) == 1:  # nearly all are so, and a case has many
            op, answer, hlc, signer, device, is_suspect = standing[0]
            user, laptop = self.user_of(signer), self.device_of(device)
            said = Version(op, answer, user, laptop, hlc.wall_ms, is_suspect)
            return CellView(address, record, form, field, compartment, said, (), (op,))
        acting = self.acting(field, standing)
        others = tuple(map(self.version, others_than(acting, standing)))
        ops = tuple(each.op for each in standing)
        said = self.version(acting)
        return CellView(address, record, form, field, compartment, said, others, ops)


def lines_of(records: Iterable[RecordRow]) -> dict[RecordId, tuple[RecordRow, ...]]:
    """Give each record with everything that it stands in."""
    known = {row.record: row for row in records}
    return {record: lineage(known, record) for record in known}


def others_than(acting: Standing, standing: Sequence[Standing]) -> list[Standing]:
    """The versions that say something else; equal ones collapse into the first of them."""
    if len(standing) == 1 or not is_conflict(each.answer for each in standing):
        return []
    found: list[Standing] = []
    said: list[Answer] = [] if acting.answer is None else [acting.answer]
    for each in standing:
        answer = each.answer
        if answer is None or any(answer.same_content(known) for known in said):
            continue
        said.append(answer)
        found.append(each)
    return found


def in_sight(rows: Iterable[CellRow], sight: Sight) -> list[CellRow]:
    """Leave out what the user may not see, before anything is counted or chosen.

    A sealed address is seen by nobody: it is shown by the act of opening it, and nowhere else.
    """
    shown = sight.compartments
    return [
        seen
        for row in rows
        if (seen := row if row.compartment in shown else _own_part(row, sight)) is not None
        and not is_sealed(row.field)
    ]


def _own_part(row: CellRow, sight: Sight) -> CellRow | None:
    if row.compartment not in sight.own_only:
        return None
    own = tuple(each for each in row.standing if each.signer == sight.signer)
    return row._replace(standing=own) if own else None


def may_see(sight: Sight, compartment: int, signer: SignerId) -> bool:
    """True if an operation of this signer in this compartment is in sight."""
    if compartment in sight.compartments:
        return True
    return compartment in sight.own_only and signer == sight.signer

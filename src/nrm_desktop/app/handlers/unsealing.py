"""Opening what is sealed: where a person stays, or a part of the file that is closed to a role.

Staff of the house and whoever drives a named trip open the address by right; everybody else who
could read the place, and a role with the cell `x`, only as an exception: with a second person, or
alone where a life or a child is at risk and it is urgent, and then somebody else looks at it within
24 hours (R29). Each opening has a reason, stays in the file and ends after an hour.

This is policy, and no key: what is opened lies on this laptop already. Whose laptop holds no key of
a part is shown nothing; the lead of the case lets somebody read, by an act of its own (ADR 0040).

Source: nrm.md section 8 (cell `x`, shelter rule), R29, N5; forms.md section 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from nrm_desktop.app.commands import NewRecord, OpenSealed
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import OpenedValue, SealedOpened
from nrm_desktop.app.handlers.second_look import begin_review
from nrm_desktop.app.ports import CellRow, UnitOfWork
from nrm_desktop.app.protection import pathway_of
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.compartments import Cell
from nrm_desktop.domain.disclosure import CHILD_PROTECTION, VITAL_INTEREST
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.readiness import may_be_lone
from nrm_desktop.domain.scopes import BY_WORD, CASE_COMPARTMENTS, Compartment
from nrm_desktop.domain.sealed import ADDRESS_FORM, LASTS, TRIP_UNTIL, TRIP_WHO, is_sealed
from nrm_desktop.domain.values import Value, answered

FORM: Final = "unsealed"
PART: Final = FieldId("unsealed.un_part")
BY: Final = FieldId("unsealed.un_by")
WHY: Final = FieldId("unsealed.un_why")
SECOND: Final = FieldId("unsealed.un_second")
UNTIL: Final = FieldId("unsealed.un_until")
_AT_RISK: Final = frozenset({VITAL_INTEREST, CHILD_PROTECTION})


@dataclass(frozen=True, slots=True)
class _Right:
    """What somebody may open. Shape: without `records` all that stands in the part."""

    is_exception: bool
    records: frozenset[RecordId] | None = None

    def covers(self, record: RecordId) -> bool:
        """True if a record is among what may be opened."""
        return self.records is None or record in self.records


def open_sealed(cmd: OpenSealed, uow: UnitOfWork, context: Context) -> tuple[SealedOpened, ...]:
    """Show what is sealed, and keep that it was shown. Within the hour it needs no new reason.

    Raises: Usage `usage.bad_value` for no such part or ground; Refused `policy.role`,
    `policy.unseal_reason`, `policy.needs_second`.
    """
    place = _place(cmd.part)
    cells = uow.cells(cmd.scope)
    right = _right(cmd, uow, context, place)
    until, is_lone = _in_force(context, cmd.part, cells), False
    if not until:
        is_lone = right.is_exception and _is_lone(cmd, context, cells)
        until = _keep(cmd, uow, context, is_lone=is_lone)
    uow.audit("part.open", (cmd.scope,), cmd.part)
    shown = tuple(one for one in _shown(cells, cmd.part, place) if right.covers(one.record))
    return (
        SealedOpened(
            scope=cmd.scope,
            part=cmd.part,
            until=until,
            values=shown,
            is_reviewed_later=is_lone,
            origin=cmd.origin,
        ),
    )


def _place(part: str) -> Compartment:
    """The compartment in which a part lies. Raises: Usage `usage.bad_value`."""
    if part == ADDRESS_FORM:
        return Compartment.LOCATION
    place = BY_WORD.get(part)
    if place not in CASE_COMPARTMENTS:
        allowed = (ADDRESS_FORM, *(one.word for one in CASE_COMPARTMENTS))
        raise Usage("usage.bad_value", what="part", allowed=allowed)
    return place


def _right(cmd: OpenSealed, uow: UnitOfWork, context: Context, place: Compartment) -> _Right:
    """Raises: Refused `policy.role` for who may open this neither by right nor as an exception."""
    if _is_of_the_house(context, cmd.part, place):
        return _Right(is_exception=False)
    driven = _driven(uow, context, cmd)
    if driven:
        return _Right(is_exception=False, records=driven)
    if _may_as_exception(context, cmd.part, place):
        return _Right(is_exception=True)
    raise Refused("policy.role", compartment=place.word)


def _is_of_the_house(context: Context, part: str, place: Compartment) -> bool:
    """True for who opens the address by right, wherever it is; of other parts nobody does."""
    table = context.forms.roles
    is_right = part == ADDRESS_FORM and table.may_fill(context.roles, FORM)
    return is_right and table.may_read(context.roles, place)


def _may_as_exception(context: Context, part: str, place: Compartment) -> bool:
    found = context.forms.roles.cells(context.roles, place)
    if part == ADDRESS_FORM and context.forms.roles.may_read(context.roles, place):
        return True
    return Cell.EXCEPTION in found and not context.forms.roles.may_read(context.roles, place)


def _driven(uow: UnitOfWork, context: Context, cmd: OpenSealed) -> frozenset[RecordId]:
    """The addresses of trips that name this badge and are not over; of other parts, none."""
    if cmd.part != ADDRESS_FORM:
        return frozenset()
    now = datetime.fromisoformat(context.now_iso()).astimezone(context.zone)
    minute, own = now.strftime("%Y-%m-%dT%H:%M"), context.badge.casefold()
    trips: dict[RecordId, dict[FieldId, list[Value]]] = {}
    for cell in uow.cells(cmd.scope):
        if cell.field in (TRIP_WHO, TRIP_UNTIL):
            said = [each.answer.value for each in cell.standing if each.answer is not None]
            trips.setdefault(cell.record, {})[cell.field] = said
    mine = {
        record
        for record, trip in trips.items()
        if {str(who).strip().casefold() for who in trip.get(TRIP_WHO, ())} == {own}
        and all(_text(until) >= minute for until in trip.get(TRIP_UNTIL, ("",)))
    }
    above = {row.parent for row in uow.records(cmd.scope) if row.record in mine}
    return frozenset(record for record in above if record is not None)


def _text(value: Value) -> str:
    found = value[0] if isinstance(value, tuple) and value else value
    return found if isinstance(found, str) else ""


def _is_lone(cmd: OpenSealed, context: Context, cells: Iterable[CellRow]) -> bool:
    """True if one person opens it alone. Raises: Refused `policy.needs_second`."""
    if cmd.second:
        if cmd.second.casefold() == context.badge.casefold():
            raise Refused("policy.needs_second")
        return False
    is_at_risk = cmd.ground in _AT_RISK
    if cmd.ground == CHILD_PROTECTION:
        is_at_risk = pathway_of(cells) is Pathway.CHILD
    # A second look is entered where its day is due; who cannot write there needs somebody now.
    can_be_looked_at = context.forms.roles.may_write(context.roles, Compartment.CORE)
    act = "address.open" if cmd.part == ADDRESS_FORM else "part.open"
    if not can_be_looked_at or not may_be_lone(
        context.forms, act, at_risk=is_at_risk, is_urgent=cmd.is_urgent
    ):
        raise Refused("policy.needs_second")
    return True


def _keep(cmd: OpenSealed, uow: UnitOfWork, context: Context, *, is_lone: bool) -> str:
    """Write down who opens what, why and until when. Raises: as `open_sealed`."""
    if not cmd.reason.strip():
        raise Refused("policy.unseal_reason")
    grounds = context.forms.codelist("ground").offered()
    if cmd.ground and cmd.ground not in grounds:
        raise Usage("usage.bad_value", what="ground", allowed=grounds)
    at = context.now_iso()
    until = (datetime.fromisoformat(at) + LASTS).strftime("%Y-%m-%dT%H:%M:%SZ")
    why = ": ".join(filter(None, (cmd.ground, cmd.reason.strip())))
    act = ("address.open" if cmd.part == ADDRESS_FORM else "part.open", at, context.badge)
    saving = Saving(uow, context, cmd.scope)
    row = saving.begin(NewRecord(context.new_record(), FORM))
    kept = [
        (PART, answered(cmd.part)),
        (BY, answered(act)),
        (WHY, answered(why)),
        (UNTIL, answered(until)),
    ]
    if cmd.second:
        kept.append((SECOND, answered(cmd.second)))
    saving.set_all(row, kept)
    if is_lone:
        begin_review(saving, context, act, why)
    saving.finish()
    return until


def _in_force(context: Context, part: str, cells: Iterable[CellRow]) -> str:
    """Until when an opening of this person holds; empty if none does."""
    rows: dict[RecordId, dict[FieldId, Value]] = {}
    for cell in cells:
        if cell.field not in (PART, UNTIL) or cell.compartment != Compartment.RIGHTS:
            continue
        own = [each for each in cell.standing if each.signer == context.signer]
        for one in own:
            if one.answer is not None:
                rows.setdefault(cell.record, {})[cell.field] = one.answer.value
    now = context.now_iso()
    ends = [str(row.get(UNTIL, "")) for row in rows.values() if row.get(PART) == part]
    return max((end for end in ends if end > now), default="")


def _shown(cells: Iterable[CellRow], part: str, place: Compartment) -> Iterator[OpenedValue]:
    """Every value that stands there: also those that nobody has decided between."""
    for cell in cells:
        is_address = is_sealed(cell.field)
        if is_address is not (part == ADDRESS_FORM) or cell.compartment != place:
            continue
        for each in cell.standing:
            if each.answer is not None:
                yield OpenedValue(cell.field, cell.record, each.answer)

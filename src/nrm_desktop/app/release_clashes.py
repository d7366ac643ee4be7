"""Two releases that clash: nothing linked leaves until two people have said which one is out.

This module decides what a decision has to say, and reads those that were made. Two laptops that
have not exchanged can release one year twice, with figures that differ. Only people know which file
somebody has been given. A coordinator and a second person enter which one stands and that the other
one was given to nobody; from then on it no longer counts. What has been given to somebody cannot be
withdrawn: then nothing linked of these years is released any more.

Source: standards.md ST6; docs/adr/0046, docs/adr/0052.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.ports import CellRow, UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import DeviceId, FieldId, RecordId, SignerId
from nrm_desktop.domain.releases import Release, Settled, clash_of, open_clash
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Value

FORM: Final = "releases"
_STANDS: Final = FieldId(f"{FORM}.stands")
_WITHDRAWN: Final = FieldId(f"{FORM}.withdrawn")
_SECOND: Final = FieldId(f"{FORM}.second")
SETTLED: Final = "release.settle"
_LEAST_OF_HASH: Final = 8


@dataclass(frozen=True, slots=True)
class Decision:
    """Who said which of two releases stands. Units: `at_ms`, wall clock of whoever entered it."""

    settled: Settled
    second: str
    signer: SignerId
    device: DeviceId
    at_ms: int


def read_decisions(cells: Iterable[CellRow]) -> tuple[Decision, ...]:
    """The decisions among the cells of the ledger, the earliest first; what is half is none."""
    by_record: dict[RecordId, dict[str, CellRow]] = {}
    for cell in cells:
        if cell.form == FORM:
            by_record.setdefault(cell.record, {})[cell.field] = cell
    found = (_decision(one) for one in by_record.values())
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.at_ms))


def must_be_settled(
    asked: Sequence[tuple[str, str]], years: tuple[int, int], ledger: Sequence[Release]
) -> None:
    """Raises: Refused `policy.release_clash` where a table would be linked with an open clash.

    Shape: `asked` are tables with their populations.
    """
    for one in asked:
        clash = open_clash(one, years, ledger)
        if clash is not None:
            first, other = clash
            raise Refused(
                "policy.release_clash",
                table=first.table,
                other=other.table,
                first=first.first,
                last=first.last,
            )


def settle(
    uow: UnitOfWork, context: Context, named: Settled, second: str, ledger: dict[str, Release]
) -> Settled:
    """Enter which of two releases stands, after a second person has confirmed it.

    Shape: `named` by the beginning of each hash, `ledger` by the whole one.
    Raises: Refused `policy.role`, `policy.needs_second`, `policy.release_no_clash`; Usage
    `usage.not_found`.
    """
    context.must_write(Compartment.ORG_RELEASES)
    if not second or second == context.badge:
        raise Refused("policy.needs_second")
    stands, withdrawn = _named(named.stands, ledger), _named(named.withdrawn, ledger)
    if stands == withdrawn or clash_of(ledger[withdrawn], ledger[stands]) is None:
        raise Refused("policy.release_no_clash")
    saving = Saving(uow, context, context.organisation)
    record = saving.begin(NewRecord(context.new_record(), FORM))
    for field, value in ((_STANDS, stands), (_WITHDRAWN, withdrawn), (_SECOND, second)):
        saving.enter(record, field, value)
    saving.finish()
    uow.audit(SETTLED, (), ledger[stands].table)
    return Settled(stands, withdrawn)


def _named(name: str, ledger: Iterable[str]) -> str:
    wanted = name.strip().casefold()
    found = [one for one in ledger if one.startswith(wanted)]
    if len(wanted) < _LEAST_OF_HASH or len(found) != 1:
        raise Usage("usage.not_found", what="release", name=wanted[:_LEAST_OF_HASH])
    return found[0]


def _decision(cells: dict[str, CellRow]) -> Decision | None:
    entries = [tuple(_entries(cells.get(name))) for name in (_STANDS, _WITHDRAWN, _SECOND)]
    if any(len(one) != 1 for one in entries):
        return None
    stands, withdrawn, second = (one[0] for one in entries)
    by = next(one for one in cells[_WITHDRAWN].standing)
    return Decision(Settled(stands, withdrawn), second, by.signer, by.device, by.hlc.wall_ms)


def _entries(cell: CellRow | None) -> Iterator[str]:
    """Texts in the ledger's own part alone: what stands elsewhere decides nothing."""
    if cell is None or cell.compartment != Compartment.ORG_RELEASES:
        return
    for one in cell.standing:
        value: Value | None = one.answer.value if one.answer is not None else None
        if isinstance(value, str):
            yield value

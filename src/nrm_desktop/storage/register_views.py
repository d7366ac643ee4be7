"""Read models of the small registers: consents, referrals, directory.

This module decides how records of these forms become one row each. It must not decide whether
anything may leave: the disclosure engine does.

Source: forms.md section 6 and table "Referral states"; cli.md sections on consent and referral.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Final

from nrm_desktop.app.ports import CellRow, Standing
from nrm_desktop.app.queries import ConsentRow, DirectoryRow, ReferralRow
from nrm_desktop.app.referral_ports import reference_of
from nrm_desktop.domain.consent import (
    REGISTER_FORM,
    ConsentRecord,
    ConsentState,
    acting_rows,
    record_from_cells,
    state_of,
)
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, Value, text_of
from nrm_desktop.storage.lens import Lens

SUPERSEDED: Final = ConsentState.SUPERSEDED.value
IN_CONFLICT: Final = "in_conflict"
_NO_EVENTS: Final[frozenset[str]] = frozenset()
_RECEIPTS: Final = (
    ("received", "referral.received_at"),
    ("acknowledged", "referral.read_at"),
)
_D_REFERENCE, _D_SHA256 = 3, 6


class RecordCells:
    """The cells of one record, asked by field."""

    def __init__(self, record: RecordId, cells: Iterable[CellRow], lens: Lens) -> None:
        self.record = record
        self.cells: Mapping[FieldId, CellRow] = {cell.field: cell for cell in cells}
        self._lens = lens

    def standing(self, field: str) -> Standing | None:
        """What acts in a field."""
        cell = self.cells.get(FieldId(field))
        return None if cell is None else self._lens.acting(cell.field, cell.standing)

    def value(self, field: str) -> Value:
        """The value that acts in a field; None if there is none."""
        found = self.standing(field)
        return found.answer.value if found is not None and found.answer is not None else None

    def text(self, field: str) -> str:
        """The text that acts in a field; of a pair (text, mark) the text."""
        return text_of(self.value(field))

    def newest(self) -> Standing:
        """The newest value of the record."""
        every = (each for cell in self.cells.values() for each in cell.standing)
        return max(every, key=lambda each: (each.hlc, each.op))

    def author(self) -> str:
        """Who wrote the newest value."""
        return self._lens.user_of(self.newest().signer)


def records_of(cells: Sequence[CellRow], lens: Lens) -> list[RecordCells]:
    """Group cells, which come sorted by record."""
    grouped = groupby(cells, attrgetter("record"))
    return [RecordCells(record, group, lens) for record, group in grouped]


def register_cells(cells: Iterable[CellRow]) -> list[CellRow]:
    """The cells of a case that the register of consents consists of.

    They are told by their field: opening a record a second time, as something else, hides none.
    """
    return [
        cell
        for cell in cells
        if cell.compartment == Compartment.CORE and cell.field.startswith(f"{REGISTER_FORM}.")
    ]


def consent_rows(
    records: Iterable[RecordCells], today: str, closed: Container[RecordId]
) -> list[ConsentRow]:
    """Show the register, oldest first. Shape: `today` is an ISO date; `closed` are records."""
    read: list[tuple[RecordCells, ConsentRecord]] = []
    for cells in records:
        row = record_from_cells(cells.record, _answers(cells), is_closed=cells.record in closed)
        if row is not None:
            read.append((cells, row))
    acting = acting_rows(row for _, row in read)
    rows = [_consent_row(cells, row, _state(row, acting, today)) for cells, row in read]
    return sorted(rows, key=lambda each: (each.at_ms, each.consent_id))


@dataclass(frozen=True, slots=True)
class ReferralTrails:
    """What lies in `rights` beside referrals, by reference; empty for whoever may not see it.

    Shape: `came` holds sender and purpose of packets that came in, `receipts` (state, time) as
    filed.
    """

    logged: Mapping[str, RecordCells]
    came: Mapping[str, tuple[str, str]]
    receipts: Mapping[str, tuple[tuple[str, int], ...]]


def referral_trails(
    disclosures: Iterable[RecordCells], packets: Iterable[RecordCells]
) -> ReferralTrails:
    """Sort the log of disclosures and the trails of packets by the references they belong to."""
    logged = {str(_entry(each)[_D_REFERENCE]): each for each in disclosures if _entry(each)}
    came: dict[str, tuple[str, str]] = {}
    receipts: dict[str, tuple[tuple[str, int], ...]] = {}
    for packet in sorted(packets, key=lambda each: each.newest().hlc):
        match packet.value("packet.receipt"), packet.value("packet.origin"):
            case (str() as reference, str() as state, int() as at_ms, *_), _:
                receipts[reference] = (*receipts.get(reference, ()), (state, at_ms))
            case _, ((bytes() as referral, *_), str() as sender, str() as purpose, *_):
                came[reference_of(referral)] = (sender, purpose)
    return ReferralTrails(logged, came, receipts)


def referral_rows(referrals: Iterable[RecordCells], trails: ReferralTrails) -> list[ReferralRow]:
    """Show what was sent and what came in, oldest first, with what `rights` says about it.

    Shape: where the trails are out of sight, purpose, form and fingerprint are empty, and of the
    receipts only "arrived there" and "read" are told.
    """
    rows = [_referral_row(each, trails) for each in referrals]
    return sorted(rows, key=lambda each: (each.at_ms, each.referral))


def directory_rows(records: Iterable[RecordCells], kind: str) -> list[DirectoryRow]:
    """Show the directory by name, of one kind or all."""
    rows = [
        DirectoryRow(
            each.record.hex(),
            each.text("directory.kind"),
            each.text("directory.name"),
            each.text("directory.contact"),
            each.value("directory.verified") is True,
            isinstance(each.value("directory.card"), bytes),
        )
        for each in records
    ]
    wanted = [row for row in rows if not kind or row.kind == kind]
    return sorted(wanted, key=lambda row: (row.name.casefold(), row.entry))


def _answers(cells: RecordCells) -> dict[FieldId, list[Answer | None]]:
    return {field: [each.answer for each in cell.standing] for field, cell in cells.cells.items()}


def _state(row: ConsentRecord, acting: Sequence[ConsentRecord], today: str) -> str:
    if row not in acting:
        return SUPERSEDED
    same = [each for each in acting if _asked(each) == _asked(row)]
    said = {(each.answer, each.until, each.withdrawn != "") for each in same}
    if row.is_disputed or len(said) > 1:
        return IN_CONFLICT
    state = state_of(row, today, _NO_EVENTS)
    # A "no" stands like a "yes": the record is valid, and its answer says what was decided.
    return ConsentState.VALID.value if state is ConsentState.NOT_GIVEN else state.value


def _asked(row: ConsentRecord) -> tuple[str, str, str]:
    return row.purpose, row.recipient, row.group


def _consent_row(cells: RecordCells, row: ConsentRecord, state: str) -> ConsentRow:
    return ConsentRow(
        consent_id=row.record.hex(),
        purpose=row.purpose,
        recipient=row.recipient,
        group=row.group,
        answer=row.answer,
        until=row.until,
        state=state,
        at_ms=cells.newest().hlc.wall_ms,
        user=cells.author(),
    )


def _entry(cells: RecordCells) -> tuple[Value, ...]:
    value = cells.value("disclosure.d_fields")
    return value if isinstance(value, tuple) and len(value) > _D_SHA256 else ()


def _referral_row(cells: RecordCells, trails: ReferralTrails) -> ReferralRow:
    reference = cells.text("referral.referral_id")
    log, came = trails.logged.get(reference), trails.came.get(reference)
    is_in = came is not None or _came_in(cells)
    to = log.value("disclosure.d_to") if log is not None else None
    sender, purpose = came or ("", str(to[-1]) if isinstance(to, tuple) and to else "")
    begun = cells.standing("referral.received_at" if is_in else "referral.sent_at")
    return ReferralRow(
        referral=reference,
        direction="in" if is_in else "out",
        recipient=sender if came else cells.text("referral.to_org"),
        purpose=purpose,
        form=log.text("disclosure.d_form") if log is not None else "",
        at_ms=(begun or cells.newest()).hlc.wall_ms,
        sha256=str(_entry(log)[_D_SHA256]) if log is not None else "",
        state=cells.text("referral.state") or "draft",
        receipts=trails.receipts.get(reference) or tuple(_slip(cells)),
    )


def _came_in(cells: RecordCells) -> bool:
    """True for a referral that arrived here and was never sent from here."""
    arrived, sent = (cells.standing(f"referral.{name}") for name in ("received_at", "sent_at"))
    return arrived is not None and sent is None


def _slip(cells: RecordCells) -> Iterator[tuple[str, int]]:
    for state, field in _RECEIPTS:
        found = cells.standing(field)
        if found is not None:
            yield state, found.hlc.wall_ms

"""Which values of a case the disclosure engine is shown, and as what.

This module decides what counts as a value of the case for somebody who sends: what the roles of
the sender show, less closed records, other referrals and what the program keeps. It never decides
whether a value may go; the engine does, and sees each value with everything that stands beside it.

- Dangers to life are shown whoever sends, of all referrals (R10).
- What the person says about an answer is a part of it: it goes or stays with it.
- A value that lies where its field does not belong is nobody's: it is shown as one that is not
  known here, and never as a part of the envelope.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nrm_desktop.app.context import Context
from nrm_desktop.app.ports import CellRow, RecordRow, Standing
from nrm_desktop.app.protection import acting_standing
from nrm_desktop.domain.additions import ROW as ADDITIONS
from nrm_desktop.domain.additions import Said, Spot, additions
from nrm_desktop.domain.attachments import FORM as ATTACHMENTS
from nrm_desktop.domain.attachments import is_shown_file
from nrm_desktop.domain.case import CASE_FORM, CHILD
from nrm_desktop.domain.disclosure import Item
from nrm_desktop.domain.forms.parts import ENVELOPE_PART, LIFE_RISK_PART, REFERRAL
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.lineage import lineage
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer

REFERRAL_FORM = "referral"
D_FIELDS = FieldId("disclosure.d_fields")
"""What one sending passed on and held back: one entry per file that left."""
_KEPT = frozenset({"consent", "consent_register", "correction", "disclosure", "packet"})


def items_of(
    context: Context, cells: Iterable[CellRow], records: Iterable[RecordRow], draft: RecordId | None
) -> list[Item]:
    """Show the engine every value that the sender could send."""
    every = tuple(cells)
    showing = _Showing(context, records, draft, every)
    found = (showing.item(cell) for cell in every)
    return [one for one in found if one is not None]


class _Showing:
    """The records of a case, looked at for one referral."""

    def __init__(
        self,
        context: Context,
        records: Iterable[RecordRow],
        draft: RecordId | None,
        cells: Iterable[CellRow],
    ) -> None:
        self._context = context
        self._forms = context.forms
        self._rows = {row.record: row for row in records}
        self._draft = draft
        self._additions = additions(
            Said(cell.record, cell.field, cell.compartment, each.answer)
            for cell in cells
            if cell.form == ADDITIONS and not self._is_closed(cell.record)
            for each in cell.standing
            if each.answer is not None
        )
        layout = context.forms.layouts.get(REFERRAL)
        parts = {part.id: frozenset(part.fields) for part in layout.parts} if layout else {}
        self._envelope = parts.get(ENVELOPE_PART, frozenset())
        self._life_risk = parts.get(LIFE_RISK_PART, frozenset())

    def item(self, cell: CellRow) -> Item | None:
        """A value as the engine sees it; None where there is nothing to send."""
        field = self._forms.find_field(cell.field)
        is_life_risk = self._is_of(field, cell.field, self._life_risk)
        if _is_kept(cell) or not self._may_be_shown(cell, is_life_risk=is_life_risk):
            return None
        # A danger to life is told also by somebody whose roles do not show it.
        seen = cell.standing if is_life_risk else self._seen(cell)
        acting = acting_standing(self._forms, cell._replace(standing=seen))
        if acting is None or acting.answer is None:
            return None
        is_home = field is not None and self._is_home(cell, field)
        made = Item(
            record=cell.record,
            address=f"{cell.field}@{cell.record.hex()}",
            field=cell.field,
            compartment=Compartment(cell.compartment),
            op=acting.op,
            answer=_with_all_marks(acting.answer, cell.standing),
            is_conflict=cell.is_conflict or any(each.answer is None for each in cell.standing),
            is_known=is_home,
            additions=self._additions.get(Spot(cell.record, cell.field, cell.compartment), ()),
        )
        if field is None or _is_file(cell, acting.answer):
            return made
        return self._described(made, field, is_life_risk=is_life_risk)

    def _described(self, made: Item, field: Field, *, is_life_risk: bool) -> Item:
        purposes = field.purposes or self._forms.vocabulary.default_purposes
        return replace(
            made,
            groups=field.consent_groups,
            purposes=frozenset(purposes) if purposes else None,
            # A remark is free words: the envelope holds no fact about the person, words may.
            is_envelope=made.is_known and field.id in self._envelope,
            is_life_risk=is_life_risk,
        )

    def _may_be_shown(self, cell: CellRow, *, is_life_risk: bool) -> bool:
        if self._is_closed(cell.record):
            return False
        line = lineage(self._rows, cell.record)
        is_of_referral = REFERRAL_FORM in _forms_of(cell)
        return is_life_risk or not is_of_referral or self._draft in {row.record for row in line}

    def _is_closed(self, record: RecordId) -> bool:
        return any(row.is_closed for row in lineage(self._rows, record))

    def _seen(self, cell: CellRow) -> tuple[Standing, ...]:
        return tuple(self._context.seen(cell.standing, cell.compartment))

    def _is_home(self, cell: CellRow, field: Field) -> bool:
        """True if a value lies in the compartment of its field, in a record that has the field."""
        row = self._rows.get(cell.record)
        chosen = None if row is None or row.compartment is None else Compartment(row.compartment)
        is_right_record = row is None or row.form == self._forms.record_key(field)
        return is_right_record and cell.compartment == self._forms.compartment_of(field, chosen)

    def _is_of(self, field: Field | None, name: FieldId, part: frozenset[FieldId]) -> bool:
        return name in part or (field is not None and field.parent in part)


def _forms_of(cell: CellRow) -> set[str]:
    """The form of the record and that of the field: whoever opens a record may call it anything."""
    return {cell.form.partition(".")[0], cell.field.partition(".")[0]}


def _is_kept(cell: CellRow) -> bool:
    forms = _forms_of(cell)
    return bool(forms & _KEPT) or (CASE_FORM in forms and cell.field != CHILD)


def _is_file(cell: CellRow, answer: Answer) -> bool:
    """True for what hangs on a file: it has no data group, whatever a pack says of its field.

    So it is withheld, also where somebody attached a file to a field that always goes along.
    """
    return ATTACHMENTS in _forms_of(cell) or is_shown_file(answer.value)


def _with_all_marks(answer: Answer, standing: Sequence[Standing]) -> Answer:
    marks = answer.marks
    for each in standing:
        marks |= each.answer.marks if each.answer else 0
    return replace(answer, marks=marks)

"""The case as a page sees it: what stands, what is typed and not signed yet, and new records.

This module decides which answer a page shows and what conditions see. It stores nothing: new
records live here until the first answer in them is saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.queries import CaseView, CellView, RegisterView
from nrm_desktop.app.said_beside import additions_of
from nrm_desktop.domain.additions import Addition, Spot
from nrm_desktop.domain.case import PATHWAY_FIELDS, Pathway, Said, child_pathway
from nrm_desktop.domain.forms.conditions import Context
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import NOT_ASKED, Answer
from nrm_desktop.ui.presenters.field_specs import Cell

CHILD_PATHWAY = "child_pathway"
OBSERVATION_ONLY = "observation_only"
_LAST = 1 << 30
"""New records come after all that are saved."""


@dataclass(slots=True)
class _Place:
    """A record with its answers. Shape: `is_new` until an answer in it was saved."""

    form: str
    parent: RecordId | None
    order: int
    is_new: bool = False
    answers: dict[FieldId, Answer] = field(default_factory=dict)


class CaseFile:
    """One case in the hands of one person."""

    def __init__(self, forms: FormSet) -> None:
        self._forms = forms
        self._places: dict[RecordId, _Place] = {}
        self._cells: dict[Cell, CellView] = {}
        self._typed: dict[Cell, Answer] = {}
        self.additions: Mapping[Spot, tuple[Addition, ...]] = {}
        """What the person says about answers; nothing of it replaces one."""
        self.ended: frozenset[RecordId] = frozenset()
        """Records of episodes that have ended: shown, and not changed."""
        self.is_over = False
        """True while the case is closed."""
        self.is_staying = False
        """True while another file of the same person goes on in its stead."""
        self.has_child_elsewhere = False
        """True while the steps for a child are on in another file of the same person."""
        self.is_observation_only = False

    def take(self, view: CaseView | RegisterView) -> frozenset[Cell]:
        """Take what stands now; give the places whose answer is not what it was."""
        before = self._stands()
        fresh = {place: each for place, each in self._places.items() if each.is_new}
        self._places = {row.record: _Place(row.form, row.parent, row.order) for row in view.records}
        self._cells = {Cell(cell.record, cell.field): cell for cell in view.cells}
        self.additions = additions_of(view.cells)
        if isinstance(view, CaseView):  # a register has no episodes
            self.ended, self.is_over = view.ended, view.row.state == "closed"
            self.is_staying = bool(view.row.joined.goes_on)
            self.has_child_elsewhere = bool(view.row.child_in)
        for cell, seen in self._cells.items():
            place = self._places.setdefault(cell.record, _Place(seen.form, None, 0))
            if seen.acting.answer is not None:
                place.answers[cell.field] = seen.acting.answer
        for record, place in fresh.items():
            self._places.setdefault(record, place)
        now = self._stands()
        return frozenset(cell for cell in now | before if now.get(cell) != before.get(cell))

    def begin(self, record: RecordId, form: str, parent: RecordId | None = None) -> None:
        """Begin a record; nothing is saved before it has an answer."""
        if record not in self._places:
            self._places[record] = _Place(form, parent, _LAST + len(self._places), is_new=True)

    def forget(self, record: RecordId) -> bool:
        """Forget a record in which nothing was saved; False if something was."""
        place = self._places.get(record)
        if place is None or not place.is_new:
            return False
        del self._places[record]
        for cell in [cell for cell in self._typed if cell.record == record]:
            del self._typed[cell]
        return True

    def type(self, cell: Cell, answer: Answer | None) -> None:
        """Show an answer that is not signed yet; None lets go of what was typed."""
        if answer is None:
            self._typed.pop(cell, None)
        else:
            self._typed[cell] = answer

    def settle(self, cell: Cell, answer: Answer) -> None:
        """An answer is signed; what was typed since then stays typed."""
        if self._typed.get(cell) == answer:
            del self._typed[cell]
        place = self._places.get(cell.record)
        if place is not None:
            place.answers[cell.field] = answer
            self._mark_saved(cell.record)

    def answer(self, cell: Cell) -> Answer:
        """What the page shows: what is typed, else what stands."""
        if cell in self._typed:
            return self._typed[cell]
        place = self._places.get(cell.record)
        return place.answers.get(cell.field, NOT_ASKED) if place else NOT_ASKED

    def standing(self, cell: Cell) -> CellView | None:
        """What stands in the journal, with the versions beside it."""
        return self._cells.get(cell)

    def of(self, form: str, within: RecordId | None = None) -> tuple[RecordId, ...]:
        """Records of a record key, oldest first; of a parent if one is named."""
        found = [
            (place.order, record)
            for record, place in self._places.items()
            if place.form == form and (within is None or place.parent == within)
        ]
        return tuple(record for _, record in sorted(found))

    def place_of(self, record: RecordId) -> tuple[str, RecordId | None]:
        """Record key of a record, and the record in which it stands."""
        place = self._places.get(record)
        return (place.form, place.parent) if place else ("", None)

    def opens(self, record: RecordId) -> tuple[NewRecord, ...]:
        """The records that a saving there has to begin, outermost first."""
        chain: list[NewRecord] = []
        here: RecordId | None = record
        while here is not None and (place := self._places.get(here)) is not None:
            if place.is_new:
                chain.append(NewRecord(here, place.form, place.parent))
            here = place.parent
        return tuple(reversed(chain))

    def context(self, record: RecordId | None) -> Context:
        """What conditions see in a record, with what is typed."""
        records = Records(self._records())
        return records.context(record, records.facts(self._forms, self._facts()))

    def _stands(self) -> dict[Cell, tuple[object, ...]]:
        """What each standing answer says here, with the number of versions beside it."""
        others = {cell: len(seen.others) for cell, seen in self._cells.items()}
        return {
            cell: (answer.state, answer.value, answer.source, others.get(cell, 0))
            for record, place in self._places.items()
            for name, answer in place.answers.items()
            for cell in (Cell(record, name),)
        }

    def _facts(self) -> frozenset[str]:
        said = (one for one in self._said() if one.field in PATHWAY_FIELDS)
        is_child = self.has_child_elsewhere or child_pathway(said) is Pathway.CHILD
        facts = {CHILD_PATHWAY} if is_child else set()
        return frozenset(facts | ({OBSERVATION_ONLY} if self.is_observation_only else set()))

    def _said(self) -> Iterable[Said]:
        """Every answer that counts for the pathway: also those that stand beside another."""
        for record, place in self._places.items():
            for name, answer in place.answers.items():
                yield self._said_in(Cell(record, name), answer)
        for cell, seen in self._cells.items():
            for version in seen.others:
                if version.answer is not None:
                    yield Said(cell.field, version.answer, version.op, version.user)
        for cell, answer in self._typed.items():
            yield Said(cell.field, answer)

    def _said_in(self, cell: Cell, answer: Answer) -> Said:
        """What a place shows, with its operation where it is what stands in the journal."""
        seen = self._cells.get(cell)
        if seen is None or seen.acting.answer != answer:
            return Said(cell.field, answer)
        return Said(cell.field, answer, seen.acting.op, seen.acting.user)

    def _records(self) -> Iterable[Record]:
        for record, place in self._places.items():
            yield Record(record, place.form, place.parent, place.order, self._shown(record))

    def _shown(self, record: RecordId) -> Mapping[FieldId, Answer]:
        typed = {cell.field: a for cell, a in self._typed.items() if cell.record == record}
        return {**self._places[record].answers, **typed}

    def _mark_saved(self, record: RecordId | None) -> None:
        while record is not None and (place := self._places.get(record)) is not None:
            place.is_new = False
            record = place.parent

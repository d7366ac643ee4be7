"""What stands on a page of a form: its sections, the questions of one of them, and its rows.

This module decides what is shown where, from the pack and the case; it keeps nothing and saves
nothing. A closed section is named with its reason and never hidden.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from nrm_desktop.domain.additions import Addition, Spot
from nrm_desktop.domain.endings import are_ends
from nrm_desktop.domain.episodes import are_for_after, are_for_staying
from nrm_desktop.domain.forms.flow import SectionFlow, flow, visible_fields
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.paper import PAPER
from nrm_desktop.domain.values import AnswerState, FieldType
from nrm_desktop.ui.presenters.case_file import CaseFile
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.field_spec import FieldSpec, GroupRow, Reply
from nrm_desktop.ui.presenters.field_specs import Cell, SpecMaker
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.wording import Say


@dataclass(frozen=True, slots=True)
class SectionLink:
    """One section in the list of a form. Shape: `id` is the key of the section."""

    id: str
    title: str
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One section as it is to be built.

    Shape: `entries` are the records of a section that repeats, `entry` the one that is shown;
    `closed` says why nothing is asked here yet; `unread` counts questions of a part of the file
    that this role does not read; `lines` say who asked about this part before, and what was on
    paper first.
    """

    id: str
    title: str
    specs: tuple[FieldSpec, ...] = ()
    entries: tuple[Choice, ...] = ()
    entry: str = ""
    closed: str = ""
    unread: int = 0
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what stands in it."""

    cell: Cell
    reply: Reply
    remark: str = ""


class FormPage:
    """One form of one case.

    Shape: `root` is the record of the form that is being filled in; `may_be_paper` asks behind
    its last section whether it was on paper first.
    """

    def __init__(
        self,
        file: CaseFile,
        forms: FormSet,
        form_id: str,
        root: RecordId,
        *,
        may_be_paper: bool = False,
    ) -> None:
        self._may_be_paper = may_be_paper
        self._file = file
        self._forms = forms
        self.form_id = form_id
        self.root = root

    def flow(self) -> tuple[SectionFlow, ...]:
        """The sections that are to be seen now."""
        parts = flow(self._forms, self.form_id, self._file.context(self.root))
        return (*parts, *self._from_paper())

    def links(self, words: FormWords) -> tuple[SectionLink, ...]:
        """The list of sections."""
        return tuple(
            SectionLink(part.section.key, words.section(part.section), part.is_closed)
            for part in self.flow()
        )

    def part(self, key: str) -> SectionFlow | None:
        """A section by key; None if it is not to be seen."""
        return next((part for part in self.flow() if part.section.key == key), None)

    def entries(self, part: SectionFlow) -> tuple[RecordId, ...]:
        """The records in which the questions of a section lie."""
        if part.section.form == PAPER:
            return self._file.of(PAPER, self.root)
        if not part.section.repeats:
            return (self.root,)
        return self._file.of(part.section.key, self.root)

    def _from_paper(self) -> tuple[SectionFlow, ...]:
        """Every form may have been on paper first (R36); a pack without the form says nothing."""
        sheet = next(iter(self._file.of(PAPER, self.root)), None)
        if not self._may_be_paper or PAPER not in self._forms.forms:
            return ()
        return flow(self._forms, PAPER, self._file.context(sheet))

    def build(self, part: SectionFlow, record: RecordId, maker: SpecMaker) -> tuple[FieldSpec, ...]:
        """The questions of a section in a record, also those that conditions hide now."""
        asked = (
            one
            for one in part.section.fields
            if not one.is_hidden and one.type is not FieldType.AUTO and maker.may_read(one)
        )
        return tuple(
            replace(
                self._spec(maker, record, one),
                neutral=neutral_sign(number),
            )
            for number, one in enumerate(asked)
        )

    def visible(self, part: SectionFlow, record: RecordId) -> frozenset[str]:
        """Ids of the questions that are to be seen now, those in rows of groups too."""
        seen = visible_fields(part.section.fields, self._file.context(record))
        found = {Cell(record, one.id).id for one in seen}
        for one in seen:
            for row in self.rows(one, record):
                inside = visible_fields(one.fields, self._file.context(row))
                found |= {Cell(row, sub.id).id for sub in inside}
        return frozenset(found)

    def groups(self, part: SectionFlow) -> tuple[Field, ...]:
        """The groups among the questions of a section."""
        return tuple(one for one in part.section.fields if one.type is FieldType.GROUP)

    def rows(self, group: Field, record: RecordId) -> tuple[RecordId, ...]:
        """The rows of a group in a record."""
        return self._file.of(group.id, record) if group.is_group else ()

    def group_rows(
        self, group: Field, record: RecordId, maker: SpecMaker, say: Say
    ) -> tuple[GroupRow, ...]:
        """The rows of a group with their questions."""
        return tuple(
            GroupRow(
                row.hex(),
                say("Entry {number}", number=number),
                tuple(self._spec(maker, row, sub) for sub in group.fields if not sub.is_hidden),
            )
            for number, row in enumerate(self.rows(group, record), start=1)
        )

    def questions(self, part: SectionFlow, record: RecordId) -> Iterable[Question]:
        """What stands in the questions of a section, those in rows of groups too."""
        for one in part.section.fields:
            if one.is_group:
                for row in self.rows(one, record):
                    yield from (self.question(Cell(row, sub.id)) for sub in one.fields)
            else:
                yield self.question(Cell(record, one.id))

    def _spec(self, maker: SpecMaker, record: RecordId, one: Field) -> FieldSpec:
        is_over = self._file.is_over and not are_for_after([one.id])
        is_staying = self._file.is_staying and not self._may_stay_open(one.id)
        is_ended = is_over or is_staying or record in self._file.ended
        return maker.spec(record, one, self._said_about(Cell(record, one.id)), is_ended=is_ended)

    def _may_stay_open(self, name: FieldId) -> bool:
        """True for what people write also in a file that does not go on: its own end among it."""
        return are_for_staying([name]) or are_ends(self._forms.timetable, [name])

    def _said_about(self, cell: Cell) -> tuple[Addition, ...]:
        seen = self._file.standing(cell)
        if seen is None:
            return ()
        return self._file.additions.get(Spot(cell.record, cell.field, seen.compartment), ())

    def question(self, cell: Cell) -> Question:
        """What stands in one question."""
        answer = self._file.answer(cell)
        one = self._forms.field(cell.field)
        reply = Reply(answer.state, answer.value, answer.source)
        if not one.has_remark:
            return Question(cell, reply)
        remark = self._file.answer(Cell(cell.record, FieldId(f"{cell.field}.text")))
        words = str(remark.value) if remark.state is AnswerState.ANSWERED else ""
        return Question(cell, reply, words)


def record_key_of(part: SectionFlow) -> str:
    """What a new record for a section is opened as."""
    return PAPER if part.section.form == PAPER else part.section.key


def neutral_sign(number: int) -> str:
    """What stands in place of a question while somebody else can see it: A, B ... Z, A1 ..."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    round_, place = divmod(number, len(letters))
    return letters[place] + (str(round_) if round_ else "")

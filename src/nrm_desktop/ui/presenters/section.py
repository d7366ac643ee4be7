"""The questions of one open section: typing, rows, marks, and versions that arrive meanwhile.

This module decides what the page shows while somebody works in it. Which section is open is
`interview`, what a section holds is `form_page`, what becomes of words is `hand`.

Source: architecture.md, Walks 1 and 2; R21, R28.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.forms.flow import SectionFlow
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.values import AnswerState
from nrm_desktop.ui.presenters.asked_before import AskedBefore, Earlier
from nrm_desktop.ui.presenters.case_file import CaseFile
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.field_spec import (
    FieldEdit,
    FieldMark,
    GroupRow,
    MarkKind,
    Reply,
)
from nrm_desktop.ui.presenters.field_specs import Cell, SpecMaker, read_cell
from nrm_desktop.ui.presenters.form_page import FormPage, SectionLink, SectionPage
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.hand import Hand
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.presenters.problem_words import problem_words
from nrm_desktop.ui.presenters.sheet_lines import SheetLines
from nrm_desktop.ui.presenters.talk import TalkView


@dataclass(frozen=True, slots=True)
class VersionOffer:
    """Two versions of one answer, side by side, as people read them."""

    cell: str
    question: str
    own: str
    other: str
    who: str


class InterviewView(TalkView, Protocol):
    """What the interview shows."""

    def show_sections(self, links: tuple[SectionLink, ...], opened: str) -> None:
        """Show the list of sections, and which one is open."""

    def show_section(self, page: SectionPage) -> None:
        """Build the page of a section."""

    def show_only(self, visible: frozenset[str]) -> None:
        """Show these questions of the page, and hide the others."""

    def show_reply(self, cell: str, reply: Reply, remark: str) -> None:
        """Show what stands in a question."""

    def show_rows(self, group: str, rows: tuple[GroupRow, ...]) -> None:
        """Show the rows of a group."""

    def show_earlier(self, cell: str, earlier: Earlier | None) -> None:
        """Show what was answered to this question before; None takes it away."""

    def show_mark(self, cell: str, mark: FieldMark) -> None:
        """Show what is true of the words of a question."""

    def show_problem(self, cell: str, words: str) -> None:
        """Show what does not fit; empty takes it away."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""

    def offer_versions(self, offer: VersionOffer) -> None:
        """Show two versions side by side, and ask which one stays."""

    def focus_on(self, cell: str) -> None:
        """Put the cursor into a question."""


class SectionPresenter:
    """The section that is open; it hears what people do in it.

    Shape: `open_conflicts` leads to where standing versions are decided.
    """

    def __init__(
        self,
        view: InterviewView,
        desk: Desk,
        scope: ScopeId,
        file: CaseFile,
        open_conflicts: Callable[[], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._file = file
        self._open_conflicts = open_conflicts
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self.before = AskedBefore(desk, file, self._words)
        self._sheet = SheetLines(desk, file, self._words)
        self.maker = SpecMaker(desk.context, self._words)
        self.hand = Hand(desk, scope, file, self)
        self._page: FormPage | None = None
        self._key = ""
        self._record: RecordId | None = None
        self._focused: Cell | None = None
        self.when_saved: Callable[[FieldId], None] = _nobody
        """Told the field of each answer that was saved."""
        self.when_edited: Callable[[], None] = _nothing
        """Told that some answer in hand changed."""

    def show(self, page: FormPage, part: SectionFlow, record: RecordId | None) -> None:
        """Show a section with the answers of a record; without one it is closed."""
        self._page, self._key, self._record = page, part.section.key, record
        self._focused = None
        self._view.show_sections(page.links(self._words), self._key)
        self._view.show_banners(())
        self._view.show_section(self._built(page, part, record))
        if part.is_closed or record is None:
            return
        for group in page.groups(part):
            self._show_group(group.id)
        for question in page.questions(part, record):
            self._show_question(question.cell)
        self._show_visible()
        seen = page.visible(part, record)
        first = next(
            (spec.id for spec in page.build(part, record, self.maker) if spec.id in seen), ""
        )
        if first:
            self._view.focus_on(first)

    def edited(self, edit: FieldEdit) -> None:
        """A person changed an answer."""
        cell = read_cell(edit.field)
        links = self._links()
        if edit.takes_earlier:
            self._take_over(cell)
        else:
            problem = self.hand.take(cell, edit.reply)
            self.mark(cell, FieldMark())
            words = problem_words(self._desk.say, problem) if problem else ""
            self._view.show_problem(_host(cell).id, words)
            self._show_earlier(_host(cell))
        self._show_visible()
        self.when_edited()
        if self._links() != links:
            self._view.show_sections(self._links(), self._key)

    def entered(self, cell: str) -> None:
        """The focus came into a question."""
        self._focused = read_cell(cell)

    def left(self, _cell: str) -> None:
        """The focus left a question: its words are kept at once."""
        self._focused = None
        self.hand.keep_draft_if_any()

    def add_row(self, group: str) -> None:
        """Add a row to a group."""
        cell = read_cell(group)
        row = self._desk.context.new_record()
        self._file.begin(row, cell.field, cell.record)
        self._show_group(cell.field)
        self._show_visible()
        fields = self._desk.context.forms.field(cell.field).fields
        if fields:
            self._view.focus_on(Cell(row, fields[0].id).id)

    def end_row(self, group: str, row: str) -> None:
        """Take a row away, as long as nothing in it is saved."""
        if not self._file.forget(RecordId(bytes.fromhex(row))):
            say = self._desk.say
            text = say("What is saved stays in the file. Correct its answers instead.")
            self._view.show_banners((BannerSpec(text),))
            return
        self.hand.forget(RecordId(bytes.fromhex(row)))
        self._show_group(read_cell(group).field)

    # ---- what becomes of the words --------------------------------------------------------------

    def mark(self, cell: Cell, mark: FieldMark) -> None:
        """Show what is true of the words of a question."""
        self._view.show_mark(_host(cell).id, mark)
        if mark.kind is MarkKind.SAVED:
            self.when_saved(cell.field)

    def failed(self, error: NrmError) -> None:
        """Say loudly what went wrong; the words stay in their questions."""
        message, remedy = self._desk.explain(error)
        say = self._desk.say
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message, say("Try again")),))

    # ---- other versions -------------------------------------------------------------------------

    def arrived(self, changed: Iterable[Cell]) -> None:
        """Answers changed from elsewhere: nothing that is in hand is overwritten (SYNC-07)."""
        for cell in sorted(changed):
            if self.hand.holds(cell):
                self.hand.unseen.add(cell)
                self.mark(cell, FieldMark(MarkKind.OTHER_VERSION))
            elif cell == self._focused:
                self.mark(cell, FieldMark(MarkKind.OTHER_VERSION))
            else:
                self._show_question(cell)
                self._show_received(cell)
        self._show_visible()

    def look_at_versions(self, cell_id: str) -> None:
        """Show the own words beside the version that arrived."""
        cell = read_cell(cell_id)
        seen = self._file.standing(cell)
        if seen is None:
            return
        if not self.hand.holds(cell) and seen.is_conflict:
            self._open_conflicts()
            return
        own = self.hand.answer(cell) or self._file.answer(cell)
        self._view.offer_versions(
            VersionOffer(
                cell.id,
                self._words.label(cell.field),
                self._words.answer(cell.field, own),
                self._words.answer(cell.field, seen.acting.answer),
                seen.acting.device,
            )
        )

    def choose_version(self, cell_id: str, *, keeps_own: bool) -> None:
        """A person decided which words stay."""
        cell = read_cell(cell_id)
        self.hand.looked(cell, keeps_own=keeps_own)
        if not keeps_own:
            self._show_question(cell)
            self._show_received(cell)

    # ---- parts ----------------------------------------------------------------------------------

    def _built(self, page: FormPage, part: SectionFlow, record: RecordId | None) -> SectionPage:
        say, section = self._desk.say, part.section
        title = self._words.section(section)
        if part.is_closed or record is None:
            why = self._words.closed(section) or say(
                "This part opens once the person has answered whether to talk. Nobody has to talk"
                " to get help."
            )
            return SectionPage(section.key, title, closed=why)
        entries = page.entries(part) if section.repeats else ()
        return SectionPage(
            section.key,
            title,
            page.build(part, record, self.maker),
            tuple(
                Choice(each.hex(), say("Entry {number}", number=number))
                for number, each in enumerate(entries, start=1)
            ),
            record.hex() if section.repeats else "",
            unread=sum(not self.maker.may_read(one) for one in section.fields),
            lines=(*self.before.lines(section, page.root), *self._sheet.lines(page.root)),
        )

    def _show_group(self, group: FieldId) -> None:
        page, record = self._page, self._record
        one = self._desk.context.forms.field(group)
        if page is None or record is None or not self.maker.may_read(one):
            return
        rows = page.group_rows(one, record, self.maker, self._desk.say)
        self._view.show_rows(Cell(record, group).id, rows)
        for row in page.rows(one, record):
            for sub in one.fields:
                self._show_question(Cell(row, sub.id))

    def _show_question(self, cell: Cell) -> None:
        if self._page is None or self._desk.context.forms.find_field(cell.field) is None:
            return
        host = _host(cell)
        question = self._page.question(host)
        remark = self.hand.reply(_remark(host))
        words = question.remark if remark is None else str(remark.raw or "")
        self._view.show_reply(host.id, self.hand.reply(host) or question.reply, words)
        self._show_earlier(host)
        standing = self._file.standing(host)
        is_beside = standing is not None and standing.is_conflict
        if is_beside or host in self.hand.unseen:
            self.mark(host, FieldMark(MarkKind.OTHER_VERSION))
        elif self.hand.holds(host):
            self.mark(host, FieldMark(MarkKind.DRAFT, self._desk.dates.clock(self._now())))

    def _take_over(self, cell: Cell) -> None:
        """The earlier answer still holds: nobody is asked twice (R23)."""
        answer = self.before.answer(cell)
        if answer is not None:
            self.hand.take_over(cell, answer)
            self._show_question(cell)

    def _show_earlier(self, cell: Cell) -> None:
        is_open = self._file.answer(cell).state is AnswerState.NOT_ASKED
        earlier = self.before.earlier(cell) if is_open else None
        self._view.show_earlier(cell.id, earlier)

    def _show_received(self, cell: Cell) -> None:
        seen = self._file.standing(cell)
        if seen is not None and not seen.is_conflict:
            at = self._desk.dates.clock(seen.acting.at_ms)
            self.mark(cell, FieldMark(MarkKind.RECEIVED, at, seen.acting.device))

    def _show_visible(self) -> None:
        part = self._page.part(self._key) if self._page else None
        if self._page is not None and part is not None and self._record is not None:
            self._view.show_only(self._page.visible(part, self._record))

    def _links(self) -> tuple[SectionLink, ...]:
        return self._page.links(self._words) if self._page else ()

    def _now(self) -> int:
        return self._desk.context.clock.now_ms()


def _nobody(_field: FieldId) -> None:
    """Nobody wants to know."""


def _nothing() -> None:
    """Nothing follows from it."""


def _host(cell: Cell) -> Cell:
    """The question on the page: a remark is shown below its question."""
    return Cell(cell.record, FieldId(cell.field.removesuffix(".text")))


def _remark(cell: Cell) -> Cell:
    return Cell(cell.record, FieldId(f"{cell.field}.text"))

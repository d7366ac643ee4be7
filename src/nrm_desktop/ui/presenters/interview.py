"""The interview: one section at a time, in the order of the pack, nothing lost, nothing forced.

This module decides which section and which entry is open, and that leaving one signs what is in
hand. What happens inside a section is `section`.

Source: ux.md section 6; R21, R28.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.ports import Draft
from nrm_desktop.app.queries import CaseView, DirectoryRow, RegisterView
from nrm_desktop.domain.case import once_record
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.ui.presenters.case_file import CaseFile
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.draft_texts import from_draft
from nrm_desktop.ui.presenters.field_specs import Cell, SpecMaker
from nrm_desktop.ui.presenters.form_page import FormPage, record_key_of
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.hand import read_draft_form
from nrm_desktop.ui.presenters.interpreters import REGISTER as INTERPRETERS
from nrm_desktop.ui.presenters.interpreters import interpreter_choices
from nrm_desktop.ui.presenters.section import InterviewView, SectionPresenter
from nrm_desktop.ui.presenters.talk import TalkPresenter

SCREENING: Final = "screening"
_Found = tuple[
    CaseView | RegisterView | None, Sequence[Draft], Sequence[DirectoryRow], RegisterView
]


@dataclass(frozen=True, slots=True)
class WantedForm:
    """The form to fill in. Shape: `is_new` begins another one beside those there are."""

    id: str
    is_new: bool = False


INTERVIEW: Final = WantedForm(SCREENING)


class InterviewPresenter:
    """Fills in one form of one case."""

    def __init__(
        self,
        view: InterviewView,
        desk: Desk,
        scope: ScopeId,
        open_conflicts: Callable[[], None],
        form: WantedForm = INTERVIEW,
    ) -> None:
        self._desk = desk
        self._scope = scope
        self._form_id = form.id
        self._is_new = form.is_new
        self._file = CaseFile(desk.context.forms)
        self.section = SectionPresenter(view, desk, scope, self._file, open_conflicts)
        self.talk = TalkPresenter(view, desk, self._file, self.section.hand)
        """Only an interview is a talk; in other forms it never begins."""
        self._page: FormPage | None = None
        self._opened = ""
        self._entry: RecordId | None = None

    def start(self) -> None:
        """Read the case and show its first section."""
        desk, user = self._desk, self._desk.context.user

        def read() -> _Found:
            reader = desk.reader
            view = self._read()
            drafts, directory = reader.drafts(user, self._scope), reader.directory()
            return view, drafts, directory, reader.register(INTERPRETERS, desk.sight)

        desk.ask(read, self._loaded, self.section.failed)

    def start_another(self) -> None:
        """Begin another talk beside those there are; what is in hand is signed first."""
        self.leave()
        self._is_new = True
        self.start()

    def refresh(self) -> None:
        """Something changed from elsewhere: read again, and touch nothing that is in hand."""
        self._desk.ask(self._read, self._arrived, self.section.failed)

    def open_section(self, key: str) -> None:
        """Open a section; what is in hand is signed first."""
        page = self._page
        part = page.part(key) if page else None
        if page is None or part is None:
            return
        self.leave()
        self._opened = key
        entries = page.entries(part)
        self._entry = entries[-1] if entries else None
        if self._entry is None and not part.is_closed:
            self._entry = self._begin(record_key_of(part), page.root)
        self._show()

    def step(self, by: int) -> bool:
        """Open the next or the previous section; False at either end."""
        keys = [part.section.key for part in self._page.flow()] if self._page else []
        there = keys.index(self._opened) + by if self._opened in keys else -1
        if not 0 <= there < len(keys):
            return False
        self.open_section(keys[there])
        return True

    def open_entry(self, entry: str) -> None:
        """Show another entry of a section that repeats."""
        self.leave()
        self._entry = RecordId(bytes.fromhex(entry))
        self._show()

    def add_entry(self) -> None:
        """Begin another entry of a section that repeats."""
        if self._page is not None:
            self.leave()
            self._entry = self._begin(self._opened, self._page.root)
            self._show()

    def observe_only(self) -> None:
        """Write down only what can be seen; the closed parts open for that."""
        self._file.is_observation_only = True
        self.open_section(self._opened)

    def leave(self) -> None:
        """The group of questions is left: sign what is in hand."""
        self.section.hand.save()

    def keep_drafts(self) -> None:
        """Keep what is in hand as drafts."""
        self.section.hand.keep_draft()

    def retry(self) -> None:
        """Try again to sign what could not be signed."""
        self.leave()
        self._show()

    # ---- parts ----------------------------------------------------------------------------------

    def _read(self) -> CaseView | RegisterView | None:
        """What stands in the case; for a register of the organisation, in that register."""
        reader, sight = self._desk.reader, self._desk.sight
        if self._scope == self._desk.context.organisation:
            return reader.register(self._form_id, sight)
        return reader.case(self._scope, sight)

    def _loaded(self, found: _Found) -> None:
        view, drafts, directory, register = found
        if view is None:
            return
        desk, forms = self._desk, self._desk.context.forms
        self._file.take(view)
        self.section.before.take(view)
        words = FormWords(forms, desk.say, desk.dates)
        interpreters = interpreter_choices(register, view, desk.languages())
        self.section.maker = SpecMaker(
            desk.context, words, desk.languages(), tuple(directory), interpreters
        )
        # Rows come after the records in which they stand.
        for draft in sorted(drafts, key=lambda draft: len(draft.form.split("@"))):
            self._put_back(draft)
        key = forms.form(self._form_id).record_form
        known = self._file.of(key)
        is_begun = bool(known) and not self._is_new and not self._belongs_to_the_past(known[-1])
        root = known[-1] if is_begun else self._new_root()
        self._file.begin(root, key)
        self._page = FormPage(self._file, forms, self._form_id, root, may_be_paper=True)
        self.open_section(self._page.flow()[0].section.key)
        if self._form_id == SCREENING:
            self.section.when_edited = self.talk.look
            self.talk.begin(root)

    def _belongs_to_the_past(self, record: RecordId) -> bool:
        """True for a record of an episode that has ended, where a new one has begun."""
        return record in self._file.ended and not self._file.is_over

    def _new_root(self) -> RecordId:
        """A record to begin with; of a form that exists once, the one that every laptop has."""
        context = self._desk.context
        form = context.forms.form(self._form_id)
        if form.repeats or form.same_record_as:
            return context.new_record()
        return once_record(self._scope, form.id)

    def _put_back(self, draft: Draft) -> None:
        form, parent = read_draft_form(draft.form)
        forms = self._desk.context.forms
        if form.partition(".")[0] != self._form_id or not draft.fields:
            return
        self._file.begin(draft.key.record, form, parent)
        for row in draft.fields:
            one = forms.find_field(row[0])
            if one is not None:
                cell = Cell(draft.key.record, one.id)
                self.section.hand.put_back(cell, from_draft(forms, one, row))
                if self._is_of_somebody_else(cell):
                    self.section.hand.unseen.add(cell)

    def _is_of_somebody_else(self, cell: Cell) -> bool:
        """True if others' words stand where a draft was kept: they may have come since then."""
        standing, own = self._file.standing(cell), self.section.hand.answer(cell)
        if standing is None or standing.acting.user == self._desk.context.badge:
            return False
        said = standing.acting.answer
        return said is not None and (own is None or not said.same_content(own))

    def _arrived(self, view: CaseView | RegisterView | None) -> None:
        if view is not None and self._page is not None:
            self.section.before.take(view)
            self.section.arrived(self._file.take(view))

    def _begin(self, form: str, parent: RecordId) -> RecordId:
        record = self._desk.context.new_record()
        self._file.begin(record, form, parent)
        return record

    def _show(self) -> None:
        part = self._page.part(self._opened) if self._page else None
        if self._page is not None and part is not None:
            self.section.show(self._page, part, self._entry)

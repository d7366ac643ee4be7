"""Consent as one conversation: how it was asked, once; then the person answers row by row.

Rules (forms.md, form c; R4, R5, R31):
- One row per recipient; nothing has an answer before somebody gives one, and no key answers more
  than one row. "Partly" opens the data groups of a row and is never stored.
- A row without an answer makes no record. What is answered is recorded together, also when the
  page is left or the window locks.
- Taking back is as near as giving: see `taking_back`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from nrm_desktop.app.commands import RecordConsent
from nrm_desktop.app.events import ConsentRecorded, Event
from nrm_desktop.app.queries import CaseView, ConsentRow, DirectoryRow
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.forms.validate import Problem, check_answer
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.domain.values import Answer, AnswerState
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.consent_rows import (
    GroupLine,
    RegisterLine,
    TalkRow,
    groups_for,
    register_lines,
    wanted_rows,
)
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.field_spec import FieldEdit, FieldSpec
from nrm_desktop.ui.presenters.field_specs import SpecMaker, read_cell
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.joining import more_words
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.presenters.problem_words import problem_words

ASKED: Final = (
    "consent.explained_by",
    "consent.consent_language",
    "consent.aid",
    "consent.alone",
    "consent.capacity_doubt",
    "consent.told",
    "consent.form",
)
_ALONE: Final = FieldId("consent.alone")
_DOUBT: Final = FieldId("consent.capacity_doubt")
FIRST_PURPOSE: Final = "refer"


class ConsentView(Protocol):
    """What the page shows."""

    def show_asked(self, specs: tuple[FieldSpec, ...]) -> None:
        """Show the questions that are answered once."""

    def show_problem(self, cell: str, words: str) -> None:
        """Show what does not fit; empty takes it away."""

    def show_offers(self, recipients: tuple[Choice, ...], purposes: tuple[Choice, ...]) -> None:
        """Show whom a row can be added for, and for what."""

    def show_rows(self, rows: tuple[TalkRow, ...]) -> None:
        """Show the rows of the conversation."""

    def show_row(self, row: TalkRow) -> None:
        """Show a row anew; it keeps its place and the focus."""

    def show_register(self, lines: tuple[RegisterLine, ...]) -> None:
        """Show what stands."""

    def show_more(self, words: str) -> None:
        """Say beside what stands that there may be more; empty takes it away."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class Part(Protocol):
    """Cards of the page with a presenter of their own."""

    def start(self) -> None:
        """Show what there is."""

    def refresh(self) -> None:
        """Something changed from elsewhere."""


_Found = tuple[Sequence[ConsentRow], Sequence[DirectoryRow], CaseView | None]


class ConsentPresenter:
    """Holds one conversation about consent, and the list of what stands."""

    def __init__(self, view: ConsentView, desk: Desk, scope: ScopeId) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._talk = desk.context.new_record()
        self._asked: dict[FieldId, Answer] = {}
        self._rows: dict[str, TalkRow] = {}
        self._directory: dict[str, DirectoryRow] = {}
        self._is_saving = False
        self.parts: tuple[Part, ...] = ()

    def start(self) -> None:
        """Show the conversation and what stands."""
        self._read(self._loaded)
        for part in self.parts:
            part.start()

    def refresh(self) -> None:
        """Something changed from elsewhere: the conversation in hand is not touched."""
        self._read(self._show_found)
        for part in self.parts:
            part.refresh()

    def leave(self) -> None:
        """Record what was answered; nothing is lost by leaving."""
        self.record()

    # ---- the conversation -----------------------------------------------------------------------

    def asked(self, edit: FieldEdit) -> None:
        """A question about how it was asked was answered."""
        cell, reply = read_cell(edit.field), edit.reply
        forms = self._desk.context.forms
        is_answered = reply.state is AnswerState.ANSWERED
        answer = Answer(reply.state, reply.raw if is_answered else None, reply.source)
        checked = check_answer(forms.field(cell.field), answer, forms)
        if isinstance(checked, Problem):
            self._view.show_problem(cell.id, problem_words(self._desk.say, checked))
            return
        self._view.show_problem(cell.id, "")
        self._asked[cell.field] = checked

    def add_row(self, recipient: str, purpose: str) -> None:
        """Add a row for a recipient and a purpose; it has no answer yet."""
        entry = self._directory.get(recipient)
        row_id = f"{recipient} {purpose}"
        if entry is None or row_id in self._rows or not purpose:
            return
        forms = self._desk.context.forms
        groups = groups_for(forms, purpose, entry.kind)
        lines = tuple(GroupLine(code, self._words.code("data_group", code)) for code in groups)
        self._rows[row_id] = TalkRow(
            id=row_id,
            recipient=recipient,
            purpose=purpose,
            title=entry.name,
            purpose_words=self._words.code("consent_purpose", purpose),
            groups=lines,
        )
        self._view.show_rows(tuple(self._rows.values()))

    def answer(self, row_id: str, answer: str) -> None:
        """Answer a row: yes, no, not_now, or partly, which opens its data groups."""
        row = self._rows[row_id]
        self._rows[row_id] = replace(row, answer=answer)
        self._view.show_row(self._rows[row_id])

    def answer_group(self, row_id: str, group: str, answer: str) -> None:
        """Answer one data group of a row that was answered partly."""
        row = self._rows[row_id]
        lines = tuple(
            replace(line, answer=answer) if line.code == group else line for line in row.groups
        )
        self._rows[row_id] = replace(row, groups=lines)

    def until(self, row_id: str, until: str) -> None:
        """Say until when a row holds."""
        self._rows[row_id] = replace(self._rows[row_id], until=until)

    def record(self) -> None:
        """Record all answered rows together."""
        given = wanted_rows(self._rows.values())
        if not given or self._is_saving:
            return
        self._is_saving = True
        command = RecordConsent(
            scope=self._scope,
            rows=given,
            asked=tuple(self._asked.items()),
            hold=self._hold(),
        )
        self._desk.submit(command, self._recorded, self._failed)

    # ---- parts ----------------------------------------------------------------------------------

    def _read(self, done: Callable[[_Found], None]) -> None:
        desk, today = self._desk, self._desk.context.today()

        def read() -> _Found:
            view = desk.reader.case(self._scope, desk.sight)
            return desk.reader.consents(self._scope, today), desk.reader.directory(), view

        desk.ask(read, done, self._failed)

    def _loaded(self, found: _Found) -> None:
        context = self._desk.context
        maker = SpecMaker(context, self._words, self._desk.languages(), tuple(found[1]))
        forms = context.forms
        self._view.show_asked(
            tuple(
                maker.spec(self._talk, forms.field(name))
                for name in ASKED
                if forms.find_field(name)
            )
        )
        self._show_found(found)

    def _show_found(self, found: _Found) -> None:
        consents, directory, view = found
        self._directory = {row.entry: row for row in directory}
        names = {row.entry: row.name for row in directory}
        recipients = tuple(Choice(row.entry, row.name) for row in directory)
        purposes = tuple(
            Choice(code, self._words.code("consent_purpose", code))
            for code in self._desk.context.forms.codelist("consent_purpose").offered()
        )
        self._view.show_offers(recipients, purposes)
        self._view.show_register(register_lines(consents, self._desk, self._words, names))
        self._view.show_more(more_words(self._desk.say, view.row) if view is not None else "")

    def _hold(self) -> str:
        alone, doubt = self._asked.get(_ALONE), self._asked.get(_DOUBT)
        if doubt is not None and doubt.value is True:
            return "capacity"
        return "not_alone" if alone is not None and alone.value is False else "none"

    def _recorded(self, events: Sequence[Event]) -> None:
        self._is_saving = False
        say = self._desk.say
        made = sum(len(event.made) for event in events if isinstance(event, ConsentRecorded))
        text = say.plural("{count} answer is saved.", "{count} answers are saved.", made)
        missing = [event.missing for event in events if isinstance(event, ConsentRecorded)]
        banners = [BannerSpec(text, Tone.OK)]
        if any(missing):
            names = ", ".join(self._words.label(f"consent.{name}") for name in missing[0])
            banners.append(
                BannerSpec(say("Still to be filled in when there is time: {names}", names=names))
            )
        if self._hold() != "none":
            hold = self._words.code("consent_hold", self._hold())
            banners.append(BannerSpec(say("Nothing goes out yet: {why}", why=hold), Tone.WARN))
        self._rows = {row_id: row for row_id, row in self._rows.items() if not wanted_rows((row,))}
        self._view.show_rows(tuple(self._rows.values()))
        self._view.show_banners(tuple(banners))
        self.refresh()

    def _failed(self, error: NrmError) -> None:
        self._is_saving = False
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

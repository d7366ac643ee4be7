"""The forms of a case: which there are for this role, what was begun, and where to go on.

This module decides which forms are listed and in what words they stand. Forms that have a page of
their own, and what the program writes by itself, are not among them. It opens nothing.

Source: forms.md section 3; nrm.md section 8 (who fills which form).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.queries import CaseView
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.forms.schema import Form, FormScope
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.interview import WantedForm
from nrm_desktop.ui.presenters.kept_words import kept_banners
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone

_ELSEWHERE: Final = frozenset({"case", "screening", "quick", "consent", "referral", "attachments"})
"""Forms with a page of their own."""
BY_PROGRAM: Final = frozenset(
    {"consent_register", "case_registers", "disclosure", "packet", "moved", "receipt", "unsealed"}
    | {"correction", "hold", "paper", "joined", "notice"}
)
"""Forms that acts write; nobody fills one in."""
_BEGUN_BY_PROGRAM: Final = frozenset({"review"})
"""Forms that an act opens: there once it did, and nobody begins one."""


@dataclass(frozen=True, slots=True)
class FormLine:
    """A row of the list, in words. Shape: `may_begin` if another one can stand beside it."""

    id: str
    title: str
    purpose: str
    state: str
    may_begin: bool


class FormsView(Protocol):
    """What the page shows."""

    def show_lines(self, lines: tuple[FormLine, ...]) -> None:
        """Show the forms."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class FormsPresenter:
    """The page of the forms. Shape: `opening` goes to one of them."""

    def __init__(
        self, view: FormsView, desk: Desk, scope: ScopeId, opening: Callable[[WantedForm], None]
    ) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._opening = opening
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._lines: tuple[FormLine, ...] = ()

    def columns(self) -> tuple[Column[FormLine], ...]:
        """The columns; the title never gives way."""
        say = self._desk.say
        return (
            Column("title", say("Form"), lambda one: one.title, chars=34),
            Column("state", say("State"), lambda one: one.state, chars=16, gives_way=2),
            Column(
                "purpose",
                say("What it is for"),
                lambda one: one.purpose,
                chars=38,
                gives_way=1,
                stretches=True,
            ),
        )

    def start(self) -> None:
        """Show the forms of this role."""
        self._read()

    def refresh(self) -> None:
        """Something arrived from elsewhere."""
        self._read()

    def leave(self) -> None:
        """Nothing is in hand on this page."""

    def open(self, row: int) -> None:
        """Go on with the last one of a form, or begin the first."""
        if 0 <= row < len(self._lines):
            self._opening(WantedForm(self._lines[row].id))

    def begin(self, row: int) -> None:
        """Begin another one of a form; one that exists once is opened."""
        if 0 <= row < len(self._lines):
            line = self._lines[row]
            self._opening(WantedForm(line.id, is_new=line.may_begin))

    def _read(self) -> None:
        desk = self._desk
        desk.ask(lambda: desk.reader.case(self._scope, desk.sight), self._show, self._failed)

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(f"{message} {remedy}", Tone.BAD),))

    def _show(self, view: CaseView | None) -> None:
        if view is not None:
            self._lines = tuple(self._line(form, view) for form in self._forms(view))
            self._view.show_lines(self._lines)
            self._view.show_banners(kept_banners(self._desk, view))

    def _forms(self, view: CaseView) -> Iterator[Form]:
        context = self._desk.context
        waiting = {one.form for one in view.records}
        for form in context.forms.forms.values():
            is_listed = form.scope is FormScope.CASE and form.id not in _ELSEWHERE | BY_PROGRAM
            is_there = form.id not in _BEGUN_BY_PROGRAM or form.id in waiting
            if is_listed and is_there and context.forms.roles.may_fill(context.roles, form.id):
                yield form

    def _line(self, form: Form, view: CaseView) -> FormLine:
        say, words = self._desk.say, self._words
        begun = sum(one.form == form.record_form for one in view.records)
        rows = any(one.form.partition(".")[0] == form.id for one in view.records)
        state = say("Not begun")
        if begun > 1:
            state = say.plural("{count} of them", "{count} of them", begun)
        elif begun or rows:
            state = say("Begun")
        return FormLine(
            form.id,
            words.form(form.id),
            words.purpose_of(form.id),
            state,
            form.repeats and form.id not in _BEGUN_BY_PROGRAM,
        )

"""Opening a case: one question at most, and it may stay unanswered.

This module decides nothing about age: "not asked" starts nothing, every doubt is passed on (R30).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from nrm_desktop.app.commands import OpenCase
from nrm_desktop.app.events import CaseOpened, Event
from nrm_desktop.domain.case import CASE_FORM, CHILD, once_record
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.values import NOT_ASKED, Answer
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.field_spec import FieldEdit, FieldSpec
from nrm_desktop.ui.presenters.field_specs import SpecMaker
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone


class NewCaseView(Protocol):
    """What the page of a new case shows."""

    def show_question(self, spec: FieldSpec) -> None:
        """Show the one question."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class NewCasePresenter:
    """Opens a case."""

    def __init__(self, view: NewCaseView, desk: Desk, opened: Callable[[CaseOpened], None]) -> None:
        self._view = view
        self._desk = desk
        self._opened = opened
        self._child = NOT_ASKED
        self._is_opening = False
        self.taking: Callable[[str], CaseOpened] | None = None
        """Opens a case by the code on a slip."""

    def start(self) -> None:
        """Show the question."""
        context = self._desk.context
        words = FormWords(context.forms, self._desk.say, self._desk.dates)
        record = once_record(context.organisation, CASE_FORM)
        spec = SpecMaker(context, words).spec(record, context.forms.field(CHILD))
        self._view.show_question(spec)

    def edited(self, edit: FieldEdit) -> None:
        """The question was answered."""
        reply = edit.reply
        self._child = Answer(reply.state, reply.raw, reply.source)

    def open(self) -> None:
        """Open the case."""
        if not self._is_opening:
            self._is_opening = True
            self._desk.submit(OpenCase(child=self._child), self._done, self._failed)

    def take(self, code: str) -> None:
        """Go on with somebody from a counter, by the hand-over code on a slip."""
        if self.taking is None or not code.strip() or self._is_opening:
            return
        taking = self.taking
        self._is_opening = True
        self._desk.ask(lambda: taking(code), self._opened, self._failed)

    def refresh(self) -> None:
        """Nothing here comes from elsewhere."""

    def leave(self) -> None:
        """A case that nobody opened leaves nothing."""

    def _done(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, CaseOpened):
                self._opened(event)

    def _failed(self, error: NrmError) -> None:
        self._is_opening = False
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

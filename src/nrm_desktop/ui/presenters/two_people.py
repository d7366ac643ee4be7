"""What takes two people in a case: the end of support, and opening where the person stays.

This module decides what is asked and said. Who may do what, and whether one person may act alone
tonight, the handlers decide; where they want a second person, one is asked, and nobody is asked
before. What was opened goes from the screen when its hour is over, or when the page is left. What
is typed and not carried out yet is kept as a draft; a passphrase never is.

Source: forms.md form k and section 2; nrm.md section 8 (shelter rule), R29, N5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from nrm_desktop.app.commands import CloseCase, Command, OpenSealed
from nrm_desktop.app.events import CaseClosed, Event, OpenedValue, SealedOpened
from nrm_desktop.app.queries import CaseView
from nrm_desktop.domain.disclosure import VITAL_INTEREST
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.sealed import ADDRESS_FORM, LASTS
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.field_spec import FieldMark
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.presenters.page_words import PageWords
from nrm_desktop.ui.presenters.second_person import NEEDS_SECOND, SecondPerson

PAGE: Final = "two_people"
TYPED_WHY, TYPED_URGENT, TYPED_END = "why", "urgent", "end"
_REASONS: Final = "closure_reason"
_OPEN: Final = "open"


@dataclass(frozen=True, slots=True)
class OpenedLine:
    """One line of what was opened, in words."""

    question: str
    answer: str


class TwoPeopleView(Protocol):
    """What the page shows."""

    def show_end(self, reasons: tuple[Choice, ...], closed: str) -> None:
        """Offer the reasons for the end; `closed` says that it has ended, and nothing is asked."""

    def show_opened(self, lines: tuple[OpenedLine, ...]) -> None:
        """Show what was opened; none takes it away."""

    def show_typed(self, words: Mapping[str, str]) -> None:
        """Show what was typed and not carried out, by name; an empty text clears an input."""

    def show_mark(self, mark: FieldMark) -> None:
        """Show whether what is typed is kept."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class TwoPeoplePresenter:
    """The page.

    Shape: `second` asks the colleague; `beside` look anew for other cards on it, and `at_leave`
    lets go of whoever confirmed there.
    """

    def __init__(
        self,
        view: TwoPeopleView,
        desk: Desk,
        scope: ScopeId,
        second: SecondPerson,
    ) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._second = second
        self.beside: tuple[Callable[[], None], ...] = ()
        self.at_leave: Callable[[], None] = lambda: None
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self.words = PageWords(desk, scope, PAGE, view.show_mark, self._failed)

    def start(self) -> None:
        """Look whether support goes on, and show what was typed here before."""
        self.words.begin(self.refresh)

    def refresh(self) -> None:
        """Look again: something changed, perhaps elsewhere. What is typed stays."""
        desk = self._desk
        for look in self.beside:
            look()
        desk.ask(lambda: desk.reader.case(self._scope, desk.sight), self._show, self._failed)

    def leave(self) -> None:
        """What was opened is not left on the screen; what is typed stays a draft."""
        self.words.keep()
        self.at_leave()
        self._view.show_opened(())

    def keep_drafts(self) -> None:
        """Keep what is typed."""
        self.words.keep()

    def end(self, reason: str) -> None:
        """End support for a reason; somebody else confirms it first."""
        if not reason:
            return
        say = self._desk.say
        words = self._words.code(_REASONS, reason)
        command = CloseCase(scope=self._scope, reason=reason, second="")

        def go_on(badge: str) -> None:
            self._desk.submit(replace(command, second=badge), self._ended, self._failed)

        self._second.ask(say("The support ends: {reason}", reason=words), go_on)

    def open_address(self, reason: str, *, is_urgent: bool) -> None:
        """Show where the person stays; somebody else is asked where one person may not alone."""
        ground = VITAL_INTEREST if is_urgent else ""
        command = OpenSealed(
            scope=self._scope,
            part=ADDRESS_FORM,
            reason=reason,
            ground=ground,
            is_urgent=is_urgent,
        )

        def failed(error: NrmError) -> None:
            if error.code == NEEDS_SECOND:
                self._second.ask(self._desk.say("Open where the person stays"), go_on)
            else:
                self._failed(error)

        def go_on(badge: str) -> None:
            self._desk.submit(replace(command, second=badge), self._opened, self._failed)

        self._send(command, self._opened, failed)

    # ---- parts ----------------------------------------------------------------------------------

    def _send(
        self,
        command: Command,
        done: Callable[[Sequence[Event]], None],
        failed: Callable[[NrmError], None],
    ) -> None:
        self._view.show_banners(())
        self._desk.submit(command, done, failed)

    def _show(self, view: CaseView | None) -> None:
        if view is None:
            return
        say = self._desk.say
        codes = self._desk.context.forms.codelist(_REASONS).offered()
        reasons = tuple(Choice(code, self._words.code(_REASONS, code)) for code in codes)
        closed = "" if view.row.state == _OPEN else say("Support has ended. The door stays open.")
        self._view.show_end(reasons, closed)
        self._view.show_typed(self.words.all())

    def _let_go(self, *names: str) -> None:
        """What was typed there is carried out."""
        self.words.done(*names)
        self._view.show_typed(dict.fromkeys(names, ""))

    def _ended(self, events: Sequence[Event]) -> None:
        if any(isinstance(event, CaseClosed) for event in events):
            said = self._desk.say("Support has ended. The door stays open.")
            self._let_go(TYPED_END)
            self._view.show_banners((BannerSpec(said, Tone.OK),))
            self.refresh()

    def _opened(self, events: Sequence[Event]) -> None:
        say = self._desk.say
        for event in events:
            if not isinstance(event, SealedOpened):
                continue
            self._let_go(TYPED_WHY, TYPED_URGENT)
            self._view.show_opened(tuple(self._line(one) for one in event.values))
            said = say("Open for one hour. That you looked is kept in the file.")
            if event.is_reviewed_later:
                said = f"{said} {say('A second person looks at it within 24 hours.')}"
            self._view.show_banners((BannerSpec(said),))
            self._desk.after(LASTS.total_seconds(), lambda: self._view.show_opened(()))

    def _line(self, one: OpenedValue) -> OpenedLine:
        return OpenedLine(self._words.label(one.name), self._words.answer(one.name, one.answer))

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

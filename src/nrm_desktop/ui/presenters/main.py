"""The unlocked window: which page is open, what the status line says, and leaving for the lock.

This module decides where people go and that leaving a page signs what is in hand. It knows no
widget: whoever makes pages shows them.

Source: ux.md sections 3, 5 and 8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from nrm_desktop.app.condition import ConditionChanged
from nrm_desktop.app.events import CasesChanged, Event
from nrm_desktop.app.queries import ConflictRow
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.exchange import StorePlace
from nrm_desktop.ui.presenters.marks import BannerSpec, StatusPart, Tone
from nrm_desktop.ui.presenters.places import OF_A_CASE, PlaceId
from nrm_desktop.ui.presenters.safety import SafetyFacts, safety_banner, safety_mark

LOCK = "lock"


@dataclass(frozen=True, slots=True)
class CaseRef:
    """The case that is open. Shape: `code` stands for the person wherever it is shown."""

    scope: ScopeId
    code: str


class OpenPage(Protocol):
    """A page that is shown."""

    def leave(self) -> None:
        """Sign what is in hand; the page is about to go."""

    def refresh(self) -> None:
        """Something changed from elsewhere."""


@runtime_checkable
class KeepsDrafts(Protocol):
    """A page in which words are in hand."""

    def keep_drafts(self) -> None:
        """Keep the words in hand on this device, before anything is signed."""


class PageMaker(Protocol):
    """Makes pages and shows them."""

    def make(self, place: PlaceId, case: CaseRef | None) -> OpenPage:
        """Make the page of a place, show it instead of the one before, and begin it."""

    def note_look(self, case: CaseRef) -> None:
        """Note in the audit chain that a case is looked at."""


class MainView(Protocol):
    """What the frame of the window shows."""

    def show_place(self, place: PlaceId) -> None:
        """Show which place is open."""

    def show_status(self, parts: tuple[StatusPart, ...]) -> None:
        """Show the status line."""

    def show_alarm(self, banner: BannerSpec | None) -> None:
        """Show above every page that less can be done than usual."""


class Surroundings(Protocol):
    """What the frame tells of, beside the cases; read outside the window."""

    def places(self) -> Sequence[StorePlace]:
        """Places of exchange, the last one first."""

    def safety(self) -> SafetyFacts:
        """How safe the safe is."""

    def waiting(self) -> int:
        """How many forms wait that were written while it was locked; none is opened for that."""


@dataclass(frozen=True, slots=True)
class _Status:
    """What the status line is made from."""

    conflicts: Sequence[ConflictRow]
    places: Sequence[StorePlace]
    safety: SafetyFacts
    waiting: int


class MainPresenter:
    """The frame of the window while it is unlocked.

    Shape: `lock` asks for the lock; `around` reads what is neither page nor case.
    """

    def __init__(
        self,
        view: MainView,
        desk: Desk,
        pages: PageMaker,
        around: Surroundings,
        lock: Callable[[], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._pages = pages
        self._around = around
        self._lock = lock
        self.page: OpenPage | None = None
        self._place = PlaceId.CASES
        self._case: CaseRef | None = None

    def start(self) -> None:
        """Show the list of cases."""
        self.open(PlaceId.CASES)
        self.refresh_status()

    def open(self, place: PlaceId) -> None:
        """Go to a place; a place of a case belongs to the case that was open last."""
        if place in OF_A_CASE and self._case is None:
            return
        self.leave()
        self._place = place
        self._view.show_place(place)
        self.page = self._pages.make(place, self._case if place in OF_A_CASE else None)

    def open_case(self, case: CaseRef) -> None:
        """Go into a case; the audit chain keeps that it was looked at (P21)."""
        self.take_case(case)
        self.open(PlaceId.INTERVIEW)

    def take_case(self, case: CaseRef) -> None:
        """Have a case in hand, so that one of its places can be opened; its look is noted."""
        self._case = case
        self._pages.note_look(case)

    def choose(self, part: str) -> None:
        """A part of the sidebar or the status line was chosen."""
        if part == LOCK:
            self._lock()
        elif part in {place.value for place in PlaceId}:
            self.open(PlaceId(part))

    def heard(self, event: Event) -> None:
        """Something happened, perhaps elsewhere."""
        if isinstance(event, CasesChanged):
            if self.page is not None:
                self.page.refresh()
            self.refresh_status()
        elif isinstance(event, ConditionChanged):
            self.look_again()

    def look_again(self) -> None:
        """How safe the safe is has changed; a page of cases is left in peace."""
        if self.page is not None and self._place is PlaceId.SAFETY:
            self.page.refresh()
        self.refresh_status()

    def leave(self) -> None:
        """Sign what is in hand."""
        if self.page is not None:
            self.page.leave()

    def keep_drafts(self) -> None:
        """Keep what is in hand: the lock does this first, for it may not come to signing."""
        if isinstance(self.page, KeepsDrafts):
            self.page.keep_drafts()

    def refresh_status(self) -> None:
        """Read what the status line says."""
        desk = self._desk

        def read() -> _Status:
            around, conflicts = self._around, desk.reader.conflicts(desk.sight)
            return _Status(conflicts, around.places(), around.safety(), around.waiting())

        desk.ask(read, self._show_status, self._no_status)

    def _show_status(self, now: _Status) -> None:
        say = self._desk.say
        self._view.show_alarm(safety_banner(say, now.safety))
        mark = safety_mark(say, now.safety)
        parts = [
            StatusPart("encrypted", "shield-check", say("Encrypted")),
            StatusPart(PlaceId.EXCHANGE, "refresh-cw", self._exchange_words(now.places)),
        ]
        if now.conflicts:
            words = say.plural(
                "{count} answer to decide", "{count} answers to decide", len(now.conflicts)
            )
            parts.append(StatusPart(PlaceId.CONFLICTS, "git-compare", words, Tone.WARN))
        if now.waiting:
            words = say.plural("{count} form waits", "{count} forms wait", now.waiting)
            parts.append(StatusPart(PlaceId.WAITING, "inbox", words, Tone.INFO))
        if mark is not None:
            parts.append(mark)
        parts.append(StatusPart(LOCK, "lock", say("Lock (Ctrl+Shift+L)")))
        self._view.show_status(tuple(parts))

    def _exchange_words(self, places: Sequence[StorePlace]) -> str:
        say, dates = self._desk.say, self._desk.dates
        last = max((place.last_ok_ms for place in places), default=0)
        if not last:
            return say("Not exchanged yet")
        return say("Exchanged {day}, {time}", day=dates.day(last), time=dates.clock(last))

    def _no_status(self, error: NrmError) -> None:
        message, _ = self._desk.explain(error)
        self._view.show_status((StatusPart(LOCK, "circle-alert", message, Tone.BAD),))

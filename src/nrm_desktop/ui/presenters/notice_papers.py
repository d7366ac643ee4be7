"""What is written for a recipient after a consent was taken back: a letter, or a sealed notice.

This module decides what is asked before it is written, and what is said afterwards: that a paper
tells nobody before somebody carries it, and that a sealed notice stands as told. What stands in
them is decided elsewhere.

Source: nrm.md R27, S6; docs/adr/0049.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Protocol

from nrm_desktop.app.events import Event
from nrm_desktop.app.notice_commands import NoticeSent, SendNotice
from nrm_desktop.app.referring import UNVERIFIED
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.notices import Passed
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.paper import paper_languages

Chosen = Callable[[], Passed | None]
"""Which file somebody has chosen on the page; None for none."""


class NoticePapersTools(Protocol):
    """What writes; it is slow and runs outside the window."""

    def write_letter(self, passed: Passed, language: str, folder: str) -> str:
        """Write the letter about a file; gives the path."""

    @property
    def scope(self) -> ScopeId:
        """The case."""


class NoticePapersView(Protocol):
    """What the card shows."""

    def show_languages(self, languages: tuple[Choice, ...], chosen: str) -> None:
        """Offer the languages of the paper."""

    def show_offer(self, *, is_offered: bool) -> None:
        """Show the card, or take it away."""

    def show_word(self, why: str) -> None:
        """Ask for a word that confirms, and say why; empty: none is asked for."""

    def show_told(self, text: str, *, is_writing: bool = False) -> None:
        """Say what became of it; nothing more is taken while a file is written."""


class NoticePapersPresenter:
    """The card of one case.

    Shape: `chosen` says which file is meant; `told` hears that a recipient was told.
    """

    def __init__(
        self, view: NoticePapersView, desk: Desk, tools: NoticePapersTools, chosen: Chosen
    ) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._chosen = chosen
        self._is_busy = False
        self.told: Callable[[], None] = _nobody
        view.show_languages(*paper_languages(desk))
        view.show_word("")

    def offer(self, *, is_offered: bool) -> None:
        """Offer it while there is somebody to be told."""
        self._view.show_offer(is_offered=is_offered)

    def write_letter(self, folder: str, language: str) -> None:
        """Write the letter about the file that is chosen."""
        passed = self._ready(folder)
        if passed is not None:
            self._desk.ask(
                lambda: self._tools.write_letter(passed, language, folder.strip()),
                self._letter_written,
                self._failed,
            )

    def write_sealed(self, folder: str, typed: str = "") -> None:
        """Write the sealed notice about the file that is chosen; it stands as told then."""
        passed = self._ready(folder)
        if passed is not None:
            word = frozenset({UNVERIFIED} if typed.strip().upper() == UNVERIFIED else ())
            command = SendNotice(
                scope=self._tools.scope,
                reference=passed.reference,
                recipient=passed.recipient,
                folder=folder.strip(),
                confirmations=word,
            )
            self._desk.submit(command, self._sealed_written, self._failed)

    def _ready(self, folder: str) -> Passed | None:
        """What is written about, once everything is there that it needs."""
        say, passed = self._desk.say, self._chosen()
        if self._is_busy:
            return None
        if passed is None:
            self._view.show_told(say("Choose above which file it is about."))
            return None
        if not folder.strip():
            self._view.show_told(say("Choose a folder first."))
            return None
        self._is_busy = True
        self._view.show_told(say("Writing … please leave the stick in."), is_writing=True)
        return passed

    def _letter_written(self, path: str) -> None:
        self._is_busy = False
        told = self._desk.say(
            "Written and read back: {file}. When it has been handed over or sent, write that down "
            "above.",
            file=PurePath(path).name,
        )
        self._view.show_told(told)

    def _sealed_written(self, events: Sequence[Event]) -> None:
        self._is_busy = False
        paths = [event.path for event in events if isinstance(event, NoticeSent)]
        told = self._desk.say(
            "Written and read back: {file}. It stands as told; give them the file.",
            file=", ".join(PurePath(path).name for path in paths),
        )
        self._view.show_word("")
        self._view.show_told(told)
        self.told()

    def _failed(self, error: NrmError) -> None:
        self._is_busy = False
        if error.code == "confirm.unverified":
            say = self._desk.say
            why = say(
                "Nobody has compared the digits of their card. Compare them by phone, or type "
                "{word} to go on.",
                word=UNVERIFIED,
            )
            self._view.show_word(why)
            self._view.show_told("")
            return
        message, remedy = self._desk.explain(error)
        self._view.show_told(f"{message} {remedy}".strip())


def _nobody() -> None:
    """Nobody wants to hear it yet."""

"""The card about papers that have ended, on the page Safety: sharing goes on for a day.

This module decides that the card is there only while a confirmation is wanted, and that work here
never waits for it.

Source: sync.md section 11.
"""

from __future__ import annotations

from typing import Protocol

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.desk import Desk


class PapersTools(Protocol):
    """What may be asked for; all of it is slow and runs outside the window."""

    def is_wanted(self) -> bool:
        """True while the papers have ended and nobody has confirmed today."""

    def confirm(self) -> None:
        """Let sharing go on for today."""


class PapersView(Protocol):
    """What the card shows."""

    def show_question(self, text: str) -> None:
        """Ask for the confirmation; empty takes the card away."""

    def show_answer(self, text: str) -> None:
        """Say what became of it, in place of the question."""


class PapersPresenter:
    """The card."""

    def __init__(self, view: PapersView, desk: Desk, tools: PapersTools) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools

    def start(self) -> None:
        """Look whether a confirmation is wanted."""
        self._desk.ask(self._tools.is_wanted, self._show, self._failed)

    def confirm(self) -> None:
        """Let sharing go on for today; it is written down."""
        self._desk.ask(self._tools.confirm, self._confirmed, self._failed)

    def _show(self, is_wanted: bool) -> None:  # noqa: FBT001 - what the question gives
        text = self._desk.say(
            "The papers of your office have ended. Work here goes on. To exchange and to send"
            " referrals, confirm once a day; it is written down."
        )
        self._view.show_question(text if is_wanted else "")

    def _confirmed(self, _none: None) -> None:
        self._view.show_answer(self._desk.say("Sharing goes on for today."))

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_answer(f"{message} {remedy}".strip())

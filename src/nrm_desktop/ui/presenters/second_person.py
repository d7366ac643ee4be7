"""Asking a second person, wherever an act takes two: one question, one passphrase, one answer.

Whoever acts does not type for the other one: the colleague sits down, is named, and types an own
passphrase. Nothing is kept of it but the badge, which goes into the act. This module decides what
is asked and that a question that was not answered leaves everything as it was.

Source: ux.md; forms.md section 2; nrm.md R29.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk

NEEDS_SECOND: Final = "policy.needs_second"
"""What an act says that one person may not do alone."""
GoOn = Callable[[str], None]
"""Carries out the act with the badge of the second person."""


class SecondPersonTools(Protocol):
    """What the question needs; both are slow and run outside the window."""

    def others(self) -> Sequence[str]:
        """Badges of the other people who can unlock this laptop."""

    def confirm(self, badge: str, passphrase: str) -> str:
        """Give the badge of whoever has confirmed. Raises: Locked, Refused."""


class SecondPersonView(Protocol):
    """What is shown of the question."""

    def ask_second(self, what: str, people: tuple[Choice, ...]) -> None:
        """Ask somebody else to confirm. Shape: without `people` there is nobody to ask."""

    def show_second_problem(self, text: str) -> None:
        """Say why it was not confirmed; the question stays."""

    def end_second(self) -> None:
        """Take the question away, and what was typed."""


class SecondPerson:
    """The question. It is asked for one act at a time; a new one ends the one before."""

    def __init__(self, view: SecondPersonView, desk: Desk, tools: SecondPersonTools) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._go_on: GoOn | None = None
        self._is_asking = False

    def ask(self, what: str, go_on: GoOn) -> None:
        """Ask for an act. Shape: `what` says in a sentence what is to be confirmed."""
        self._go_on = go_on

        def found(badges: Sequence[str]) -> None:
            people = tuple(Choice(badge, badge) for badge in badges)
            self._view.ask_second(what, people)

        self._desk.ask(self._tools.others, found, self._failed)

    def confirm(self, badge: str, passphrase: str) -> None:
        """Somebody has typed: look whether it is that person's passphrase, then act."""
        if self._go_on is None or self._is_asking:
            return
        if not badge or not passphrase:
            self._view.show_second_problem(
                self._desk.say("Choose who confirms, and let that person type the passphrase.")
            )
            return
        self._is_asking = True
        tools = self._tools
        self._desk.ask(lambda: tools.confirm(badge, passphrase), self._confirmed, self._failed)

    def give_up(self) -> None:
        """Nobody confirms: nothing is done."""
        self._go_on = None
        self._is_asking = False
        self._view.end_second()

    def _confirmed(self, badge: str) -> None:
        go_on = self._go_on
        self.give_up()
        if go_on is not None:
            go_on(badge)

    def _failed(self, error: NrmError) -> None:
        self._is_asking = False
        message, remedy = self._desk.explain(error)
        self._view.show_second_problem(f"{message} {remedy}".strip())

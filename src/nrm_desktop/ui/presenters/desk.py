"""What presenters may ask of the open vault, without knowing threads, storage or Qt.

Everything slow goes through the two doors `submit` and `ask`; both answer later, on the thread of
the window. Commands keep their order. A page that was left hears nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from nrm_desktop.app.commands import Command
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import Event
from nrm_desktop.app.ports import Reader
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.calls import Failed, Stop
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.wording import DateWords, Say

Answered = TypeVar("Answered")


class Desk(Protocol):
    """The small set of things that every page works with."""

    @property
    def say(self) -> Say:
        """Words of the program."""

    @property
    def dates(self) -> DateWords:
        """Dates for people."""

    @property
    def context(self) -> Context:
        """Who acts, with which forms."""

    @property
    def reader(self) -> Reader:
        """Read models; only ever asked inside `ask`."""

    @property
    def sight(self) -> Sight:
        """What the user may see."""

    def languages(self) -> tuple[Choice, ...]:
        """Languages by tag, with their own names, for questions about a language."""

    def submit(
        self, command: Command, done: Callable[[Sequence[Event]], None], failed: Failed
    ) -> None:
        """Carry out a command, in order; its events come after the commit."""

    def ask(
        self, question: Callable[[], Answered], done: Callable[[Answered], None], failed: Failed
    ) -> None:
        """Run something slow that changes nothing, or work with files, outside the window."""

    def after(self, seconds: float, call: Callable[[], None]) -> Stop:
        """Have something called later."""

    def explain(self, error: NrmError) -> tuple[str, str]:
        """Give message and remedy of an error."""

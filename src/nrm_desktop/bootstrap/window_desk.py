"""The desk of a page: the open vault behind the doors of the window.

This module decides which door a command takes: what writes the case keeps its order; what takes
long because it draws or writes to a stick goes beside it, so that no saving waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from types import MappingProxyType
from typing import Final, TypeVar

from nrm_desktop.app.attachment_commands import AddAttachment
from nrm_desktop.app.commands import Command, IssueReferral
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import Event
from nrm_desktop.app.ports import Reader
from nrm_desktop.app.sight import Sight
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.domain.errors import EnvironmentFault, NrmError
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.scripts import isolated
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.ui.presenters.calls import Failed, Stop
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.wording import DateWords, Say
from nrm_desktop.ui.qt.doors import PageDoor
from nrm_desktop.ui.qt.locale import language_choices
from nrm_desktop.ui.widgets.kit import Kit

Answered = TypeVar("Answered")
_NAMES: Final = MappingProxyType(
    {
        "field": ("{code}.label",),
        "fields": ("{code}.label",),
        "what": ("{code}.label",),
        "reasons": ("time_limit.{code}", "{code}.label"),
        "table": ("count_table.{code}",),
        "other": ("count_table.{code}",),
    }
)
"""Texts of the forms that name what a place of an error holds."""


class VaultDesk:
    """Fulfils `Desk` for one page."""

    def __init__(self, vault: OpenVault, door: PageDoor, kit: Kit, errors: ErrorTexts) -> None:
        self._vault = vault
        self._door = door
        self._kit = kit
        self._errors = errors

    @property
    def say(self) -> Say:
        """Words of the program."""
        return self._kit.say

    @property
    def dates(self) -> DateWords:
        """Dates for people."""
        return self._kit.dates

    @property
    def context(self) -> Context:
        """Who acts, with which forms."""
        return self._vault.context

    @property
    def reader(self) -> Reader:
        """Read models; only ever asked inside `ask`."""
        return self._vault.reader

    @property
    def sight(self) -> Sight:
        """What the user may see."""
        return self._vault.sight

    def languages(self) -> tuple[Choice, ...]:
        """Languages by tag, with their own names."""
        return language_choices()

    def submit(
        self, command: Command, done: Callable[[Sequence[Event]], None], failed: Failed
    ) -> None:
        """Carry out a command; its events come after the commit."""
        handle = self._vault.handle
        is_long = isinstance(command, (IssueReferral, AddAttachment))
        run = self._door.beside if is_long else self._door.in_order
        run(lambda: handle(command), done, failed)

    def ask(
        self, question: Callable[[], Answered], done: Callable[[Answered], None], failed: Failed
    ) -> None:
        """Run something slow outside the window.

        What a lock cancels ends as `storage.closed`, which nobody hears: that is no defect.
        """

        def run() -> Answered:
            try:
                return question()
            except CancelledError as gone:
                raise EnvironmentFault("storage.closed") from gone

        self._door.beside(run, done, failed)

    def after(self, seconds: float, call: Callable[[], None]) -> Stop:
        """Have something called later."""
        return self._door.after(seconds, call)

    def explain(self, error: NrmError) -> tuple[str, str]:
        """Give message and remedy of an error, with the names that the forms have for things."""
        return self._errors.explain(error, self._name_of)

    def _name_of(self, place: str, code: str) -> str:
        return name_of_code(self._vault.forms, self._kit.say.language, place, code)

    def close(self) -> None:
        """The page is gone: nothing reaches it any more."""
        self._door.close()


def name_of_code(forms: FormSet, language: str, place: str, code: str) -> str:
    """What the forms call a question, table or time limit in an error; empty if they do not.

    Shape: `place` is the parameter of the error; a day behind the code stays behind the name.
    """
    plain, _, day = code.partition(" ")
    for key in _NAMES.get(place, ()):
        found = forms.find_text(key.format(code=plain), language)
        if found:
            return f"{found} {isolated(day)}" if day else found
    return ""

"""A forgotten passphrase: the 14 groups of the sheet, then a new passphrase.

This module decides that the groups are looked at before a passphrase is asked for, so that a slip
is named at once, by its group. It opens nothing itself.

Source: storage-security.md section 4.7. Promise: P11. Threat: T26.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.domain.errors import NrmError, Usage
from nrm_desktop.ui.presenters.calls import Failed
from nrm_desktop.ui.presenters.wording import Say

GROUPS: Final = 14
GROUP_CHARS: Final = 4


@dataclass(frozen=True, slots=True)
class CameBack:
    """Who may come in again. Shape: `is_known`: what is written by it counts at once."""

    badge: str
    sign: str
    is_known: bool


class WayBackIn(Protocol):
    """What can be done while the safe is locked."""

    def look_at_code(self, code: str) -> None:
        """Look whether this can be a code. Raises: Usage, with the `group` that is wrong."""

    def use_code(
        self,
        code: str,
        sign: str,
        passphrase: str,
        done: Callable[[CameBack], None],
        failed: Failed,
    ) -> None:
        """Give the person of a sign a new passphrase; answers later."""

    def explain(self, error: NrmError) -> tuple[str, str]:
        """Give message and remedy of an error."""


class ForgottenView(Protocol):
    """What the screen shows."""

    def ask_groups(self) -> None:
        """Ask for the groups."""

    def ask_passphrase(self) -> None:
        """Ask for a new passphrase, and hide the groups."""

    def show_problem(self, text: str, group: int) -> None:
        """Say what is wrong, and go to the group; 0 is none of them. Empty takes it away."""

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be typed."""

    def show_done(self, text: str) -> None:
        """Say who may come in again, and how."""


class ForgottenPresenter:
    """From the sheet to a new passphrase, for one sign."""

    def __init__(self, view: ForgottenView, safe: WayBackIn, say: Say, sign: str) -> None:
        self._view = view
        self._safe = safe
        self._say = say
        self._sign = sign
        self._code = ""
        self._is_busy = False

    def start(self) -> None:
        """Ask for the groups."""
        self._view.ask_groups()

    def groups_typed(self, groups: Sequence[str]) -> None:
        """Look at the groups before anything else is asked."""
        for number, group in enumerate(groups, start=1):
            if not group.strip():
                text = self._say("Group {number} is still empty.", number=number)
                self._view.show_problem(text, number)
                return
        code = " ".join(groups)
        try:
            self._safe.look_at_code(code)
        except Usage as error:
            self._refused(error)
            return
        self._code = code
        self._view.show_problem("", 0)
        self._view.ask_passphrase()

    def passphrase_typed(self, passphrase: str) -> None:
        """Use the code."""
        if self._is_busy or not passphrase or not self._code:
            return
        self._is_busy = True
        self._view.show_problem("", 0)
        self._view.show_busy(self._say("Opening by the sheet … this takes a few seconds."))
        self._safe.use_code(self._code, self._sign, passphrase, self._done, self._refused)

    def _done(self, back: CameBack) -> None:
        say = self._say
        self._is_busy = False
        self._code = ""
        self._view.show_busy("")
        text = say(
            "{badge} has a new passphrase. The sign on the locked screen is now “{sign}”.",
            badge=back.badge,
            sign=back.sign.replace("-", " "),
        )
        if not back.is_known:
            more = say("The office has to confirm the new signature before this safe opens by it.")
            text = f"{text} {more}"
        self._view.show_done(text)

    def _refused(self, error: NrmError) -> None:
        self._is_busy = False
        self._view.show_busy("")
        message, remedy = self._safe.explain(error)
        group = error.params.get("group")
        number = group if isinstance(group, int) else 0
        if error.code in _OF_THE_CODE:
            self._code = ""
            self._view.ask_groups()
        self._view.show_problem(f"{message} {remedy}".strip(), number)


_OF_THE_CODE: Final = frozenset(
    {"usage.bad_group", "usage.bad_code", "vault.wrong_recovery", "vault.no_recovery"}
)
"""After these the groups are asked for again; after others the passphrase is."""

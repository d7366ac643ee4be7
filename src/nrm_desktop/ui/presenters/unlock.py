"""The locked screen: a neutral sign per person, a passphrase, and why it is locked. No case data.

This module decides which sign is chosen, that one unlocking runs at a time, and that an unlocking
that comes too late is thrown away. Waiting times belong to one sign and are the vault's matter.

Source: ux.md section 4, screen 1; storage-security.md 4.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.calls import Failed
from nrm_desktop.ui.presenters.wording import Say


class LockReason(StrEnum):
    """Why the window is locked."""

    STARTED = "started"
    ASKED = "asked"
    PANIC = "panic"
    IDLE = "idle"
    SLEPT = "slept"
    SCREEN_LOCKED = "screen_locked"


class UnlockView(Protocol):
    """What the locked screen shows."""

    def show_signs(self, signs: tuple[str, ...], chosen: str) -> None:
        """Show the signs of the people of this laptop."""

    def show_nothing_here(self, title: str, text: str) -> None:
        """Say that there is nothing to unlock, and what helps."""

    def show_reason(self, text: str) -> None:
        """Say why it is locked."""

    def show_problem(self, text: str) -> None:
        """Say why it did not open; empty takes it away."""

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: the passphrase can be typed."""

    def clear(self) -> None:
        """Empty the passphrase and put the cursor there."""


class LockedSafe(Protocol):
    """What a presenter may ask of the safe while it is locked."""

    def signs(self, done: Callable[[tuple[str, ...]], None], failed: Failed) -> None:
        """Read the signs of the people of this laptop."""

    def unlock(self, passphrase: str, sign: str, done: Callable[[], None], failed: Failed) -> None:
        """Open the safe; it is thrown away if it was locked again meanwhile."""

    def explain(self, error: NrmError) -> tuple[str, str]:
        """Give message and remedy of an error."""


class UnlockPresenter:
    """The locked screen.

    Shape: `user` is the badge or sign that was named at the start, or empty.
    """

    def __init__(self, view: UnlockView, safe: LockedSafe, say: Say, user: str = "") -> None:
        self._view = view
        self._safe = safe
        self._say = say
        self._user = user.casefold()
        self._chosen = ""
        self._is_busy = False

    def start(self, reason: LockReason) -> None:
        """Show who may unlock here, and why it is locked."""
        self._view.show_reason(_why(self._say, reason))
        self._safe.signs(self._show_signs, self._cannot_open)

    def choose(self, sign: str) -> None:
        """Choose the sign of a person."""
        self._chosen = sign
        self._view.show_problem("")
        self._view.clear()

    def unlock(self, passphrase: str) -> None:
        """Try a passphrase for the chosen sign."""
        if self._is_busy:
            return
        if not passphrase:
            self._view.show_problem(self._say("Type the passphrase of this sign."))
            self._view.clear()
            return
        self._is_busy = True
        self._view.show_problem("")
        self._view.show_busy(self._say("Opening …"))
        self._safe.unlock(passphrase, self._chosen, self._opened, self._refused)

    def _show_signs(self, signs: tuple[str, ...]) -> None:
        named = [sign for sign in signs if sign.casefold() == self._user]
        self._chosen = next(iter(named or signs), "")
        self._view.show_signs(signs, self._chosen)

    def _opened(self) -> None:
        self._is_busy = False
        self._view.show_busy("")

    def _refused(self, error: NrmError) -> None:
        self._is_busy = False
        self._view.show_busy("")
        message, remedy = self._safe.explain(error)
        self._view.show_problem(f"{message} {remedy}".strip())
        self._view.clear()

    def _cannot_open(self, error: NrmError) -> None:
        message, remedy = self._safe.explain(error)
        self._view.show_nothing_here(message, remedy)


def _why(say: Say, reason: LockReason) -> str:
    return {
        LockReason.STARTED: "",
        LockReason.ASKED: say("Locked because you asked for it."),
        LockReason.PANIC: say("Locked at once."),
        LockReason.IDLE: say("Locked because nobody typed for a while."),
        LockReason.SLEPT: say("Locked because the computer was asleep."),
        LockReason.SCREEN_LOCKED: say("Locked because the screen was locked."),
    }[reason]

"""The locked screen: a neutral sign per person, a passphrase or a shift code, and why it is locked.

This module decides which sign is chosen, whether the passphrase or the code is asked for, that one
unlocking runs at a time, and that an unlocking that comes too late is thrown away. Waiting times
belong to one sign and are the vault's matter; here they are only counted down in words. No case
data.

Source: ux.md section 4, screen 1; storage-security.md 4.8, 4.9 and 4.11.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final, Protocol

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.calls import Failed, Stop
from nrm_desktop.ui.presenters.lock_reason import LockReason, reason_words
from nrm_desktop.ui.presenters.wording import Say

NAMES_LAYOUT_AT: Final = 3
"""From this failure in a row on, the keyboard layout is named: it is the commonest cause."""
_MINUTE_S: Final = 60

QUICK: Final = "quick"
MESSAGE: Final = "feedback"
"""The forms of the pack that can be filled in without unlocking."""

__all__ = [
    "MESSAGE",
    "QUICK",
    "Entry",
    "LockReason",
    "LockedSafe",
    "UnlockPresenter",
    "UnlockView",
    "Writing",
    "wait_words",
]


class Entry(StrEnum):
    """What is asked for."""

    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a kind
    CODE = "code"


class UnlockView(Protocol):
    """What the locked screen shows."""

    def show_signs(self, signs: tuple[str, ...], chosen: str) -> None:
        """Show the signs of the people of this laptop; one alone needs none."""

    def show_nothing_here(self, title: str, text: str) -> None:
        """Say that there is nothing to unlock, and what helps."""

    def show_reason(self, text: str) -> None:
        """Say why it is locked."""

    def show_entry(self, entry: Entry) -> None:
        """Ask for the passphrase, or for the shift code."""

    def show_problem(self, text: str, *, names_layout: bool = False) -> None:
        """Say why it did not open, and perhaps on which keyboard; empty takes it away."""

    def show_wait(self, text: str) -> None:
        """Say how long this sign has to wait; empty takes it away."""

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: the passphrase can be typed."""

    def clear(self) -> None:
        """Empty the passphrase and put the cursor there."""

    def offer_writing(self, note: str) -> None:
        """Offer the two forms that need no unlocking; a note says why they do not open yet."""


class Writing(Protocol):
    """Writing without unlocking."""

    def is_possible(self, done: Callable[[bool], None], failed: Failed) -> None:
        """Say whether anything can be sealed here: somebody must have unlocked once."""

    def open(self, form: str) -> None:
        """Leave the locked screen for a form."""


class LockedSafe(Protocol):
    """What a presenter may ask of the safe while it is locked."""

    def signs(self, done: Callable[[tuple[str, ...]], None], failed: Failed) -> None:
        """Read the signs of the people of this laptop."""

    def unlock(self, passphrase: str, sign: str, done: Callable[[], None], failed: Failed) -> None:
        """Open the safe; it is thrown away if it was locked again meanwhile."""

    def has_shift(self, sign: str) -> bool:
        """True while a shift code of this sign may be typed."""

    def reopen(self, code: str, sign: str, done: Callable[[], None], failed: Failed) -> None:
        """Open the safe by the shift code of a sign; thrown away as in `unlock`."""

    def after(self, seconds: float, call: Callable[[], None]) -> Stop:
        """Have something called later, unless it is locked or unlocked before."""

    def explain(self, error: NrmError) -> tuple[str, str]:
        """Give message and remedy of an error."""


class UnlockPresenter:
    """The locked screen.

    Shape: `user` is the badge or sign that was named at the start, or empty.
    """

    def __init__(
        self,
        view: UnlockView,
        safe: LockedSafe,
        say: Say,
        user: str = "",
        writing: Writing | None = None,
    ) -> None:
        self._writing = writing
        self._view = view
        self._safe = safe
        self._say = say
        self._user = user.casefold()
        self._chosen = ""
        self._entry = Entry.PASSPHRASE
        self._failures: dict[str, int] = {}
        self._stop_counting: Stop | None = None
        self._is_busy = False

    def start(self, reason: LockReason) -> None:
        """Show who may unlock here, and why it is locked."""
        self._view.show_reason(reason_words(self._say, reason))
        self._safe.signs(self._show_signs, self._cannot_open)

    def write(self, form: str) -> None:
        """Leave for a form, unless somebody is being let in."""
        if self._writing is not None and not self._is_busy:
            self._writing.open(form)

    @property
    def chosen(self) -> str:
        """The sign that is chosen; empty while nobody is known."""
        return self._chosen

    def choose(self, sign: str) -> None:
        """Choose the sign of a person."""
        self._chosen = sign
        self._view.show_problem("")
        self._end_count()
        self._ask_for(Entry.CODE if self._safe.has_shift(sign) else Entry.PASSPHRASE)
        self._view.clear()

    def use_passphrase(self) -> None:
        """Ask for the passphrase, though there is a code."""
        self._view.show_problem("")
        self._ask_for(Entry.PASSPHRASE)
        self._view.clear()

    def unlock(self, typed: str) -> None:
        """Try what was typed, for the chosen sign."""
        if self._is_busy:
            return
        if not typed:
            self._view.show_problem(self._words_for_nothing())
            self._view.clear()
            return
        self._is_busy = True
        self._view.show_problem("")
        self._end_count()
        self._view.show_busy(self._say("Opening …"))
        is_code = self._entry is Entry.CODE
        opening = self._safe.reopen if is_code else self._safe.unlock
        opening(typed, self._chosen, self._opened, self._refused)

    def _offer_writing(self, is_possible: bool) -> None:  # noqa: FBT001 - an answer
        say = self._say
        note = "" if is_possible else say("These open once somebody has unlocked this laptop.")
        self._view.offer_writing(note)

    def _words_for_nothing(self) -> str:
        if self._entry is Entry.CODE:
            return self._say("Type the six digits of your shift code.")
        return self._say("Type the passphrase of this sign.")

    def _show_signs(self, signs: tuple[str, ...]) -> None:
        named = [sign for sign in signs if sign.casefold() == self._user]
        self._chosen = next(iter(named or signs), "")
        self._view.show_signs(signs, self._chosen)
        if self._writing is not None:
            self._writing.is_possible(self._offer_writing, _nothing)
        self._ask_for(Entry.CODE if self._safe.has_shift(self._chosen) else Entry.PASSPHRASE)

    def _ask_for(self, entry: Entry) -> None:
        self._entry = entry
        self._view.show_entry(entry)

    def _opened(self) -> None:
        self._is_busy = False
        self._view.show_busy("")

    def _refused(self, error: NrmError) -> None:
        self._is_busy = False
        self._view.show_busy("")
        message, remedy = self._safe.explain(error)
        if self._entry is Entry.CODE and not self._safe.has_shift(self._chosen):
            self._ask_for(Entry.PASSPHRASE)
        is_third = error.code == "vault.wrong_passphrase" and self._count_failure()
        self._view.show_problem(f"{message} {remedy}".strip(), names_layout=is_third)
        wait_s = error.params.get("retry_after_s")
        if isinstance(wait_s, int):
            self._count_down(wait_s)
        self._view.clear()

    def _count_failure(self) -> bool:
        """True from the third failure in a row of one sign on."""
        failures = self._failures.get(self._chosen, 0) + 1
        self._failures[self._chosen] = failures
        return failures >= NAMES_LAYOUT_AT

    def _count_down(self, wait_s: int) -> None:
        """Say every second how long it still takes; the vault decides, not this count."""
        if wait_s <= 0:
            self._stop_counting = None
            self._view.show_problem("")
            self._view.show_wait(self._say("You can try again now."))
            return
        self._view.show_wait(wait_words(self._say, wait_s))
        self._stop_counting = self._safe.after(1.0, lambda: self._count_down(wait_s - 1))

    def _end_count(self) -> None:
        if self._stop_counting is not None:
            self._stop_counting()
            self._stop_counting = None
        self._view.show_wait("")

    def _cannot_open(self, error: NrmError) -> None:
        message, remedy = self._safe.explain(error)
        self._view.show_nothing_here(message, remedy)


def _nothing(_error: NrmError) -> None:
    """What cannot be found out is not offered."""


def wait_words(say: Say, seconds: int) -> str:
    """Say how long a sign still has to wait, in words."""
    minutes, rest = divmod(seconds, _MINUTE_S)
    short = say.plural("Wait {count} second more.", "Wait {count} seconds more.", rest)
    if not minutes:
        return short
    if not rest:
        return say.plural("Wait {count} minute more.", "Wait {count} minutes more.", minutes)
    return say("Wait {minutes} min {seconds} s more.", minutes=minutes, seconds=rest)

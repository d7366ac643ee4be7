"""The page about locking: lock now, for the next person or for good; shift code; when by itself.

This module decides what may be set and says in words why something may not be. It never sees a key;
whoever fulfils `LockControls` seals and locks.

Source: ux.md sections 6 and 7; storage-security.md sections 4.11 and 13.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Protocol

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.lock_reason import SWITCHABLE, LockReason, LockSettings
from nrm_desktop.ui.presenters.wording import Say

IDLE_MINUTES: Final = (1, 2, 3, 5, 10, 15, 20, 30)
CODE_DIGITS: Final = 6


class LockControls(Protocol):
    """What the page may ask for."""

    @property
    def settings(self) -> LockSettings:
        """What holds on this laptop."""

    @property
    def has_own_shift(self) -> bool:
        """True while a shift code of whoever is at work stands."""

    def change(self, settings: LockSettings) -> None:
        """Keep other settings; they hold at once."""

    def set_shift(self, code: str) -> None:
        """Set a shift code. Raises: Usage `usage.bad_value`; Refused where there is none."""

    def end_shift(self) -> None:
        """End the own shift code."""

    def lock(self, reason: LockReason) -> None:
        """Lock now."""

    def end(self) -> None:
        """Lock and end the program."""


class LockingView(Protocol):
    """What the page shows."""

    def show_settings(self, settings: LockSettings) -> None:
        """Show what holds."""

    def show_shift(self, text: str, *, may_set: bool, has_one: bool) -> None:
        """Say how it is with the shift code, and offer what can be done."""

    def show_problem(self, text: str) -> None:
        """Say why the code was not set; empty takes it away."""

    def clear(self) -> None:
        """Empty both lines of the code."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One signal that can be switched off."""

    reason: LockReason
    words: str


class LockingPresenter:
    """Fulfils `OpenPage`."""

    def __init__(self, view: LockingView, controls: LockControls, say: Say) -> None:
        self._view = view
        self._controls = controls
        self._say = say

    def start(self) -> None:
        """Show what holds."""
        self._view.show_settings(self._controls.settings)
        self._show_shift()

    def leave(self) -> None:
        """Nothing is in hand: a code that nobody set is gone."""
        self._view.clear()

    def refresh(self) -> None:
        """Nothing here comes from elsewhere."""

    def set_shift(self, code: str, again: str) -> None:
        """Set the shift code that was typed twice."""
        say = self._say
        if code != again:
            self._view.show_problem(say("The two codes differ. Type the same six digits twice."))
            return
        try:
            self._controls.set_shift(code)
        except NrmError:
            words = say("Take six digits that nobody guesses at once, not 123456 or 777777.")
            self._view.show_problem(words)
            return
        self._view.clear()
        self._view.show_problem("")
        self._show_shift()

    def end_shift(self) -> None:
        """End the own shift code."""
        self._controls.end_shift()
        self._show_shift()

    def choose_idle(self, minutes: int) -> None:
        """Lock after another time."""
        self._change(replace(self._controls.settings, idle_min=minutes))

    def switch(self, reason: LockReason, *, is_on: bool) -> None:
        """Heed a signal, or not."""
        settings = self._controls.settings
        off = settings.off - {reason} if is_on else settings.off | {reason}
        self._change(replace(settings, off=off))

    def travel(self, *, is_on: bool) -> None:
        """Say whether this laptop travels: then there is no shift code."""
        self._change(replace(self._controls.settings, travels=is_on))

    def end_at_lid(self, *, is_on: bool) -> None:
        """Say whether closing the lid ends the program."""
        self._change(replace(self._controls.settings, lid_ends=is_on))

    def lock(self, reason: LockReason) -> None:
        """Lock now."""
        self._controls.lock(reason)

    def end(self) -> None:
        """Lock and end the program."""
        self._controls.end()

    def _change(self, settings: LockSettings) -> None:
        self._controls.change(settings)
        self._show_shift()

    def _show_shift(self) -> None:
        say, settings = self._say, self._controls.settings
        has_one = self._controls.has_own_shift
        if settings.travels:
            text = say("This laptop travels, so there is no shift code: only the passphrase opens.")
        elif has_one:
            text = say(
                "A shift code is set. It ends after 12 hours, at the third wrong code, when the lid"
                " is closed, when the computer sleeps, by Esc twice, and when the program ends."
            )
        else:
            text = say(
                "Six digits open again until the shift ends. They protect the keyboard only:"
                " whoever can read the memory of this computer can find them."
            )
        self._view.show_shift(text, may_set=not settings.travels, has_one=has_one)


def switches(say: Say) -> tuple[Switch, ...]:
    """The signals that can be switched off, in words."""
    words: dict[LockReason, str] = {
        LockReason.SUSPENDED: say("when the computer goes to sleep"),
        LockReason.LID_CLOSED: say("when the lid is closed"),
        LockReason.SCREEN_LOCKED: say("when the screen is locked"),
        LockReason.SCREEN_SAVER: say("when the screen saver comes on"),
        LockReason.USER_SWITCHED: say("when another user takes over the computer"),
        LockReason.KEY_PULLED: say("when the stick with the key file is pulled out"),
    }
    return tuple(Switch(reason, words[reason]) for reason in LockReason if reason in SWITCHABLE)

"""Why the window is locked, in words, and what each reason does to a shift code.

This module decides which signals there are, which of them a setting may switch off, and which end
a shift. Each reason has a sentence on the locked screen.

Source: storage-security.md sections 4.11 and 13; ux.md section 7.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from nrm_desktop.ui.presenters.wording import Say

SHORTEST_IDLE_MIN: Final = 1
LONGEST_IDLE_MIN: Final = 30
USUAL_IDLE_MIN: Final = 5


class LockReason(StrEnum):
    """Why the window is locked."""

    STARTED = "started"
    ASKED = "asked"
    NEXT_PERSON = "next_person"
    """Somebody else takes over at this keyboard."""
    PANIC = "panic"
    IDLE = "idle"
    SLEPT = "slept"
    """A clock jumped: the computer was asleep, though nothing said so."""
    SUSPENDED = "suspended"
    SHUT_DOWN = "shut_down"
    LID_CLOSED = "lid_closed"
    SCREEN_LOCKED = "screen_locked"
    SCREEN_SAVER = "screen_saver"
    USER_SWITCHED = "user_switched"
    KEY_PULLED = "key_pulled"


ENDS_SHIFT: Final = frozenset(
    {
        LockReason.PANIC,
        LockReason.SLEPT,
        LockReason.SUSPENDED,
        LockReason.SHUT_DOWN,
        LockReason.LID_CLOSED,
        LockReason.KEY_PULLED,
    }
)
"""After these only the passphrase opens."""

SWITCHABLE: Final = frozenset(
    {
        LockReason.SUSPENDED,
        LockReason.LID_CLOSED,
        LockReason.SCREEN_LOCKED,
        LockReason.SCREEN_SAVER,
        LockReason.USER_SWITCHED,
        LockReason.KEY_PULLED,
    }
)
"""Each of these has a switch of its own, on unless somebody turns it off. The others always hold;
idling has a time instead of a switch."""


@dataclass(frozen=True, slots=True)
class LockSettings:
    """When to lock by itself, on this laptop. Units: `idle_min` in minutes, 1 to 30.

    Shape: `off` are signals that somebody switched off; on a laptop that `travels` there is no
    shift code; `lid_ends` ends the program when the lid is closed.
    """

    idle_min: int = USUAL_IDLE_MIN
    off: frozenset[LockReason] = field(default=frozenset())
    travels: bool = False
    lid_ends: bool = False

    def heeds(self, reason: LockReason) -> bool:
        """True if a signal locks here."""
        return reason not in self.off or reason not in SWITCHABLE


Told = Callable[[LockReason], None]


class LockSource(Protocol):
    """Something that may ask for the lock: a bus, a stick, a clock."""

    def listen(self, told: Told) -> None:
        """Begin; `told` is called on the thread of the window."""

    def stop(self) -> None:
        """Be silent from now on. A second call does nothing."""


class SleepDelay(Protocol):
    """Holds up what the computer is about to do, until an open vault is closed."""

    def take(self, reasons: Collection[LockReason]) -> None:
        """Hold these up from now on, instead of what was held before. For the thread of the window.

        Whoever is asked may say nothing, or no: nothing here waits for it.
        """

    def let_go(self) -> None:
        """Hold nothing up any more; a second call does nothing. For any thread."""


class NoDelay:
    """A computer that sleeps when it wants to."""

    def take(self, reasons: Collection[LockReason]) -> None:
        """Nothing can be held up."""

    def let_go(self) -> None:
        """Nothing is."""


@dataclass(frozen=True, slots=True)
class LockSystem:
    """What of the computer asks for the lock, and what holds its sleep up until that is done."""

    sources: Sequence[LockSource] = ()
    delay: SleepDelay = field(default_factory=NoDelay)


class VolumeWatch(Protocol):
    """Whether the stick with the key file is there. Never called on a path that may hang."""

    def is_there(self) -> bool:
        """True while it is there."""


def reason_words(say: Say, reason: LockReason) -> str:
    """Say why it is locked; nothing right after the start."""
    return {
        LockReason.STARTED: "",
        LockReason.ASKED: say("Locked because you asked for it."),
        LockReason.NEXT_PERSON: say("Locked for the next person."),
        LockReason.PANIC: say("Locked at once."),
        LockReason.IDLE: say("Locked because nobody typed for a while."),
        LockReason.SLEPT: say("Locked because the computer was asleep or its clock was changed."),
        LockReason.SUSPENDED: say("Locked because the computer went to sleep."),
        LockReason.SHUT_DOWN: say("Locked because the computer is being switched off."),
        LockReason.LID_CLOSED: say("Locked because the lid was closed."),
        LockReason.SCREEN_LOCKED: say("Locked because the screen was locked."),
        LockReason.SCREEN_SAVER: say("Locked because the screen saver came on."),
        LockReason.USER_SWITCHED: say("Locked because another user took over the computer."),
        LockReason.KEY_PULLED: say("Locked because the stick with the key file was pulled out."),
    }[reason]

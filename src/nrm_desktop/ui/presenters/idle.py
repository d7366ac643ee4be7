"""When to lock by itself: nobody typed for a while, or the computer was asleep.

This module decides from two clocks and is told when somebody does something. It never locks by
itself; it answers what is to be done. While somebody listens, being idle alone does not lock, for
at most 30 minutes; a jump of a clock does all the same.

Source: ux.md sections 6 and 7. Promise: P20.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from nrm_desktop.app.system_ports import WallClock

IDLE_S: Final = 300.0
WARN_S: Final = 30.0
"""How long before the lock a quiet bar says so; any key cancels."""
LISTEN_S: Final = 1_800.0
"""So long listening may hold the lock; then it asks, and holds nothing."""
JUMP_S: Final = 60.0
"""More than this between two looks means that the computer was asleep."""
LOOK_EVERY_S: Final = 5.0


class Due(StrEnum):
    """What is to be done now."""

    NOTHING = "nothing"
    WARN = "warn"
    LOCK = "lock"
    SLEPT = "slept"
    ASK = "ask"
    """Listening has ended by itself: ask whether to go on."""


class IdleWatch:
    """Looks at the clocks every few seconds."""

    def __init__(self, clock: WallClock, idle_s: float = IDLE_S) -> None:
        self._clock = clock
        self._idle_s = idle_s
        self._listens_since: float | None = None
        self._last_deed = clock.monotonic_s()
        self._last_look = (clock.monotonic_s(), clock.now_ms() / 1000)

    @property
    def is_listening(self) -> bool:
        """True while being idle does not lock."""
        return self._listens_since is not None

    def something_happened(self) -> None:
        """Somebody typed or moved the mouse."""
        self._last_deed = self._clock.monotonic_s()

    def wait_at_most(self, idle_s: float) -> None:
        """Lock after this time from now on. Units: seconds."""
        self._idle_s = idle_s

    def listen(self, *, is_on: bool) -> None:
        """Begin to listen, or end it. Beginning again counts from now."""
        self._listens_since = self._clock.monotonic_s() if is_on else None
        self.something_happened()

    def look(self) -> Due:
        """Say what is to be done now. Both clocks count: one may stand still during sleep."""
        steady, wall = self._clock.monotonic_s(), self._clock.now_ms() / 1000
        before_steady, before_wall = self._last_look
        self._last_look = (steady, wall)
        if max(steady - before_steady, abs(wall - before_wall)) > JUMP_S:
            return Due.SLEPT
        if self._listens_since is not None:
            if steady - self._listens_since < LISTEN_S:
                return Due.NOTHING
            self.listen(is_on=False)
            return Due.ASK
        quiet = steady - self._last_deed
        if quiet >= self._idle_s:
            return Due.LOCK
        return Due.WARN if quiet >= self._idle_s - WARN_S else Due.NOTHING

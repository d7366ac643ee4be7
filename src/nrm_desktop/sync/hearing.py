"""When a device was last heard from: a pure comparison of times.

This module decides whose clock is believed. What a device says of the time is taken only as far as
it makes it older: a clock in the future must not hide that somebody, or a store, has fallen silent.
A time before the device was certified says that its clock is wrong.

Source: sync.md sections 1 and 8 (freeze).
"""

from __future__ import annotations

from typing import Final

DAY_MS: Final = 24 * 3600 * 1000
SILENT_DAYS: Final = 7
"""From so many days on it is said that a device was not heard from."""


def last_heard(said_ms: int, came_ms: int, certified_ms: int = 0) -> int:
    """The time of the newest word of a device, by our clock wherever theirs cannot be believed.

    Shape: `came_ms` is when it came here, 0 where that was not kept. Units: milliseconds.
    """
    if not came_ms:
        return said_ms
    return min(said_ms, came_ms) if said_ms >= certified_ms else came_ms


def days_since(heard_ms: int, now_ms: int) -> int:
    """Whole days of silence; none if our own clock was put back."""
    return max(0, now_ms - heard_ms) // DAY_MS

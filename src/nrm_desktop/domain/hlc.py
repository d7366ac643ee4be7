"""Hybrid time: wall-clock milliseconds and a counter. It sorts what people see.

It never decides which value is current: causality does (sync.md section 1). A remote time more
than a day ahead is kept with its commit but not absorbed into our own clock.
"""

from __future__ import annotations

from typing import NamedTuple

COUNTER_BITS = 16
_COUNTER_MASK = (1 << COUNTER_BITS) - 1
_WALL_MAX = (1 << 48) - 1
AHEAD_LIMIT_MS = 24 * 3600 * 1000


class Hlc(NamedTuple):
    """A hybrid time. Units: `wall_ms` since 1970-01-01 UTC (48 bits), `counter` 16 bits."""

    wall_ms: int
    counter: int = 0

    def to_int(self) -> int:
        """The 64-bit form of the wire."""
        return self.wall_ms << COUNTER_BITS | self.counter


def hlc_from_int(number: int) -> Hlc:
    """Read the 64-bit form of the wire."""
    return Hlc(number >> COUNTER_BITS & _WALL_MAX, number & _COUNTER_MASK)


def tick(last: Hlc, now_ms: int) -> Hlc:
    """Give the next local time: never behind `last`, whatever the wall clock says."""
    now_ms = max(0, min(now_ms, _WALL_MAX))
    if now_ms > last.wall_ms:
        return Hlc(now_ms)
    if last.counter < _COUNTER_MASK:
        return Hlc(last.wall_ms, last.counter + 1)
    return Hlc(min(last.wall_ms + 1, _WALL_MAX))


def absorb(last: Hlc, remote: Hlc, now_ms: int) -> Hlc:
    """Take note of a remote time, unless it lies more than a day ahead of our clock."""
    if remote.wall_ms - now_ms > AHEAD_LIMIT_MS:
        return last
    return max(last, remote)

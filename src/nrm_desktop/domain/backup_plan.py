"""When a backup is due, and which old ones go: pure, from days and counters alone.

This module decides what is kept: one for each of the last seven days, one for each of four weeks
before them, and the newest that was made before a step that changes much. It must not look at a
disk; whether a backup is sound is found out before anything is asked here.

- Order is the counter, never the clock (P20). A day is only a word that two backups share or not.
- The newest one, which was checked just now, is never dropped, whatever the clock says.
- A clock that jumps makes every day a new one: then simply the newest eleven stay.

Source: storage-security.md section 10. Promises: P10, P20.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

DAYS: Final = 7
WEEKS: Final = 4
MOST_KEPT: Final = DAYS + WEEKS + 1
NAG_DAYS: Final = 7
BIG_IMPORT: Final = 1000
"""An import of more commits than this gets a backup first."""
_DAYS_OF_WEEK: Final = 7
_MONDAY: Final = 3
"""Day 0 was a Thursday."""


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """A backup that is there.

    Shape: `counter` counts up for ever; `day` counts days since 1970 by the clock of its making;
    `is_before` says that it was made before a migration, a rotation or a big import.
    """

    counter: int
    day: int
    is_before: bool = False

    @property
    def week(self) -> int:
        """The week, beginning on Monday."""
        return (self.day + _MONDAY) // _DAYS_OF_WEEK


def newest_of(kept: Sequence[KeptBackup]) -> KeptBackup | None:
    """The one that was made last, by counter."""
    return max(kept, key=lambda each: each.counter, default=None)


def next_counter(kept: Sequence[KeptBackup]) -> int:
    """The counter of the next backup."""
    newest = newest_of(kept)
    return 1 if newest is None else newest.counter + 1


def is_daily_due(kept: Sequence[KeptBackup], today: int, *, is_clock_behind: bool = False) -> bool:
    """Say whether the backup of the day is still to be made.

    Shape: `is_clock_behind` where the clock shows less than our own last entry: a computer whose
    battery is dead begins on the same day every morning, so the day says nothing then.
    """
    newest = newest_of(kept)
    return newest is None or newest.day != today or is_clock_behind


def what_to_drop(kept: Sequence[KeptBackup], sound: KeptBackup) -> tuple[KeptBackup, ...]:
    """Say which backups go now that `sound` was made and checked; oldest first."""
    stays = {sound, *_rings(kept)}
    return tuple(
        sorted((each for each in kept if each not in stays), key=lambda each: each.counter)
    )


def is_nag_due(today: int, last_off_device: int) -> bool:
    """Say whether to remind of a backup outside this computer; a clock that jumped reminds too.

    Shape: `last_off_device` is the day of the last one, or of the vault's beginning.
    """
    return abs(today - last_off_device) >= NAG_DAYS


def _rings(kept: Sequence[KeptBackup]) -> Iterator[KeptBackup]:
    """From the newest to the oldest: days first, then weeks of what no day has kept."""
    newest_first = sorted(kept, key=lambda each: each.counter, reverse=True)
    days: dict[int, KeptBackup] = {}
    weeks: dict[int, KeptBackup] = {}
    for each in newest_first:
        if len(days) < DAYS:
            days.setdefault(each.day, each)
        elif each.day not in days and len(weeks) < WEEKS:
            weeks.setdefault(each.week, each)
    yield from days.values()
    yield from weeks.values()
    yield from [each for each in newest_first if each.is_before][:1]

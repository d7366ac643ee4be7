"""Waiting after wrong passphrases: per slot, kept over restarts, by a clock that nobody sets.

This module decides how long a slot waits. The count of tries is on the disk before the key
derivation runs, so killing the program saves no try; and a try at one slot never delays another.
It guards the keyboard, not a copied file (L1), and it must never stop somebody with the right
passphrase because a disk is full or read-only: then it counts in memory.

A mark is the monotonic time since the machine was started, so a new process of the same day goes
on with the same wait, and a restarted machine, whose clock is behind the mark, waits from its
start: the wait can only be longer than asked, whatever the wall clock says (P20).

Source: storage-security.md section 4.9. Threats: T21.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nrm_desktop.app.file_ports import Files
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, Locked

TRIES_NAME: Final = "vault.tries"
WAITS_S: Final = (0, 0, 0, 5, 15, 60, 300)
"""Seconds after the first, second ... failure; the last one holds for all further ones."""
_LIMIT: Final = 4096
_LINE: Final = re.compile(r"([0-9a-f]{16}) ([0-9]{1,6}) ([0-9]{1,12})")


@dataclass(frozen=True, slots=True)
class Tries:
    """Failures of one slot, and when the last one was. Units: seconds, monotonic."""

    failures: int = 0
    mark_s: int = 0

    def wait_s(self, now_s: float) -> int:
        """Seconds that are still to be waited."""
        if not self.failures:
            return 0
        # The mark is rounded up, so it may lie in the second that is running now.
        elapsed = max(0, now_s - self.mark_s) if now_s > self.mark_s - 1 else now_s
        step = WAITS_S[min(self.failures, len(WAITS_S)) - 1]
        return max(0, math.ceil(step - elapsed))


class Delays:
    """The tries of all slots of one vault folder."""

    def __init__(self, files: Files, folder: Path, monotonic: Callable[[], float]) -> None:
        self._files = files
        self._path = folder / TRIES_NAME
        self._monotonic = monotonic
        self._tries = self._read()

    def begin_try(self, slot: bytes) -> None:
        """Count a try, durably, before it is made.

        Raises: Locked `vault.delay` with `retry_after_s` while the slot waits; nothing is counted.
        """
        now_s = self._monotonic()
        tries = self._tries.get(slot, Tries())
        if wait := tries.wait_s(now_s):
            raise Locked("vault.delay", retry_after_s=wait)
        self._tries[slot] = Tries(tries.failures + 1, math.ceil(now_s))
        self._write()

    def end_try(self, slot: bytes) -> None:
        """Forget the failures of a slot that was opened."""
        if self._tries.pop(slot, None) is not None:
            self._write()

    def failures(self, slot: bytes) -> int:
        """How often in a row the slot was not opened."""
        return self._tries.get(slot, Tries()).failures

    def _read(self) -> dict[bytes, Tries]:
        """Read the counts; a missing or damaged file holds none, as it guards no copied file."""
        try:
            lines = self._files.read_limited(self._path, _LIMIT).decode("ascii").splitlines()
        except (EnvironmentFault, HostileInput, UnicodeDecodeError):
            return {}
        found = (_LINE.fullmatch(line) for line in lines)
        return {
            bytes.fromhex(match[1]): Tries(int(match[2]), int(match[3])) for match in found if match
        }

    def _write(self) -> None:
        lines = [f"{s.hex()} {t.failures} {t.mark_s}\n" for s, t in sorted(self._tries.items())]
        try:
            self._files.replace(self._path, "".join(lines).encode("ascii"))
        except EnvironmentFault:
            # A full or read-only disk must not lock anybody out (P18): this process still counts.
            return

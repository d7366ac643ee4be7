"""A store that counts: how many requests a run made, how many bytes went each way, and how fast.

What it counts is shown to the person who pays for the line; what it measures decides how large a
pack file may be and whether attachments wait. It decides what counts as measured: a transfer of
16 KiB or more. Smaller ones tell only that a line is at least so fast, since on a far server most
of their time is waiting.

Source: sync.md sections 9.2 and 15.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Final

from nrm_desktop.app.ports import Entry, Store
from nrm_desktop.app.wire.limits import KIB, PACK_FILE_BYTES

ENOUGH_BYTES: Final = 16 * KIB
"""A transfer of this size tells how fast a line is."""
SLOW: Final = 15_000
"""Below this attachments wait. Units: bytes per second."""
PACK_SECONDS: Final = 20
"""So long a pack file may take on a slow line: what is cut off has to go again."""


class LineSpeed:
    """How fast one direction was in this run. Units: bytes, seconds."""

    def __init__(self) -> None:
        self._bytes = 0
        self._seconds = 0.0
        self._at_least = 0.0

    def note(self, count: int, seconds: float) -> None:
        """Take in one transfer."""
        if count >= ENOUGH_BYTES:
            self._bytes += count
            self._seconds += seconds
        elif count:
            self._at_least = max(self._at_least, count / seconds if seconds > 0 else float("inf"))

    @property
    def is_measured(self) -> bool:
        """True if a transfer was large enough to tell."""
        return self._bytes > 0

    @property
    def bytes_per_s(self) -> float:
        """The measured rate; before that, what the line does at least; 0 if nothing went yet."""
        if not self.is_measured:
            return self._at_least
        return self._bytes / self._seconds if self._seconds > 0 else float("inf")


class MeteredStore:
    """Passes everything on to another store, counts and measures.

    Shape: `seconds` never jumps back.
    """

    def __init__(self, store: Store, seconds: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._seconds = seconds
        self.requests = 0
        self.bytes_in = 0
        self.bytes_out = 0
        self.inward = LineSpeed()
        self.outward = LineSpeed()

    def put(self, name: str, data: bytes) -> None:
        """Write; counted once it is done."""
        self.requests += 1
        started = self._seconds()
        self._store.put(name, data)
        self.bytes_out += len(data)
        self.outward.note(len(data), self._seconds() - started)

    def get(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """Read a range."""
        self.requests += 1
        started = self._seconds()
        data = self._store.get(name, start, end)
        self.bytes_in += len(data)
        self.inward.note(len(data), self._seconds() - started)
        return data

    def list(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """Names of a folder: one request, read to its end."""
        self.requests += 1
        started = self._seconds()
        found = list(self._store.list(prefix, after))
        names = sum(len(entry.name) for entry in found)
        self.inward.note(min(names, ENOUGH_BYTES - 1), self._seconds() - started)
        return iter(found)

    def delete(self, name: str) -> None:
        """Remove."""
        self.requests += 1
        self._store.delete(name)

    def room(self) -> int:
        """How many bytes go there in 20 seconds; before anything went, judged by what came."""
        rate = self.outward.bytes_per_s
        if not self.outward.is_measured:
            rate = max(rate, self.inward.bytes_per_s)
        most = rate * PACK_SECONDS if rate else ENOUGH_BYTES
        return int(min(most, PACK_FILE_BYTES))


def is_slow(line: LineSpeed) -> bool:
    """True if attachments wait on this line: it was measured, and is below 15 kB/s."""
    return line.is_measured and line.bytes_per_s < SLOW

"""A store that goes wrong on purpose: what disks, servers and lines really do."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from nrm_desktop.app.ports import Entry, Store
from nrm_desktop.domain.errors import EnvironmentFault


class Fault(Enum):
    """What goes wrong, and in which step."""

    SHORT_WRITE = "only the first half is kept, and nobody is told"
    CUT_WRITE = "the first half is kept, and the line breaks"
    LOST_ANSWER = "all is kept, and the line breaks before the answer"
    MEDIUM = "EIO while writing"
    FULL = "ENOSPC while writing"
    STALE_LIST = "what was written since the first look is not listed"
    TWICE = "each write arrives twice and each name is listed twice"
    TRUNCATED = "the end of what is read lacks"
    WRONG_BYTES = "one bit of what is read is wrong"
    VANISHED = "what is listed cannot be read"
    READ_ERROR = "EIO while reading"


_BEFORE_WRITING = {Fault.MEDIUM: "storage.medium", Fault.FULL: "storage.full"}
_BEFORE_READING = {Fault.VANISHED: "store.missing", Fault.READ_ERROR: "storage.medium"}


class FaultyStore:
    """Passes on to another store, with one fault.

    Shape: only names that end with `only` are concerned, and only the first `times` steps in which
    the fault can show; `shown` counts them.
    """

    def __init__(
        self, store: Store, fault: Fault | None = None, only: str = "", times: int = 1 << 30
    ) -> None:
        self._store = store
        self._fault = fault
        self._only = only
        self._left = times
        self._seen: dict[str, list[Entry]] = {}
        self.shown = 0

    def put(self, name: str, data: bytes) -> None:
        fault = self._shows(name, Fault.SHORT_WRITE, Fault.CUT_WRITE, *_BEFORE_WRITING)
        if fault in _BEFORE_WRITING:
            raise EnvironmentFault(_BEFORE_WRITING[fault])
        if fault is not None:
            self._store.put(name, data[: len(data) // 2])
            if fault is Fault.CUT_WRITE:
                raise EnvironmentFault("store.network")
            return
        self._store.put(name, data)
        if self._shows(name, Fault.TWICE):
            self._store.put(name, data)
        if self._shows(name, Fault.LOST_ANSWER):
            raise EnvironmentFault("store.timeout")

    def get(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        fault = self._shows(name, *_BEFORE_READING)
        if fault is not None:
            raise EnvironmentFault(_BEFORE_READING[fault])
        data = self._store.get(name, start, end)
        if data and self._shows(name, Fault.TRUNCATED):
            return data[: len(data) // 2]
        if data and self._shows(name, Fault.WRONG_BYTES):
            middle = len(data) // 2
            return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        return data

    def list(self, prefix: str, after: str = "") -> Iterator[Entry]:
        found = list(self._store.list(prefix, after))
        if self._shows(prefix, Fault.STALE_LIST):
            found = self._seen.setdefault(prefix, found)
        is_double = self._shows(prefix, Fault.TWICE)
        for entry in found:
            yield entry
            if is_double:
                yield entry

    def delete(self, name: str) -> None:
        self._store.delete(name)

    def _shows(self, name: str, *faults: Fault) -> Fault | None:
        """Say whether the fault of this store is one of these, and shows now."""
        is_one = self._fault in faults and name.endswith(self._only) and self._left > 0
        if not is_one:
            return None
        self._left -= 1
        self.shown += 1
        return self._fault

"""A store that counts: how many requests a run made and how many bytes went each way.

It decides nothing; what it counts is shown to the person who pays for the line.
"""

from __future__ import annotations

from collections.abc import Iterator

from nrm_desktop.app.ports import Entry, Store


class MeteredStore:
    """Passes everything on to another store and counts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.requests = 0
        self.bytes_in = 0
        self.bytes_out = 0

    def put(self, name: str, data: bytes) -> None:
        """Write; counted once it is done."""
        self.requests += 1
        self._store.put(name, data)
        self.bytes_out += len(data)

    def get(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """Read a range."""
        self.requests += 1
        data = self._store.get(name, start, end)
        self.bytes_in += len(data)
        return data

    def list(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """Names of a folder: one request."""
        self.requests += 1
        return self._store.list(prefix, after)

    def delete(self, name: str) -> None:
        """Remove."""
        self.requests += 1
        self._store.delete(name)

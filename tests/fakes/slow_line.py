"""A store at the end of a slow line: its clock goes on by what is carried, and nobody waits."""

from __future__ import annotations

from collections.abc import Iterator

from nrm_desktop.app.ports import Entry, Store


class SlowLine:
    """Passes on to another store; `put_whole` are the names whose writing came to its end.

    Units: bytes per second. It is also the clock of a run (`monotonic_s`).
    """

    def __init__(self, store: Store, rate: float, now_ms: int) -> None:
        self._store = store
        self._rate = rate
        self._now_ms = now_ms
        self._seconds = 0.0
        self.put_whole: dict[str, bytes] = {}

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic_s(self) -> float:
        return self._seconds

    def put(self, name: str, data: bytes) -> None:
        self._store.put(name, data)
        self._seconds += len(data) / self._rate
        self.put_whole[name] = data

    def get(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        data = self._store.get(name, start, end)
        self._seconds += len(data) / self._rate
        return data

    def list(self, prefix: str, after: str = "") -> Iterator[Entry]:
        return self._store.list(prefix, after)

    def delete(self, name: str) -> None:
        self._store.delete(name)

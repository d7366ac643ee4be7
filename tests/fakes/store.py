"""A store in memory."""

from __future__ import annotations

from collections.abc import Iterator

from nrm_desktop.app.ports import Entry
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.sync.transports.names import is_cut_off, parts_of


class FakeStore:
    """The Store port in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.deleted: list[str] = []

    def put(self, name: str, data: bytes) -> None:
        parts_of(name)
        if is_cut_off(self.files.setdefault(name, data), data):
            self.files[name] = data

    def get(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        parts_of(name)
        if name not in self.files:
            raise EnvironmentFault("store.missing")
        return self.files[name][start:end] if end is None or end > start else b""

    def list(self, prefix: str, after: str = "") -> Iterator[Entry]:
        for name, data in sorted(self.files.items()):
            folder = name.rpartition("/")[0]
            if folder == prefix.removesuffix("/") and name > after:
                yield Entry(name, len(data))

    def delete(self, name: str) -> None:
        parts_of(name)
        self.deleted.append(name)
        self.files.pop(name, None)

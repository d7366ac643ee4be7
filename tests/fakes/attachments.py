"""Chunks in memory, and decoders that note what they were asked."""

from __future__ import annotations

from collections.abc import Sequence

from nrm_desktop.app.attachment_ports import Picture, Sealed
from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.domain.errors import HostileInput, IntegrityFault


class FakeChunks:
    """The ChunkStore port in memory."""

    def __init__(self) -> None:
        self.rows: dict[bytes, bytes] = {}
        self.waiting: set[bytes] = set()

    def add(self, chunks: Sequence[Sealed]) -> None:
        for chunk in chunks:
            if chunk.name not in self.rows:
                self.rows[chunk.name] = chunk.data
                self.waiting.add(chunk.name)

    def get(self, name: bytes) -> bytes | None:
        data = self.rows.get(name)
        if data is not None and name20(data) != name:
            raise IntegrityFault("integrity.attachment", what="chunk")
        return data

    def missing(self, names: Sequence[bytes]) -> tuple[bytes, ...]:
        return tuple(name for name in names if name not in self.rows)

    def settle(self, names: Sequence[bytes]) -> None:
        self.waiting -= set(names)

    def drop(self, names: Sequence[bytes]) -> int:
        return sum(self.rows.pop(name, None) is not None for name in names)

    def spoil(self, name: bytes) -> None:
        """Let a disk change a byte."""
        self.rows[name] = bytes([self.rows[name][0] ^ 1]) + self.rows[name][1:]


class FakePictures:
    """The Pictures port: paints one red pixel; refuses what begins with `bad`."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def page(self, data: bytes, media_type: str, number: int) -> Picture:
        self.asked.append((media_type, number))
        if b"bad" in data:
            raise HostileInput("integrity.preview", why="damaged")
        return Picture(1, 1, 3, b"\xff\x00\x00\xff")

    def clean_photo(self, data: bytes) -> bytes:
        self.asked.append(("photo", len(data)))
        return b"\xff\xd8\xff clean pixels"

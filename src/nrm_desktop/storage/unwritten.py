"""Commits that were appended in this transaction and do not lie in their tables yet.

This module decides how they are written: the rows of many together, the end of each log once. It
must not decide what is appended, or answer for anything but what it holds.
"""

from __future__ import annotations

from typing import Any, Final

from nrm_desktop.app.wire.commit import ReceivedCommit
from nrm_desktop.domain.ids import ID_BYTES
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("journal")


class Unwritten:
    """Rows of the journal on their way into the tables of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._last: int | None = None
        self._commits: list[tuple[Any, ...]] = []
        self._segments: list[tuple[Any, ...]] = []
        self._heads: dict[int, tuple[Any, ...]] = {}
        self._places: dict[bytes, tuple[bytes, int]] = {}

    def add(self, log: int, commit: ReceivedCommit) -> int:
        """Take a commit that nothing is kept of yet. Shape: its place, behind all others."""
        if self._last is None:
            ((self._last,),) = self._db.execute(_SQL["last_place"]).fetchall()
        self._last += 1
        place, header, signed = self._last, commit.header, commit.signed
        parts = (signed.header_bytes, signed.signature, signed.skeleton_bytes)
        self._commits.append((place, log, header.seq, commit.id, *parts))
        for ref, segment in zip(header.segments, signed.segments, strict=True):
            if segment is not None:
                self._segments.append((place, ref.unit, segment))
        self._places[commit.id[:ID_BYTES]] = (commit.id, place)
        return place

    def set_head(self, log: int, seq: int, commit: bytes, place: int, *, is_forked: bool) -> None:
        """Take the end of a log; of several only the last one is written."""
        self._heads[log] = (seq, commit, place, is_forked, log)

    def place_of(self, beginning: bytes) -> int | None:
        """The place of a commit whose id begins so. Units: at least 16 bytes."""
        commit, place = self._places.get(beginning[:ID_BYTES], (b"", 0))
        return place if place and commit.startswith(beginning) else None

    def write(self) -> None:
        """Write it all; afterwards the tables say what this said."""
        if self._commits:
            self._db.executemany(_SQL["add_commit"], self._commits)
            self._db.executemany(_SQL["add_new_segment"], self._segments)
            self._commits.clear()
            self._segments.clear()
            self._places.clear()
        if self._heads:
            self._db.executemany(_SQL["set_head"], list(self._heads.values()))
            self._heads.clear()

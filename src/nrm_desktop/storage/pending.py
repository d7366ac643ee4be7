"""Commits that wait: verified, but something they depend on has not arrived yet.

This module decides how much may wait per device and what is given up first: the oldest, which the
store still has and which is fetched again. It never applies anything.

Source: sync.md sections 5 (steps 7 and 8) and 19.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nrm_desktop.app.wire.commit import ReceivedCommit, decode_commit
from nrm_desktop.app.wire.limits import PENDING_BYTES, PENDING_COMMITS
from nrm_desktop.domain.ids import ID_BYTES
from nrm_desktop.domain.scopes import LogKey
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("journal")


class Pending:
    """The waiting room of the journal."""

    def __init__(
        self, connection: Connection, most: int = PENDING_COMMITS, most_bytes: int = PENDING_BYTES
    ) -> None:
        self._db = connection
        self._most = most
        self._most_bytes = most_bytes
        self._is_empty: bool | None = None

    def add(self, commit: ReceivedCommit, waits_for: bytes) -> None:
        """Let a commit wait for another one. Shape: `waits_for` begins the id of that one."""
        device, data = commit.header.device, commit.signed.encode()
        row = (commit.id, device, waits_for[:ID_BYTES], data)
        if self._db.execute(_SQL["add_pending"], row).rowcount:
            self._is_empty = False
            self._count(device, 1, len(data))
            self._make_room(device)

    def take_waiting_for(self, commit: bytes) -> list[ReceivedCommit]:
        """Take out what waited for this commit, in order of arrival."""
        if self._is_empty is None:
            self._is_empty = self.count() == 0
        if self._is_empty:
            return []
        rows = self._db.execute(_SQL["pending_for"], (commit[:ID_BYTES],)).fetchall()
        for commit_id, device, data in rows:
            self._drop(commit_id, device, len(data))
        return [decode_commit(data) for _, _, data in rows]

    def waiting_in(self, log: LogKey) -> Iterator[ReceivedCommit]:
        """The commits of a log that wait."""
        for (data,) in self._db.execute(_SQL["pending_of_device"], (log.device,)):
            commit = decode_commit(data)
            if commit.header.log == log:
                yield commit

    def count(self) -> int:
        """How many commits wait."""
        return int(self._db.execute(_SQL["count_pending"]).fetchone()[0])

    def _make_room(self, device: bytes) -> None:
        while self._is_over(device):
            commit_id, size = self._db.execute(_SQL["oldest_pending"], (device,)).fetchone()
            self._drop(commit_id, device, size)

    def _is_over(self, device: bytes) -> bool:
        commits, size = self._db.execute(_SQL["pending_total"], (device,)).fetchone()
        return bool(commits > self._most or size > self._most_bytes)

    def _drop(self, commit_id: bytes, device: bytes, size: int) -> None:
        self._db.execute(_SQL["drop_pending"], (commit_id,))
        self._count(device, -1, -size)

    def _count(self, device: bytes, commits: int, size: int) -> None:
        self._db.execute(_SQL["add_to_total"], (device, commits, size))

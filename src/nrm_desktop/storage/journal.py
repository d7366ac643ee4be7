"""The journal: every commit as bytes, one hash-chained log per (scope, compartment, device).

This module decides how commits lie in the database and which commit is the head of a log. It
keeps bytes exactly as they came, never re-encodes, and never decides whether a commit may come
in: that is `intake`.

- `place` is the order of arrival; a commit stands after everything it depends on.
- Both branches of a fork are kept; the head is then the highest number, ties by lowest id.
- A segment that is missing was erased by order or withheld; header and chain still verify.

A `Journal` lives as long as one transaction. Source: sync.md section 4; storage-security.md 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from nrm_desktop.app.wire.commit import Dep, ReceivedCommit, SignedCommit, decode_header
from nrm_desktop.app.wire.hashes import HASH_BYTES, commit_id
from nrm_desktop.app.wire.limits import DEPS_PER_COMMIT
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.domain.hlc import Hlc, hlc_from_int
from nrm_desktop.domain.ids import ID_BYTES, CommitId, DeviceId, ScopeId
from nrm_desktop.domain.scopes import LogKey
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.statements import load_statements
from nrm_desktop.storage.unwritten import Unwritten

_SQL: Final = load_statements("journal")
_INTEGER_MAX: Final = (1 << 63) - 1
_MODULUS: Final = 1 << (8 * HASH_BYTES)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a log. Shape: a log that is not begun has number 0 and no id."""

    row: int
    seq: int
    commit: bytes
    place: int
    is_forked: bool = False


@dataclass(frozen=True, slots=True)
class LogHead:
    """A head with its log, for whoever compares devices."""

    log: LogKey
    seq: int
    commit: CommitId
    is_forked: bool


@dataclass(slots=True)
class _State:
    """The one row that the start check compares with the anchor."""

    commits: int
    last_commit: bytes
    digest: int
    hlc: Hlc
    own_hlc: Hlc


class Journal:
    """Reads and appends within one transaction; `save_state` ends what was appended.

    Shape: one that `appends_alone` in its transaction keeps the heads of logs in memory, and what
    was appended (`unwritten`) until it is asked for more than that. Whoever reads these tables
    otherwise has it written before.
    """

    def __init__(self, connection: Connection, *, appends_alone: bool = False) -> None:
        self._db = connection
        self._appends_alone = appends_alone
        self._heads: dict[LogKey, Head | None] = {}
        self.unwritten = Unwritten(connection)
        commits, last, digest, hlc, own = connection.execute(_SQL["state"]).fetchone()
        self.state = _State(
            commits, last, int.from_bytes(digest, "big"), hlc_from_int(hlc), hlc_from_int(own)
        )

    def head(self, log: LogKey) -> Head | None:
        """The head of a log; None if it is not begun. Whoever appends asks the database once."""
        if log in self._heads:
            return self._heads[log]
        key = (log.scope, log.compartment, log.device)
        row = self._db.execute(_SQL["log"], key).fetchone()
        return self._keep(log, Head(row[0], row[1], row[2], row[3], bool(row[4])) if row else None)

    def other_heads(self, log: LogKey, since: int) -> tuple[Dep, ...]:
        """Heads of other devices' logs of the same place that arrived after `since`."""
        self.unwritten.write()
        key = (log.scope, log.compartment, log.device, since, DEPS_PER_COMMIT)
        rows = self._db.execute(_SQL["other_heads"], key)
        return tuple(Dep(DeviceId(device), seq, head[:ID_BYTES]) for device, seq, head in rows)

    def append(self, commit: ReceivedCommit, *, is_fork: bool = False) -> int:
        """Add a commit whose predecessor is there, and move the head. Shape: its place."""
        header = commit.header
        head = self.head(header.log) or self._begin(header.log)
        place = self.unwritten.add(head.row, commit)
        is_forked = head.is_forked or is_fork
        if (header.seq, _descending(commit.id)) > (head.seq, _descending(head.commit)):
            self._set_head(header.log, Head(head.row, header.seq, commit.id, place, is_forked))
            self._move_digest(head.commit, commit.id)
        elif is_forked:
            self._set_head(header.log, replace(head, is_forked=True))
        self.state.commits += 1
        self.state.last_commit = commit.id
        if not self._appends_alone:
            self.unwritten.write()
        return place

    def add_segments(self, place: int, commit: ReceivedCommit) -> None:
        """Keep the segments that came; those that are there already stay as they are."""
        self.unwritten.write()
        pairs = zip(commit.header.segments, commit.signed.segments, strict=True)
        for ref, segment in pairs:
            if segment is not None:
                row = {"place": place, "unit": ref.unit, "segment": segment}
                self._db.execute(_SQL["add_segment"], row)

    def save_state(self) -> None:
        """Write what was appended and the row of the start check, once per transaction."""
        self.unwritten.write()
        state = self.state
        clock = (column(state.hlc), column(state.own_hlc))
        digest = state.digest.to_bytes(HASH_BYTES, "big")
        self._db.execute(_SQL["set_state"], (state.commits, state.last_commit, digest, *clock))

    def ids_at(self, log: LogKey, seq: int) -> frozenset[bytes]:
        """The commits that we hold at a number of a log: several after a fork."""
        head = self.head(log)
        if head is None or seq > head.seq:
            return frozenset()
        if seq == head.seq and not head.is_forked:
            return frozenset({head.commit})
        self.unwritten.write()
        rows = self._db.execute(_SQL["ids_at"], (head.row, seq))
        return frozenset(row[0] for row in rows)

    def place_of(self, beginning: bytes) -> int | None:
        """The place of the commit whose id begins so; None if we do not hold it.

        Units: at least 16 bytes.
        """
        unwritten = self.unwritten.place_of(beginning)
        if unwritten is not None:
            return unwritten
        missing = HASH_BYTES - len(beginning)
        key = (beginning + bytes(missing), beginning + b"\xff" * missing)
        row = self._db.execute(_SQL["place_of"], key).fetchone()
        return int(row[0]) if row else None

    def commit_at(self, place: int) -> ReceivedCommit:
        """Read a commit from its rows, with None for each segment that is gone.

        Raises: IntegrityFault `integrity.database` for a place that is named and not there.
        """
        self.unwritten.write()
        row = self._db.execute(_SQL["commit_at"], (place,)).fetchone()
        if row is None:
            raise IntegrityFault("integrity.database", what="journal.place")
        header_bytes, signature, skeleton = row
        segments = dict(self._db.execute(_SQL["segments_at"], (place,)).fetchall())
        header = decode_header(header_bytes)
        parts = tuple(segments.get(ref.unit) for ref in header.segments)
        signed = SignedCommit(header_bytes, signature, skeleton, parts)
        return ReceivedCommit(commit_id(header_bytes), header, signed)

    def commits(self) -> Iterator[ReceivedCommit]:
        """All commits in causal order."""
        self.unwritten.write()
        for (place,) in self._db.execute(_SQL["places"]):
            yield self.commit_at(place)

    def commits_of(self, log: LogKey, after_seq: int = 0) -> Iterator[ReceivedCommit]:
        """The commits of one log behind a number, in causal order."""
        self.unwritten.write()
        key = (log.scope, log.compartment, log.device, after_seq)
        for (place,) in self._db.execute(_SQL["places_of_log"], key):
            yield self.commit_at(place)

    def heads(self) -> list[LogHead]:
        """The heads of all logs, sorted."""
        self.unwritten.write()
        return [
            LogHead(LogKey(ScopeId(scope), compartment, device), seq, CommitId(head), bool(forked))
            for scope, compartment, device, seq, head, forked in self._db.execute(_SQL["heads"])
        ]

    def _begin(self, log: LogKey) -> Head:
        key = (log.scope, log.compartment, log.device)
        begun = Head(self._db.execute(_SQL["add_log"], key).lastrowid, 0, b"", 0)
        self._keep(log, begun)
        return begun

    def _set_head(self, log: LogKey, head: Head) -> None:
        self.unwritten.set_head(
            head.row, head.seq, head.commit, head.place, is_forked=head.is_forked
        )
        self._keep(log, head)

    def _keep(self, log: LogKey, head: Head | None) -> Head | None:
        if self._appends_alone:
            self._heads[log] = head
        return head

    def _move_digest(self, old: bytes, new: bytes) -> None:
        self.state.digest = moved(self.state.digest, old, new)


def moved(digest: int, old: bytes, new: bytes) -> int:
    """Take one commit id out of a sum of ids and put another in; the order does not matter."""
    return (digest - int.from_bytes(old, "big") + int.from_bytes(new, "big")) % _MODULUS


def column(hlc: Hlc) -> int:
    """Write a hybrid time into a column: a time beyond the year 6429 sorts as that year."""
    return min(hlc.to_int(), _INTEGER_MAX)


def _descending(commit: bytes) -> int:
    return -int.from_bytes(commit, "big")

"""Quarantine: commits that lie in the journal, verified and chained, and are not current.

This module decides how they are kept and what follows for the tables of a case: everything that
was made of its commits is made anew without those that are held, and nothing else changes. It
never decides which commits are held; that follows from acts alone (`domain.cuts`), and this is
only where the answer is written down.

A commit stays in its log, so that the work of colleagues that follows it stays whole, it travels
on to whoever may adopt it, and nothing is ever lost.

Source: sync.md section 13. Threat: T22.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.wire.commit import ReceivedCommit, link_of, ops_of
from nrm_desktop.domain.ids import ID_BYTES, CommitId, DeviceId, FieldId, ScopeId, SignerId
from nrm_desktop.domain.ops import ValueOp
from nrm_desktop.domain.scopes import LogKey
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.projections import Projector
from nrm_desktop.storage.search.index import SearchIndex
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("quarantine")
_TABLES: Final = ("record", "record_place", "superseded_early", "conflict", "scope_line")


@dataclass(frozen=True, slots=True)
class Mark:
    """Why a commit is held, and who took it over in spite of it; then it is current."""

    reason: str
    adopter: SignerId | None = None


@dataclass(frozen=True, slots=True)
class InLog:
    """A commit at its place in a log, without its contents."""

    place: int
    seq: int
    commit: CommitId
    prev: bytes
    signer: SignerId


@dataclass(frozen=True, slots=True)
class Held:
    """A commit that is held. Its text form shows no content."""

    commit: ReceivedCommit
    reason: str


class Quarantine:
    """Reads and writes marks within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def logs(self, scope: ScopeId) -> list[tuple[int, LogKey]]:
        """The logs of a scope with their row."""
        rows = self._db.execute(_SQL["logs"], (scope,)).fetchall()
        return [(row, LogKey(scope, place, DeviceId(device))) for row, place, device in rows]

    def scopes(self) -> list[ScopeId]:
        """All scopes that have a log."""
        return [ScopeId(scope) for (scope,) in self._db.execute(_SQL["scopes"])]

    def commits(self, log: int) -> Iterator[InLog]:
        """The commits of a log in order of arrival."""
        for place, seq, commit, header in self._db.execute(_SQL["headers"], (log,)).fetchall():
            prev, signer = link_of(header)
            yield InLog(place, seq, CommitId(commit), prev, signer)

    def marks(self, scope: ScopeId) -> dict[int, Mark]:
        """What is marked in a scope, by place."""
        rows = self._db.execute(_SQL["marks_of_scope"], (scope,)).fetchall()
        return {place: Mark(reason, _signer(adopter)) for place, reason, adopter in rows}

    def write(
        self, scope: ScopeId, wanted: Mapping[int, tuple[CommitId, Mark]]
    ) -> frozenset[FieldId]:
        """Make the marks of a scope what is wanted, and its tables what follows.

        Shape: the fields of the commits for which something changed; empty if nothing did.
        """
        before = self.marks(scope)
        after = {place: mark for place, (_, mark) in wanted.items()}
        moved = [place for place in {*before, *after} if before.get(place) != after.get(place)]
        if not moved:
            return frozenset()
        for place in moved:
            if place in wanted:
                commit, mark = wanted[place]
                row = (place, commit[:ID_BYTES], scope, mark.reason, mark.adopter)
                self._db.execute(_SQL["set_mark"], row)
            else:
                self._db.execute(_SQL["drop_mark"], (place,))
        remake_scope(self._db, scope)
        journal = Journal(self._db)
        ops = (op for place in moved for op in ops_of(journal.commit_at(place)))
        return frozenset(op.field for op in ops if isinstance(op, ValueOp))

    def count(self) -> int:
        """How many commits are held."""
        return int(self._db.execute(_SQL["count"]).fetchone()[0])

    def held(self) -> Iterator[Held]:
        """All commits that are held, in order of arrival."""
        journal = Journal(self._db)
        for place, reason in self._db.execute(_SQL["held"]).fetchall():
            yield Held(journal.commit_at(place), reason)

    def known(self) -> dict[ScopeId, bytes]:
        """What was known of trust when each scope was last judged."""
        return {ScopeId(scope): known for scope, known in self._db.execute(_SQL["known"])}

    def set_known(self, scope: ScopeId, known: bytes) -> None:
        """Remember what was known when a scope was judged."""
        self._db.execute(_SQL["set_known"], (scope, known))


class Holders:
    """To whom epochs were given, as far as member lists said so here."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def of(self, scope: ScopeId, epoch: bytes) -> frozenset[tuple[DeviceId, int]]:
        """Devices with the compartments whose keys they hold."""
        rows = self._db.execute(_SQL["holders"], (scope, epoch)).fetchall()
        return frozenset((DeviceId(device), place) for device, place in rows)

    def add(self, scope: ScopeId, epoch: bytes, holders: frozenset[tuple[DeviceId, int]]) -> None:
        """Note that devices were given an epoch."""
        rows = [(scope, epoch, device, place) for device, place in sorted(holders)]
        self._db.executemany(_SQL["add_holder"], rows)


def remake_scope(connection: Connection, scope: ScopeId) -> None:
    """Make all that follows from the commits of one scope anew; the caller holds the transaction.

    Nothing of other scopes is read or written.
    """
    search = SearchIndex(connection)
    connection.execute(_SQL["drop_standing"], (scope,))
    search.refresh_scope(scope)
    for table in _TABLES:
        connection.execute(_SQL[f"drop_{table}"], (scope,))
    journal = Journal(connection)
    projector = Projector(connection, journal, search)
    for (place,) in connection.execute(_SQL["places"], (scope,)).fetchall():
        commit = journal.commit_at(place)
        projector.gather(commit.id, commit.header, ops_of(commit))
    projector.settle()


def _signer(adopter: bytes | None) -> SignerId | None:
    return None if adopter is None else SignerId(adopter)

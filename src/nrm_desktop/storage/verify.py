"""Checks of a database: a quick one at every start, a deep one that reads everything (P7, P8).

This module decides what is compared with what. It repairs nothing (P9), and it never decides about
keys: whether a signature is right is asked of whoever holds the public keys.

- Quick: the row that every commit updates, against the last commit. Its cost does not grow.
- Deep: every page, every hash, every link, every head, the audit chain, and all projections made
  anew beside the stored ones (in temporary tables of this connection, which stay in memory).

Source: storage-security.md section 7; cli.md `vault verify`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.wire.commit import ReceivedCommit, check_parts
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.storage.access_log import broken_link
from nrm_desktop.storage.engine import Connection, integrity_problems, snapshot
from nrm_desktop.storage.journal import Journal, moved
from nrm_desktop.storage.projections import TABLES, digests, rebuild
from nrm_desktop.storage.search.filling import is_filled
from nrm_desktop.storage.search.index import SEARCH_TABLES, full_text_problems
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("check")
_JOURNAL: Final = load_statements("journal")

SignatureCheck = Callable[[ReceivedCommit], bool]
"""Says whether the signature of a commit is right, and its signer known."""


@dataclass(frozen=True, slots=True)
class BadCommit:
    """A commit that is not as it should be. Shape: `what` names the check that failed."""

    commit: str
    what: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a deep check found. Shape: empty lists and None mean that nothing is wrong."""

    file: tuple[str, ...]
    commits: int
    logs: int
    bad: tuple[BadCommit, ...]
    state: tuple[str, ...]
    stale_tables: tuple[str, ...]
    broken_audit_row: int | None

    @property
    def is_sound(self) -> bool:
        """True if nothing is wrong."""
        found = (*self.file, *self.bad, *self.state, *self.stale_tables)
        return not found and self.broken_audit_row is None


def start_problems(connection: Connection) -> list[str]:
    """The quick check of every start. Shape: names of what does not fit; empty if all does."""
    state = Journal(connection).state
    last = connection.execute(_SQL["last_place"]).fetchone() or (0, b"")
    problems = []
    if last[1] != state.last_commit:
        problems.append("journal.last_commit")
    if last[0] != state.commits:
        problems.append("journal.commits")
    return problems


def verify_database(connection: Connection, is_signed: SignatureCheck) -> VerifyReport:
    """Check everything. Use a connection of its own: it leaves nothing behind but takes a while."""
    file = integrity_problems(connection)
    with snapshot(connection):
        stale = _stale_tables(connection)
    stale += full_text_problems(connection)
    with snapshot(connection):
        commits, logs = connection.execute(_JOURNAL["counts"]).fetchone()
        return VerifyReport(
            tuple(file),
            commits,
            logs,
            tuple(_bad_commits(connection, is_signed)),
            (*start_problems(connection), *_head_problems(connection)),
            tuple(stale),
            broken_link(connection),
        )


def _bad_commits(connection: Connection, is_signed: SignatureCheck) -> Iterator[BadCommit]:
    journal = Journal(connection)
    known: dict[tuple[int, int], set[bytes]] = {}
    for place, log, seq, stored_id in connection.execute(_JOURNAL["chain"]):
        known.setdefault((log, seq), set()).add(stored_id)
        what = _fault_at(journal, place, stored_id, is_signed)
        if not what and seq > 1:
            prev = journal.commit_at(place).header.prev
            what = "" if prev in known.get((log, seq - 1), ()) else "prev"
        if what:
            yield BadCommit(stored_id.hex(), what)


def _fault_at(journal: Journal, place: int, stored_id: bytes, is_signed: SignatureCheck) -> str:
    try:
        commit = journal.commit_at(place)
        check_parts(commit)
    except HostileInput as error:
        return str(error.params.get("what", "format"))
    if commit.id != stored_id:
        return "id"
    if any(journal.place_of(dep.commit) is None for dep in commit.header.deps):
        return "deps"
    return "" if is_signed(commit) else "signature"


def _head_problems(connection: Connection) -> list[str]:
    """Compare the stored heads with the commits, and their sum with the row of the start check."""
    highest: dict[int, tuple[int, int]] = {}
    for _, log, seq, commit in connection.execute(_JOURNAL["chain"]):
        mine = (seq, -int.from_bytes(commit, "big"))
        highest[log] = max(highest.get(log, mine), mine)
    problems, digest = [], 0
    for log, seq, head, _ in connection.execute(_JOURNAL["head_rows"]):
        digest = moved(digest, b"", head)
        if highest.pop(log, None) != (seq, -int.from_bytes(head, "big")):
            problems.append("journal.head")
    if highest:
        problems.append("journal.log")
    if digest != Journal(connection).state.digest:
        problems.append("journal.digest")
    return problems


def _stale_tables(connection: Connection) -> list[str]:
    """Make the projections anew beside the stored ones; a temporary table hides its namesake."""
    stored = digests(connection)
    for table in TABLES:
        sql = connection.execute(_SQL["table_sql"], (table,)).fetchone()[0]
        connection.execute(sql.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
    try:
        rebuild(connection, has_full_text=False)
    except HostileInput:  # the journal itself is damaged, so nothing can be confirmed
        return list(TABLES)
    remade = digests(connection)
    compared = (
        TABLES if is_filled(connection) else tuple(t for t in TABLES if t not in SEARCH_TABLES)
    )
    return [table for table in compared if stored[table] != remade[table]]

"""Checks of a database: a quick one at every start, a deep one that reads everything (P7, P8).

This module decides what is compared with what. It repairs nothing (P9), and it never decides about
keys: whether a signature is right is asked of whoever holds the public keys.

- Quick: the row that every commit updates, against the last commit. Its cost does not grow.
- Deep: every page, every hash, every link, every head, the audit chain, and all projections made
  anew beside the stored ones (in temporary tables of this connection, which stay in memory).

Source: storage-security.md section 7; cli.md `vault verify`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nrm_desktop.app.wire.commit import ReceivedCommit, check_parts, ops_of
from nrm_desktop.domain.errors import HostileInput, IntegrityFault
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.storage.access_log import broken_link
from nrm_desktop.storage.engine import Connection, integrity_problems, snapshot, translated
from nrm_desktop.storage.journal import Journal, moved
from nrm_desktop.storage.projections import TABLES, Projector, digests
from nrm_desktop.storage.search.filling import is_filled
from nrm_desktop.storage.search.index import SEARCH_TABLES, SearchIndex, full_text_problems
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("check")
_JOURNAL: Final = load_statements("journal")

SignatureCheck = Callable[[ReceivedCommit], bool]
"""Says whether the signature of a commit is right, and its signer known."""
_BATCH: Final = 200
"""Commits per read transaction and per step: about what is checked within 250 ms."""
_SCOPE_TABLES: Final = ("record", "record_place", "standing", "conflict", "scope_line")
"""What screens show of a case; what is only searched is left to the deep check."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a deep check is. Units: steps; each commit is read twice."""

    done: int
    total: int


Watch = Callable[[Progress], None]
"""Told between two steps of a check. It may wait there, so that a save goes first, or raise."""


def _unwatched(_: Progress) -> None:
    """Nobody looks on."""


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
    def places(self) -> tuple[str, ...]:
        """Where something is wrong, each place once; never a word of a case."""
        audit = () if self.broken_audit_row is None else (f"audit.{self.broken_audit_row}",)
        bad = (f"commit.{bad.commit[:16]}.{bad.what}" for bad in self.bad)
        found = (*("file" for _ in self.file), *bad, *self.state, *self.stale_tables, *audit)
        return tuple(dict.fromkeys(found))

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


def verify_database(
    connection: Connection, is_signed: SignatureCheck, watch: Watch = _unwatched
) -> VerifyReport:
    """Check everything. Use a connection of its own: it leaves nothing behind but takes a while.

    A page that cannot be read ends one part of the check, and the next one goes on.
    Raises: what `watch` raises; nothing is left behind then either.
    """
    file = integrity_problems(connection, is_deep=True)
    with translated():
        commits, logs = connection.execute(_JOURNAL["counts"]).fetchone()
    steps = _Steps(watch, commits)
    bad: list[BadCommit] = []
    chain = steps.through(_chain(connection))
    unread = _readable(lambda: bad.extend(_bad_commits(connection, is_signed, chain)), "journal")
    stale: list[str] = []
    unread += _readable(lambda: stale.extend(_stale_tables(connection, steps)), "projections")
    unread += _readable(lambda: stale.extend(full_text_problems(connection)), "search")
    state: list[str] = []
    unread += _readable(lambda: state.extend(_state_problems(connection)), "heads")
    links: list[int | None] = [None]
    unread += _readable(lambda: links.append(broken_link(connection)), "audit")
    return VerifyReport(
        tuple(file), commits, logs, tuple(bad), (*state, *unread), tuple(stale), links[-1]
    )


def _readable(part: Callable[[], None], name: str) -> tuple[str, ...]:
    """Do a part of the check. Shape: its name, if something in it could not be read."""
    try:
        with translated():
            part()
    except (IntegrityFault, HostileInput):
        return (f"{name}.unreadable",)
    return ()


def scope_problems(
    connection: Connection, scope: ScopeId, is_signed: SignatureCheck
) -> tuple[str, ...]:
    """Check all that is shown of one case: its commits, the ends of its logs, its derived rows.

    Shape: names of what is wrong; a page that cannot be read is one of them. The connection must
    allow temporary tables, and be in no transaction.
    """
    try:
        with snapshot(connection):
            rows = connection.execute(_SQL["chain_of_scope"], (scope,)).fetchall()
            bad = [each.what for each in _bad_commits(connection, is_signed, rows)]
            heads = connection.execute(_SQL["heads_of_scope"], (scope,)).fetchall()
            return (*bad, *_ends(rows, heads), *_stale_rows(connection, scope, rows))
    except (IntegrityFault, HostileInput) as error:
        return (error.code,)


class _Steps:
    """Counts the steps of a check, and lets whoever looks on have a word now and then."""

    def __init__(self, watch: Watch, commits: int) -> None:
        self._watch = watch
        self._done, self._total = 0, max(2 * commits, 1)
        watch(Progress(0, self._total))

    def through(self, each: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        for one in each:
            yield one
            self._done += 1
            if self._done % _BATCH == 0:
                self._watch(Progress(min(self._done, self._total), self._total))


def _chain(connection: Connection) -> Iterator[Sequence[Any]]:
    """All commits in batches, so that no long reading keeps a WAL from being cut.

    What is committed meanwhile stands behind the last place and is not looked at.
    """
    last, after = (connection.execute(_SQL["last_place"]).fetchone() or (0, b""))[0], 0
    while rows := connection.execute(_SQL["chain_after"], (after, last, _BATCH)).fetchall():
        yield from rows
        after = rows[-1][0]


def _state_problems(connection: Connection) -> tuple[str, ...]:
    with snapshot(connection):
        rows = connection.execute(_JOURNAL["chain"])
        heads = connection.execute(_JOURNAL["head_rows"]).fetchall()
        problems = (*start_problems(connection), *_ends(rows, heads))
        digest = 0
        for _, _, head, _ in heads:
            digest = moved(digest, b"", head)
        is_same = digest == Journal(connection).state.digest
        return problems if is_same else (*problems, "journal.digest")


def _bad_commits(
    connection: Connection, is_signed: SignatureCheck, rows: Iterable[Sequence[Any]]
) -> Iterator[BadCommit]:
    journal = Journal(connection)
    known: dict[tuple[int, int], set[bytes]] = {}
    for place, log, seq, stored_id in rows:
        known.setdefault((log, seq), set()).add(stored_id)
        what = _fault_at(journal, place, stored_id, is_signed)
        if not what and seq > 1:
            prev = journal.commit_at(place).header.prev
            what = "" if prev in known.get((log, seq - 1), ()) else "prev"
        if what:
            yield BadCommit(stored_id.hex(), what)


def _fault_at(journal: Journal, place: int, stored_id: bytes, is_signed: SignatureCheck) -> str:
    try:
        with translated():
            commit = journal.commit_at(place)
        check_parts(commit)
    except (HostileInput, IntegrityFault) as error:
        return str(error.params.get("what", "unreadable"))
    if commit.id != stored_id:
        return "id"
    if any(journal.place_of(dep.commit) is None for dep in commit.header.deps):
        return "deps"
    return "" if is_signed(commit) else "signature"


def _ends(rows: Iterable[Sequence[Any]], heads: Iterable[Sequence[Any]]) -> list[str]:
    """Compare the stored heads of logs with their commits."""
    highest: dict[int, tuple[int, int]] = {}
    for _, log, seq, commit in rows:
        mine = (seq, -int.from_bytes(commit, "big"))
        highest[log] = max(highest.get(log, mine), mine)
    problems = [
        "journal.head"
        for log, seq, head, _ in heads
        if highest.pop(log, None) != (seq, -int.from_bytes(head, "big"))
    ]
    return [*problems, "journal.log"] if highest else problems


def _stale_tables(connection: Connection, steps: _Steps) -> list[str]:
    """Make the projections anew beside the stored ones, and compare.

    One snapshot holds for all of it, because both sides have to be of the same moment.
    """
    with snapshot(connection):
        stored, is_searched = digests(connection), is_filled(connection)
        _hide_stored(connection)
        places = connection.execute(_JOURNAL["places"]).fetchall()
        if not _remake(connection, steps.through(places)):
            return list(TABLES)
        remade = digests(connection)
    compared = TABLES if is_searched else tuple(t for t in TABLES if t not in SEARCH_TABLES)
    return [table for table in compared if stored[table] != remade[table]]


def _stale_rows(
    connection: Connection, scope: ScopeId, rows: Iterable[Sequence[Any]]
) -> Iterator[str]:
    """Make the derived rows of one scope anew beside the stored ones, and name what differs."""
    stored = _rows_of(connection, scope)
    _hide_stored(connection)
    if not _remake(connection, rows):
        yield "journal"
        return
    remade = _rows_of(connection, scope)
    yield from (table for table in _SCOPE_TABLES if stored[table] != remade[table])


def _rows_of(connection: Connection, scope: ScopeId) -> dict[str, list[Any]]:
    return {
        table: connection.execute(_SQL[f"{table}_of_scope"], (scope,)).fetchall()
        for table in _SCOPE_TABLES
    }


def _hide_stored(connection: Connection) -> None:
    """Let empty temporary tables hide the stored ones until the transaction ends; in memory.

    The names of the temporary schema win, so the same statements read the one and then the other.
    """
    for table in TABLES:
        sql = connection.execute(_SQL["table_sql"], (table,)).fetchone()[0]
        connection.execute(sql.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))


def _remake(connection: Connection, rows: Iterable[Sequence[Any]]) -> bool:
    """Apply commits to the tables that are in sight. Shape: each row begins with a place.

    False where the journal contradicts itself: then nothing that follows from it can be confirmed.
    """
    journal = Journal(connection)
    projector = Projector(connection, journal, SearchIndex(connection, has_full_text=False))
    try:
        for place, *_ in rows:
            with translated():
                commit = journal.commit_at(place)
                projector.apply(commit.id, commit.header, ops_of(commit))
    except (HostileInput, IntegrityFault):
        return False
    return True

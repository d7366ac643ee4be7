"""Projections: operations become rows, in the transaction of their commit.

This module decides which rows follow from a commit. The tables depend on the set of commits
alone, never on the order of arrival: `rebuild` from the journal gives them byte for byte. The
rules of merging are those of `domain.registers`; a property test compares the two.

- What stands is decided while commits are gathered (`gathering`).
- What can be searched follows what stands (`search.index`).

Source: storage-security.md section 7; sync.md section 3.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain
from typing import Final

from nrm_desktop.app.wire.commit import CommitHeader, ops_of
from nrm_desktop.app.wire.hashes import HASH_BYTES
from nrm_desktop.app.wire.operations import keep_answer, kept_answer
from nrm_desktop.domain.attachments import without_key
from nrm_desktop.domain.ids import ID_BYTES, FieldId, OpId, RecordId, ScopeId, SignerId
from nrm_desktop.domain.ops import Op, ValueOp
from nrm_desktop.domain.registers import LASTING, REGISTER_KINDS, is_conflict
from nrm_desktop.domain.values import Answer
from nrm_desktop.storage.case_line import LineCell, case_line, concerns_line, line_query
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.gathering import Gathered, Register, StandingRow
from nrm_desktop.storage.journal import Journal, moved
from nrm_desktop.storage.search.index import SearchIndex
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("projections")
TABLES: Final = (
    "record",
    "record_place",
    "standing",
    "superseded_early",
    "conflict",
    "scope_line",
    "search_text",
    "person_name",
)
_AT_ONCE: Final = 5_000
"""Registers that are held in memory at most."""

Touched = tuple[RecordId, FieldId]


class Projector:
    """Applies commits to the projections of one connection, inside its transaction.

    Shape: commits are gathered, and written by `settle`, which whoever gathers calls before
    anything is read and before COMMIT: of many commits of a colleague only what stands in the end
    has to be written.
    """

    def __init__(
        self, connection: Connection, journal: Journal, search: SearchIndex | None = None
    ) -> None:
        self._db = connection
        self._journal = journal
        self._search = SearchIndex(connection) if search is None else search
        self._gathered = Gathered(connection, journal)

    def apply(self, commit: bytes, header: CommitHeader, ops: Sequence[Op]) -> list[Touched]:
        """Apply a commit that was just appended. Shape: the fields it touched, each once."""
        touched = self.gather(commit, header, ops)
        self.settle()
        return touched

    def gather(self, commit: bytes, header: CommitHeader, ops: Sequence[Op]) -> list[Touched]:
        """Take a commit that was just appended. Shape: the fields it touched, each once."""
        touched = self._gathered.add(commit, header, ops)
        if len(self._gathered.registers) > _AT_ONCE:
            self.settle()
        return [(record, field) for _, record, field, _ in touched]

    def settle(self) -> None:
        """Write what was gathered."""
        if not self._gathered.scopes:
            return
        gathered, self._gathered = self._gathered, Gathered(self._db, self._journal)
        fresh = gathered.write()
        for register, has_superseded in gathered.registers.items():
            if register[:2] in fresh:
                new = gathered.standing.get(register, {}).values()
                if len(new) > 1:
                    _note_new_conflict(self._db, register, new)
                if self._search.is_searched(register[2]):
                    self._search.add_new(register, new)
            else:
                _note_conflict(self._db, register, may_end=has_superseded)
                self._search.refresh(register)
        self._search.settle()
        for scope, commits in gathered.scopes.items():
            self._move_line(scope, commits)
        for scope in gathered.concerned:
            self._make_case_line(scope)

    def fill(self, commit: bytes, header: CommitHeader, ops: Sequence[Op]) -> Iterator[Touched]:
        """Put in values that arrived later than their operation."""
        self.settle()
        touched: dict[Register, None] = {}
        for index, op in enumerate(ops):
            if isinstance(op, ValueOp) and op.answer is not None:
                register = (header.scope, op.record, op.field, header.compartment)
                row = (keep_answer(op.answer), *register, commit[:ID_BYTES], index)
                if self._db.execute(_SQL["fill"], row).rowcount:
                    touched[register] = None
        self._look_again(header.scope, touched)
        yield from ((record, field) for _, record, field, _ in touched)

    def forget(self, commit: bytes, header: CommitHeader, ops: Sequence[Op]) -> None:
        """Take back what was made of values of a commit that are gone: they stand as erased."""
        self.settle()
        touched: dict[Register, None] = {}
        for index, op in enumerate(ops):
            if isinstance(op, ValueOp) and op.answer is None:
                register = (header.scope, op.record, op.field, header.compartment)
                row = (*register, commit[:ID_BYTES], index)
                if self._db.execute(_SQL["forget"], row).rowcount:
                    touched[register] = None
        self._look_again(header.scope, touched)

    def _look_again(self, scope: ScopeId, touched: Collection[Register]) -> None:
        for register in touched:
            _note_conflict(self._db, register)
            self._search.refresh(register)
        self._search.settle()
        if any(concerns_line(field) for _, _, field, _ in touched):
            self._make_case_line(scope)

    def _move_line(self, scope: ScopeId, commits: Sequence[tuple[int, bytes]]) -> None:
        row = self._db.execute(_SQL["scope_line"], (scope,)).fetchone()
        digest = int.from_bytes(row[0], "big") if row else 0
        for _, commit in commits:
            digest = moved(digest, b"", commit)
        changed = max(hlc for hlc, _ in commits)
        added = (scope, changed, len(commits), digest.to_bytes(HASH_BYTES, "big"))
        self._db.execute(_SQL["add_to_scope"], added)

    def _make_case_line(self, scope: ScopeId) -> None:
        rows = self._db.execute(_SQL["scope_cells"], (scope, *line_query()))
        cells = (
            LineCell(
                RecordId(record),
                FieldId(field),
                compartment,
                answer_of(answer),
                OpId(commit, index),
                SignerId(signer),
            )
            for record, field, compartment, answer, _, commit, index, signer in rows
        )
        self._db.execute(_SQL["set_case_line"], (*case_line(cells), scope))


def rebuild(connection: Connection, *, has_full_text: bool = True) -> None:
    """Make all projections anew from the journal; the caller holds the transaction.

    Shape: without `has_full_text` only tables are made, beside others that keep their full text.
    """
    search = SearchIndex(connection, has_full_text=has_full_text)
    search.empty()
    for table in TABLES:
        connection.execute(_SQL[f"clear_{table}"])
    journal = Journal(connection)
    projector = Projector(connection, journal, search)
    for commit in journal.commits():
        projector.gather(commit.id, commit.header, ops_of(commit))
    projector.settle()


def digests(connection: Connection) -> dict[str, str]:
    """Name the content of each projection table: equal tables have equal digests."""
    return {table: _digest(connection.execute(_SQL[f"all_{table}"])) for table in TABLES}


def answer_of(data: bytes | None) -> Answer | None:
    """Read the answer of a row; None if the value was erased or withheld.

    The key of an attachment is not given out here: `storage.attachments` alone reads it.
    """
    return None if data is None else without_key(kept_answer(data))


def _note_new_conflict(
    connection: Connection, register: Register, rows: Collection[StandingRow]
) -> None:
    """The same for a register of which everything is known."""
    if register[2] not in LASTING:
        held = [row.answer for row in rows if row.kind in REGISTER_KINDS]
        if is_conflict(held):
            connection.execute(_SQL["note_conflict"], register)


def _note_conflict(connection: Connection, register: Register, *, may_end: bool = True) -> None:
    if register[2] in LASTING:
        return
    rows = connection.execute(_SQL["register"], register).fetchall()
    held = [answer for kind, answer in rows if kind in REGISTER_KINDS]
    if len(held) > 1 and is_conflict(map(answer_of, held)):
        connection.execute(_SQL["note_conflict"], register)
    elif may_end or len(held) > 1:
        connection.execute(_SQL["drop_conflict"], register)


def _digest(rows: Iterable[Sequence[object]]) -> str:
    total = sha256()
    for row in rows:
        for value in chain(row, ("\n",)):
            data = value if isinstance(value, bytes) else repr(value).encode()
            total.update(len(data).to_bytes(4, "big") + data)
    return total.hexdigest()

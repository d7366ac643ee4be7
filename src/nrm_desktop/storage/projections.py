"""Projections: operations become rows, in the transaction of their commit.

This module decides which rows follow from a commit. The tables depend on the set of commits
alone, never on the order of arrival: `rebuild` from the journal gives them byte for byte. The
rules of merging are those of `domain.registers`; a property test compares the two.

- An operation is superseded only by one of the same scope, compartment, record and field.
- One that was named before it came is remembered, so that it does not stand when it comes.
- In the register of consents nothing is superseded (`registers.LASTING`).
- What can be searched follows what stands (`search.index`).

Source: storage-security.md section 7; sync.md section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.wire.commit import CommitHeader, ops_of
from nrm_desktop.app.wire.hashes import HASH_BYTES
from nrm_desktop.app.wire.operations import keep_answer, kept_answer
from nrm_desktop.domain.attachments import without_key
from nrm_desktop.domain.ids import ID_BYTES, FieldId, OpId, RecordId, ScopeId
from nrm_desktop.domain.ops import Op, OpenRecord, OpKind, Tombstone, ValueOp
from nrm_desktop.domain.registers import (
    ELEMENT_KINDS,
    LASTING,
    REGISTER_KINDS,
    STANDING_KINDS,
    SUPERSEDES,
    is_conflict,
)
from nrm_desktop.domain.values import Answer
from nrm_desktop.storage.case_line import LineCell, case_line, concerns_line, line_query
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.journal import Journal, column, moved
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
_KINDS_TAKEN: Final[Mapping[OpKind, tuple[int, int]]] = MappingProxyType(
    {
        kind: (min(taken), max(taken))
        for kind, taken in SUPERSEDES.items()
        if taken in (REGISTER_KINDS, ELEMENT_KINDS)
    }
)
"""For the statement that takes two kinds: both sets of kinds have exactly two."""

Touched = tuple[RecordId, FieldId]
_Register = tuple[ScopeId, RecordId, FieldId, int]


class Projector:
    """Applies commits to the projections of one connection, inside its transaction."""

    def __init__(
        self, connection: Connection, journal: Journal, search: SearchIndex | None = None
    ) -> None:
        self._db = connection
        self._journal = journal
        self._search = SearchIndex(connection) if search is None else search

    def apply(self, commit: bytes, header: CommitHeader, ops: Sequence[Op]) -> list[Touched]:
        """Apply a commit that was just appended. Shape: the fields it touched, each once."""
        step = _Step(self._db, self._journal, commit[:ID_BYTES], header)
        for index, op in enumerate(ops):
            match op:
                case ValueOp():
                    step.put_value(index, op)
                case OpenRecord():
                    step.open_record(index, op)
                case Tombstone():
                    key = (op.record, header.scope, header.compartment)
                    self._db.execute(_SQL["note_closed"], key)
        step.finish()
        touched = list(step.registers)
        for register in touched:
            self._search.refresh(register)
        self._move_line(commit, header, touched)
        return [(record, field) for _, record, field, _ in touched]

    def fill(self, commit: bytes, header: CommitHeader, ops: Sequence[Op]) -> Iterator[Touched]:
        """Put in values that arrived later than their operation."""
        touched: dict[_Register, None] = {}
        for index, op in enumerate(ops):
            if isinstance(op, ValueOp) and op.answer is not None:
                register = (header.scope, op.record, op.field, header.compartment)
                row = (keep_answer(op.answer), *register, commit[:ID_BYTES], index)
                if self._db.execute(_SQL["fill"], row).rowcount:
                    touched[register] = None
        for register in touched:
            _note_conflict(self._db, register)
            self._search.refresh(register)
        if any(concerns_line(field) for _, _, field, _ in touched):
            self._make_case_line(header.scope)
        yield from ((record, field) for _, record, field, _ in touched)

    def forget(self, commit: bytes, header: CommitHeader, ops: Sequence[Op]) -> None:
        """Take back what was made of values of a commit that are gone: they stand as erased."""
        touched: dict[_Register, None] = {}
        for index, op in enumerate(ops):
            if isinstance(op, ValueOp) and op.answer is None:
                register = (header.scope, op.record, op.field, header.compartment)
                row = (*register, commit[:ID_BYTES], index)
                if self._db.execute(_SQL["forget"], row).rowcount:
                    touched[register] = None
        for register in touched:
            _note_conflict(self._db, register)
            self._search.refresh(register)
        if any(concerns_line(field) for _, _, field, _ in touched):
            self._make_case_line(header.scope)

    def _move_line(self, commit: bytes, header: CommitHeader, touched: list[_Register]) -> None:
        scope = header.scope
        row = self._db.execute(_SQL["scope_line"], (scope,)).fetchone()
        digest = moved(int.from_bytes(row[0], "big") if row else 0, b"", commit)
        added = (scope, column(header.hlc), digest.to_bytes(HASH_BYTES, "big"))
        self._db.execute(_SQL["add_to_scope"], added)
        if any(concerns_line(field) for _, _, field, _ in touched):
            self._make_case_line(scope)

    def _make_case_line(self, scope: ScopeId) -> None:
        rows = self._db.execute(_SQL["scope_cells"], (scope, *line_query()))
        cells = (
            LineCell(RecordId(record), FieldId(field), compartment, answer_of(answer))
            for record, field, compartment, answer, *_ in rows
        )
        self._db.execute(_SQL["set_case_line"], (*case_line(cells), scope))


class _Step:
    """One commit on its way into the tables."""

    def __init__(
        self, connection: Connection, journal: Journal, commit: bytes, header: CommitHeader
    ) -> None:
        self._db = connection
        self._journal = journal
        self._commit = commit
        self._header = header
        self._early = frozenset(connection.execute(_SQL["early"], (commit,)).fetchall())
        self.registers: dict[_Register, bool] = {}
        """Touched register -> whether something in it was superseded."""
        self._author = (column(header.hlc), header.signer, header.device, header.flags)

    def put_value(self, index: int, op: ValueOp) -> None:
        header = self._header
        register = (header.scope, op.record, op.field, header.compartment)
        if op.kind in SUPERSEDES and op.field not in LASTING:
            for named in op.replaces:
                self._supersede(register, op.kind, named)
        self.registers[register] = self.registers.get(register, False) or bool(op.replaces)
        if op.kind not in STANDING_KINDS or self._was_named(register, index, op.kind):
            return
        answer = None if op.answer is None else keep_answer(op.answer)
        place = (*register, self._commit, index, int(op.kind), answer)
        self._db.execute(_SQL["let_stand"], (*place, *self._author))

    def open_record(self, index: int, op: OpenRecord) -> None:
        scope, compartment = self._header.scope, self._header.compartment
        row = (op.record, scope, op.form, op.parent, op.order, op.compartment)
        self._db.execute(_SQL["open_record"], (*row, self._commit, index))
        self._db.execute(_SQL["note_opened"], (op.record, scope, compartment))

    def finish(self) -> None:
        if self._early:
            self._db.execute(_SQL["drop_early"], (self._commit,))
        for scope, record in {(scope, record) for scope, record, _, _ in self.registers}:
            self._db.execute(_SQL["note_record"], (record, scope))
        for register, has_superseded in self.registers.items():
            _note_conflict(self._db, register, may_end=has_superseded)

    def _supersede(self, register: _Register, kind: OpKind, named: OpId) -> None:
        key = (*register, named.commit, named.index, *_KINDS_TAKEN[kind])
        if self._db.execute(_SQL["supersede"], key).rowcount:
            return
        if self._journal.place_of(named.commit) is None:
            early = (named.commit, named.index, *register, int(kind))
            self._db.execute(_SQL["note_early"], early)

    def _was_named(self, register: _Register, index: int, kind: OpKind) -> bool:
        return bool(self._early) and any(
            (index, *register, int(later)) in self._early
            for later, taken in SUPERSEDES.items()
            if kind in taken
        )


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
        projector.apply(commit.id, commit.header, ops_of(commit))


def digests(connection: Connection) -> dict[str, str]:
    """Name the content of each projection table: equal tables have equal digests."""
    return {table: _digest(connection.execute(_SQL[f"all_{table}"])) for table in TABLES}


def answer_of(data: bytes | None) -> Answer | None:
    """Read the answer of a row; None if the value was erased or withheld.

    The key of an attachment is not given out here: `storage.attachments` alone reads it.
    """
    return None if data is None else without_key(kept_answer(data))


def _note_conflict(connection: Connection, register: _Register, *, may_end: bool = True) -> None:
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

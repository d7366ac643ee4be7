"""What commits come to before it is written: the values that stand, the records that are open.

This module decides which operations stand, in memory for what came together and against the tables
for what was there before. Of a hundred changes to a field only the last one is ever written.

- An operation is superseded only by one of the same scope, compartment, record and field.
- One that was named before it came is remembered, so that it does not stand when it comes.
- In the register of consents nothing is superseded (`registers.LASTING`).
- A commit in quarantine comes to nothing, and one that was adopted stands in the adopter's name.

Source: storage-security.md section 7; sync.md section 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from nrm_desktop.app.wire.commit import CommitHeader
from nrm_desktop.app.wire.operations import keep_answer
from nrm_desktop.domain.ids import ID_BYTES, FieldId, OpId, RecordId, ScopeId, SignerId
from nrm_desktop.domain.ops import Op, OpenRecord, OpKind, Tombstone, ValueOp
from nrm_desktop.domain.registers import (
    ELEMENT_KINDS,
    LASTING,
    REGISTER_KINDS,
    STANDING_KINDS,
    SUPERSEDES,
)
from nrm_desktop.domain.values import Answer
from nrm_desktop.storage.case_line import concerns_line
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.journal import Journal, column
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("projections")
_QUARANTINE: Final = load_statements("quarantine")
_KINDS_TAKEN: Final[Mapping[OpKind, tuple[int, int]]] = MappingProxyType(
    {
        kind: (min(taken), max(taken))
        for kind, taken in SUPERSEDES.items()
        if taken in (REGISTER_KINDS, ELEMENT_KINDS)
    }
)
"""For the statement that takes two kinds: both sets of kinds have exactly two."""

_AUTHOR: Final = 4
"""Where a row that stands begins to say when and by whom."""
Register = tuple[ScopeId, RecordId, FieldId, int]
_OpKey = tuple[bytes, int]


class StandingRow(NamedTuple):
    """A value that stands and is not written yet."""

    commit: bytes
    number: int
    kind: OpKind
    answer: Answer | None
    hlc: int
    signer: bytes
    device: bytes
    flags: int


class Gathered:
    """Commits on their way into the tables, in the order in which they were appended.

    Shape: `standing` holds what stands of them in each register; `registers` are those they
    touched, and whether something was superseded there; `scopes` the commits of each scope with
    their time; `concerned` the scopes whose line in the list may change.
    """

    def __init__(self, connection: Connection, journal: Journal) -> None:
        self._db = connection
        self._journal = journal
        self.standing: dict[Register, dict[_OpKey, StandingRow]] = {}
        self.registers: dict[Register, bool] = {}
        self.scopes: dict[ScopeId, list[tuple[int, bytes]]] = {}
        self.concerned: set[ScopeId] = set()
        self._commits: set[bytes] = set()
        self._opened: list[tuple[object, ...]] = []
        self._places: dict[tuple[object, ...], None] = {}
        self._closed: dict[tuple[object, ...], None] = {}
        self._has_early: bool | None = None
        self._has_marks: bool | None = None

    def add(self, commit: bytes, header: CommitHeader, ops: Sequence[Op]) -> Sequence[Register]:
        """Take one commit. Shape: the registers it touched, each once."""
        mark = self._mark(commit[:ID_BYTES])
        if mark is not None and mark[1] is None:
            return ()
        step = _Step(commit[:ID_BYTES], header, self._early(commit[:ID_BYTES]))
        if mark is not None:
            step.author = (step.hlc, SignerId(mark[1] or b""), header.device, header.flags)
        touched: dict[Register, None] = {}
        for index, op in enumerate(ops):
            match op:
                case ValueOp():
                    touched[self._put_value(step, index, op)] = None
                case OpenRecord():
                    self._open_record(step, index, op)
                case Tombstone():
                    self._closed[op.record, header.scope, header.compartment] = None
        self._commits.add(step.commit)
        self.scopes.setdefault(header.scope, []).append((step.hlc, commit))
        if any(map(concerns_line, {field for _, _, field, _ in touched})):
            self.concerned.add(header.scope)
        return list(touched)

    def write(self) -> frozenset[tuple[ScopeId, RecordId]]:
        """Write records and what stands. Shape: the records of which nothing was known before."""
        fresh = set()
        for scope, record in {(scope, record) for scope, record, _, _ in self.registers}:
            if self._db.execute(_SQL["note_record"], (record, scope)).rowcount:
                fresh.add((scope, record))
        self._db.executemany(_SQL["open_record"], self._opened)
        self._db.executemany(_SQL["note_opened"], list(self._places))
        self._db.executemany(_SQL["note_closed"], list(self._closed))
        rows = sorted(  # as they lie in the table: a page is written once
            (*register, row.commit, row.number, int(row.kind), _kept(row.answer), *row[_AUTHOR:])
            for register, found in self.standing.items()
            for row in found.values()
        )
        self._db.executemany(_SQL["let_stand"], rows)
        return frozenset(fresh)

    def _put_value(self, step: _Step, index: int, op: ValueOp) -> Register:
        register = (step.scope, op.record, op.field, step.compartment)
        if op.replaces and op.kind in SUPERSEDES and op.field not in LASTING:
            for named in op.replaces:
                self._supersede(step, register, op.kind, named)
        self.registers[register] = self.registers.get(register, False) or bool(op.replaces)
        if op.kind in STANDING_KINDS and not step.was_named(register, index, op.kind):
            row = StandingRow(step.commit, index, op.kind, op.answer, *step.author)
            self.standing.setdefault(register, {})[step.commit, index] = row
        return register

    def _open_record(self, step: _Step, index: int, op: OpenRecord) -> None:
        row = (op.record, step.scope, op.form, op.parent, op.order, op.compartment)
        self._opened.append((*row, step.commit, index))
        self._places[op.record, step.scope, step.compartment] = None

    def _supersede(self, step: _Step, register: Register, kind: OpKind, named: OpId) -> None:
        held = self.standing.get(register, {})
        row = held.get((named.commit, named.index))
        if row is not None:
            if row.kind in SUPERSEDES[kind]:
                del held[named.commit, named.index]
            return
        if named.commit in self._commits:
            return
        key = (*register, named.commit, named.index, *_KINDS_TAKEN[kind])
        if self._db.execute(_SQL["supersede"], key).rowcount:
            return
        if self._is_yet_to_come(step.commit, named.commit) or self._is_held(named.commit):
            early = (named.commit, named.index, *register, int(kind))
            self._db.execute(_SQL["note_early"], early)
            self._has_early = True

    def _is_yet_to_come(self, commit: bytes, named: bytes) -> bool:
        """True if the named commit is not here, or stands behind this one when all is made anew."""
        place = self._journal.place_of(named)
        return place is None or place > (self._journal.place_of(commit) or 0)

    def _mark(self, commit: bytes) -> tuple[str, bytes | None] | None:
        """Why a commit is in quarantine, and who adopted it."""
        if self._has_marks is None:
            self._has_marks = self._db.execute(_QUARANTINE["any"]).fetchone() is not None
        if not self._has_marks:
            return None
        row = self._db.execute(_QUARANTINE["mark"], (commit,)).fetchone()
        return None if row is None else (row[0], row[1])

    def _is_held(self, commit: bytes) -> bool:
        mark = self._mark(commit)
        return mark is not None and mark[1] is None

    def _early(self, commit: bytes) -> frozenset[tuple[object, ...]]:
        """What was named before this commit came; it is remembered no longer."""
        if self._has_early is None:
            self._has_early = self._db.execute(_SQL["has_early"]).fetchone() is not None
        if not self._has_early:
            return frozenset()
        found = frozenset(self._db.execute(_SQL["early"], (commit,)).fetchall())
        if found:
            self._db.execute(_SQL["drop_early"], (commit,))
        return found


class _Step:
    """One commit on its way."""

    def __init__(
        self, commit: bytes, header: CommitHeader, early: frozenset[tuple[object, ...]]
    ) -> None:
        self.commit = commit
        self.scope = header.scope
        self.compartment = header.compartment
        self.hlc = column(header.hlc)
        self.author = (self.hlc, header.signer, header.device, header.flags)
        self._early = early

    def was_named(self, register: Register, index: int, kind: OpKind) -> bool:
        """True if an operation that came earlier had replaced this one."""
        return bool(self._early) and any(
            (index, *register, int(later)) in self._early
            for later, taken in SUPERSEDES.items()
            if kind in taken
        )


def _kept(answer: Answer | None) -> bytes | None:
    return None if answer is None else keep_answer(answer)

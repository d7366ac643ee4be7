"""The history of a case: every operation in causal order, with what it replaced.

This module decides how a page of the journal becomes rows for people. Filtering by role comes
first: a page never tells how much a user may not see.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nrm_desktop.app.queries import HistoryRow, Page
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.wire.commit import CommitFlag, ReceivedCommit, op_ids, ops_of
from nrm_desktop.domain.attachments import without_key
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import OpId, ScopeId
from nrm_desktop.domain.ops import Op, OpenRecord, OpKind, Tombstone, ValueOp
from nrm_desktop.domain.sealed import is_sealed
from nrm_desktop.domain.values import Answer
from nrm_desktop.storage.cells import json_list
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.lens import Lens, may_see
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("journal")
_BATCH: Final = 200


class HistoryReader:
    """Reads the journal of one scope for one user."""

    def __init__(self, connection: Connection, lens: Lens, sight: Sight) -> None:
        self._db = connection
        self._journal = Journal(connection)
        self._lens = lens
        self._sight = sight

    def page(self, scope: ScopeId, limit: int, after: str | None) -> Page[HistoryRow]:
        """Operations behind a token, oldest first."""
        rows: list[HistoryRow] = []
        token = None
        for place, row in self._rows(scope, *_read_token(after)):
            if len(rows) == limit:
                return Page(tuple(rows), token)
            rows.append(row)
            token = f"{place}.{row.op.index}"
        return Page(tuple(rows))

    def _rows(self, scope: ScopeId, place: int, index: int) -> Iterator[tuple[int, HistoryRow]]:
        """Rows behind an operation: the rest of its commit, then the commits behind it."""
        for at, commit in self._commits(scope, place - 1):
            if not may_see(self._sight, commit.header.compartment, commit.header.signer):
                continue
            ops = ops_of(commit)
            for op_id, op in zip(op_ids(commit.id, len(ops)), ops, strict=True):
                if (at, op_id.index) > (place, index):
                    yield at, self._row(commit, op_id, op)

    def _commits(self, scope: ScopeId, after: int) -> Iterator[tuple[int, ReceivedCommit]]:
        compartments = json_list(self._sight.compartments | self._sight.own_only)
        while True:
            key = (scope, after, compartments, _BATCH)
            places = [row[0] for row in self._db.execute(_SQL["places_of_scope"], key)]
            for place in places:
                yield place, self._journal.commit_at(place)
            if len(places) < _BATCH:
                return
            after = places[-1]

    def _row(self, commit: ReceivedCommit, op_id: OpId, op: Op) -> HistoryRow:
        header = commit.header
        value = op if isinstance(op, ValueOp) else None
        shown = None if value is None or is_sealed(value.field) else value
        return HistoryRow(
            op=op_id,
            at_ms=header.hlc.wall_ms,
            is_clock_suspect=bool(header.flags & CommitFlag.CLOCK_SUSPECT),
            user=self._lens.user_of(header.signer),
            device=self._lens.device_of(header.device),
            form=_form(op),
            field=value.field if value else "",
            kind=_kind(op),
            old=without_key(self._old(shown)) if shown else None,
            new=without_key(shown.answer) if shown else None,
            is_erased=value is not None and value.answer is None,
        )

    def _old(self, op: ValueOp) -> Answer | None:
        """What the operation replaced; the first of several that stood side by side."""
        for named in op.replaces:
            place = self._journal.place_of(named.commit)
            if place is None:
                continue
            ops = ops_of(self._journal.commit_at(place))
            earlier = ops[named.index] if named.index < len(ops) else None
            if isinstance(earlier, ValueOp) and earlier.field == op.field:
                return earlier.answer
        return None


def _form(op: Op) -> str:
    if isinstance(op, OpenRecord):
        return op.form
    return op.field.partition(".")[0] if isinstance(op, ValueOp) else ""


def _kind(op: Op) -> str:
    if isinstance(op, OpenRecord):
        return OpKind.OPEN.name.lower()
    if isinstance(op, Tombstone):
        return OpKind.TOMBSTONE.name.lower()
    return op.kind.name.lower() if isinstance(op, ValueOp) else str(op.kind)


def _read_token(after: str | None) -> tuple[int, int]:
    """Raises: Usage `usage.bad_value` for a token that is none of ours."""
    if after is None:
        return 0, -1
    place, _, index = after.partition(".")
    if not (place.isdecimal() and index.isdecimal()):
        raise Usage("usage.bad_value", what="after")
    return int(place), int(index)

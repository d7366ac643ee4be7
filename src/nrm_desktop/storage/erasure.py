"""Erasing values on this device: segments go, the chain stays, and nothing comes back.

This module decides which segments hold a value, who else's values lie in the same segments, and
what has to follow from dropping them: standing values, index rows, names, drafts. Headers and
skeletons stay with their salted hashes, so every signature still verifies and a yes or no cannot
be guessed back. It never decides who may order an erasure, and it erases nothing on other devices.

The file is free of the values after the next `checkpoint`: the database runs with secure deletion.

Source: sync.md section 17; storage-security.md section 18. Promise: P14. Threat: T8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from nrm_desktop.app.wire.commit import ReceivedCommit, decode_commit, op_ids, ops_of
from nrm_desktop.domain.additions import names_record
from nrm_desktop.domain.ids import ID_BYTES, FieldId, OpId, RecordId, ScopeId
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.values import Answer
from nrm_desktop.storage.drafts import drafts_in_scope, drop_draft, keep_draft
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.projections import Projector, answer_of
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("erasure")

Wanted = Callable[[RecordId, FieldId], bool]
"""Says whether a field of a record is to be erased."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A value that stands and lies in a segment that goes, though nobody ordered it.

    Shape: `kind` is that of its operation; its text form shows no answer.
    """

    op: OpId
    kind: OpKind
    compartment: int
    record: RecordId
    name: FieldId
    answer: Answer = field(repr=False)


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What an order comes to in the journal of this device.

    Shape: `values` names the segments as an order does that travels: commits by the first 16
    bytes of their id, with units; `versions` counts the ordered values in them, also superseded
    ones and those of commits that wait; `other_versions` those of other fields that no longer
    stand and go along; `attached` are the values of attachments among the ordered ones.
    """

    scope: ScopeId
    values: tuple[tuple[bytes, tuple[int, ...]], ...]
    versions: int
    other_versions: int
    neighbours: tuple[Neighbour, ...]
    attached: tuple[Answer, ...] = field(default=(), repr=False)

    @property
    def segments(self) -> int:
        """How many segments go."""
        return sum(len(units) for _, units in self.values)


def plan_erasure(connection: Connection, scope: ScopeId, is_wanted: Wanted) -> ErasurePlan:
    """Find every version of the wanted fields, and whatever shares a segment with one."""
    named: dict[bytes, tuple[int, ...]] = {}
    neighbours: list[Neighbour] = []
    attached: list[Answer] = []
    versions = others = 0
    for commit in _commits(connection, scope):
        said = _values(commit)
        units = {op.unit for _, op in said if is_wanted(op.record, op.field)}
        if units:
            named[commit.id[:ID_BYTES]] = tuple(sorted(units))
        for op_id, op in said:
            if op.unit not in units:
                continue
            if is_wanted(op.record, op.field):
                versions += 1
                if op.kind is OpKind.ATTACH and op.answer is not None:
                    attached.append(op.answer)
            elif (one := _standing(connection, scope, commit, op_id, op)) is not None:
                neighbours.append(one)
            else:
                others += 1
    values = tuple(sorted(named.items()))
    return ErasurePlan(scope, values, versions, others, tuple(neighbours), tuple(attached))


def erase_segments(connection: Connection, segments: Sequence[tuple[int, int]]) -> None:
    """Drop segments and all that was made of them; the caller holds the transaction.

    Shape: (place, unit) each. Neighbours that shall stay have to be written anew before.
    """
    for place, unit in segments:
        connection.execute(_SQL["drop_segment"], (place, unit))
        connection.execute(_SQL["note_erased"], (place, unit))
    journal = Journal(connection)
    projector = Projector(connection, journal)
    for place in dict.fromkeys(place for place, _ in segments):
        commit = journal.commit_at(place)
        projector.forget(commit.id, commit.header, ops_of(commit))


def drop_drafts(connection: Connection, scope: ScopeId, is_wanted: Wanted) -> int:
    """Take the wanted fields out of the drafts of everybody; gives how many drafts held one.

    What else was typed into such a draft is unsaved work that nobody ordered to go, so it stays.
    Words that name the answer beside which they shall stand go with that answer.
    """
    found = 0
    for draft in drafts_in_scope(connection, scope):
        record = draft.key.record
        stays = tuple(one for one in draft.fields if not is_wanted(*_about(record, one[0])))
        if len(stays) == len(draft.fields):
            continue
        found += 1
        if stays:
            keep_draft(connection, replace(draft, fields=stays))
        else:
            drop_draft(connection, draft.key)
    return found


def _about(record: RecordId, name: FieldId) -> tuple[RecordId, FieldId]:
    """Whose answer the words of a draft are, or speak about (`form.field@record`)."""
    named = names_record(name)
    return (record, name) if named is None else (named, FieldId(name.partition("@")[0]))


def _commits(connection: Connection, scope: ScopeId) -> Iterator[ReceivedCommit]:
    """What the journal holds of a case, and then what waits for another commit."""
    journal = Journal(connection)
    for (place,) in connection.execute(_SQL["places"], (scope,)).fetchall():
        yield journal.commit_at(place)
    yield from waiting_commits(connection, scope)


def waiting_commits(connection: Connection, scope: ScopeId) -> Iterator[ReceivedCommit]:
    """The commits of a case that wait for another one."""
    for _, _, data in connection.execute(_SQL["pending"]).fetchall():
        commit = decode_commit(data)
        if commit.header.scope == scope:
            yield commit


def _values(commit: ReceivedCommit) -> Sequence[tuple[OpId, ValueOp]]:
    ops = ops_of(commit)
    pairs = zip(op_ids(commit.id, len(ops)), ops, strict=True)
    return [(op_id, op) for op_id, op in pairs if isinstance(op, ValueOp) and op.answer is not None]


def _standing(
    connection: Connection, scope: ScopeId, commit: ReceivedCommit, op_id: OpId, op: ValueOp
) -> Neighbour | None:
    compartment = commit.header.compartment
    key = (scope, op.record, op.field, compartment, commit.id[:ID_BYTES], op_id.index)
    row = connection.execute(_SQL["standing"], key).fetchone()
    answer = answer_of(row[0]) if row else None
    if answer is None:
        return None
    return Neighbour(op_id, op.kind, compartment, op.record, op.field, answer)

"""Orders to erase as they come from others: what they name goes here, also what has not come yet.

This module decides how an order that counts is carried out on this device: segments in the
journal, commits that wait, and segments of commits that are still to come. It never decides
whether an order counts (`domain.case_authority`), and an order about one case touches no other.

Source: sync.md section 17. Promise: P14. Threat: T8.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from nrm_desktop.app.wire.commit import ReceivedCommit, decode_commit, ops_of, without_units
from nrm_desktop.app.wire.hashes import HASH_BYTES
from nrm_desktop.domain.acts import ActId
from nrm_desktop.domain.ids import ID_BYTES, FieldId, RecordId, ScopeId
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.values import Answer
from nrm_desktop.storage.cells import set_setting, setting, standing_in
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.erasure import drop_drafts, erase_segments
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("orders")
_LOOKED: Final = "orders.looked"
"""Setting: up to which place the acts of this device were looked at. Units: rows, big-endian."""
_PLACE_BYTES: Final = 8

Values = Sequence[tuple[bytes, Sequence[int]]]
"""Commits by the first 16 bytes of their id, each with the units of its segments."""


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What an order came to here. Shape: `attached` are the values of attachments that went."""

    segments: int
    attached: tuple[Answer, ...] = ()


def new_acts(connection: Connection) -> Iterator[tuple[ScopeId, bytes]]:
    """Give the acts that nobody has looked at yet, once."""
    looked = int.from_bytes(setting(connection, _LOOKED) or b"", "big")
    rows = connection.execute(_SQL["new_acts"], (looked,)).fetchall()
    if rows:
        set_setting(connection, _LOOKED, rows[-1][0].to_bytes(_PLACE_BYTES, "big"))
    for _, scope, signed in rows:
        yield ScopeId(scope), signed


def note_order(connection: Connection, act: ActId, scope: ScopeId) -> None:
    """Remember an order until it counts and was carried out."""
    connection.execute(_SQL["note"], (act, scope))


def open_orders(connection: Connection) -> tuple[tuple[ActId, ScopeId], ...]:
    """Orders that were not carried out here."""
    rows = connection.execute(_SQL["open"])
    return tuple((ActId(act), ScopeId(scope)) for act, scope in rows)


def ordered_scopes(connection: Connection) -> tuple[ScopeId, ...]:
    """Cases about which there is an order, carried out here or not."""
    return tuple(ScopeId(scope) for (scope,) in connection.execute(_SQL["scopes"]))


def done_orders(connection: Connection) -> dict[ActId, int]:
    """Orders that were carried out here, with the time. Units: wall-clock milliseconds."""
    return {ActId(act): done_ms for act, _, done_ms in connection.execute(_SQL["done"])}


def count_cases(connection: Connection) -> int:
    """How many cases this device has."""
    return int(connection.execute(_SQL["cases"]).fetchone()[0])


def set_done(connection: Connection, act: ActId, scope: ScopeId, now_ms: int) -> None:
    """Remember that an order was carried out."""
    connection.execute(_SQL["set_done"], (act, scope, now_ms))


def name_segments(connection: Connection, scope: ScopeId, values: Values) -> None:
    """Remember what an order names: it is not taken in where it comes, or comes again."""
    for beginning, units in values:
        for unit in units:
            connection.execute(_SQL["name_unit"], (beginning, unit, scope))


def are_any_ordered(connection: Connection) -> bool:
    """True if any segment was ever named by an order here."""
    return connection.execute(_SQL["has_ordered"]).fetchone() is not None


def as_ordered(connection: Connection, commit: ReceivedCommit) -> ReceivedCommit:
    """A commit that arrives without the segments that an order names: they are not let in."""
    key = (commit.id[:ID_BYTES], commit.header.scope)
    units = {row[0] for row in connection.execute(_SQL["ordered"], key)}
    return replace(commit, signed=without_units(commit, units)) if units else commit


def carry_out(connection: Connection, scope: ScopeId, values: Values) -> CarriedOut:
    """Erase what an order about a case names; the caller holds the transaction."""
    name_segments(connection, scope, values)
    journal = Journal(connection)
    segments: list[tuple[int, int]] = []
    gone: list[ValueOp] = []
    for beginning, units in values:
        _thin_pending(connection, scope, beginning, units)
        place = journal.place_of(beginning)
        commit = None if place is None else journal.commit_at(place)
        if place is None or commit is None or commit.header.scope != scope:
            continue
        held = {ref.unit for ref in commit.header.segments}
        segments += [(place, unit) for unit in units if unit in held]
        gone += [op for op in ops_of(commit) if isinstance(op, ValueOp) and op.unit in units]
    erase_segments(connection, segments)
    _drop_drafts_of(connection, scope, gone)
    attached = tuple(op.answer for op in gone if op.kind is OpKind.ATTACH and op.answer)
    return CarriedOut(len(segments), attached)


def _thin_pending(
    connection: Connection, scope: ScopeId, beginning: bytes, units: Collection[int]
) -> None:
    key = (beginning + bytes(HASH_BYTES - ID_BYTES), beginning + b"\xff" * (HASH_BYTES - ID_BYTES))
    for commit_id, device, data in connection.execute(_SQL["pending_by_id"], key).fetchall():
        commit = decode_commit(data)
        if commit.header.scope == scope:
            thin = without_units(commit, units).encode()
            connection.execute(_SQL["set_pending"], (thin, commit_id))
            connection.execute(_SQL["add_to_total"], (len(thin) - len(data), device))


def _drop_drafts_of(connection: Connection, scope: ScopeId, gone: Sequence[ValueOp]) -> None:
    """Drafts of what went go too; a field in which something still stands was not meant."""
    places = {(op.record, op.field) for op in gone}
    empty = {place for place in places if not _stands(connection, scope, *place)}

    def is_wanted(record: RecordId, name: FieldId) -> bool:
        return (record, name) in empty

    if empty:
        drop_drafts(connection, scope, is_wanted)


def _stands(connection: Connection, scope: ScopeId, record: RecordId, name: FieldId) -> bool:
    return any(one.answer is not None for one in standing_in(connection, scope, record, name))

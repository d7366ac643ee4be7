"""What the exchange between devices remembers and reads, in the encrypted database.

This module decides how it lies in tables. It must not judge: bytes of checkpoints, keyboxes and
parts come in checked and go out as they were. All of it belongs to the open transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.sync_ports import (
    Attached,
    CheckedCheckpoint,
    JournalHead,
    KeptKeybox,
    ObjectRow,
    ObjectState,
    OutgoingAct,
    StoreRow,
)
from nrm_desktop.app.wire.checkpoint import checkpoint_id, decode_checkpoint
from nrm_desktop.app.wire.commit import SignedCommit
from nrm_desktop.app.wire.pack_file import IndexRow
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.domain.acts import ActId
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import DeviceId, ScopeId
from nrm_desktop.domain.scopes import LogKey
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.orders import done_orders
from nrm_desktop.storage.pending import Pending
from nrm_desktop.storage.quarantine import Quarantine
from nrm_desktop.storage.statements import load_statements
from nrm_desktop.storage.travelling_chunks import attached_files

_SQL: Final = load_statements("exchange")
_READINGS: Final = 1024
"""Checkpoints that are remembered: one for each device of the largest organisation."""


class CheckedReadings:
    """Checkpoints that were read from their bytes: many steps of a run look at all of them."""

    def __init__(self) -> None:
        self._read = lru_cache(_READINGS)(read_checked)
        self._heard = lru_cache(_READINGS)(self._read_heard)

    def __call__(self, body: bytes, heard_ms: int) -> CheckedCheckpoint:
        """Read a checkpoint that was checked before it was stored."""
        found: CheckedCheckpoint = self._heard(body, heard_ms)
        return found

    def unchecked(self, body: bytes) -> CheckedCheckpoint:
        """Read one whose signature the caller checks next. Raises: HostileInput."""
        found: CheckedCheckpoint = self._read(body)
        return found

    def _read_heard(self, body: bytes, heard_ms: int) -> CheckedCheckpoint:
        return replace(self.unchecked(body), heard_ms=heard_ms)


class SqlStoreMemory:
    """The StoreMemory port."""

    def __init__(self, connection: Connection, mark: bytes, readings: CheckedReadings) -> None:
        self._db = connection
        self._mark = mark
        self._readings = readings

    def row(self) -> StoreRow | None:
        """Where it was and when; None before the first run."""
        found = self._db.execute(_SQL["store"], (self._mark,)).fetchone()
        return _store_row(found) if found else None

    def set_row(self, row: StoreRow) -> None:
        """Remember where it was and when."""
        unconfirmed = row.unconfirmed or (None, None)
        facts = (row.mark, row.address, row.last_run_ms, row.last_ok_ms, *unconfirmed)
        self._db.execute(_SQL["set_store"], facts)

    def checkpoints(self, of: DeviceId | None = None) -> Mapping[DeviceId, CheckedCheckpoint]:
        """The newest checkpoint of every device there, our own among them; or that of one."""
        if of is None:
            rows = self._db.execute(_SQL["checkpoints"], (self._mark,)).fetchall()
        else:
            rows = self._db.execute(_SQL["checkpoint"], (self._mark, of)).fetchall()
        return {DeviceId(device): self._readings(body, heard_ms) for device, body, heard_ms in rows}

    def set_checkpoint(self, checked: CheckedCheckpoint) -> None:
        """Remember a checkpoint as the newest of its device there."""
        row = (self._mark, checked.checkpoint.device, checked.body, checked.heard_ms)
        self._db.execute(_SQL["set_checkpoint"], row)

    def known(self, kind: KnownKind, among: Iterable[bytes] | None = None) -> Mapping[bytes, int]:
        """What is known to lie there; or what of some keys."""
        place = (self._mark, kind.value)
        if among is None:
            return dict(self._db.execute(_SQL["known"], place).fetchall())
        rows = (self._db.execute(_SQL["known_key"], (*place, key)).fetchone() for key in among)
        return dict(row for row in rows if row is not None)

    def add_known(
        self, kind: KnownKind, known: Mapping[bytes, int], *, is_all: bool = False
    ) -> None:
        """Remember more of it, a number only grows; or replace all."""
        if is_all:
            self._db.execute(_SQL["forget_known"], (self._mark, kind.value))
        rows = [(self._mark, kind.value, key, number) for key, number in known.items()]
        self._db.executemany(_SQL["add_known"], rows)

    def acts_lacking(self) -> Sequence[OutgoingAct]:
        """Acts that do not lie there, as far as we know, in order of arrival."""
        rows = self._db.execute(_SQL["acts_lacking"], (self._mark,)).fetchall()
        return [OutgoingAct(*row) for row in rows]

    def keyboxes_lacking(self) -> Sequence[KeptKeybox]:
        """Keyboxes that do not lie there, as far as we know, in order of arrival."""
        rows = self._db.execute(_SQL["keyboxes_lacking"], (self._mark,)).fetchall()
        return [KeptKeybox(*row) for row in rows]

    def objects(self) -> Sequence[ObjectRow]:
        """Objects there that were not taken in."""
        rows = self._db.execute(_SQL["objects"], (self._mark,)).fetchall()
        return [_object_row(row) for row in rows]

    def set_objects(self, rows: Sequence[ObjectRow]) -> None:
        """Remember objects that were not taken in."""
        for row in rows:
            entry = row.entry
            facts = (entry.name, entry.kind, entry.lane, entry.bucket, entry.key_id)
            place = (entry.offset, entry.length, row.state.value, row.code)
            self._db.execute(_SQL["set_object"], (self._mark, row.pack, *facts, *place))

    def drop_objects(self, pack: bytes, name: bytes | None = None) -> None:
        """Forget an object that was taken in after all; or all of a pack file that is gone."""
        if name is None:
            self._db.execute(_SQL["drop_pack"], (self._mark, pack))
        else:
            self._db.execute(_SQL["drop_object"], (self._mark, pack, name))


class SqlSyncState:
    """The SyncState port. Shape: `readings` are those of the run that this is a moment of."""

    def __init__(self, connection: Connection, readings: CheckedReadings | None = None) -> None:
        self._db = connection
        self._readings = readings or CheckedReadings()

    def at(self, mark: bytes) -> SqlStoreMemory:
        """The memory of one store."""
        return SqlStoreMemory(self._db, mark, self._readings)

    def stores(self) -> Sequence[StoreRow]:
        """All stores, the one used last first."""
        return [_store_row(row) for row in self._db.execute(_SQL["stores"]).fetchall()]

    def own_counter(self) -> tuple[int, bytes]:
        """Counter and id of our newest checkpoint."""
        counter, checkpoint = self._db.execute(_SQL["self"]).fetchone()
        return counter, checkpoint

    def set_own_counter(self, counter: int, checkpoint: bytes) -> None:
        """Remember our newest checkpoint."""
        self._db.execute(_SQL["set_self"], (counter, checkpoint))

    def part(self, name: bytes) -> bytes | None:
        """The body of a manifest part."""
        row = self._db.execute(_SQL["part"], (name,)).fetchone()
        return row[0] if row else None

    def set_part(self, name: bytes, body: bytes) -> None:
        """Keep the body of a manifest part."""
        self._db.execute(_SQL["set_part"], (name, body))

    def add_keybox(self, box: KeptKeybox) -> None:
        """Keep a keybox to be passed on."""
        self._db.execute(_SQL["add_keybox"], (box.reference, box.signed))

    def duty(self, scope: ScopeId) -> bytes | None:
        """What was known when we last gave grants and keys of a scope."""
        row = self._db.execute(_SQL["duty"], (scope,)).fetchone()
        return row[0] if row else None

    def set_duty(self, scope: ScopeId, known: bytes) -> None:
        """Remember what was known when we gave."""
        self._db.execute(_SQL["set_duty"], (scope, known))

    def erased(self) -> Collection[ActId]:
        """Orders to erase that were carried out here."""
        return done_orders(self._db).keys()

    def act_ids(self) -> Mapping[ScopeId, Collection[bytes]]:
        """Ids of all acts, by scope, sorted."""
        found: dict[ScopeId, list[bytes]] = defaultdict(list)
        for scope, act in self._db.execute(_SQL["act_ids"]):
            found[ScopeId(scope)].append(act)
        return found


class SqlExchangeJournal:
    """The ExchangeJournal port."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._journal = Journal(connection)

    def heads(self) -> Sequence[JournalHead]:
        """The heads of all logs."""
        return [JournalHead(one.log, one.seq, one.commit) for one in self._journal.heads()]

    def ids_at(self, log: LogKey, seq: int) -> Collection[bytes]:
        """The commits that we hold at a number of a log."""
        return self._journal.ids_at(log, seq)

    def tips(self, log: LogKey, seq: int) -> Collection[bytes]:
        """The last commits that we hold up to a number of a log: one of each history."""
        head = self._journal.head(log)
        if head is None or not head.is_forked:
            return self._journal.ids_at(log, seq)
        ids, followed = set(), set()
        for commit in self._journal.commits_of(log):
            if commit.header.seq <= seq:
                ids.add(commit.id)
                followed.add(commit.header.prev)
        return ids - followed

    def is_cut_off(self, log: LogKey, seq: int) -> bool:
        """True if commits wait that do not go on from what we hold up to a number of a log."""
        waiting = list(Pending(self._db).waiting_in(log))
        known = {commit.id for commit in waiting}
        return any(
            commit.header.seq <= seq + 1
            and commit.header.prev not in known
            and self._journal.place_of(commit.header.prev) is None
            for commit in waiting
        )

    def commits_of(self, log: LogKey, after_seq: int) -> Iterator[SignedCommit]:
        """The commits of a log behind a number."""
        return (one.signed for one in self._journal.commits_of(log, after_seq))

    def attachments(self) -> Iterator[Attached]:
        """Every attachment that stands and can be read."""
        return attached_files(self._db)

    def pending(self) -> int:
        """How many commits wait for another one."""
        return Pending(self._db).count()

    def held(self) -> int:
        """How many commits are in quarantine."""
        return Quarantine(self._db).count()

    def forked(self) -> Collection[DeviceId]:
        """Devices with two histories of some log."""
        return frozenset(DeviceId(row[0]) for row in self._db.execute(_SQL["forked"]))

    def conflicts(self) -> int:
        """How many fields hold different values."""
        return int(self._db.execute(_SQL["conflicts"]).fetchone()[0])

    def time(self) -> Hlc:
        """The newest hybrid time that we know."""
        state = self._journal.state
        return max(state.hlc, state.own_hlc)


def state_digest(connection: Connection) -> bytes:
    """A hash over all that stands: equal on two devices that hold the same commits.

    Shape: 32 bytes; the order in which commits came has no influence.
    """
    digest = sha256()
    for name in ("standing", "opened"):
        for row in connection.execute(_SQL[name]):
            digest.update(repr(tuple(row)).encode())
    return digest.digest()


def read_checked(body: bytes) -> CheckedCheckpoint:
    """Read a checkpoint. Raises: HostileInput for what the format does not allow."""
    payload = decode_statement(body).payload
    return CheckedCheckpoint(checkpoint_id(payload), decode_checkpoint(payload), body)


def _object_row(row: Sequence[Any]) -> ObjectRow:
    pack, name, kind, lane, bucket, key_id, start, size, state, code = row
    entry = IndexRow(name, kind, lane, bucket, key_id, start, size)
    return ObjectRow(pack, entry, ObjectState(state), code)


def _store_row(row: Sequence[Any]) -> StoreRow:
    mark, address, last_run_ms, last_ok_ms, name, data = row
    unconfirmed = None if name is None else (name, data)
    return StoreRow(mark, address, last_run_ms, last_ok_ms, unconfirmed)

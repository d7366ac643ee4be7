"""The audit chain: who opened, exported, printed, erased; each row chained to the one before.

This module decides the bytes that are hashed and whether the chain holds. It takes ids and codes
only: no name, no answer, no search text ever comes in here.

Source: storage-security.md section 19; sync.md section 18.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from nrm_desktop.app.audit_acts import ACT_WORDS
from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.hashes import HASH_BYTES, HashLabel, labelled_hash
from nrm_desktop.domain.errors import ProgramFault
from nrm_desktop.domain.ids import UserId
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("audit")
_START: Final = bytes(HASH_BYTES)
_BATCH: Final = 500
_NEWEST: Final = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class AuditAct:
    """What somebody did. Shape: `subjects` are ids, `detail` is a code."""

    act: str
    subjects: tuple[bytes, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One link of the chain."""

    seq: int
    at_ms: int
    user: UserId
    did: AuditAct
    hash: bytes

    def expected_hash(self, previous: bytes) -> bytes:
        """What the hash has to be behind this one."""
        did = self.did
        row = (self.seq, self.at_ms, self.user, did.act, did.subjects, did.detail)
        return labelled_hash(HashLabel.AUDIT, previous, cbor.encode(row))


@dataclass(frozen=True, slots=True)
class AuditWish:
    """Which rows somebody wants to review; None and empty mean all.

    Shape: `act` also means all acts that begin with it and a dot; `subject` is an id that is named
    among the subjects. Units: milliseconds since 1970 UTC, `until_ms` exclusive.
    """

    act: str = ""
    user: UserId | None = None
    subject: bytes | None = None
    since_ms: int = 0
    until_ms: int = _NEWEST


def append_audit(connection: Connection, user: UserId, at_ms: int, did: AuditAct) -> None:
    """Add a row, in the transaction of the act.

    Raises: ProgramFault for an act that has no words: nobody could review it.
    """
    if did.act not in ACT_WORDS:
        raise ProgramFault("program.fault", what=f"audit.{did.act}")
    last_seq, previous = connection.execute(_SQL["last"]).fetchone() or (0, _START)
    row = AuditRow(last_seq + 1, at_ms, user, did, b"")
    subjects = cbor.encode(did.subjects)
    stored = (row.seq, at_ms, user, did.act, subjects, did.detail, row.expected_hash(previous))
    connection.execute(_SQL["add"], stored)


def audit_head(connection: Connection) -> bytes:
    """The hash of the last row; zeros if there is none."""
    row = connection.execute(_SQL["last"]).fetchone()
    return row[1] if row else _START


def holds_audit(connection: Connection, head: bytes) -> bool:
    """True if a head of the chain that was noted elsewhere is still in it, or was its beginning."""
    return head == _START or connection.execute(_SQL["holds"], (head,)).fetchone() is not None


def audit_rows(connection: Connection, after: int = 0, limit: int = _BATCH) -> Sequence[AuditRow]:
    """Rows behind a number, in order."""
    return tuple(_row(row) for row in connection.execute(_SQL["rows"], (after, limit)))


def review(
    connection: Connection, wish: AuditWish, limit: int, before: int = _NEWEST
) -> Sequence[AuditRow]:
    """Rows that fit a wish, newest first, behind the row with the number `before`."""
    key = {
        "before": before,
        "act": wish.act,
        "user": wish.user,
        "subject": wish.subject,
        "since": wish.since_ms,
        "until": wish.until_ms,
        "limit": limit,
    }
    return tuple(_row(row) for row in connection.execute(_SQL["review"], key))


def broken_link(connection: Connection) -> int | None:
    """The number of the first row that does not follow from the one before; None if all do."""
    previous, expected_seq = _START, 1
    for row in _all_rows(connection):
        if row.seq != expected_seq or row.hash != row.expected_hash(previous):
            return row.seq
        previous, expected_seq = row.hash, expected_seq + 1
    return None


def _all_rows(connection: Connection) -> Iterator[AuditRow]:
    after = 0
    while rows := audit_rows(connection, after):
        yield from rows
        after = rows[-1].seq


def _row(stored: Sequence[Any]) -> AuditRow:
    seq, at_ms, user, act, subjects, detail, digest = stored
    did = AuditAct(act, cast("tuple[bytes, ...]", cbor.decode(subjects)), detail)
    return AuditRow(seq, at_ms, UserId(user), did, digest)

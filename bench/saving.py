"""One answer saved through the unit of work, with real signing, into a vault that has cases.

Run as a program it makes the saves that `bench_save` counts fsyncs of:
`python -m bench.saving FOLDER SAVES`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from nrm_desktop.app.wire.hashes import device_id
from nrm_desktop.domain.case import CODE, STATE, once_record
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId, UserId
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
from nrm_desktop.domain.values import answered
from nrm_desktop.security.keys import PersonSigner, SignerKeys
from nrm_desktop.storage import engine
from nrm_desktop.storage.authoring import Authorship
from nrm_desktop.storage.engine import Connection, DatabaseKey
from nrm_desktop.storage.migrate import migrate
from nrm_desktop.storage.search.filling import prepare
from nrm_desktop.storage.uow import Transaction, transaction

CASES, FIELDS = 60, 40
KEY = DatabaseKey(bytes(range(32)), bytes(range(16)))
FILE = "vault.db"


class StillClock:
    def now_ms(self) -> int:
        return 1_795_000_000_000

    def monotonic_s(self) -> float:
        return 0.0


def counting_random() -> Callable[[int], bytes]:
    """Salts that differ within a run and are the same in every run, so that runs are comparable."""
    state = [0]

    def give(size: int) -> bytes:
        state[0] += 1
        return sha256(state[0].to_bytes(8, "big")).digest()[:size]

    return give


def new_author() -> Authorship:
    return Authorship(
        signer=PersonSigner(SignerKeys(bytes(32)), UserId(b"u" * 16)),
        device=device_id(b"bench"),
        clock=StillClock(),
        random=counting_random(),
        forms=bytes(8),
        is_erased_alone=lambda _: False,
        grant_of=lambda _: bytes(16),
    )


def scope(number: int) -> ScopeId:
    return ScopeId(sha256(b"scope%d" % number).digest()[:16])


def record(number: int) -> RecordId:
    return RecordId(sha256(b"record%d" % number).digest()[:16])


def make_vault(path: Path) -> None:
    """Make a vault with cases that have answers."""
    connection = engine.create_database(path, KEY)
    migrate(connection, 0)
    with transaction(connection):
        prepare(connection, {f"screening.f{field}": "text" for field in range(FIELDS)})
    author = new_author()
    for number in range(CASES):
        with Transaction(connection, author) as unit:
            head = once_record(scope(number), "case")
            unit.record(
                scope(number), 1, ValueOp(OpKind.SET, head, CODE, answered(f"{number:04d}-0000"))
            )
            unit.record(scope(number), 1, ValueOp(OpKind.SET, head, STATE, answered("open")))
            unit.record(scope(number), 1, OpenRecord(record(number), "screening"))
            for field in range(FIELDS):
                name = FieldId(f"screening.f{field}")
                unit.record(
                    scope(number), 1, ValueOp(OpKind.SET, record(number), name, answered("words"))
                )
    engine.checkpoint(connection)
    engine.close_database(connection)


def save(connection: Connection, author: Authorship, number: int) -> None:
    """Save one answer as a handler does: read what stands, name it, sign, commit."""
    place, where = scope(number % CASES), record(number % CASES)
    name = FieldId(f"screening.f{number * 7 % FIELDS}")
    with Transaction(connection, author) as unit:
        standing = unit.standing(where, name, place)
        replaces = tuple(each.op for each in standing)
        answer = answered(f"answer number {number}, a few words long")
        unit.record(place, 1, ValueOp(OpKind.SET, where, name, answer, replaces))


def main(path: str, saves: str) -> None:
    connection = engine.open_database(Path(path), KEY)
    author = new_author()
    for number in range(int(saves)):
        save(connection, author, number)
    connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

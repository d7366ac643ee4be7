"""`files.db`: the sealed chunks of attachments, as rows; and copies of it, checked.

This module decides where chunks lie, how the file comes to be and what a sound copy of it is. It
cannot open a chunk: what lies here is what travels, sealed under a key that stands in the vault.

- The file is made with the first chunk, under another name first: a crash leaves no half file.
- A chunk is named by its bytes, so it never changes and copies are made by adding rows.
- One damaged chunk keeps no other from being copied (see `renewing`).
- What was put in waits until its attachment stands in the journal; what waited for longer than a
  day and belongs to nothing goes at a clean-up. What was settled once is never taken away so.

Source: storage-security.md sections 3, 6, 8 and 10; sync.md section 15.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault
from nrm_desktop.storage import engine
from nrm_desktop.storage.engine import Connection, DatabaseKey, translated
from nrm_desktop.storage.renewing import RenewedConnection
from nrm_desktop.storage.statements import load_statements
from nrm_desktop.storage.uow import transaction

_SQL: Final = load_statements("files")
_BATCH: Final = 32
"""Chunks per transaction: 8 MiB, so that the WAL and other jobs need not wait for 50 MB."""
_PART: Final = ".part"
_Digest: TypeAlias = bytes


@dataclass(frozen=True, slots=True)
class ChunkCount:
    """What a file of chunks holds. Shape: `digest` names the set of chunks, in any order."""

    chunks: int
    bytes: int
    digest: _Digest


def open_files(path: Path, key: DatabaseKey) -> Connection:
    """Open the file of chunks, made first if there is none yet.

    Raises: EnvironmentFault, IntegrityFault.
    """
    if not path.exists():
        _create(path, key)
    return engine.open_database(path, key)


def add_chunks(connection: Connection, chunks: Sequence[tuple[bytes, bytes]], now_ms: int) -> None:
    """Put in sealed chunks, whole or not at all; they wait until `settle`.

    Shape: (name, bytes); one that is there already is left as it is.
    """
    with transaction(connection):
        added = [chunk for chunk in chunks if not _holds(connection, chunk[0])]
        connection.executemany(_SQL["add"], added)
        connection.executemany(_SQL["wait"], [(name, now_ms) for name, _ in added])


def read_chunk(connection: Connection, name: bytes) -> bytes | None:
    """Give a sealed chunk as it was put in; None if it is not here.

    Raises: IntegrityFault `integrity.attachment` for bytes that are not those of the name, and for
    a page that was changed; then the connection gives nothing more (see `RenewedConnection`).
    """
    try:
        with translated():
            row = connection.execute(_SQL["get"], (name,)).fetchone()
    except IntegrityFault as fault:
        raise IntegrityFault("integrity.attachment", what="page") from fault
    return None if row is None else _sound(name, row[0])


def missing_chunks(connection: Connection, names: Sequence[bytes]) -> tuple[bytes, ...]:
    """Say which of these chunks are not here, in the given order."""
    with translated():
        return tuple(name for name in names if not _holds(connection, name))


def settle(connection: Connection, names: Sequence[bytes]) -> None:
    """Note that an attachment in the journal names these chunks: they stay."""
    with transaction(connection):
        connection.executemany(_SQL["settle"], [(name,) for name in names])


def waiting_since(connection: Connection, before_ms: int) -> frozenset[bytes]:
    """Names that were put in before a time and were never settled."""
    with translated():
        rows = connection.execute(_SQL["waiting_since"], (before_ms,)).fetchall()
    return frozenset(row[0] for row in rows)


def drop_chunks(connection: Connection, names: Sequence[bytes]) -> int:
    """Delete chunks so that nothing of them is left in the file or its WAL; gives how many."""
    dropped = 0
    with transaction(connection):
        for name in names:
            dropped += connection.execute(_SQL["drop"], (name,)).rowcount
    engine.checkpoint(connection)
    return dropped


def copy_missing_chunks(source: Path, target: Path, key: DatabaseKey) -> int:
    """Add to a copy what it does not hold yet, each chunk checked; the copy is made if need be.

    Nothing is copied, and nothing made, where there is no source. Shape: number of added chunks.
    Raises: IntegrityFault `integrity.attachment` for damaged ones, after all others were copied;
    EnvironmentFault.
    """
    if not source.exists():
        return 0
    with _read_on(source, key) as old:
        return _copy(old, target, key)


def verify_chunks(path: Path, key: DatabaseKey) -> ChunkCount:
    """Read every page and every chunk, and say what is there.

    Raises: IntegrityFault `integrity.attachment`, EnvironmentFault `storage.no_vault`.
    """
    with _opened(path, key) as connection:
        problems = engine.integrity_problems(connection)
        if problems:
            raise IntegrityFault("integrity.attachment", what=problems[0])
        count, total, digest = 0, 0, sha256()
        for name in _names(connection):
            data = read_chunk(connection, name) or b""
            count, total = count + 1, total + len(data)
            digest.update(name)
    return ChunkCount(count, total, digest.digest())


def export_files(source: Path, target: Path, old: DatabaseKey, new: DatabaseKey) -> ChunkCount:
    """Write all chunks into a new file under another key, and read it back.

    Gives an empty count, and makes nothing, where there is no source.
    Raises: EnvironmentFault `storage.medium` if the target lies there already; IntegrityFault
    `integrity.attachment` when a chunk is damaged or the new file does not hold the same.
    """
    if not source.exists():
        return ChunkCount(0, 0, sha256().digest())
    if target.exists():
        raise EnvironmentFault("storage.medium", what="exists")
    with _read_on(source, old) as found:
        _copy(found, target, new)
        expected = sha256(b"".join(found.do(_names))).digest()
        waiting = found.do(lambda connection: connection.execute(_SQL["all_waiting"]).fetchall())
    with _opened(target, new) as connection, transaction(connection):
        connection.executemany(_SQL["wait"], waiting)
    made = verify_chunks(target, new)
    if made.digest != expected:
        raise IntegrityFault("integrity.attachment", what="export")
    return made


def _copy(old: RenewedConnection, target: Path, key: DatabaseKey) -> int:
    """Add the chunks that the target does not hold; damaged ones are left out, then told."""
    fresh = open_files(target, key)
    try:
        present = frozenset(_names(fresh))
        wanted = iter([name for name in old.do(_names) if name not in present])
        added = damaged = 0
        while batch := list(islice(wanted, _BATCH)):
            read = (_read_sound(old, name) for name in batch)
            sound = [chunk for chunk in read if chunk is not None]
            damaged += len(batch) - len(sound)
            with transaction(fresh):
                fresh.executemany(_SQL["add"], sound)
            added += len(sound)
        engine.checkpoint(fresh)
    finally:
        engine.close_database(fresh)
    if damaged:
        raise IntegrityFault("integrity.attachment", count=damaged)
    return added


def _read_sound(old: RenewedConnection, name: bytes) -> tuple[bytes, bytes] | None:
    try:
        data = old.do(partial(read_chunk, name=name))
    except IntegrityFault:
        return None
    return None if data is None else (name, data)


def _create(path: Path, key: DatabaseKey) -> None:
    """Make the file under another name, complete with its tables; then give it its name.

    The rename lasts with the first commit after it: the engine flushes the folder together with
    the WAL that it makes there.
    """
    part = path.with_name(path.name + _PART)
    with told_as_faults():
        for suffix in ("", "-wal", "-shm"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)
    connection = engine.create_database(part, key)
    try:
        with transaction(connection):
            connection.execute(_SQL["make_chunk"])
            connection.execute(_SQL["make_waiting"])
        engine.checkpoint(connection)
    finally:
        engine.close_database(connection)
    with told_as_faults():
        part.rename(path)


@contextmanager
def _read_on(path: Path, key: DatabaseKey) -> Iterator[RenewedConnection]:
    file = RenewedConnection(partial(engine.open_database, path, key, is_read_only=True))
    try:
        yield file
    finally:
        file.close()


@contextmanager
def _opened(path: Path, key: DatabaseKey) -> Iterator[Connection]:
    connection = engine.open_database(path, key)
    try:
        yield connection
    finally:
        engine.close_database(connection)


def _names(connection: Connection) -> list[bytes]:
    with translated():
        return [row[0] for row in connection.execute(_SQL["names"])]


def _holds(connection: Connection, name: bytes) -> bool:
    return connection.execute(_SQL["holds"], (name,)).fetchone() is not None


def _sound(name: bytes, data: bytes) -> bytes:
    if name20(data) != name:
        raise IntegrityFault("integrity.attachment", what="chunk")
    return data

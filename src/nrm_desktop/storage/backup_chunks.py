"""The chunks of attachments in a backup: rows added to a copy, each added one read again.

This module decides what of a copy is read again and when. How chunks lie and what a sound one is
stands in `files_database`.

- A damaged chunk never keeps the rest from being saved: all others are copied, and it is told.
- Added chunks are read again from the copy; all of them once in a month, or when asked.

Source: storage-security.md section 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.storage.engine import Connection, DatabaseKey, close_database, translated
from nrm_desktop.storage.files_database import (
    ChunkCount,
    copy_missing_chunks,
    open_files,
    read_chunk,
    verify_chunks,
)
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("backup")
NOTHING: Final = ChunkCount(0, 0, sha256().digest())
"""What is noted where nothing was ever attached."""


@dataclass(frozen=True, slots=True)
class CopiedChunks:
    """What lies in a copy now. Shape: `damaged` says that not all could be taken from the vault."""

    count: ChunkCount
    damaged: bool = False


def copy_chunks(source: Path, target: Path, key: DatabaseKey, *, is_full: bool) -> CopiedChunks:
    """Add what a copy does not hold yet, and read again what was added.

    Shape: with `is_full` all of the copy is read. Raises: IntegrityFault where the copy is damaged;
    EnvironmentFault.
    """
    before = chunk_names(target, key)
    damaged = False
    try:
        copy_missing_chunks(source, target, key)
    except IntegrityFault:
        if not target.exists():
            raise
        damaged = True
    if not target.exists():
        return CopiedChunks(NOTHING)
    if is_full:
        return CopiedChunks(verify_chunks(target, key), damaged)
    return CopiedChunks(_read_added(target, key, before), damaged)


def chunk_names(path: Path, key: DatabaseKey) -> frozenset[bytes]:
    """Names of all chunks of a file; none where there is no file."""
    if not path.exists():
        return frozenset()
    connection = open_files(path, key)
    try:
        return frozenset(_names(connection))
    finally:
        close_database(connection)


def _read_added(path: Path, key: DatabaseKey, before: frozenset[bytes]) -> ChunkCount:
    connection = open_files(path, key)
    try:
        names = _names(connection)
        for name in names:
            if name not in before:
                read_chunk(connection, name)
        with translated():
            total = connection.execute(_SQL["chunk_bytes"]).fetchone()[0]
    finally:
        close_database(connection)
    return ChunkCount(len(names), total, sha256(b"".join(names)).digest())


def _names(connection: Connection) -> list[bytes]:
    with translated():
        return [row[0] for row in connection.execute(_SQL["chunk_names"])]

"""Backups on this device: copied by the engine, opened and checked, and only then named (P10).

This module decides the steps and what the manifest holds. It never repairs and never overwrites:
a restore goes into a new folder (P9). When backups are made and which are kept is decided by
whoever calls.

Source: storage-security.md section 10.
"""

from __future__ import annotations

import shutil
from dataclasses import astuple, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Final

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.app.file_ports import Files, NoteSeal
from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.hashes import HASH_BYTES
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, IntegrityFault
from nrm_desktop.storage.engine import (
    Connection,
    DatabaseKey,
    close_database,
    integrity_problems,
    open_database,
    translated,
)
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.names import DATABASE
from nrm_desktop.storage.statements import load_statements
from nrm_desktop.storage.verify import start_problems

HEADER: Final = "vault.hdr"
MANIFEST: Final = "manifest"
_PART: Final = ".part"
_SQL: Final = load_statements("journal")
_FIELDS: Final = 6
_MANIFEST_BYTES: Final = 4096
_ROOM: Final = 2
"""A backup wants twice the size of the database free (storage-security.md section 10)."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds; sealed beside it. Shape: `digest` sums the heads of all logs."""

    made_at_ms: int
    size: int
    sha256: bytes
    commits: int
    logs: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class BackupTools:
    """What makes and opens a backup: the raw key, the seal of its manifest, the disk."""

    database: DatabaseKey
    seal: NoteSeal
    files: Files


def create_backup(vault: Path, target: Path, tools: BackupTools, now_ms: int) -> Manifest:
    """Copy the database and the key header of a vault folder into a new folder, checked.

    Raises: EnvironmentFault `storage.full` with `needed` bytes; IntegrityFault
    `integrity.backup` when the copy is not sound: then nothing lies under the target's name.
    """
    part = target.with_name(target.name + _PART)
    with told_as_faults():
        _must_have_room(vault / DATABASE, target.parent)
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        try:
            manifest = _fill(part, vault, tools, now_ms)
            part.rename(target)
            tools.files.flush(target.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return manifest


def verify_backup(folder: Path, tools: BackupTools) -> Manifest:
    """Read everything of a backup and compare it with its manifest.

    Raises: IntegrityFault `integrity.backup`, EnvironmentFault.
    """
    manifest = _read_manifest(folder / MANIFEST, tools)
    found = _describe(folder / DATABASE, tools.database, manifest.made_at_ms)
    if found != manifest:
        raise IntegrityFault("integrity.backup", what="manifest")
    return manifest


def restore_backup(folder: Path, into: Path, tools: BackupTools) -> Manifest:
    """Copy a verified backup into a new vault folder, never over anything.

    The restored vault is a new incarnation: its device needs a new identity before it writes.
    """
    manifest = verify_backup(folder, tools)
    with told_as_faults():
        into.mkdir(mode=0o700)
        shutil.copyfile(folder / DATABASE, into / DATABASE)
        for copy in ("a", "b"):
            shutil.copyfile(folder / HEADER, into / f"{HEADER}.{copy}")
        for path in (*into.iterdir(), into):
            tools.files.flush(path)
    return manifest


def _fill(part: Path, vault: Path, tools: BackupTools, now_ms: int) -> Manifest:
    """Write and check everything of a backup, and make it lasting."""
    _copy(vault / DATABASE, part / DATABASE, tools.database)
    shutil.copyfile(vault / f"{HEADER}.a", part / HEADER)
    manifest = _describe(part / DATABASE, tools.database, now_ms)
    tools.files.create_exclusive(part / MANIFEST, tools.seal.seal(cbor.encode(astuple(manifest))))
    for path in (part / HEADER, part / DATABASE, part):
        tools.files.flush(path)
    return manifest


def _must_have_room(source: Path, folder: Path) -> None:
    needed = _ROOM * source.stat().st_size
    if shutil.disk_usage(folder).free < needed:
        raise EnvironmentFault("storage.full", needed=needed)


def _copy(source: Path, target: Path, key: DatabaseKey) -> None:
    """Let the engine write a consistent copy under the same key, also while others write."""
    connection = open_database(source, key)
    try:
        with translated():
            connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        close_database(connection)


def _describe(path: Path, key: DatabaseKey, made_at_ms: int) -> Manifest:
    """Open a copy, check it, and say what it holds. The copy is closed without a trace."""
    connection = open_database(path, key)
    try:
        problems = integrity_problems(connection) + start_problems(connection)
        commits, logs, digest = _counts(connection)
    finally:
        close_database(connection)
    if problems:
        raise IntegrityFault("integrity.backup", what=problems[0])
    with path.open("rb") as file:
        sha256 = file_digest(file, "sha256").digest()
    return Manifest(made_at_ms, path.stat().st_size, sha256, commits, logs, digest)


def _counts(connection: Connection) -> tuple[int, int, bytes]:
    commits, logs = connection.execute(_SQL["counts"]).fetchone()
    return commits, logs, Journal(connection).state.digest.to_bytes(HASH_BYTES, "big")


def _read_manifest(path: Path, tools: BackupTools) -> Manifest:
    try:
        data = tools.files.read_limited(path, _MANIFEST_BYTES)
        parts = shape.fields(cbor.decode(tools.seal.unseal(data)), "manifest", _FIELDS)
        made_at_ms, size, sha256, commits, logs, digest = parts
        return Manifest(
            shape.uint(made_at_ms, "manifest.made_at"),
            shape.uint(size, "manifest.size"),
            shape.octets(sha256, "manifest.sha256", HASH_BYTES),
            shape.uint(commits, "manifest.commits"),
            shape.uint(logs, "manifest.logs"),
            shape.octets(digest, "manifest.digest", HASH_BYTES),
        )
    except HostileInput as error:
        raise IntegrityFault("integrity.backup", what="manifest") from error

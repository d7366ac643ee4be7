"""Backups: copied by the engine, opened and checked, read back, and only then named (P10).

This module decides the steps. It never repairs and never overwrites: a restore goes into a new
folder (P9). When backups are made and which are kept is decided by whoever calls.

- The database is copied before the chunks: what it names was put in before it was named.
- A person may lock meanwhile: the flag is looked at between the steps and inside the copying.
- Under the final name there is never less than a whole, checked backup.

Source: storage-security.md sections 10 and 17. Promises: P9, P10, P17.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import file_digest
from pathlib import Path
from typing import Final

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.app.file_ports import Files, NoteSeal
from nrm_desktop.app.ports import StopFlag
from nrm_desktop.app.wire.hashes import HASH_BYTES
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault
from nrm_desktop.storage.backup_chunks import CopiedChunks, copy_chunks
from nrm_desktop.storage.backup_manifest import (
    MANIFEST,
    ChunkPlace,
    Manifest,
    encode_manifest,
    read_manifest,
)
from nrm_desktop.storage.engine import (
    Connection,
    DatabaseKey,
    close_database,
    integrity_problems,
    open_database,
    open_untouched,
    translated,
)
from nrm_desktop.storage.files_database import verify_chunks
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.names import DATABASE, FILES
from nrm_desktop.storage.statements import load_statements
from nrm_desktop.storage.verify import start_problems

HEADER: Final = "vault.hdr"
_COPIES: Final = ("a", "b")
_PART: Final = ".part"
_JOURNAL: Final = load_statements("journal")
_SQL: Final = load_statements("backup")
_ROOM: Final = 2
"""A backup wants twice the size of the database free (storage-security.md section 10)."""
_STEPS: Final = 5000
"""Instructions of the engine between two looks at the flag: about a millisecond."""


def cached_digest(path: Path) -> bytes:
    """Sum a file, from the cache where it is there."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").digest()


@dataclass(frozen=True, slots=True)
class BackupTools:
    """What makes and opens a backup: the raw keys, the seal of its manifest, the disk.

    Shape: without `chunks` no attachments are looked for; `digest` sums a file as the medium has
    it, past the cache; `header` gives the key header of a vault folder that opens with these keys,
    and never a copy of it that is damaged or was put there by somebody else.
    """

    database: DatabaseKey
    seal: NoteSeal
    files: Files
    chunks: DatabaseKey | None = None
    digest: Callable[[Path], bytes] = field(default=cached_digest, repr=False)
    program: str = ""
    header: Callable[[Path], bytes] = field(kw_only=True, repr=False)


@dataclass(frozen=True, slots=True)
class BackupWish:
    """How a backup shall be made.

    Shape: `is_full` reads every chunk of the copy again, not only the added ones; `stop` ends the
    work between two steps, as `storage.interrupted`.
    """

    now_ms: int
    place: ChunkPlace = ChunkPlace.INSIDE
    is_full: bool = True
    stop: StopFlag | None = field(default=None, repr=False)

    def go_on(self) -> None:
        """Raises: EnvironmentFault `storage.interrupted` where nobody waits any more."""
        if self.is_over():
            raise EnvironmentFault("storage.interrupted")

    def is_over(self) -> bool:
        """True if somebody stopped it."""
        return self.stop is not None and self.stop.is_set()


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """A backup that lies under its name. Shape: `damaged` says that chunks could not be read."""

    manifest: Manifest
    damaged: bool = False


def create_backup(vault: Path, target: Path, tools: BackupTools, wish: BackupWish) -> MadeBackup:
    """Copy the databases and the key header of a vault folder into a new folder, checked.

    Raises: EnvironmentFault `storage.full` with `needed` bytes, `storage.interrupted`;
    IntegrityFault `integrity.backup` when the copy is not sound: nothing lies under the name then.
    """
    part = target.with_name(target.name + _PART)
    with told_as_faults():
        _must_have_room(vault, target.parent, wish)
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        try:
            made = _fill(part, vault, tools, wish)
            if target.exists():
                raise EnvironmentFault("storage.exists")
            part.rename(target)
            tools.files.flush(target.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return made


def verify_backup(folder: Path, tools: BackupTools, *, has_chunks: bool = True) -> Manifest:
    """Read everything of a backup and compare it with its manifest.

    Shape: without `has_chunks` the attachments are not looked at, and the manifest says so.
    Raises: IntegrityFault `integrity.backup`, EnvironmentFault.
    """
    manifest = read_manifest(folder, tools.files, tools.seal)
    with told_as_faults():
        found = _describe(folder, tools, manifest.made_at_ms)
    wanted = replace(manifest, attachments=None, place=ChunkPlace.LEFT_OUT)
    if replace(found, program=manifest.program) != wanted:
        raise IntegrityFault("integrity.backup", what="manifest")
    if not has_chunks:
        return wanted
    _must_hold_chunks(folder, manifest, tools)
    return manifest


def restore_backup(
    folder: Path,
    into: Path,
    tools: BackupTools,
    begin: Callable[[Connection], None],
    *,
    has_chunks: bool = True,
) -> Manifest:
    """Copy a verified backup into a new vault folder, never over anything.

    Shape: `begin` makes the copy ready and marks it, before it has its name; `into` is not there
    yet, or is an empty folder. A lost or damaged attachment must not keep the cases from coming
    back: without `has_chunks` they come alone.
    Raises: as `verify_backup`; what `begin` raises; EnvironmentFault `storage.exists`.
    """
    manifest = verify_backup(folder, tools, has_chunks=has_chunks)
    part = into.with_name(into.name + _PART)
    with told_as_faults():
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700, parents=True)
        try:
            _fill_vault(part, folder, manifest)
            _mark(part / DATABASE, tools.database, begin)
            for path in (*part.iterdir(), part):
                tools.files.flush(path)
            _take_place_of_nothing(into)
            part.rename(into)
            tools.files.flush(into.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return manifest


def files_of(folder: Path, manifest: Manifest) -> Path:
    """Where the chunks of a backup lie."""
    where = folder.parent if manifest.place is ChunkPlace.SHARED else folder
    return where / FILES


def open_copy(path: Path, key: DatabaseKey) -> Connection:
    """Open the database of a backup, also on a medium that cannot be written."""
    if os.access(path.parent, os.W_OK):
        return open_database(path, key)
    return open_untouched(path, key)


def _fill(part: Path, vault: Path, tools: BackupTools, wish: BackupWish) -> MadeBackup:
    """Write and check everything of a backup, make it lasting and read it back."""
    wish.go_on()
    _copy(vault / DATABASE, part / DATABASE, tools.database, wish)
    wish.go_on()
    tools.files.create_exclusive(part / HEADER, tools.header(vault))
    bare = _describe(part, tools, wish.now_ms)
    wish.go_on()
    chunks = _add_chunks(part, vault, tools, wish)
    wish.go_on()
    manifest = bare
    if chunks is not None:
        manifest = replace(bare, attachments=chunks.count, place=wish.place)
    tools.files.create_exclusive(part / MANIFEST, tools.seal.seal(encode_manifest(manifest)))
    _make_lasting(part, manifest, tools)
    return MadeBackup(manifest, chunks is not None and chunks.damaged)


def _add_chunks(
    part: Path, vault: Path, tools: BackupTools, wish: BackupWish
) -> CopiedChunks | None:
    if tools.chunks is None or wish.place is ChunkPlace.LEFT_OUT:
        return None
    where = part.parent if wish.place is ChunkPlace.SHARED else part
    return copy_chunks(vault / FILES, where / FILES, tools.chunks, is_full=wish.is_full)


def _make_lasting(part: Path, manifest: Manifest, tools: BackupTools) -> None:
    """Flush everything, then compare what the medium gives back with what was meant."""
    wanted = {part / HEADER: manifest.header_sha256, part / DATABASE: manifest.sha256}
    if (part / FILES).exists():
        wanted[part / FILES] = cached_digest(part / FILES)
    for path in (*wanted, part):
        tools.files.flush(path)
    if any(tools.digest(path) != digest for path, digest in wanted.items()):
        raise EnvironmentFault("storage.medium", step="read_back")


def _must_have_room(vault: Path, folder: Path, wish: BackupWish) -> None:
    needed = _ROOM * (vault / DATABASE).stat().st_size
    chunks = vault / FILES
    if wish.place is not ChunkPlace.LEFT_OUT and chunks.exists():
        shared = folder / FILES
        is_there = wish.place is ChunkPlace.SHARED and shared.exists()
        there = shared.stat().st_size if is_there else 0
        needed += max(chunks.stat().st_size - there, 0)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise EnvironmentFault("storage.full", needed=needed, free=free)


def _copy(source: Path, target: Path, key: DatabaseKey, wish: BackupWish) -> None:
    """Let the engine write a consistent copy under the same key, also while others write.

    Nothing is written into the source: it may be a damaged one that is to stay as it is (P9).
    """
    connection = open_untouched(source, key)
    try:
        connection.set_progress_handler(wish.is_over, _STEPS)
        with translated():
            connection.execute(_SQL["vacuum_into"], (str(target),))
    finally:
        connection.set_progress_handler(None, 0)
        close_database(connection)


def _describe(folder: Path, tools: BackupTools, made_at_ms: int) -> Manifest:
    """Open a copy, check it, and say what it holds. The copy is closed without a trace."""
    path = folder / DATABASE
    connection = open_copy(path, tools.database)
    try:
        with translated():
            # A damaged page first: whatever reads it afterwards fails with less to say.
            _must_be_none(integrity_problems(connection))
            _must_be_none(start_problems(connection))
            commits, logs, digest = _counts(connection)
            schema = int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        close_database(connection)
    size, header = path.stat().st_size, cached_digest(folder / HEADER)
    return Manifest(
        made_at_ms, size, cached_digest(path), header, commits, logs, digest, schema, tools.program
    )


def _must_be_none(problems: list[str]) -> None:
    if problems:
        raise IntegrityFault("integrity.backup", what=problems[0])


def _counts(connection: Connection) -> tuple[int, int, bytes]:
    commits, logs = connection.execute(_JOURNAL["counts"]).fetchone()
    return commits, logs, Journal(connection).state.digest.to_bytes(HASH_BYTES, "big")


def _must_hold_chunks(folder: Path, manifest: Manifest, tools: BackupTools) -> None:
    """A copy of its own holds exactly what was noted; a shared one may hold more by now."""
    noted, path = manifest.attachments, files_of(folder, manifest)
    if noted is None or tools.chunks is None or not noted.chunks:
        return
    if not path.exists():
        raise IntegrityFault("integrity.backup", what="attachments")
    found = verify_chunks(path, tools.chunks)
    is_enough = found.chunks >= noted.chunks and found.bytes >= noted.bytes
    if not (found == noted or (manifest.place is ChunkPlace.SHARED and is_enough)):
        raise IntegrityFault("integrity.backup", what="attachments")


def _fill_vault(part: Path, folder: Path, manifest: Manifest) -> None:
    shutil.copyfile(folder / DATABASE, part / DATABASE)
    for copy in _COPIES:
        shutil.copyfile(folder / HEADER, part / f"{HEADER}.{copy}")
    if manifest.attachments is not None and manifest.attachments.chunks:
        shutil.copyfile(files_of(folder, manifest), part / FILES)


def _mark(path: Path, key: DatabaseKey, begin: Callable[[Connection], None]) -> None:
    connection = open_database(path, key)
    try:
        begin(connection)
    finally:
        close_database(connection)


def _take_place_of_nothing(into: Path) -> None:
    """Make room for a folder that is named in one step; only an empty one gives way."""
    if into.exists():
        if not into.is_dir() or any(into.iterdir()):
            raise EnvironmentFault("storage.exists")
        into.rmdir()

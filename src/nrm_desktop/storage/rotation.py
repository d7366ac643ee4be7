"""The databases of a vault under a new data key: written beside, verified, then put in place.

This module decides the steps and what of them counts. The old files stay as they are until the new
key header is written: that is the deciding write, and it is made elsewhere. Keys are opaque here.

- `vault.db.new` is made first and takes its name last, so it alone says that something is not
  finished; every start looks for it, and for nothing else.
- Which state is in force is asked of the files: the key of the header opens the one or the other.
- A new file counts only after every page, every count, the heads of all chains and the digests of
  all projections were compared. `rekey` in place is not used: an interrupted one opens by no key.

Source: storage-security.md section 4.6. Promise: P12. Threat: T22.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault
from nrm_desktop.storage import engine
from nrm_desktop.storage.access_log import audit_head
from nrm_desktop.storage.engine import Connection, DatabaseKey, translated
from nrm_desktop.storage.files_database import export_files
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.names import DATABASE, FILES
from nrm_desktop.storage.projections import digests
from nrm_desktop.storage.search.index import full_text_problems
from nrm_desktop.storage.statements import load_statements

NEW: Final = ".new"
_SQL: Final = load_statements("rotation")
_JOURNAL: Final = load_statements("journal")
_BESIDE: Final = ("-wal", "-shm")
_PARTS: Final = ("", ".part", *_BESIDE, ".part-wal", ".part-shm")

Rename = Callable[[Path, Path], None]
"""Gives a file the name of another one, lasting; patient where something holds it."""


@dataclass(frozen=True, slots=True)
class VaultFileKeys:
    """The keys of both databases of a vault under one data key."""

    database: DatabaseKey
    files: DatabaseKey


@dataclass(frozen=True, slots=True)
class _Content:
    """What has to be the same on both sides. Its text form is of no use to anybody."""

    schema: list[Any]
    version: int
    counts: dict[str, int]
    heads: list[Any]
    state: object
    audit: bytes
    projections: dict[str, str]


def export_vault(
    folder: Path, old: VaultFileKeys, new: VaultFileKeys, flush: Callable[[Path], None]
) -> None:
    """Write both databases beside themselves under new keys, verified and lasting.

    Nothing may be written meanwhile: whoever calls holds the lock of the folder.
    Raises: IntegrityFault `integrity.database` or `integrity.attachment` where a copy is not the
    same; EnvironmentFault. Nothing of it counts then; `discard` takes it away.
    """
    discard(folder)
    export_database(folder / DATABASE, new_name(folder, DATABASE), old.database, new.database)
    export_files(folder / FILES, new_name(folder, FILES), old.files, new.files)
    for name in (DATABASE, FILES):
        if new_name(folder, name).exists():
            flush(new_name(folder, name))
    flush(folder)


def export_database(source: Path, target: Path, old: DatabaseKey, new: DatabaseKey) -> None:
    """Copy a database under another key into a new file, and compare the two.

    Raises: IntegrityFault `integrity.database`; EnvironmentFault.
    """
    engine.close_database(engine.create_database(target, new))
    connection = engine.open_database(source, old)
    try:
        before = _content(connection)
        with translated():
            connection.execute(_SQL["attach"], (str(target), _key_text(new))).fetchall()
            connection.execute(_SQL["export"]).fetchall()
            connection.execute(f"PRAGMA fresh.user_version={before.version:d}").fetchall()
            connection.execute(_SQL["detach"]).fetchall()
    finally:
        engine.close_database(connection)
    _must_hold(target, new, before)


def is_begun(folder: Path) -> bool:
    """True if an exchange of the data key is not finished here."""
    return new_name(folder, DATABASE).exists()


def opens(path: Path, key: DatabaseKey) -> bool:
    """True if a key opens a database. Raises: EnvironmentFault where the disk does not say."""
    if not path.exists():
        return False
    try:
        engine.close_database(engine.open_database(path, key))
    except IntegrityFault:
        return False
    return True


def take_over(folder: Path, rename: Rename) -> None:
    """Let the new files take the place of the old ones; may be repeated after any step.

    Raises: EnvironmentFault while something holds a file; nothing is forced.
    """
    for name in (FILES, DATABASE):
        new = new_name(folder, name)
        if not new.exists():
            continue
        with told_as_faults():
            for suffix in _BESIDE:  # of the old key: an engine must not read them into the new file
                (folder / f"{name}{suffix}").unlink(missing_ok=True)
        rename(new, folder / name)


def discard(folder: Path) -> None:
    """Take away what never counted; the mark goes last. Raises: EnvironmentFault."""
    with told_as_faults():
        for name in (FILES, DATABASE):
            new = new_name(folder, name)
            for suffix in reversed(_PARTS):
                new.with_name(new.name + suffix).unlink(missing_ok=True)


def new_name(folder: Path, name: str) -> Path:
    """Where a database lies until it takes its place."""
    return folder / f"{name}{NEW}"


def _must_hold(path: Path, key: DatabaseKey, wanted: _Content) -> None:
    connection = engine.open_database(path, key)
    try:
        problems = engine.integrity_problems(connection, is_deep=True)
        problems += full_text_problems(connection)
        if not problems and _content(connection) != wanted:
            problems.append("content")
    finally:
        engine.close_database(connection)
    if problems:
        raise IntegrityFault("integrity.database", what=f"export.{problems[0]}")
    if any(path.with_name(path.name + suffix).exists() for suffix in _BESIDE):
        raise EnvironmentFault("storage.in_use")


def _content(connection: Connection) -> _Content:
    with translated():
        names = [row[0] for row in connection.execute(_SQL["tables"])]
        return _Content(
            connection.execute(_SQL["schema"]).fetchall(),
            int(connection.execute("PRAGMA user_version").fetchone()[0]),
            {name: _rows(connection, name) for name in names},
            connection.execute(_JOURNAL["head_rows"]).fetchall(),
            Journal(connection).state,
            audit_head(connection),
            digests(connection),
        )


def _rows(connection: Connection, table: str) -> int:
    """Count a table that the schema itself names; a name is no value, so no parameter can be it."""
    quoted = '"' + table.replace('"', '""') + '"'
    return int(connection.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0])  # noqa: S608 - see above


def _key_text(key: DatabaseKey) -> str:
    return f"x'{(key.raw + key.salt).hex()}'"

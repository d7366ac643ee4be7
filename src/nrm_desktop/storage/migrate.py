"""Migrations: bring a database to the schema of this program, forward only.

This module decides in which order the numbered files run and that a file and its record are one
transaction. It never looks at data and never goes back; a database of a newer major version is
refused before anything is written. Before anything is changed, whoever called saves the old state
(P10); if that fails, nothing is changed.

`user_version` is major << 16 | minor; each file sets it itself. A change that older programs
cannot live with raises the major number: they refuse to write then. A higher minor number only
adds tables, which older programs leave alone.

Numbers: four digits, taken when a file is committed, never given twice and never renumbered. The
last file sets the minor number. A released file never changes; what was wrong in it is put right
by the next one. Unknown numbers in a database are files of a newer program.

Source: storage-security.md section 10; architecture.md section 4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from typing import Final

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.storage.engine import Connection, translated
from nrm_desktop.storage.statements import load_statements

MAJOR: Final = 1
_FOLDER: Final = resources.files("nrm_desktop.storage") / "migrations"
_SQL: Final = load_statements("migration")


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> bytes:
        """What the record keeps: a released file never changes."""
        return sha256(self.sql.encode("utf-8")).digest()

    def statements(self) -> list[str]:
        """Its statements; each ends with a semicolon at the end of a line."""
        lines = (line for line in self.sql.splitlines() if not line.startswith("--"))
        return [part for part in "\n".join(lines).split(";\n") if part.strip()]


def migrations() -> list[Migration]:
    """All migrations of this program, by number."""
    found = []
    for entry in _FOLDER.iterdir():
        number, _, name = entry.name.removesuffix(".sql").partition("_")
        if entry.name.endswith(".sql"):
            found.append(Migration(int(number), name, entry.read_text(encoding="utf-8")))
    return sorted(found, key=lambda each: each.number)


def check_version(connection: Connection) -> None:
    """Refuse a database that a newer program has changed for good.

    Raises: EnvironmentFault `storage.newer_version`; nothing was written.
    """
    major = int(connection.execute("PRAGMA user_version").fetchone()[0]) >> 16
    if major > MAJOR:
        raise EnvironmentFault("storage.newer_version", found=major, known=MAJOR)


def migrate(
    connection: Connection, now_ms: int, save_first: Callable[[], object] | None = None
) -> list[int]:
    """Run what is missing, each file in one transaction with its record.

    Shape: the numbers that were run; `save_first` is called before a database that holds
    something is changed, and what it raises ends it.
    """
    check_version(connection)
    done = _done(connection)
    missing = [each for each in migrations() if each.number not in done]
    if missing and done and save_first is not None:
        save_first()
    for migration in missing:
        _run(connection, migration, now_ms)
    return [each.number for each in missing]


def first_used_ms(connection: Connection) -> int:
    """When this database was made. Units: wall clock in milliseconds."""
    return int(connection.execute(_SQL["first"]).fetchone()[0])


def began_at_ms(connection: Connection) -> int:
    """When this database was made, by the clock of that moment. Units: milliseconds."""
    return int(connection.execute(_SQL["began_at"]).fetchone()[0])


def _done(connection: Connection) -> set[int]:
    if connection.execute(_SQL["has_records"]).fetchone()[0] == 0:
        return set()
    return {row[0] for row in connection.execute(_SQL["numbers"])}


def _run(connection: Connection, migration: Migration, now_ms: int) -> None:
    with translated():
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in migration.statements():
                connection.execute(statement)
            record = (migration.number, migration.name, migration.sha256, now_ms)
            connection.execute(_SQL["record"], record)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def migrated(
    opening: Callable[[], Connection],
    now_ms: int,
    save_first: Callable[[], object] | None = None,
) -> Callable[[], Connection]:
    """Give an opening that migrates at once; a database that it could not bring up is closed."""

    def open_migrated() -> Connection:
        connection = opening()
        try:
            migrate(connection, now_ms, save_first)
        except BaseException:
            connection.close()
            raise
        return connection

    return open_migrated

"""Migrations: saved first, whole or absent, and never by a program that is too old (P9, P10).

Which databases are frozen: one backup of each released version will lie here, the first one taken
when the formats are frozen as 1, each with a digest of its full export; every later release has to
restore all of them (storage-security.md section 22, F15). Before that there is nothing to freeze,
so old databases are made here by running only the first of the numbered files.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.contract.vaults import CASE, KEY, author, value
from tests.fakes.dying import DIED, DONE

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.storage import engine, migrate
from nrm_desktop.storage.migrate import MAJOR, Migration, migrations
from nrm_desktop.storage.names import DATABASE
from nrm_desktop.storage.vault_database import VaultDatabase

FIRST = migrations()[:1]
FUTURE = Migration(
    9000,
    "future",
    "PRAGMA user_version = 65635;\nCREATE TABLE of_the_future (word TEXT) STRICT;\n"
    "INSERT INTO of_the_future VALUES ('kept');\n",
)


@pytest.fixture
def old(tmp_path, monkeypatch) -> Path:
    """A vault folder whose database has only the first schema."""
    folder = tmp_path / "vault"
    folder.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "migrations", lambda: FIRST)
        connection = engine.create_database(folder / DATABASE, KEY)
        migrate.migrate(connection, 0)
        engine.close_database(connection)
    return folder


def schema_of(path: Path) -> tuple[int, list[int]]:
    connection = engine.open_database(path, KEY)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        numbers = [row[0] for row in connection.execute("SELECT number FROM migration")]
    finally:
        engine.close_database(connection)
    return version, sorted(numbers)


def tables_of(path: Path) -> set[str]:
    connection = engine.open_database(path, KEY)
    try:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    finally:
        engine.close_database(connection)


@pytest.mark.promise("P10")
def test_the_old_state_is_saved_before_anything_is_changed(old):
    seen = []

    VaultDatabase.open(old, KEY, 1, lambda: seen.append(schema_of(old / DATABASE))).close()

    assert seen == [(MAJOR << 16, [1])]
    assert schema_of(old / DATABASE)[1] == [each.number for each in migrations()]


@pytest.mark.promise("P10")
def test_without_a_backup_nothing_is_changed(old):
    def no_room():
        raise EnvironmentFault("storage.full", needed=1)

    with pytest.raises(EnvironmentFault) as raised:
        VaultDatabase.open(old, KEY, 1, no_room)

    assert raised.value.code == "storage.full"
    assert schema_of(old / DATABASE) == (MAJOR << 16, [1])


def test_a_database_that_is_new_or_up_to_date_needs_no_backup(tmp_path):
    VaultDatabase.create(tmp_path, KEY, 1).close()

    VaultDatabase.open(tmp_path, KEY, 2, lambda: pytest.fail("nothing is to be saved")).close()

    assert schema_of(tmp_path / DATABASE)[1] == [each.number for each in migrations()]


def test_a_newer_minor_version_opens_works_and_keeps_its_tables(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "migrations", lambda: [*migrations(), FUTURE])
        VaultDatabase.create(tmp_path, KEY, 1).close()

    database = VaultDatabase.open(tmp_path, KEY, 2)
    database.work(author()).run(lambda unit: unit.record(CASE, 1, value("a")))
    rows = database.read(lambda found: found.execute("SELECT word FROM of_the_future").fetchall())
    kept = rows.result()
    database.close()

    assert kept == [("kept",)]
    assert schema_of(tmp_path / DATABASE)[0] == MAJOR << 16 | 99


@pytest.mark.promise("P9")
def test_a_newer_major_version_is_refused_before_anything_is_written(tmp_path):
    VaultDatabase.create(tmp_path, KEY, 1).close()
    connection = engine.open_database(tmp_path / DATABASE, KEY)
    connection.execute(f"PRAGMA user_version = {(MAJOR + 1) << 16}")
    engine.close_database(connection)
    before = (tmp_path / DATABASE).read_bytes()

    with pytest.raises(EnvironmentFault) as raised:
        VaultDatabase.open(tmp_path, KEY, 2, lambda: pytest.fail("nothing is to be saved"))

    assert raised.value.code == "storage.newer_version"
    assert (tmp_path / DATABASE).read_bytes() == before


@pytest.mark.promise("P2")
def test_a_kill_at_any_statement_leaves_the_schema_before_or_after_a_file(old, tmp_path):
    statement, seen = 1, set()
    while _dies_at(path := _copy(old, tmp_path, statement), statement):
        version, numbers = schema_of(path)
        assert numbers == list(range(1, len(numbers) + 1))
        assert version == MAJOR << 16 | len(numbers) - 1
        assert ("exchange_self" in tables_of(path)) == (2 in numbers)
        seen.add(len(numbers))
        statement += 1

    every = [each.number for each in migrations()]
    assert statement > sum(len(each.statements()) for each in migrations()[1:])
    assert seen == set(every[:-1])
    assert schema_of(path)[1] == every


def _copy(old: Path, tmp_path: Path, number: int) -> Path:
    return Path(shutil.copyfile(old / DATABASE, tmp_path / f"{number}.db"))


class Dying:
    """A connection whose process dies before its n-th statement that is not a question."""

    def __init__(self, connection, left: int) -> None:
        self._connection = connection
        self._left = left

    def execute(self, sql, parameters=()):
        if not sql.startswith(("SELECT", "PRAGMA user_version\n")):
            self._left -= 1
            if self._left == 0:
                os._exit(DIED)
        return self._connection.execute(sql, parameters)

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction


def _dies_at(path: Path, statement: int) -> bool:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            connection = engine.open_database(path, KEY)
            migrate.migrate(Dying(connection, statement), 1)
            engine.close_database(connection)
            code = DONE
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {DIED, DONE}
    return code == DIED

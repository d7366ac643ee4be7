"""Migrations go forward only; every statement fits the schema."""

import pytest
from tests.architecture.source import PACKAGE
from tests.contract.vaults import KEY

from nrm_desktop.domain.errors import EnvironmentFault, ProgramFault
from nrm_desktop.storage import engine, files_database, migrate, statements
from nrm_desktop.storage.migrate import Migration
from nrm_desktop.storage.projections import TABLES

GROUPS = sorted(path.stem for path in (PACKAGE / "storage" / "sql").glob("*.sql"))
ALL = [
    (group, name, sql)
    for group in GROUPS
    for name, sql in statements.load_statements(group).items()
]


@pytest.mark.parametrize(("group", "name", "sql"), ALL, ids=[f"{g}.{n}" for g, n, _ in ALL])
def test_every_statement_prepares_against_a_new_database(vault, chunks, group, name, sql):
    connection = chunks if "chunk" in sql or "waiting" in sql else vault.connection
    connection.execute(f"EXPLAIN {sql}", _parameters(sql)).fetchall()


@pytest.fixture
def chunks(tmp_path):
    """The other database of a vault: that of the attachments."""
    connection = files_database.open_files(tmp_path / "files.db", KEY)
    yield connection
    engine.close_database(connection)


def _parameters(sql):
    if ":" in sql:
        names = {part.split()[0].strip("(),;") for part in sql.split(":")[1:]}
        return dict.fromkeys(names)
    return (None,) * max(sql.count("?"), sql.count("?1") and 1) if "?1" not in sql else (None,)


def test_no_list_is_paged_by_offset():
    assert [name for _, name, sql in ALL if "OFFSET" in sql.upper()] == []


def test_lists_of_cases_and_lookups_use_an_index(vault):
    wanted = {
        ("records", "standing"): "SEARCH standing",
        ("records", "scope_of_code"): "SEARCH scope_line",
        ("reader", "cases"): "USING INDEX scope_line_newest",
        ("journal", "place_of"): "SEARCH journal_commit",
        ("journal", "other_heads"): "SEARCH journal_log",
        ("journal", "pending_for"): "SEARCH journal_pending",
        ("projections", "register"): "SEARCH standing",
        ("joins", "every_join"): "SEARCH standing",
        ("joins", "child"): "SEARCH scope_line",
        ("reader", "owes"): "SEARCH record",
    }
    for (group, name), plan in wanted.items():
        sql = statements.load_statements(group)[name]
        rows = vault.connection.execute(f"EXPLAIN QUERY PLAN {sql}", _parameters(sql)).fetchall()
        assert any(plan in row[3] for row in rows), (name, rows)


def test_migrating_twice_does_nothing_the_second_time(vault):
    assert migrate.migrate(vault.connection, 0) == []


def test_each_migration_leaves_its_record(vault):
    rows = vault.connection.execute("SELECT number, name, sha256 FROM migration").fetchall()

    assert rows == [(each.number, each.name, each.sha256) for each in migrate.migrations()]
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))


def test_a_failing_migration_leaves_nothing_behind(vault, monkeypatch):
    broken = Migration(99, "broken", "CREATE TABLE half (a);\nCREATE TABLE half (a);\n")
    monkeypatch.setattr(migrate, "migrations", lambda: [broken])

    with pytest.raises(ProgramFault):
        migrate.migrate(vault.connection, 0)

    tables = vault.connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'")
    assert tables.fetchone() == (0,)
    assert not vault.connection.in_transaction


def test_a_database_of_a_newer_program_is_refused_and_not_touched(path):
    connection = engine.open_database(path, KEY)
    connection.execute(f"PRAGMA user_version={(migrate.MAJOR + 1) << 16}")

    with pytest.raises(EnvironmentFault) as raised:
        migrate.migrate(connection, 0)

    assert raised.value.code == "storage.newer_version"
    assert not connection.in_transaction
    engine.close_database(connection)


def test_a_newer_minor_version_is_opened(path):
    connection = engine.open_database(path, KEY)
    connection.execute(f"PRAGMA user_version={(migrate.MAJOR << 16) + 99}")

    assert migrate.migrate(connection, 0) == []
    engine.close_database(connection)


def test_every_projection_table_can_be_cleared_and_compared():
    names = set(statements.load_statements("projections"))

    assert {f"{verb}_{table}" for verb in ("clear", "all") for table in TABLES} <= names


def test_a_name_that_stands_twice_is_found(monkeypatch, tmp_path):
    (tmp_path / "twice.sql").write_text("-- name: a\nSELECT 1;\n-- name: a\nSELECT 2;\n")
    monkeypatch.setattr(statements, "_FOLDER", tmp_path)

    with pytest.raises(ProgramFault):
        statements.load_statements("twice")

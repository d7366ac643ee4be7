"""Each trap of the engine has a guard (storage-security.md section 5.2)."""

import sqlite3
from dataclasses import replace

import pytest
from sqlcipher3 import dbapi2
from tests.contract.vaults import KEY

from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault, NrmError, ProgramFault
from nrm_desktop.storage import engine
from nrm_desktop.storage.engine import DatabaseKey

WRONG = DatabaseKey(b"\xff" * 32, KEY.salt)


def faults(path, key=KEY, kind=IntegrityFault):
    with pytest.raises(kind) as raised:
        engine.open_database(path, key)
    return raised.value.code, raised.value.params.get("what")


class TestOpening:
    def test_what_was_written_is_read_after_opening_again(self, path):
        connection = engine.open_database(path, KEY)
        connection.execute("INSERT INTO setting VALUES ('a', x'01')")
        engine.close_database(connection)

        connection = engine.open_database(path, KEY, is_read_only=True)

        assert connection.execute("SELECT value FROM setting").fetchall() == [(b"\x01",)]
        engine.close_database(connection)

    @pytest.mark.promise("P4")
    def test_a_wrong_key_opens_nothing_and_changes_nothing(self, path):
        before = path.read_bytes()

        assert faults(path, WRONG)[0] == "integrity.database"
        assert path.read_bytes() == before

    def test_a_key_of_a_wrong_length_is_refused_before_the_engine_sees_it(self):
        for size in (0, 2, 31, 33, 48):
            with pytest.raises(ProgramFault):
                DatabaseKey(bytes(size), KEY.salt)
        with pytest.raises(ProgramFault):
            DatabaseKey(KEY.raw, bytes(15))

    def test_the_key_is_not_in_its_own_text(self):
        assert KEY.raw.hex() not in repr(KEY)
        assert repr(KEY.raw) not in repr(KEY)


class TestRefusing:
    def test_a_zero_byte_file_is_no_empty_vault(self, path):
        path.write_bytes(b"")

        assert faults(path) == ("integrity.database", "size")

    def test_a_cut_file_is_refused(self, path):
        path.write_bytes(path.read_bytes()[:4000])

        assert faults(path) == ("integrity.database", "size")

    @pytest.mark.promise("P3")
    def test_a_plain_database_is_refused(self, path):
        path.unlink()
        with sqlite3.connect(path) as plain:
            plain.execute("CREATE TABLE t (a)")
        plain.close()

        assert faults(path) == ("integrity.database", "plaintext")

    def test_a_database_of_another_vault_is_refused(self, path):
        assert faults(path, replace(KEY, salt=bytes(16))) == ("integrity.database", "salt")

    def test_a_missing_file_is_no_vault(self, path):
        path.unlink()

        assert faults(path, kind=EnvironmentFault) == ("storage.no_vault", None)

    def test_a_link_is_never_followed(self, path, tmp_path):
        link = tmp_path / "link.db"
        link.symlink_to(path)

        assert faults(link, kind=EnvironmentFault) == ("storage.medium", "not_a_file")

    def test_a_file_of_another_program_is_refused(self, path):
        connection = engine.open_database(path, KEY)
        connection.execute("PRAGMA application_id=1")
        engine.close_database(connection)

        assert faults(path) == ("integrity.database", "application_id")

    def test_creating_never_overwrites(self, path):
        with pytest.raises(EnvironmentFault):
            engine.create_database(path, KEY)

        engine.close_database(engine.open_database(path, KEY))

    def test_a_failed_opening_leaves_nothing_open(self, path):
        faults(path, WRONG)

        path.rename(path.with_name("moved.db"))
        engine.close_database(engine.open_database(path.with_name("moved.db"), KEY))


class TestConnection:
    @pytest.mark.parametrize("is_read_only", [False, True])
    def test_every_setting_says_what_it_must(self, path, is_read_only):
        connection = engine.open_database(path, KEY, is_read_only=is_read_only)
        wanted = {
            "journal_mode": "wal",
            "synchronous": 2,
            "fullfsync": 1,
            "checkpoint_fullfsync": 1,
            "wal_autocheckpoint": 1000,
            "journal_size_limit": 4 << 20,
            "cache_size": -8192,
            "secure_delete": 1,
            "temp_store": 2,
            "foreign_keys": 1,
            "cell_size_check": 1,
            "trusted_schema": 0,
            "cipher_memory_security": "0",
            "busy_timeout": 5000,
            "page_size": "4096",
            "application_id": 0x4E524D31,
            "query_only": int(is_read_only),
        }
        found = {n: connection.execute(f"PRAGMA {n}").fetchone()[0] for n in wanted}
        engine.close_database(connection)

        assert found == wanted

    def test_a_reader_cannot_write(self, path):
        connection = engine.open_database(path, KEY, is_read_only=True)

        with pytest.raises(engine.DatabaseError):
            connection.execute("INSERT INTO setting VALUES ('a', x'01')")
        engine.close_database(connection)

    @pytest.mark.threat("T20")
    def test_extensions_cannot_be_loaded(self, path):
        connection = engine.open_database(path, KEY)

        with pytest.raises(engine.DatabaseError, match="not authorized"):
            connection.load_extension("anything")
        engine.close_database(connection)

    def test_the_provider_is_one_that_was_tested(self, path):
        connection = engine.open_database(path, KEY)

        assert engine.provider(connection).startswith(engine.TESTED_PROVIDERS)
        engine.close_database(connection)

    @pytest.mark.promise("P3")
    def test_neither_file_nor_wal_holds_a_readable_word(self, path):
        connection = engine.open_database(path, KEY)
        connection.execute("INSERT INTO setting VALUES ('quokka-marker', x'01')")
        wal = path.with_name("vault.db-wal").read_bytes()
        engine.checkpoint(connection)

        assert b"quokka" not in wal + path.read_bytes()
        assert b"SQLite format 3" not in wal + path.read_bytes()
        assert path.read_bytes()[:16] == KEY.salt
        assert path.with_name("vault.db-wal").stat().st_size == 0
        engine.close_database(connection)

    def test_closing_rolls_an_open_transaction_back(self, path):
        connection = engine.open_database(path, KEY)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO setting VALUES ('a', x'01')")
        engine.close_database(connection)

        connection = engine.open_database(path, KEY)
        assert connection.execute("SELECT count(*) FROM setting").fetchone() == (0,)
        engine.close_database(connection)

    def test_a_copy_to_a_place_without_key_fails(self, path, tmp_path):
        connection = engine.open_database(path, KEY)
        plain = dbapi2.connect(tmp_path / "plain.db")

        with pytest.raises(dbapi2.Error):
            connection.backup(plain)
        plain.close()
        engine.close_database(connection)


@pytest.mark.promise("P7")
class TestDamage:
    def test_a_sound_file_has_no_problem_also_with_a_wal_beside_it(self, path):
        connection = engine.open_database(path, KEY)
        connection.execute("INSERT INTO setting VALUES ('a', x'01')")

        assert engine.integrity_problems(connection) == []
        engine.close_database(connection)

    def test_a_flipped_bit_is_named_with_its_page(self, path):
        data = bytearray(path.read_bytes())
        data[4096 * 3 + 77] ^= 1
        path.write_bytes(data)
        connection = engine.open_database(path, KEY)

        problems = engine.integrity_problems(connection)
        assert any("page 4" in problem for problem in problems), problems
        engine.close_database(connection)


class TestErrors:
    @pytest.mark.parametrize(
        ("number", "kind", "code"),
        [
            (dbapi2.SQLITE_FULL, EnvironmentFault, "storage.full"),
            (dbapi2.SQLITE_READONLY, EnvironmentFault, "storage.read_only"),
            (dbapi2.SQLITE_IOERR | 3 << 8, EnvironmentFault, "storage.medium"),
            (dbapi2.SQLITE_BUSY, EnvironmentFault, "storage.in_use"),
            (dbapi2.SQLITE_CORRUPT, IntegrityFault, "integrity.database"),
            (dbapi2.SQLITE_NOTADB, IntegrityFault, "integrity.database"),
            (dbapi2.SQLITE_ERROR, ProgramFault, "program.fault"),
            (None, ProgramFault, "program.fault"),
        ],
    )
    def test_an_error_is_named_by_who_can_act(self, number, kind, code):
        error = dbapi2.OperationalError("words of the engine")
        if number is not None:
            error.sqlite_errorcode = number

        fault = engine.fault_of(error)

        assert (type(fault), fault.code) == (kind, code)
        assert "words" not in str(fault.params)

    def test_errors_come_out_as_ours(self, path):
        connection = engine.open_database(path, KEY)

        with pytest.raises(NrmError), engine.translated():
            connection.execute("SELECT nonsense FROM nowhere")
        engine.close_database(connection)


def test_what_is_bound_comes_back_as_it_was(path):
    """Ids and nothing are bound by rules of their own, which must not change them."""
    connection = engine.open_database(path, KEY)
    given = (
        b"",
        b"a\x00b",
        bytes(16),
        None,
        0,
        True,
        1 << 62,
        "",
        "\u0436\u0000z",
        bytearray(b"x"),
    )

    found = connection.execute(f"SELECT {', '.join('?' * len(given))}", given).fetchone()

    assert found == given
    assert [type(one) for one in found[:4]] == [bytes, bytes, bytes, type(None)]
    kinds = connection.execute("SELECT typeof(?), typeof(?), typeof(?)", (b"", None, "")).fetchone()
    assert kinds == ("blob", "null", "text")
    engine.close_database(connection)

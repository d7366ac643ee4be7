"""The search index follows what stands: filled later, rebuilt byte-equal, forgotten for good."""

import pytest
from tests.contract.readers import ALL, FAMILY, GIVEN, NOTE, lens, open_case, scopes
from tests.contract.vaults import (
    CASE,
    CORE,
    KEY,
    SUPPORT,
    RealVault,
    author,
    value,
    write,
)

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.storage.projections import digests, rebuild
from nrm_desktop.storage.reader import SqlReader
from nrm_desktop.storage.search.filling import fill_some, is_filled, prepare
from nrm_desktop.storage.search.index import (
    SEARCH_TABLES,
    full_text_problems,
    must_delete_safely,
    searched_fields,
)
from nrm_desktop.storage.search.stopping import watched
from nrm_desktop.storage.statements import load_statements
from nrm_desktop.storage.uow import transaction
from nrm_desktop.storage.vault_database import VaultDatabase
from nrm_desktop.storage.verify import verify_database

FIELDS = searched_fields(lens().forms)


def prepared(vault, fields=FIELDS):
    with transaction(vault.connection):
        prepare(vault.connection, fields)


def fill(vault, batch=2):
    is_left = True
    while is_left:
        with transaction(vault.connection):
            is_left = fill_some(vault.connection, batch)


def live(vault):
    """Five cases with a name, a note and a note that was corrected."""
    by = author()
    for number, scope in enumerate(scopes(5)):
        open_case(vault, by, scope, f"000{number}-0000")
        write(vault, by, value("Maryam", field=GIVEN), scope=scope, compartment=2)
        (old,) = write(vault, by, value("quay", field=NOTE), scope=scope, compartment=SUPPORT)
        new = value(f"harbour {number}", field=NOTE, replaces=[old])
        write(vault, by, new, scope=scope, compartment=SUPPORT)


def search_tables(vault):
    found = digests(vault.connection)
    return [found[table] for table in SEARCH_TABLES]


def found(vault, text):
    hits = SqlReader(vault.connection, lens()).search(text, ALL, 50).hits
    return sorted(hit.code for hit in hits)


@pytest.fixture
def two(tmp_path):
    vaults = [RealVault(tmp_path / f"{name}.db") for name in ("one", "two")]
    yield vaults
    for each in vaults:
        each.close()


class TestFilling:
    def test_a_database_from_before_comes_to_the_same_as_one_that_was_searched_all_along(self, two):
        early, late = two
        prepared(early)
        fill(early)
        live(early)
        live(late)
        prepared(late)
        fill(late)

        assert search_tables(early) == search_tables(late)
        assert found(late, "harbour") == found(early, "harbour") != []
        assert full_text_problems(late.connection) == []

    def test_it_goes_on_where_it_was_and_what_is_changed_meanwhile_is_not_lost(self, vault):
        live(vault)
        prepared(vault)
        with transaction(vault.connection):
            assert fill_some(vault.connection, 2)
        assert not is_filled(vault.connection)
        assert SqlReader(vault.connection, lens()).search("harbour", ALL, 9).is_partial
        by = author()
        by.clock.move(9000)
        write(vault, by, value("jetty", field=NOTE), scope=scopes(1)[0], compartment=SUPPORT)
        fill(vault)

        assert is_filled(vault.connection)
        assert len(found(vault, "harbour")) == 5
        assert found(vault, "jetty") == ["0000-0000"]

    def test_a_half_filled_index_is_no_alarm_and_a_filled_one_is_compared(self, vault):
        live(vault)
        prepared(vault)
        assert verify_database(vault.connection, lambda _: True).is_sound
        fill(vault)
        assert verify_database(vault.connection, lambda _: True).is_sound

        vault.connection.execute("UPDATE person_name SET folded = 'somebody'")
        report = verify_database(vault.connection, lambda _: True)

        assert set(report.stale_tables) == {"person_name", "name_fts"}

    def test_a_field_that_packs_no_longer_search_leaves(self, vault):
        prepared(vault)
        live(vault)
        prepared(vault, {GIVEN: "text", FAMILY: "name"})
        assert not is_filled(vault.connection)
        fill(vault)

        assert found(vault, "harbour") == []
        assert len(found(vault, "maryam")) == 5
        rows = vault.connection.execute("SELECT count(*) FROM person_name").fetchone()
        assert rows == (0,)
        assert full_text_problems(vault.connection) == []

    def test_the_same_packs_again_are_no_reason_to_begin_anew(self, vault):
        prepared(vault)
        fill(vault)
        prepared(vault)

        assert is_filled(vault.connection)

    def test_an_open_vault_fills_itself_behind_everything_else(self, tmp_path):
        folder = tmp_path / "vault"
        folder.mkdir()
        old = RealVault(folder / "vault.db")
        live(old)
        old.close()
        database = VaultDatabase.open(folder, KEY, 0)
        try:
            database.prepare_search(lens().forms).result()
            result = database.reader(lens()).search("harbour", ALL, 9)
        finally:
            database.close()

        assert len(result.hits) == 5
        assert not result.is_partial

    def test_closing_in_the_middle_ends_it_until_next_time(self, tmp_path):
        folder = tmp_path / "vault"
        folder.mkdir()
        RealVault(folder / "vault.db").close()
        database = VaultDatabase.open(folder, KEY, 0)
        database.close()

        with pytest.raises(EnvironmentFault):
            database.prepare_search(lens().forms).result()


class TestProjection:
    @pytest.mark.promise("P9")
    def test_a_rebuild_gives_equal_tables_and_a_full_text_that_fits(self, vault):
        prepared(vault)
        fill(vault)
        live(vault)
        before = digests(vault.connection)
        with transaction(vault.connection):
            rebuild(vault.connection)

        assert digests(vault.connection) == before
        assert full_text_problems(vault.connection) == []
        assert len(found(vault, "harbour")) == 5

    def test_what_was_superseded_is_found_by_nobody_and_lies_in_no_index(self, vault):
        prepared(vault)
        by = author()
        open_case(vault, by, CASE, "0001-0000")
        (old,) = write(vault, by, value("Zyxwvut", field=GIVEN), compartment=CORE)
        assert found(vault, "zyxwvut") == ["0001-0000"]
        assert b"zyxwvut" in self._full_text(vault)

        write(vault, by, value("Anna", field=GIVEN, replaces=[old]), compartment=CORE)

        assert found(vault, "zyxwvut") == []
        assert b"zyxwvut" not in self._full_text(vault)
        assert b"xwv" not in self._full_text(vault)

    def test_full_text_forgets_safely_also_where_somebody_switched_it_off(self, vault):
        prepared(vault)
        live(vault)
        vault.connection.execute(
            "INSERT INTO text_fts (text_fts, rank) VALUES ('secure-delete', 0)"
        )
        with transaction(vault.connection):
            must_delete_safely(vault.connection)

        row = vault.connection.execute("SELECT v FROM text_fts_config WHERE k = 'secure-delete'")
        assert row.fetchone() == (1,)
        assert full_text_problems(vault.connection) == []

    def test_a_save_that_fails_leaves_nothing_in_the_index(self, vault):
        prepared(vault)
        by = author()
        open_case(vault, by, CASE, "0001-0000")

        def job(unit):
            unit.record(CASE, SUPPORT, value("harbour", field=NOTE))
            unit.flush()
            raise RuntimeError

        with pytest.raises(RuntimeError):
            vault.run(by, job)

        assert found(vault, "harbour") == []

    @staticmethod
    def _full_text(vault):
        blocks = [
            row[0]
            for table in ("SELECT block FROM name_fts_data", "SELECT block FROM text_fts_data")
            for row in vault.connection.execute(table)
        ]
        kept = vault.connection.execute("SELECT folded FROM person_name").fetchall()
        return b"".join(blocks) + repr(kept).encode()


class TestWatch:
    def test_no_time_means_no_question_and_says_so(self, vault):
        with watched(vault.connection, budget_s=0) as watch:
            assert list(watch.rows("SELECT 1", {})) == []
        assert watch.is_cut

    def test_a_long_statement_is_given_up_with_what_was_read(self, vault):
        """The flag is raised by the row that is read: the engine looks at it on its way."""
        stop = _Flag()
        endless = (
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900000000) "
            "SELECT i FROM n"
        )
        read = []
        with watched(vault.connection, stop, budget_s=3600) as watch:
            for (number,) in watch.rows(endless, {}):
                read.append(number)
                stop.raised = True

        assert read[0] == 1
        assert watch.is_cut
        assert vault.connection.execute("SELECT 1").fetchone() == (1,)


class _Flag:
    raised = False

    def is_set(self):
        return self.raised


def test_every_look_up_of_a_name_uses_an_index(vault):
    sql = load_statements("search")
    wanted = {
        "name_begins": "person_name_by_folded",
        "name_words": "person_name_by_folded",
        "names_like": "person_name_by_folded",
        "names_of_skeletons": "person_name_by_skeleton",
        "names_of_scope": "SEARCH person_name",
        "texts_at": "SEARCH search_text",
    }
    for name, plan in wanted.items():
        words = {part.split()[0].strip("(),;") for part in sql[name].split(":")[1:]}
        key = dict.fromkeys(words) if words else (None,) * 4
        rows = vault.connection.execute(f"EXPLAIN QUERY PLAN {sql[name]}", key).fetchall()
        assert any(plan in row[3] for row in rows), (name, rows)


def test_closing_drops_the_names_in_memory(tmp_path):
    folder = tmp_path / "vault"
    folder.mkdir()
    old = RealVault(folder / "vault.db")
    live(old)
    old.close()
    database = VaultDatabase.open(folder, KEY, 0)
    database.prepare_search(lens().forms).result()
    assert database.reader(lens()).search("marjam", ALL, 9).hits != ()
    assert b"maryam" in held_by(database.names)

    database.close()

    assert b"maryam" not in held_by(database.names)


def held_by(memory) -> bytes:
    _, names = memory._held
    return repr((list(names.words), dict(names.holders), sorted(names.single))).encode()

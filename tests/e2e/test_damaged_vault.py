"""F5, F6: a damaged or older vault opens for reading, names what is wrong, and shows nothing else.

Each kind of rollback is found by the check that is named beside it: `start` is the quick check of
every start, `deep` the check that reads everything.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from tests.e2e.laptops import PASSPHRASE, shell_at
from tests.e2e.undoing import old_pages
from tests.faults.page_reader import plain_database

from nrm_desktop.app.commands import CellAnswer, NewRecord, OpenCase, SaveAnswers
from nrm_desktop.app.condition import NOT_RECORDED, ConditionChanged, Reason, State
from nrm_desktop.app.counting_ports import CountAsked
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.bootstrap.anchoring import HEADER_COUNTER
from nrm_desktop.bootstrap.headless import Founder, enter, found_vault
from nrm_desktop.bootstrap.starting import open_database
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault, Usage
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import NOT_ASKED, answered
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.storage.engine import DatabaseKey
from nrm_desktop.storage.lock import VaultLock
from nrm_desktop.storage.names import DATABASE

pytestmark = [pytest.mark.promise("P8"), pytest.mark.promise("P7"), pytest.mark.threat("T18")]
NOTES = FieldId("screening.own_reference")
DEEP = "deep"
START = "start"


class Filled:
    """A closed vault of three cases, its state before the last entries, and after them."""

    def __init__(self, room) -> None:
        self.shell = shell_at(room / "now")
        self.before = room / "before"
        vault = found_vault(self.shell, Founder("Help", "P-01", "case_manager", PASSPHRASE, FLOOR))
        self.codes = [vault.handle(OpenCase(child=NOT_ASKED))[0].code for _ in range(3)]
        for code in self.codes:
            for number in range(12):
                save(vault, code, f"harbour {number} " * 20)
        vault.close()
        self.safe = vault.session.safe
        shutil.copytree(self.shell.folder, self.before)
        vault = self.open()
        save(vault, self.codes[0], "the newest words")
        vault.work.run(lambda unit: unit.audit("case.show", ()))
        vault.close()

    @property
    def file(self):
        return self.shell.folder / DATABASE

    def open(self):
        """Unlock with the keys of the first time, so that no passphrase is derived again."""
        lock = VaultLock(self.shell.folder)
        keys = self.safe.unlocked.keys
        slot = replace(self.safe.slot, was_unclean=lock.was_unclean)
        try:
            key = DatabaseKey(keys.db, keys.db_salt)
            database = open_database(
                self.shell, key, is_fixed=lock.is_read_only, save_first=lambda: None
            )
        except BaseException:
            lock.abandon()
            raise
        return enter(replace(self.safe, shell=self.shell, lock=lock, slot=slot, database=database))


def save(vault, code: str, text: str) -> None:
    scope, record = vault.reader.scope_of_code(code), RecordId(vault.context.random(16))
    answer = CellAnswer(record, NOTES, answered(text))
    vault.handle(
        SaveAnswers(scope=scope, answers=(answer,), opens=(NewRecord(record, "screening"),))
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return Filled(tmp_path_factory.mktemp("filled"))


@pytest.fixture
def filled(made, tmp_path):
    """A copy of the filled vault with its anchor."""
    mine = object.__new__(Filled)
    shutil.copytree(made.shell.folder.parent, tmp_path / "now")
    mine.shell = replace(
        made.shell, folder=tmp_path / "now/vault", anchors=tmp_path / "now/anchors"
    )
    mine.before, mine.codes, mine.safe = made.before, made.codes, made.safe
    return mine


def flagged_by(filled) -> tuple[str, tuple[str, ...]]:
    """Open and check; give which check found something, and the places it names."""
    vault = filled.open()
    try:
        if vault.condition.now.is_alarm:
            return START, vault.condition.now.places
        found = verify_vault(vault).database
        return ("" if found.is_sound else DEEP), found.places
    finally:
        vault.close()


def test_the_vault_is_sound_before_anything_is_put_back(filled):
    assert flagged_by(filled) == ("", ())


def test_every_old_page_put_back_is_flagged_and_named(filled):
    """Of most of them the engine itself says that the file is good.

    The one exception holds hints for the full text, and no entry: with an older one of it, the
    same words are found. And the engine may have laid out the same rows anew.
    """
    sound, older = filled.file.read_bytes(), (filled.before / DATABASE).read_bytes()
    anchors = filled.shell.anchors.parent / "noted"
    shutil.copytree(filled.shell.anchors, anchors)
    found = {}
    for page, mixed in old_pages(sound, older):
        filled.file.write_bytes(mixed)
        # Every opening adds an audit row, and its closing notes that in the anchor.
        shutil.copytree(anchors, filled.shell.anchors, dirs_exist_ok=True)
        found[page] = flagged_by(filled)
        if not found[page][0]:
            assert newest_words_are_found(filled)
            assert all(name.endswith("_fts_idx") for name in changed_tables(filled, mixed, sound))

    named = {place.split(".")[0] for _, places in found.values() for place in places}
    flagged = [page for page, (by, places) in found.items() if by and places]
    assert len(flagged) >= len(found) - 2
    assert {"journal", "standing", "audit", "scope_line"} <= named, found


def changed_tables(filled, mixed: bytes, sound: bytes) -> set[str]:
    """Tables of which a row differs, told by another reader than the engine of the vault."""
    keys = filled.safe.unlocked.keys
    key, rows = DatabaseKey(keys.db, keys.db_salt), []
    for name, data in (("mixed", mixed), ("sound", sound)):
        path = filled.file.with_name(name)
        path.write_bytes(data)
        path.write_bytes(plain_database(path, key))
        with closing(sqlite3.connect(path)) as plain:
            tables = plain.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
            real = [name for name, sql in tables.fetchall() if "VIRTUAL" not in sql]
            rows.append({one: plain.execute(f"SELECT * FROM {one}").fetchall() for one in real})  # noqa: S608 - names of its own tables
    return {
        name
        for name in rows[0]
        if sorted(rows[0][name], key=repr) != sorted(rows[1][name], key=repr)
    }


def newest_words_are_found(filled) -> bool:
    vault = filled.open()
    vault.search_ready.result(10)
    hits = vault.reader.search("newest", vault.sight, 5).hits
    vault.close()
    return [hit.code for hit in hits] == filled.codes[:1]


@pytest.mark.parametrize("with_header", [False, True])
def test_a_whole_older_database_is_flagged_by_the_anchor(filled, with_header):
    shutil.copy(filled.before / DATABASE, filled.file)
    if with_header:
        for copy in filled.before.glob("vault.hdr.*"):
            shutil.copy(copy, filled.shell.folder / copy.name)

    vault = filled.open()

    assert vault.condition.now.reasons == (Reason.OLDER,)
    assert "anchor" in vault.condition.now.places
    vault.close()
    assert filled.open().condition.is_read_only, "closing does not make the older state the known"


def test_an_older_key_header_is_flagged_by_the_database(filled):
    vault = filled.open()
    counter = vault.session.safe.unlocked.header.counter
    safe = vault.session.safe
    newer = (counter + 1).to_bytes(8, "big")
    vault.work.run(lambda unit: unit.set_setting(HEADER_COUNTER, newer))
    vault.close()

    again = filled.open()

    assert Reason.OLDER_HEADER in again.condition.now.reasons
    assert "vault.hdr" in again.condition.now.places
    assert safe.unlocked.header.counter == counter
    again.close()


def test_a_cut_audit_tail_is_flagged_by_the_anchor(filled):
    vault = filled.open()  # which adds a row that the anchor does not know yet
    vault.database.write(
        lambda db: db.execute("DELETE FROM audit WHERE seq >= (SELECT max(seq) - 1 FROM audit)")
    ).result()
    vault.session.safe.close()  # the anchor of the last honest closing stays

    by, places = flagged_by(filled)

    assert (by, places) == (START, ("audit",))


# ---- what a damaged vault still does ------------------------------------------------------------


@pytest.fixture
def damaged(filled):
    """One commit of the first case is not what it was; nothing else is wrong."""
    vault = filled.open()
    scope = vault.reader.scope_of_code(filled.codes[0])
    vault.database.write(
        lambda db: db.execute(
            "UPDATE journal_segment SET segment = zeroblob(length(segment)) WHERE place = ("
            "SELECT max(place) FROM journal_commit JOIN journal_log USING (log) WHERE scope = ?)",
            (scope,),
        )
    ).result()
    vault.close()
    vault = filled.open()
    vault.database.threads.turn_read_only(Reason.DAMAGED, "commit")
    yield vault
    vault.close()


def test_healthy_cases_of_a_damaged_vault_are_read_and_the_damaged_one_is_named(filled, damaged):
    scopes = [damaged.reader.scope_of_code(code) for code in filled.codes]

    page = damaged.reader.cases(CaseFilter(), 10)
    views = [damaged.reader.case(scope, damaged.sight) for scope in scopes[1:]]

    assert {row.code for row in page.rows} == set(filled.codes[1:])
    assert [view.row.code for view in views] == filled.codes[1:]
    assert filled.codes[0] in damaged.condition.now.places
    for read in (
        lambda: damaged.reader.case(scopes[0], damaged.sight),
        lambda: damaged.reader.history(scopes[0], damaged.sight, 5),
        lambda: damaged.reader.consents(scopes[0], "2026-11-25"),
        # A table without a damaged case would be wrong, and nobody could tell from it.
        lambda: damaged.reader.counted_cases(CountAsked(frozenset(), damaged.sight, ""), 10),
        lambda: damaged.attachments.desk.rows(scopes[0]),
        lambda: damaged.work.run(lambda unit: unit.cells(scopes[0])),
    ):
        with pytest.raises(IntegrityFault) as raised:
            read()
        assert raised.value.code == "integrity.case"
        assert raised.value.params["code"] == filled.codes[0]


def test_nothing_is_written_into_a_damaged_vault(filled, damaged):
    with pytest.raises(IntegrityFault) as raised:
        damaged.handle(OpenCase(child=NOT_ASKED))

    assert raised.value.code == "integrity.read_only"
    with pytest.raises(IntegrityFault):
        save(damaged, filled.codes[1], "more")
    damaged.close()
    again = filled.open()
    assert again.session.safe.slot.was_unclean, "the next start checks everything again"
    again.close()


def test_an_alarm_turns_an_open_vault_read_only_at_once_and_tells_it(filled):
    vault = filled.open()
    told = []
    vault.bus.subscribe(told.append)
    before = filled.file.read_bytes()

    vault.database.threads.turn_read_only(Reason.DAMAGED, "standing")
    with pytest.raises(IntegrityFault) as save_refused:
        save(vault, filled.codes[0], "late")
    found = vault.reader.cases(CaseFilter(), 10)
    vault.close()

    assert save_refused.value.code == "integrity.read_only"
    assert len(found.rows) == 3
    assert isinstance(told[0], ConditionChanged)
    assert told[0].condition.state is State.READ_ONLY
    assert filled.file.read_bytes() == before, "not even the end writes the log back"


def test_a_page_that_cannot_be_read_hides_its_own_cases_and_no_others(filled):
    """Whatever page it is: the vault opens and names the damage, or refuses; never other data."""
    sound = filled.file.read_bytes()
    vault = filled.open()
    shown = {code: seen(vault, code) for code in filled.codes}
    vault.close()
    outcomes = []
    for page in range(1, len(sound) // 4096, 5):
        data = bytearray(sound)
        data[page * 4096 + 100] ^= 1
        filled.file.write_bytes(bytes(data))
        outcomes.append(told_or_shown(filled, shown))

    assert {"refused", "told"} >= set(outcomes) - {"shown"}
    assert "told" in outcomes


def told_or_shown(filled, shown) -> str:
    try:
        vault = filled.open()
    except (IntegrityFault, EnvironmentFault):
        return "refused"
    try:
        if not vault.condition.now.is_alarm:
            found = verify_vault(vault).database
            if found.is_sound:
                return "shown"
            vault.database.threads.turn_read_only(Reason.DAMAGED, *found.places)
        for code in filled.codes:
            try:
                assert seen(vault, code) == shown[code]
            except (IntegrityFault, EnvironmentFault, Usage):
                continue
        return "told"
    finally:
        vault.session.safe.close()


def seen(vault, code: str) -> object:
    scope = vault.reader.scope_of_code(code)
    if scope is None:
        raise Usage("usage.not_found")
    view = vault.reader.case(scope, vault.sight)
    return view, vault.reader.history(scope, vault.sight, 50).rows


def test_what_is_read_from_a_read_only_vault_is_said_to_be_recorded_nowhere(filled, damaged):
    damaged.close()
    shutil.copy(filled.before / DATABASE, filled.file)

    vault = filled.open()

    assert NOT_RECORDED in vault.findings
    vault.close()

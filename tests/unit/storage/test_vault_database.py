"""The open database: threads, order of closing, drafts and trust before anybody signs."""

import threading

import pytest
from tests.contract.readers import lens
from tests.contract.vaults import CASE, CORE, KEY, RECORD, author, value

from nrm_desktop.app.ports import Draft, DraftKey
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.domain.case import CODE
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault, ProgramFault
from nrm_desktop.storage.engine import DatabaseKey
from nrm_desktop.storage.names import DATABASE
from nrm_desktop.storage.vault_database import VaultDatabase
from nrm_desktop.storage.worker import Lane


@pytest.fixture
def database(tmp_path):
    database = VaultDatabase.create(tmp_path, KEY, 0)
    yield database
    database.close()


def test_what_one_thread_saves_the_other_reads(database):
    work, reader = database.work(author()), database.reader(lens())

    work.run(lambda unit: unit.record(CASE, CORE, value("7F3K-9QRT", field=CODE)))

    assert [row.code for row in reader.cases(CaseFilter(), 10).rows] == ["7F3K-9QRT"]
    assert reader.scope_of_code("7F3K-9QRT") == CASE


def test_the_result_is_there_only_after_the_commit(database):
    work, seen = database.work(author()), []

    def job(unit):
        unit.record(CASE, CORE, value("a"))
        unit.flush()
        seen.append(threading.current_thread().name)
        return "done"

    assert work.run(job) == "done"
    assert seen == ["nrm-storage"]


def test_an_error_comes_out_unchanged_and_leaves_nothing(database):
    work = database.work(author())

    def fail(unit):
        unit.record(CASE, CORE, value("a"))
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        work.run(fail)
    assert work.run(lambda unit: unit.cells(CASE)) == ()


def test_a_person_is_served_before_the_bulk(database):
    work, order, may_go = database.work(author()), [], threading.Event()
    database.write(lambda connection: may_go.wait(5))
    bulk = work.submit(lambda unit: order.append("bulk"), Lane.BULK)
    person = work.submit(lambda unit: order.append("person"))
    may_go.set()
    bulk.result(5)
    person.result(5)

    assert order == ["person", "bulk"]


def test_keys_can_be_kept_before_anybody_can_sign(database):
    database.with_trust(lambda trust: trust.set_secret("device.ed", b"seed"))

    assert database.with_trust(lambda trust: trust.secret("device.ed")) == b"seed"


def test_keys_are_kept_together_or_not_at_all(database):
    def half(trust):
        trust.set_secret("device.ed", b"seed")
        raise KeyError

    with pytest.raises(KeyError):
        database.with_trust(half)
    assert database.with_trust(lambda trust: trust.secret("device.ed")) is None


def test_closing_writes_the_log_back_and_leaves_one_file(tmp_path):
    database = VaultDatabase.create(tmp_path, KEY, 0)
    database.work(author()).run(lambda unit: unit.record(CASE, CORE, value("a")))
    database.close()
    database.close()

    assert [path.name for path in tmp_path.iterdir()] == [DATABASE]
    with pytest.raises(EnvironmentFault):
        database.write(lambda connection: None)


@pytest.mark.promise("P13")
def test_nothing_of_a_closed_vault_runs_on(tmp_path):
    database = VaultDatabase.create(tmp_path, KEY, 0)
    database.close()

    names = {thread.name for thread in threading.enumerate()}
    assert not names & {"nrm-storage", "nrm-reader"}


def test_a_vault_opens_again_with_its_drafts(tmp_path):
    database = VaultDatabase.create(tmp_path, KEY, 0)
    by = author()
    draft = Draft(DraftKey(by.signer.user, CASE, RECORD), "screening", (), 5)
    database.work(by).run(lambda unit: unit.keep_draft(draft))
    database.close()

    database = VaultDatabase.open(tmp_path, KEY, 1)
    assert database.reader(lens()).drafts(by.signer.user) == (draft,)
    database.close()


def test_a_wrong_key_ends_both_threads(tmp_path):
    VaultDatabase.create(tmp_path, KEY, 0).close()

    with pytest.raises(IntegrityFault):
        VaultDatabase.open(tmp_path, DatabaseKey(bytes(32), KEY.salt), 1)
    with pytest.raises(EnvironmentFault):
        VaultDatabase.open(tmp_path / "nowhere", KEY, 1)

    assert not [t.name for t in threading.enumerate() if t.name.startswith("nrm-")]


def test_a_connection_refuses_any_other_thread(database):
    connection = database.write(lambda found: found).result(5)

    with pytest.raises(Exception, match="thread"):
        connection.execute("SELECT 1")
    with pytest.raises(ProgramFault):
        database.read(lambda found: connection.execute("SELECT 1")).result(5)


def test_the_log_can_be_cut_while_open_and_the_provider_is_known(database, tmp_path):
    database.work(author()).run(lambda unit: unit.record(CASE, CORE, value("a")))
    database.checkpoint()

    assert (tmp_path / f"{DATABASE}-wal").stat().st_size == 0
    assert database.provider().startswith("OpenSSL")

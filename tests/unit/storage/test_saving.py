"""A save through SQLCipher: whole or absent, cut at the limits of the wire, flagged clocks."""

import sqlite3

import pytest
from tests.contract.vaults import (
    CASE,
    CORE,
    KEY,
    NAME,
    OTHER_CASE,
    RECORD,
    author,
    open_record,
    said,
    value,
    write,
)

from nrm_desktop.app.wire.commit import CommitFlag
from nrm_desktop.app.wire.limits import COMMIT_BYTES
from nrm_desktop.domain.case import CODE
from nrm_desktop.domain.errors import EnvironmentFault, ProgramFault, Usage
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.storage import engine
from nrm_desktop.storage.access_log import audit_rows
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.storage.uow import Transaction, transaction


def test_a_transaction_that_ended_behind_our_back_stops_the_save(vault):
    by = author()

    def job(unit):
        unit.record(CASE, CORE, value("a"))
        unit.flush()
        vault.connection.execute("ROLLBACK")  # as the engine does on a full disk
        unit.record(CASE, CORE, value("b"))

    with pytest.raises(EnvironmentFault) as raised:
        vault.run(by, job)

    assert raised.value.code == "storage.transaction_lost"
    assert vault.commits() == []


def test_a_lost_transaction_is_noticed_at_the_end_also_if_nothing_more_is_written(vault):
    by = author()

    def job(unit):
        unit.record(CASE, CORE, value("a"))
        unit.flush()
        vault.connection.execute("ROLLBACK")

    with pytest.raises(EnvironmentFault):
        vault.run(by, job)


def test_a_key_is_never_kept_outside_of_a_transaction(vault):
    with pytest.raises(EnvironmentFault):
        SqlTrustStore(vault.connection).set_secret("device.ed", b"seed")

    assert SqlTrustStore(vault.connection).secret("device.ed") is None


def test_there_is_one_unit_of_work_at_a_time(vault):
    by = author()
    with (
        Transaction(vault.connection, by) as unit,
        pytest.raises(ProgramFault),
        Transaction(vault.connection, by),
    ):
        unit.record(CASE, CORE, value("never"))

    with Transaction(vault.connection, by) as unit:
        assert unit.records(CASE) == ()


def test_an_error_of_the_engine_inside_a_job_comes_out_as_ours(vault):
    with pytest.raises(ProgramFault), Transaction(vault.connection, author()):
        vault.connection.execute("SELECT nonsense FROM nowhere")

    with pytest.raises(ProgramFault), transaction(vault.connection):
        vault.connection.execute("SELECT nonsense FROM nowhere")
    assert not vault.connection.in_transaction


def test_a_save_that_only_reads_changes_no_row(vault):
    by = author()
    write(vault, by, value("a"))
    before = vault.connection.execute("PRAGMA data_version").fetchone()
    changes = vault.connection.total_changes

    vault.run(by, lambda unit: unit.cells(CASE))

    assert vault.connection.execute("PRAGMA data_version").fetchone() == before
    assert vault.connection.total_changes == changes


def test_more_fields_than_a_commit_has_units_make_several_commits(vault):
    by = author(is_erased_alone=lambda field: True)
    ops = [value(str(n), field=FieldId(f"screening.f{n}")) for n in range(150)]

    ids = write(vault, by, *ops)

    commits = vault.commits()
    assert [len(each.header.segments) for each in commits] == [63, 63, 24]
    assert len(set(ids)) == 150
    assert len(vault.run(by, lambda unit: unit.cells(CASE))) == 150


def test_long_texts_are_cut_into_commits_that_others_accept(vault):
    by = author()
    text = "ї" * 400_000
    ops = [value(text, field=FieldId(f"screening.f{n}")) for n in range(6)]

    write(vault, by, *ops)

    sizes = [len(each.signed.encode()) for each in vault.commits()]
    assert len(sizes) > 1
    assert max(sizes) < COMMIT_BYTES


def test_a_clock_that_was_set_back_is_flagged(vault):
    by = author()
    write(vault, by, value("a"))
    by.clock.set_wall(by.clock.now_ms() - 3_600_000)
    write(vault, by, value("b"))
    by.clock.set_wall(by.clock.now_ms() + 7_200_000)
    write(vault, by, value("c"))

    flags = [each.header.flags for each in vault.commits()]

    assert flags == [0, CommitFlag.CLOCK_SUSPECT, 0]
    standing = vault.run(by, lambda unit: unit.standing(RECORD, value("a").field, CASE))
    assert [each.is_clock_suspect for each in standing] == [False, True, False]


def test_an_audit_row_is_in_the_transaction_of_its_act(vault):
    by = author()
    vault.run(by, lambda unit: unit.audit("case.open", (CASE,), "code"))

    def fail(unit):
        unit.audit("case.open")
        raise KeyError

    with pytest.raises(KeyError):
        vault.run(by, fail)

    (row,) = audit_rows(vault.connection)
    assert (row.user, row.did.act, row.did.subjects) == (by.signer.user, "case.open", (CASE,))


def test_a_record_id_used_in_two_cases_is_two_records(vault):
    by = author()
    write(vault, by, open_record(), value("a"))
    write(vault, by, value("b"), scope=OTHER_CASE)

    assert said(vault, by, scope=OTHER_CASE) == ["b"]
    opened = [
        vault.run(by, lambda unit, s=s: unit.is_opened_in(s, RECORD, 1)) for s in (CASE, OTHER_CASE)
    ]
    assert opened == [True, False]


def test_a_code_that_two_cases_carry_is_never_guessed(vault):
    by = author()
    for scope in (CASE, OTHER_CASE):
        write(vault, by, value("7F3K-9QRT", field=CODE), scope=scope)

    with pytest.raises(Usage) as raised:
        vault.run(by, lambda unit: unit.scope_of_code("7F3K-9QRT"))

    assert raised.value.code == "usage.ambiguous_code"


@pytest.mark.threat("T20")
@pytest.mark.parametrize(
    "text", ["'); DROP TABLE standing; --", '"; ATTACH DATABASE x', "%_*?:a", "a\0b", "\u202e"]
)
def test_whatever_somebody_types_stays_a_value(vault, text):
    by = author()
    write(vault, by, value(text), value(text, field=CODE))

    assert said(vault, by) == [text]
    assert vault.run(by, lambda unit: unit.scope_of_code(text)) == CASE


@pytest.mark.promise("P3")
def test_no_word_of_an_answer_lies_readable_in_any_file(vault):
    by = author()
    write(vault, by, value("quokka"), value("wombat", field=NAME))
    engine.checkpoint(vault.connection)
    write(vault, by, value("numbat"))

    for path in vault.path.parent.iterdir():
        data = path.read_bytes()
        assert not [w for w in (b"quokka", b"wombat", b"numbat", b"SQLite") if w in data], path


@pytest.mark.promise("P25")
def test_a_decrypted_copy_opens_in_the_standard_module(vault, tmp_path):
    """What the journal holds can be read without this program, given the key (F16 does more)."""
    write(vault, author(), value("a"))
    connection = vault.connection
    connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(tmp_path / "plain.db"),))
    connection.execute("SELECT sqlcipher_export('plain')").fetchall()
    connection.execute("DETACH DATABASE plain")

    plain = sqlite3.connect(tmp_path / "plain.db")
    assert plain.execute("SELECT seq FROM journal_commit").fetchall() == [(1,)]
    plain.close()
    assert KEY.salt != b"SQLite format 3\0"

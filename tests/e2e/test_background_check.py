"""The check in the background: when it is due, that it lets saves go first, ends, and alarms."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from tests.e2e.laptops import copy_of, made_once

from nrm_desktop.app.condition import Reason
from nrm_desktop.bootstrap.checking import BackgroundCheck
from nrm_desktop.bootstrap.headless import OpenVault, enter
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.bootstrap.starting import open_database
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault
from nrm_desktop.storage.ballast import BYTES, NAME
from nrm_desktop.storage.engine import DatabaseKey
from nrm_desktop.storage.lock import VaultLock


@pytest.fixture
def laptop(tmp_path):
    made = copy_of(made_once()[0], tmp_path)
    case = made.open_case()
    for _ in range(5):
        made.save(case, made.vault.context.new_record(), "screening.own_reference", "words")
    yield made
    made.vault.close()


def opened_again(vault: OpenVault, shell: Shell | None = None) -> OpenVault:
    """Unlock with the keys of the first time; `shell` may have another clock or disk."""
    safe = replace(vault.session.safe, shell=shell or vault.session.safe.shell)
    keys = safe.unlocked.keys
    lock = VaultLock(safe.shell.folder)
    database = open_database(
        safe.shell,
        DatabaseKey(keys.db, keys.db_salt),
        is_fixed=lock.is_read_only,
        save_first=lambda: None,
    )
    slot = replace(safe.slot, was_unclean=lock.was_unclean)
    return enter(replace(safe, lock=lock, slot=slot, database=database))


def spoil(vault: OpenVault) -> None:
    """Something that only the deep check sees."""
    vault.database.write(lambda db: db.execute("UPDATE scope_line SET commits = 99")).result()


def test_a_sound_vault_is_read_with_progress_and_not_again_before_a_week(laptop):
    check, heard = BackgroundCheck(laptop.vault), []
    assert check.is_due

    report = check.start(heard.append).result(60)

    assert report.is_sound
    assert (laptop.vault.folder / NAME).stat().st_size == BYTES
    assert heard[0].done == 0
    assert heard == sorted(heard, key=lambda each: each.done)
    assert all(each.done <= each.total for each in heard)
    assert not BackgroundCheck(laptop.vault).is_due
    check.end()
    (laptop.vault.folder / NAME).unlink()
    assert BackgroundCheck(laptop.vault).start_if_due(heard.append) is None
    assert (laptop.vault.folder / NAME).stat().st_size == BYTES, "the ballast is kept all the same"


@pytest.mark.promise("P7")
def test_an_alarm_turns_the_vault_read_only_at_once_names_the_place_and_is_remembered(laptop):
    spoil(laptop.vault)
    told = []
    laptop.vault.bus.subscribe(told.append)

    report = BackgroundCheck(laptop.vault).start(lambda _: None).result(60)

    assert not report.is_sound
    now = laptop.vault.condition.now
    assert (now.reasons, now.places) == ((Reason.DAMAGED,), ("scope_line",))
    assert told[-1].condition == now
    with pytest.raises(IntegrityFault):
        laptop.open_case()
    laptop.vault.close()
    again = opened_again(laptop.vault)
    assert again.condition.now.places == ("scope_line",)
    assert BackgroundCheck(again).is_due
    again.close()


def test_once_all_is_sound_again_the_alarm_is_forgotten(laptop):
    spoil(laptop.vault)
    BackgroundCheck(laptop.vault).start(lambda _: None).result(60)
    laptop.vault.close()
    again = opened_again(laptop.vault)
    again.close()
    put_right(again)

    looking = opened_again(laptop.vault)
    assert looking.condition.is_read_only
    assert BackgroundCheck(looking).start(lambda _: None).result(60).is_sound
    looking.close()

    working = opened_again(laptop.vault)
    assert not working.condition.is_read_only
    working.close()


def put_right(vault: OpenVault) -> None:
    safe = vault.session.safe
    keys = safe.unlocked.keys
    database = open_database(
        safe.shell, DatabaseKey(keys.db, keys.db_salt), is_fixed=False, save_first=lambda: None
    )
    database.write(
        lambda db: db.execute(
            "UPDATE scope_line SET commits = (SELECT count(*) FROM journal_commit"
            " JOIN journal_log USING (log) WHERE journal_log.scope = scope_line.scope)"
        )
    ).result()
    database.close()


@pytest.mark.promise("P13")
def test_the_lock_ends_a_check_wherever_it_is(laptop):
    reached, locked = threading.Event(), threading.Event()

    def told(_) -> None:
        reached.set()
        locked.wait(60)

    running = BackgroundCheck(laptop.vault)
    report = running.start(told)
    assert reached.wait(60)
    closing = threading.Thread(target=laptop.vault.close)
    closing.start()
    locked.set()
    closing.join(60)

    assert not closing.is_alive()
    assert "nrm-check" not in {thread.name for thread in threading.enumerate()}
    assert report.done()


def test_a_save_goes_first(laptop):
    may_write, order = threading.Event(), []
    saving = laptop.vault.database.write(lambda _: may_write.wait(60) and order.append("saved"))
    check = BackgroundCheck(laptop.vault, pause_s=0.001)
    report = check.start(lambda _: order.append("read"))
    may_write.set()
    saving.result(60)

    assert report.result(60).is_sound
    assert order[0] == "saved"


class Watched(BackgroundCheck):
    """A check in whose second reading, once, somebody has to save."""

    def __init__(self, vault: OpenVault) -> None:
        super().__init__(vault, pause_s=0.001)
        self.readings = 0
        self.was_saved: list[bool] = []

    def _read_alone(self, connection):
        self.readings += 1
        return super()._read_alone(connection)

    def _is_signed(self, commit) -> bool:
        if self.readings and not self.was_saved:
            saving = self._vault.database.write(lambda _: True)
            self.was_saved.append(saving.result(20))
        return super()._is_signed(commit)


@pytest.mark.promise("P13")
def test_a_second_reading_gives_way_to_whoever_has_to_save_and_begins_again(laptop):
    """A draft is kept at a lock: it must not wait for minutes of reading, nor the alarm be lost."""
    spoil(laptop.vault)
    check = Watched(laptop.vault)

    report = check.start(lambda _: None).result(60)

    assert check.was_saved == [True]
    assert check.readings > 1
    assert not report.is_sound
    assert laptop.vault.condition.is_read_only


def test_a_check_that_was_cut_off_is_due_again(laptop):
    """Also if the one before ended less than a week ago: what it was due for was not seen."""
    first = BackgroundCheck(laptop.vault)
    assert first.start(lambda _: None).result(60).is_sound
    first.end()
    assert not BackgroundCheck(laptop.vault).is_due

    cut = BackgroundCheck(laptop.vault)
    cut._ended.set()
    with pytest.raises(EnvironmentFault, match=r"storage\.interrupted"):
        cut.start(lambda _: None).result(60)

    assert BackgroundCheck(laptop.vault).is_due


def test_a_check_of_a_read_only_vault_writes_nothing(laptop):
    laptop.vault.database.threads.turn_read_only(Reason.OLDER, "anchor")
    before = (laptop.vault.folder / "vault.db").read_bytes()

    assert BackgroundCheck(laptop.vault).start(lambda _: None).result(60).is_sound

    assert (laptop.vault.folder / "vault.db").read_bytes() == before
    assert not (laptop.vault.folder / NAME).exists()


@pytest.mark.promise("P13")
def test_closing_ends_a_query_that_would_never_end(laptop):
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    begun = threading.Event()

    def ask(connection):
        begun.set()
        return connection.execute(endless).fetchall()

    running = laptop.vault.database.read(ask)
    waiting = laptop.vault.database.read(lambda _: "never")
    assert begun.wait(60)

    laptop.vault.database.close()

    with pytest.raises(EnvironmentFault) as raised:
        running.result(0)
    assert raised.value.code == "storage.interrupted"
    assert waiting.cancelled()

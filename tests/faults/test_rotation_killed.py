"""Killed while the data key is exchanged: the old state opens or the new one, never neither.

P12, T22; storage-security.md section 4.6. The child dies before each step that changes the disk,
as if by kill -9, whatever code takes it; the next start is asked what is in force. What happens at
the named steps is in `test_rotation`.
"""

import os
import shutil
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from tests.e2e.laptops import PLACE, copy_of, made_once, new_record, shell_at
from tests.fakes.dying import STEPS, dies_at

from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.bootstrap.exchange import head_digest
from nrm_desktop.bootstrap.headless import begin_work
from nrm_desktop.bootstrap.keeping import keep_backup
from nrm_desktop.bootstrap.people import NewPerson, add_user
from nrm_desktop.bootstrap.rotating import backups_of_old_keys, rotate
from nrm_desktop.bootstrap.safe import open_safe_by
from nrm_desktop.bootstrap.shell import Shell, header_copies
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.security.vault.changes import SlotChoice
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.security.vault.opening import Unlocked, open_with_seeds, opened_now
from nrm_desktop.security.vault.slot_locks import open_seeds
from nrm_desktop.storage.engine import DatabaseKey, close_database, open_database
from nrm_desktop.storage.files_database import add_chunks, open_files, verify_chunks
from nrm_desktop.storage.names import DATABASE, FILES

pytestmark = [pytest.mark.promise("P12"), pytest.mark.threat("T22")]
CHUNK = b"a sealed chunk, as it travels"
GOES = "nine grey herons walk at low tide"
ALARMS = {"vault.moved", "integrity.anchor", "header.copy_changed", "identity.needed"}


@dataclass(frozen=True)
class Laid:
    """A closed vault of two people with a case, a backup and a chunk, and the keys of both."""

    room: Path
    stays: Unlocked
    goes: Unlocked
    digest: str

    def copy(self, room: Path) -> Shell:
        shutil.copytree(self.room, room)
        return shell_at(room)


@pytest.fixture(scope="module")
def laid(tmp_path_factory) -> Laid:
    room = tmp_path_factory.mktemp("rotation") / "laid"
    laptop = copy_of(made_once()[0], room)
    laptop.save(laptop.open_case(), new_record(), PLACE, "port")
    vault, digest = laptop.vault, laptop.digest
    slot = add_user(vault, NewPerson("P-21", "case_manager", GOES, FLOOR)).slot
    safe, shell = vault.session.safe, vault.session.safe.shell
    keys = safe.unlocked.keys
    files = open_files(shell.folder / FILES, DatabaseKey(keys.files, keys.files_salt))
    add_chunks(files, [(name20(CHUNK), CHUNK)], 1)
    close_database(files)
    vault.close()
    stays = opened_now(header_copies(shell), safe.unlocked)
    keep_backup(shell, stays.keys)
    found = stays.header.slot_of(slot)
    seeds = open_seeds(found, stays.header.vault_id, GOES.encode())
    return Laid(room, stays, open_with_seeds(stays.copy, found, seeds), digest)


def work(laid: Laid, shell: Shell) -> None:
    gone = laid.goes.slot.id
    kept = {one.id: one.kem_public for one in laid.stays.header.slots if one.id != gone}
    rotate(shell, laid.stays, SlotChoice(kept, frozenset({gone})))


def lasting_steps(laid: Laid, room: Path) -> list[int]:
    """The steps that change the disk: between two of them nothing else lies there."""
    log, shell = room / "steps", laid.copy(room / "listed")
    child = os.fork()
    if child == 0:
        with log.open("w") as file:
            sys.addaudithook(partial(_note, file))
            work(laid, shell)
            file.flush()
        os._exit(0)
    os.waitpid(child, 0)
    lines = log.read_text().splitlines()
    return [n for n, line in enumerate((*lines, "changes"), start=1) if line == "changes"]


def _note(file, event: str, arguments: tuple) -> None:
    if event in STEPS:
        is_read = event == "open" and not int(arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR)
        file.write("reads\n" if is_read else "changes\n")


def is_open(shell: Shell, unlocked: Unlocked) -> bool:
    """True if the keys that somebody once had open the database that lies there now."""
    key = DatabaseKey(unlocked.keys.db, unlocked.keys.db_salt)
    try:
        close_database(open_database(shell.folder / DATABASE, key))
    except IntegrityFault:
        return False
    return True


def is_new_in_force(laid: Laid, shell: Shell) -> bool:
    """Open what lies there as the next start does, look at everything, and say what it is."""
    vault = begin_work(open_safe_by(shell, lambda copies: opened_now(copies, laid.stays)))
    try:
        now = vault.session.safe.unlocked
        is_new = now.data.epoch == laid.stays.data.epoch + 1
        assert head_digest(vault.session) == laid.digest
        assert not vault.condition.is_read_only
        assert ALARMS.isdisjoint(vault.findings)
        assert len(vault.reader.cases(CaseFilter(), 9).rows) == 1
        files = DatabaseKey(now.keys.files, now.keys.files_salt)
        assert verify_chunks(shell.folder / FILES, files).chunks == 1
        assert (now.header.slot_of(laid.goes.slot.id) is None) == is_new
        assert [*shell.folder.rglob("*.new*"), *shell.anchors.rglob("*.new*")] == []
        assert bool(backups_of_old_keys(shell)) == is_new
    finally:
        vault.close()
    assert is_open(shell, laid.goes) == (not is_new)
    return is_new


def test_killed_at_any_step_the_old_state_opens_or_the_new_one(laid, tmp_path):
    found = []
    for step in lasting_steps(laid, tmp_path):
        shell = laid.copy(tmp_path / f"step-{step}")
        dies_at(step, partial(work, laid, shell))
        found.append(is_new_in_force(laid, shell))
        shutil.rmtree(shell.folder.parent)
    assert found == sorted(found), "once the new state is in force, it stays"
    assert set(found) == {False, True}


def test_nothing_of_the_removed_slot_opens_the_new_header(laid, tmp_path):
    shell = laid.copy(tmp_path / "done")
    work(laid, shell)

    for copy in header_copies(shell).read().copies:
        for slot in (laid.goes.slot, *copy.sound.header.slots):
            with pytest.raises(IntegrityFault):
                open_with_seeds(copy, slot, laid.goes.seeds)
    assert is_new_in_force(laid, shell)


def test_an_old_database_that_somebody_lays_beside_is_taken_away_and_not_used(laid, tmp_path):
    """Whoever left knows the old key, and can put a file under it where a start looks for one."""
    shell = laid.copy(tmp_path / "planted")
    work(laid, shell)
    shutil.copyfile(laid.room / "vault" / DATABASE, shell.folder / f"{DATABASE}.new")

    assert is_new_in_force(laid, shell)


@pytest.mark.promise("P8")
def test_the_old_header_put_back_opens_no_database_and_moves_no_file(laid, tmp_path):
    shell = laid.copy(tmp_path / "older")
    work(laid, shell)
    for copy in laid.room.glob("vault/vault.hdr.*"):
        shutil.copyfile(copy, shell.folder / copy.name)
    database = (shell.folder / DATABASE).read_bytes()

    with pytest.raises(IntegrityFault):
        open_safe_by(shell, lambda copies: opened_now(copies, laid.goes))

    assert (shell.folder / DATABASE).read_bytes() == database

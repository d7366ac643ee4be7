"""F5, F6: damage to key headers and backups, and older files put back, are reported (P7, P8)."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress

import pytest
from tests.faults.chance import seeded
from tests.faults.saving_child import PASSPHRASE, shell_in

from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.keeping import backup_tools, keep_backup
from nrm_desktop.bootstrap.restoring import check_backup
from nrm_desktop.bootstrap.safe import open_safe
from nrm_desktop.bootstrap.shell import header_copies
from nrm_desktop.domain.errors import IntegrityFault, NrmError
from nrm_desktop.security.vault.copies import COPY_NAMES
from nrm_desktop.storage.backup import verify_backup
from nrm_desktop.storage.engine import PAGE_BYTES

FLIPS = int(os.environ.get("NRM_FAULT_FLIPS", "25"))
CUTS = int(os.environ.get("NRM_FAULT_CUTS", "10"))
BACKUP_FLIPS = max(4, FLIPS // 6)
pytestmark = pytest.mark.fault


@pytest.mark.promise("P7")
def test_a_flipped_bit_in_a_copy_of_the_header_is_seen_and_the_other_copy_opens(folder, figure):
    vault, shell = folder / "vault", shell_in(folder)
    sound = (vault / COPY_NAMES[0]).read_bytes()
    wrong = 0
    for number in range(FLIPS):
        chance = seeded(number)
        data, name = bytearray(sound), COPY_NAMES[number % 2]
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        (vault / name).write_bytes(data)
        reading = header_copies(shell).read()
        seen = (reading.damaged, [copy.sound.raw for copy in reading.copies])
        wrong += seen != ((name,), [sound])
        (vault / name).write_bytes(sound)

    figure("damage.header", tried=FLIPS, other_data=wrong)
    assert not wrong


@pytest.mark.promise("P7")
def test_with_both_copies_damaged_the_error_says_so(folder):
    for number, name in enumerate(COPY_NAMES):
        path = folder / "vault" / name
        data = bytearray(path.read_bytes())
        data[seeded(number).randrange(len(data))] ^= 1
        path.write_bytes(data)

    with pytest.raises(IntegrityFault) as caught:
        open_safe(shell_in(folder), PASSPHRASE)

    assert caught.value.code == "integrity.header_damaged"


@pytest.fixture
def kept(folder):
    """A backup made by the program."""
    shell = shell_in(folder)
    safe = open_safe(shell, PASSPHRASE)
    made = keep_backup(shell, safe.unlocked.keys).path
    safe.close()
    return made


@pytest.mark.promise("P10")
def test_a_changed_or_cut_backup_is_never_called_good(folder, kept, figure):
    shell = shell_in(folder)
    sound = check_backup(shell, kept, PASSPHRASE).manifest
    files = sorted(path for path in kept.rglob("*") if path.is_file())
    tried, other = 0, []
    for number in range(BACKUP_FLIPS):
        chance = seeded(number)
        path = chance.choice(files)
        data = bytearray(whole := path.read_bytes())
        if number % 4 == 0:
            del data[chance.randrange(len(data)) :]
        else:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        tried += 1
        with suppress(NrmError):
            other.append((path.name, check_backup(shell, kept, PASSPHRASE).manifest))
        path.write_bytes(whole)

    figure("damage.backup", tried=tried, other_data=len(other))
    assert not other
    assert check_backup(shell, kept, PASSPHRASE).manifest == sound


@pytest.mark.promise("P10")
def test_damage_on_any_page_of_a_backup_is_said_of_the_backup(folder, kept):
    """Found by the torture run: some pages ended the check with an error of the engine."""
    shell = shell_in(folder)
    safe = open_safe(shell, PASSPHRASE)
    tools = backup_tools(shell, safe.unlocked.keys)
    safe.close()
    path = kept / "vault.db"
    whole = path.read_bytes()
    for page in range(len(whole) // PAGE_BYTES):
        data = bytearray(whole)
        data[page * PAGE_BYTES + 2000] ^= 1
        path.write_bytes(data)
        with pytest.raises(IntegrityFault):
            verify_backup(kept, tools)

    path.write_bytes(whole)
    assert verify_backup(kept, tools)


@pytest.mark.promise("P8")
@pytest.mark.threat("T18")
def test_every_older_database_that_is_put_back_is_named_at_the_start(child, folder, figure):
    path = folder / "vault" / "vault.db"
    older = []
    for _ in range(max(2, CUTS // 10)):
        older.append(path.read_bytes())
        assert child("--saves", 2).wait(60) == 0
    newest, anchors = path.read_bytes(), shutil.copytree(folder / "anchors", folder / "kept")
    unnoticed = 0
    for data in older:
        path.write_bytes(data)
        vault = open_vault(shell_in(folder), PASSPHRASE)
        unnoticed += not vault.condition.now.is_alarm
        vault.close()
        shutil.rmtree(folder / "anchors")
        shutil.copytree(anchors, folder / "anchors")

    path.write_bytes(newest)
    sound = open_vault(shell_in(folder), PASSPHRASE)
    figure("rollback.file", tried=len(older), unnoticed=unnoticed)
    assert not unnoticed
    assert not sound.condition.now.is_alarm
    sound.close()

"""F3 on a real small disk: full in the middle of the work, and full before the start (P18)."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress

import pytest
from tests.e2e.laptops import copy_of, made_once
from tests.e2e.test_background_check import opened_again

from nrm_desktop.app.condition import Reason, State
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.storage.ballast import BYTES, NAME

pytestmark = [pytest.mark.fault, pytest.mark.promise("P18")]
FIELD = "screening.own_reference"
SAVES = 3000


@pytest.fixture
def disk(tmp_path):
    """A disk of 24 MiB; only root may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    if not mount("-t", "tmpfs", "-o", "size=24m,mode=0700", "tmpfs", place):
        pytest.skip("a small disk can only be mounted by root: mount -t tmpfs")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def mount(*words: object) -> bool:
    program = shutil.which("mount")
    if program is None or os.geteuid() != 0:
        return False
    return subprocess.run([program, *map(str, words)], check=False).returncode == 0


@pytest.fixture
def laptop(disk):
    made = copy_of(made_once()[0], disk)
    made.case = made.open_case()
    (made.vault.folder / NAME).write_bytes(os.urandom(BYTES))
    yield made
    made.vault.close()


def save_until_full(laptop) -> int:
    for number in range(SAVES):
        try:
            laptop.save(laptop.case, laptop.vault.context.new_record(), FIELD, "w" * 2000)
        except EnvironmentFault:
            return number
    return SAVES


def saved(laptop) -> int:
    cells = laptop.vault.work.run(lambda unit: unit.cells(laptop.case, "screening"))
    return sum(cell.field == FIELD for cell in cells)


def fill(disk) -> None:
    """Use the last byte that is free."""
    with suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


def test_what_was_acknowledged_is_there_and_the_ballast_lets_deleting_and_saving_go_on(
    laptop, disk
):
    acked = save_until_full(laptop)

    assert 0 < acked < SAVES
    assert laptop.vault.condition.now.state is State.RESCUE
    assert not (laptop.vault.folder / NAME).exists()
    assert saved(laptop) == acked
    laptop.vault.database.write(lambda db: db.execute("DELETE FROM draft")).result()
    laptop.vault.database.checkpoint()
    laptop.save(laptop.case, laptop.vault.context.new_record(), FIELD, "one more")
    with pytest.raises(EnvironmentFault) as raised:
        laptop.open_case()
    assert raised.value.code == "storage.rescue"
    assert verify_vault(laptop.vault).database.is_sound


def test_the_rescue_ends_by_itself_once_the_disk_is_larger(laptop, disk):
    acked = save_until_full(laptop)
    assert mount("-o", "remount,size=700m", disk)

    assert laptop.open_case()

    assert laptop.vault.condition.now.state is State.NORMAL
    assert (laptop.vault.folder / NAME).stat().st_size == BYTES
    assert saved(laptop) == acked


def test_a_vault_on_a_disk_that_is_full_to_the_last_byte_opens_by_giving_up_its_ballast(
    laptop, disk
):
    laptop.vault.close()
    fill(disk)

    laptop.vault = opened_again(laptop.vault)

    assert laptop.vault.condition.now.state in {State.RESCUE, State.NORMAL}
    laptop.save(laptop.case, laptop.vault.context.new_record(), FIELD, "words")
    assert saved(laptop) == 1


def test_without_a_ballast_a_full_disk_still_opens_for_reading(laptop, disk):
    laptop.save(laptop.case, laptop.vault.context.new_record(), FIELD, "words")
    laptop.vault.close()
    (laptop.vault.folder / NAME).unlink()
    fill(disk)

    laptop.vault = opened_again(laptop.vault)

    assert saved(laptop) == 1
    assert Reason.DAMAGED not in laptop.vault.condition.now.reasons

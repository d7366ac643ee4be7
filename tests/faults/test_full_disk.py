"""F3: the disk is full in the middle of the work; nothing acknowledged is lost (P18)."""

import shutil

import pytest
from tests.faults.saving_child import saved_numbers

from nrm_desktop.bootstrap.upkeep import verify_vault

pytestmark = [pytest.mark.fault, pytest.mark.promise("P18")]


def test_a_full_disk_ends_in_a_clear_error_and_loses_nothing(child, reopened, folder):
    room = largest_file(folder) + 120_000
    process = child("--saves", 500, "--file-bytes", room)

    said = process.stdout.read().decode().split("\n")

    assert process.wait(30) == 0
    fault = next(line for line in said if line.startswith("FAULT"))
    assert fault.split()[1] in {"storage.full", "storage.medium"}
    acked = {int(line.split()[1]) for line in said if line.startswith("ACK")}
    vault = reopened()
    assert acked
    assert acked <= set(saved_numbers(vault))
    assert verify_vault(vault).database.is_sound


def largest_file(folder) -> int:
    return max(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_work_goes_on_when_there_is_room_again(child, folder, reopened):
    room = largest_file(folder) + 60_000
    child("--saves", 500, "--file-bytes", room).wait(60)

    said = child("--saves", 3).stdout.read().decode()

    assert said.count("ACK") == 3
    assert verify_vault(reopened()).database.is_sound
    assert shutil.disk_usage(folder).free > 0

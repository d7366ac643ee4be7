"""F3: a disk that is really full: at a save, at each step of a backup, at each step of an export.

A small file system in memory is mounted, for which one has to be root or to have a user namespace;
elsewhere these tests are skipped and say so. What needs no root is in `test_full_disk`.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from tests.faults.judging import Judgement, judge, numbers_of
from tests.faults.saving_child import PASSPHRASE, shell_in

from nrm_desktop.bootstrap.backups import back_up
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.restoring import check_backup
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.platforms.files import SystemFiles

STEPS = int(os.environ.get("NRM_FAULT_DISK_STEPS", "6"))
KIB = 1024
CONTENT = bytes(range(256)) * 800
pytestmark = [
    pytest.mark.fault,
    pytest.mark.promise("P18"),
    pytest.mark.skipif(sys.platform != "linux", reason="tmpfs"),
]


@pytest.fixture
def disk(tmp_path):
    """Mount a file system of so many KiB, again and again; it is empty each time."""
    place = tmp_path / "disk"
    place.mkdir()

    def mounted(kib: int, *, is_kept: bool = False):
        if not is_kept:
            subprocess.run(["umount", place], check=False, capture_output=True)
        options = f"{'remount,' if is_kept else ''}size={kib}k,mode=700"
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place]
        done = subprocess.run(command, check=False, capture_output=True)
        if done.returncode:
            why = f"no tmpfs can be mounted here: {done.stderr.decode().strip()}"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
        return place

    yield mounted
    subprocess.run(["umount", place], check=False, capture_output=True)


def test_a_full_disk_loses_no_save_and_work_goes_on_once_there_is_room(
    child, folder, disk, vault_key, figure
):
    used = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // KIB
    place = disk(used + 500)
    subprocess.run(["cp", "-a", folder / "vault", place], check=True)
    (folder / "vault").rename(folder / "before")
    (folder / "vault").symlink_to(place / "vault")

    said = child("--saves", 500).stdout.read().decode().split("\n")[:-1]

    fault = next(line for line in said if line.startswith("FAULT"))
    assert fault.split()[1] in {"storage.full", "storage.medium", "storage.rescue"}
    disk(64 * KIB, is_kept=True)
    verdict = judge(place / "vault" / "vault.db", vault_key, said)
    more = child("--saves", 3).stdout.read().decode().split("\n")[:-1]
    figure(
        "full_disk", acknowledged=len(numbers_of(said, "ACK")), lost=int(verdict.outcome != "sound")
    )
    assert numbers_of(said, "ACK")
    assert verdict == Judgement("sound")
    assert len(numbers_of(more, "ACK")) == 3


def test_a_backup_on_a_full_disk_is_whole_or_leaves_nothing(folder, disk, figure):
    vault = open_vault(shell_in(folder), PASSPHRASE)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // KIB
    ended = []
    for step in range(1, STEPS + 1):
        place = disk(size * 2 * step // STEPS)
        try:
            made = back_up(vault, place)
        except EnvironmentFault as fault:
            ended.append(fault.code)
            assert list(place.iterdir()) == []
            continue
        ended.append("made")
        assert check_backup(vault.session.safe.shell, made.path, PASSPHRASE)

    figure("full_disk.backup", steps=len(ended), made=ended.count("made"))
    assert {"storage.full", "made"} == set(ended)
    assert verify_vault(vault).is_sound
    vault.close()


def test_an_export_to_a_full_disk_is_whole_or_leaves_nothing(disk, figure):
    ended = []
    for step in range(1, STEPS + 1):
        place = disk(len(CONTENT) // KIB * 2 * step // STEPS)
        try:
            SystemFiles().create_exclusive(place / "b-export.nrm", CONTENT)
        except EnvironmentFault as fault:
            ended.append(fault.code)
            assert list(place.iterdir()) == []
            continue
        ended.append("made")
        assert (place / "b-export.nrm").read_bytes() == CONTENT

    figure("full_disk.export", steps=len(ended), made=ended.count("made"))
    assert {"storage.full", "made"} == set(ended)

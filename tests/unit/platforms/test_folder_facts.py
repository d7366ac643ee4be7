"""Folders that endanger a vault are recognised by facts, not by trying (T28)."""

from pathlib import Path

import pytest

from nrm_desktop.platforms.folder_facts import MOUNTS as MOUNTS_HERE
from nrm_desktop.platforms.folder_facts import facts_of, filesystem_of, is_synced

MOUNTS = """
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:25 / /run rw,nosuid - tmpfs tmpfs rw,mode=755
41 22 0:44 / /home/p/office\\040share rw - cifs //server/office rw
42 22 8:17 / /media/stick rw - vfat /dev/sdb1 rw
43 22 8:18 / /media/stick/inner rw - nfs4 host:/x rw
not a line of this file at all
44 22 0:9
"""


@pytest.mark.threat("T28")
@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/p/data", "ext4"),
        ("/run/user/0", "tmpfs"),
        ("/home/p/office share/vault", "cifs"),
        ("/home/p/office share too", "ext4"),
        ("/media/stick", "vfat"),
        ("/media/stick/inner/deep", "nfs4"),
    ],
)
def test_the_deepest_mount_point_says_what_holds_a_folder(place, kind):
    assert filesystem_of(Path(place), MOUNTS) == kind


def test_an_unreadable_mount_table_says_nothing():
    assert filesystem_of(Path("/home"), "") == ""


@pytest.mark.threat("T28")
@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("/home/p/OneDrive - Shelter A/notes", True),
        ("/home/p/Dropbox/notes", True),
        ("/home/p/Nextcloud/x", True),
        ("/home/p/data/notes", False),
        ("/home/p/my onedrive export", False),
    ],
)
def test_a_folder_that_a_service_copies_is_known_by_its_name(place, expected):
    assert is_synced(Path(place)) is expected


def test_an_ordinary_folder_that_does_not_exist_yet_has_no_alarming_facts(tmp_path):
    facts = facts_of(tmp_path / "not" / "yet")

    assert (facts.is_network, facts.is_synced, facts.is_path_too_long) == (False, False, False)


@pytest.mark.threat("T28")
def test_a_folder_in_memory_is_reported_as_wiped():
    if " /dev/shm " not in MOUNTS_HERE.read_text(encoding="utf-8"):
        pytest.skip("no memory file system is mounted here")

    assert facts_of(Path("/dev/shm")).is_wiped

"""Folders that endanger a vault are recognised by facts, not by trying (T28)."""

from dataclasses import replace
from pathlib import Path, PureWindowsPath

import pytest

from nrm_desktop.platforms.folder_facts import MOUNTS as MOUNTS_HERE
from nrm_desktop.platforms.folder_facts import (
    FolderAsks,
    facts_by,
    facts_of,
    filesystem_of,
    is_synced,
)

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


class TestWindowsAsTold:
    """The answers of Windows by a fake table; unverified on Windows. T28."""

    pytestmark = pytest.mark.threat("T28")
    home = PureWindowsPath("C:/Users/Ana")
    asks = FolderAsks(str, lambda place: place.drive == "Z:", lambda: True, lambda: None, 260)

    def facts(self, place: str, **changes):
        asks = replace(self.asks, **({"profile": lambda: self.home} | changes))
        return facts_by(asks, PureWindowsPath(place))

    def test_a_place_in_the_own_profile_outside_the_guarded_folders_has_no_danger(self):
        told = self.facts("C:/Users/Ana/AppData/Local/nrm")

        assert not any(
            (told.is_network, told.is_synced, told.is_wiped, told.is_path_too_long, told.is_guarded)
        )

    def test_a_network_drive_is_told(self):
        assert self.facts("Z:/vault").is_network

    @pytest.mark.parametrize(("length", "is_long"), [(170, False), (190, True)])
    def test_a_path_near_the_longest_is_told_before_the_names_below_it_are_cut(
        self, length, is_long
    ):
        assert self.facts("C:/" + "d" * (length - 3)).is_path_too_long is is_long

    @pytest.mark.parametrize("name", ["TEMP", "temp.OFFICE"])
    def test_a_profile_that_is_wiped_at_sign_out_is_told(self, name):
        home = PureWindowsPath("C:/Users") / name

        told = self.facts(f"C:/Users/{name}/nrm", profile=lambda: home)

        assert told.is_wiped

    def test_a_guarded_folder_is_told_only_while_the_guard_is_on(self):
        assert self.facts("C:/Users/Ana/Documents/nrm").is_guarded
        assert not self.facts("C:/Users/Ana/Documents/nrm", has_guard=lambda: False).is_guarded
        assert not self.facts("D:/Documents/nrm").is_guarded

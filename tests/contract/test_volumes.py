"""The Volumes port: the same rules on the fake and on each system's own way of asking.

Linux reads a mount table and a /sys that are made here; macOS and Windows are driven by fakes of
their calls and unverified there.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.fakes.volumes import FakeVolumes

from nrm_desktop.app.sticks import StickState, Volume, stick_state
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.paths import resource_root
from nrm_desktop.platforms.removable import (
    LinuxVolumes,
    MacVolumes,
    WindowsVolumes,
    volumes_here,
)


@dataclass
class Room:
    """A computer on which a test plugs sticks in. `held` are volumes that a program holds."""

    root: Path
    kind: str
    held: set[str] = field(default_factory=set)
    letters: dict[str, int] = field(default_factory=lambda: {"C": 3})
    usb_start: int = 3

    def __post_init__(self) -> None:
        self.fake = FakeVolumes()
        (self.root / "Volumes").mkdir(parents=True)
        (self.root / "Volumes/Macintosh HD").symlink_to("/")
        self.mounts = self.root / "mountinfo"
        self.mounts.write_text("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n")
        self._disk("sda", "pci0000:00/ata1", removable="0")

    @property
    def volumes(self):
        mac = self.root / "Volumes"
        return {
            "fake": lambda: self.fake,
            "linux": lambda: LinuxVolumes(self.mounts, self.root / "sys", self._run, lambda _: 7),
            "mac": lambda: MacVolumes(mac, self._run, lambda _: 7),
            "windows": lambda: WindowsVolumes(RoomDrives(self), lambda _: 7),
        }[self.kind]()

    def plug_in(self, name: str, *, options: str = "rw") -> None:
        path = self.root / "Volumes" / name
        path.mkdir()
        self._disk(f"sd{name[0]}", "pci0000:00/usb2/2-1", removable="1")
        line = f"40 22 8:17 / {str(path).replace(' ', chr(92) + '040')} {options},nosuid shared:1"
        with self.mounts.open("a") as table:
            table.write(f"{line} - vfat /dev/sd{name[0]}1 {options}\n")
        self.letters[name[0].upper()] = 2
        self.fake.plug_in(path, free_bytes=7)

    def _disk(self, disk: str, bus: str, removable: str) -> None:
        place = self.root / "sys/devices" / bus / "block" / disk
        (place / f"{disk}1").mkdir(parents=True)
        (place / "removable").write_text(removable)
        links = self.root / "sys/class/block"
        links.mkdir(parents=True, exist_ok=True)
        (links / f"{disk}1").symlink_to(place / f"{disk}1")

    def hold(self, volume: Volume) -> None:
        self.held.add(volume.device)
        self.fake.held.add(volume.path)

    # ---- what the systems are asked ----

    def _run(self, command):
        device = command[-1]
        if command[0] == "umount":
            return None
        if device in self.held:
            return 1
        lines = self.mounts.read_text().splitlines(keepends=True)
        self.mounts.write_text("".join(line for line in lines if device not in line))
        if command[0] == "diskutil":
            Path(device).rmdir()
        return 0


@dataclass
class RoomDrives:
    """A room, answering as `Drives`."""

    room: Room

    def letters(self):
        return tuple(self.room.letters)

    def kind(self, letter: str) -> int:
        return self.room.letters[letter]

    def is_read_only(self, letter: str) -> bool:
        return letter == "R"

    def eject(self, letter: str) -> bool:
        return letter not in self.room.held and bool(self.room.letters.pop(letter))

    def usb_storage_start(self) -> int:
        return self.room.usb_start


@pytest.fixture(params=["fake", "linux", "mac", "windows"])
def room(request, tmp_path):
    return Room(tmp_path, request.param)


def test_the_own_disk_is_no_stick(room):
    assert room.volumes.mounted() == ()


def test_what_is_plugged_in_is_listed_in_order_with_its_room(room):
    room.plug_in("xray stick")
    room.plug_in("blue")

    found = room.volumes.mounted()

    assert len(found) == 2
    assert [volume.path for volume in found] == sorted(volume.path for volume in found)
    assert {volume.free_bytes for volume in found} == {7}


def test_what_was_let_go_of_is_listed_no_more(room):
    room.plug_in("blue")
    (volume,) = room.volumes.mounted()

    room.volumes.eject(volume)

    assert room.volumes.mounted() == ()


def test_what_a_program_holds_is_told_and_stays(room):
    room.plug_in("blue")
    (volume,) = room.volumes.mounted()
    room.hold(volume)

    with pytest.raises(EnvironmentFault) as raised:
        room.volumes.eject(volume)

    assert raised.value.code == "stick.in_use"
    assert room.volumes.mounted() == (volume,)


def test_a_write_protected_stick_is_told_by_linux_and_windows(tmp_path):
    room = Room(tmp_path, "linux")
    room.plug_in("red", options="ro")

    assert [volume.is_read_only for volume in room.volumes.mounted()] == [True]
    room.kind = "windows"
    assert [volume.is_read_only for volume in room.volumes.mounted()] == [True]


def test_where_the_system_cannot_be_asked_the_person_is_told_to_do_it_there(tmp_path):
    room = Room(tmp_path, "linux")
    room.plug_in("blue")
    volumes = LinuxVolumes(room.mounts, tmp_path / "sys", lambda _: None, lambda _: 7)

    with pytest.raises(EnvironmentFault) as raised:
        volumes.eject(volumes.mounted()[0])

    assert raised.value.code == "stick.eject"


def test_forbidden_usb_storage_is_known(tmp_path):
    room = Room(tmp_path, "linux")
    assert not room.volumes.are_forbidden()
    rule = tmp_path / "sys/module/usbcore/parameters/authorized_default"
    rule.parent.mkdir(parents=True)
    rule.write_text("0\n")
    assert room.volumes.are_forbidden()

    room.kind, room.usb_start = "windows", 4
    assert room.volumes.are_forbidden()


def test_this_computer_can_be_asked():
    assert all(volume.free_bytes >= 0 for volume in volumes_here().mounted())


class TestStates:
    """One sentence and one action each (section 17)."""

    def state(self, *facts: dict, needed: int = 10, expected: str = "", is_forbidden=False):
        volumes = FakeVolumes(is_forbidden=is_forbidden)
        for number, each in enumerate(facts):
            volumes.plug_in(Path(f"/media/{number}"), **each)
        return stick_state(volumes, needed, expected)[0]

    def test_each_state_is_told_apart(self):
        assert self.state() is StickState.NONE
        assert self.state(is_forbidden=True) is StickState.FORBIDDEN
        assert self.state({}, {}) is StickState.SEVERAL
        assert self.state({"is_read_only": True}) is StickState.READ_ONLY
        assert self.state({"is_writable": False}) is StickState.NOT_WRITABLE
        assert self.state({"free_bytes": 9}) is StickState.TOO_FULL
        assert self.state({"free_bytes": 10}) is StickState.READY

    def test_the_stick_that_has_to_be_it_is_found_among_others(self):
        assert self.state({"mark": "a"}, {"mark": "b"}, expected="b") is StickState.READY
        assert self.state({"mark": "a"}, expected="b") is StickState.OTHER

    @pytest.mark.parametrize("state", list(StickState))
    def test_every_state_has_words(self, state):
        assert state.value in ErrorTexts(resource_root()).codes()

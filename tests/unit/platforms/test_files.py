"""Files are whole or absent, never replaced by chance, and foreign ones read with limits (P17)."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.platforms.file_calls import rename_new
from nrm_desktop.platforms.files import SystemFiles

DATA = os.urandom(3_000_000)


class ScannerHolds:
    """A virus scanner that refuses the first renames, as Windows shows it to a program."""

    def __init__(self, times: int, then=rename_new) -> None:
        self.left = times
        self.asked: list[str] = []
        self.waits: list[float] = []
        self._then = then

    def rename(self, part: Path, final: Path) -> None:
        self.asked.append(part.name)
        if self.left:
            self.left -= 1
            raise PermissionError(errno.EACCES, "held")
        self._then(part, final)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def files(self) -> SystemFiles:
        return SystemFiles(rename=self.rename, replace=self.rename, sleep=self.sleep)


def spoil_and_rename(part: Path, final: Path) -> None:
    """A medium that changes the bytes after they were checked: one bit, whatever they were."""
    written = part.read_bytes()
    part.write_bytes(bytes([written[0] ^ 1]) + written[1:])
    rename_new(part, final)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.promise("P17")
@pytest.mark.parametrize("data", [b"", b"a", DATA], ids=["empty", "short", "long"])
def test_a_new_file_holds_exactly_the_bytes_and_nothing_else_is_left(tmp_path, data):
    SystemFiles().create_exclusive(tmp_path / "r-7f3k.nrm", data)

    assert names(tmp_path) == ["r-7f3k.nrm"]
    assert (tmp_path / "r-7f3k.nrm").read_bytes() == data
    assert (tmp_path / "r-7f3k.nrm").stat().st_mode & 0o777 == 0o600


@pytest.mark.promise("P17")
@pytest.mark.parametrize("kind", ["file", "link", "dead link", "folder"])
def test_a_taken_name_is_refused_and_what_has_it_stays(tmp_path, kind):
    target, other = tmp_path / "f", tmp_path / "other"
    other.write_bytes(b"old")
    if kind == "folder":
        target.mkdir()
    elif kind == "file":
        target.write_bytes(b"old")
    else:
        target.symlink_to(other if kind == "link" else tmp_path / "nowhere")

    with pytest.raises(EnvironmentFault) as caught:
        SystemFiles().create_exclusive(target, b"new")

    assert caught.value.code == "storage.exists"
    assert names(tmp_path) == ["f", "other"]
    assert other.read_bytes() == b"old"


def test_replacing_puts_the_new_bytes_in_place_of_the_old_ones(tmp_path):
    (tmp_path / "f").write_bytes(b"old")

    SystemFiles().replace(tmp_path / "f", b"new")
    SystemFiles().replace(tmp_path / "g", b"first")

    assert names(tmp_path) == ["f", "g"]
    assert ((tmp_path / "f").read_bytes(), (tmp_path / "g").read_bytes()) == (b"new", b"first")


@pytest.mark.promise("P17")
def test_a_prepared_file_has_no_name_until_it_is_published(tmp_path):
    part = SystemFiles().prepare(tmp_path / "f", b"new")
    assert [name.rpartition(".")[2] for name in names(tmp_path)] == ["prt"]

    assert part.publish() == str(tmp_path / "f")

    assert names(tmp_path) == ["f"]


@pytest.mark.parametrize("is_published", [False, True])
def test_a_prepared_file_can_be_discarded_before_and_after_it_is_published(tmp_path, is_published):
    part = SystemFiles().prepare(tmp_path / "f", b"new")
    if is_published:
        part.publish()

    part.discard()
    part.discard()

    assert names(tmp_path) == []


def test_a_scanner_that_lets_go_within_three_seconds_is_waited_for(tmp_path):
    scanner = ScannerHolds(times=4)

    scanner.files().create_exclusive(tmp_path / "f", b"new")

    assert (tmp_path / "f").read_bytes() == b"new"
    assert len(set(scanner.asked)) == 1
    assert sum(scanner.waits) == pytest.approx(3.0)


def test_a_scanner_that_does_not_let_go_gets_a_fresh_part_file(tmp_path):
    scanner = ScannerHolds(times=5)

    scanner.files().create_exclusive(tmp_path / "f", b"new")

    assert len(set(scanner.asked)) == 2
    assert names(tmp_path) == ["f"]


@pytest.mark.promise("P18")
def test_a_scanner_that_never_lets_go_is_told_and_the_old_file_stays_in_force(tmp_path):
    (tmp_path / "vault.hdr.a").write_bytes(b"old")

    with pytest.raises(EnvironmentFault) as caught:
        ScannerHolds(times=1000).files().replace(tmp_path / "vault.hdr.a", b"new")

    assert caught.value.code == "storage.read_only"
    assert names(tmp_path) == ["vault.hdr.a"]
    assert (tmp_path / "vault.hdr.a").read_bytes() == b"old"


@pytest.mark.promise("P17")
def test_a_medium_that_changes_the_bytes_is_found_out_and_no_wrong_file_is_left(tmp_path):
    with pytest.raises(EnvironmentFault) as caught:
        SystemFiles(rename=spoil_and_rename).create_exclusive(tmp_path / "f", DATA)

    assert (caught.value.code, caught.value.params["step"]) == ("storage.medium", "read_back")
    assert names(tmp_path) == []


@pytest.mark.promise("P18")
@pytest.mark.parametrize("act", ["create_exclusive", "replace"])
def test_a_full_disk_is_told_and_leaves_neither_a_part_nor_a_wrong_file(tmp_path, act):
    (tmp_path / "old").write_bytes(b"old")
    target = "old" if act == "replace" else "new"
    program = f"""
import resource
from pathlib import Path
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.platforms.files import SystemFiles
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    SystemFiles().{act}(Path({target!r}), bytes(1_000_000))
except EnvironmentFault as error:
    print(error.code)
"""
    child = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert child.stdout.strip() == "storage.full", child.stderr
    assert names(tmp_path) == ["old"]
    assert (tmp_path / "old").read_bytes() == b"old"


@pytest.mark.promise("P18")
@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="no /sys here")
def test_a_folder_that_may_not_be_written_is_told_as_such():
    """/sys refuses new files also to root, whom a mode of 0555 would not stop."""
    with pytest.raises(EnvironmentFault) as caught:
        SystemFiles().create_exclusive(Path("/sys/kernel/new"), b"new")

    assert caught.value.code == "storage.read_only"


def test_a_folder_that_is_not_there_is_told_as_missing(tmp_path):
    with pytest.raises(EnvironmentFault) as caught:
        SystemFiles().create_exclusive(tmp_path / "none" / "f", b"new")

    assert caught.value.code == "storage.missing"


def test_reading_gives_the_bytes_up_to_the_limit(tmp_path):
    (tmp_path / "f").write_bytes(b"12345")

    assert SystemFiles().read_limited(tmp_path / "f", 5) == b"12345"


@pytest.mark.promise("P15")
def test_a_file_past_the_limit_is_refused_without_being_read(tmp_path):
    with (tmp_path / "sparse").open("wb") as stream:
        stream.truncate(10**12)

    with pytest.raises(HostileInput) as caught:
        SystemFiles().read_limited(tmp_path / "sparse", 1_000_000)

    assert (caught.value.code, caught.value.params) == (
        "integrity.too_large",
        {"limit": 1_000_000},
    )


@pytest.mark.promise("P15")
@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "device"])
def test_only_regular_files_are_read(tmp_path, kind):
    place = tmp_path / "f"
    if kind == "link":
        (tmp_path / "real").write_bytes(b"secret")
        place.symlink_to(tmp_path / "real")
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    else:
        place = Path("/dev/zero")

    with pytest.raises(HostileInput) as caught:
        SystemFiles().read_limited(place, 100)

    assert caught.value.code == "integrity.not_a_file"


def test_a_missing_file_is_told_as_missing(tmp_path):
    with pytest.raises(EnvironmentFault) as caught:
        SystemFiles().read_limited(tmp_path / "f", 5)

    assert caught.value.code == "storage.missing"


@pytest.mark.promise("P10")
def test_what_others_wrote_can_be_made_lasting_and_what_is_gone_is_told(tmp_path):
    (tmp_path / "copy").write_bytes(DATA)

    SystemFiles().flush(tmp_path / "copy")
    SystemFiles().flush(tmp_path)
    with pytest.raises(EnvironmentFault) as raised:
        SystemFiles().flush(tmp_path / "gone")

    assert raised.value.code == "storage.missing"
    assert (tmp_path / "copy").read_bytes() == DATA

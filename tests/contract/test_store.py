"""One contract for every store: a folder that stands for a stick, and the one of tests."""

import os

import pytest
from tests.fakes.store import FakeStore

from nrm_desktop.app.wire.limits import PACK_FILE_BYTES
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, ProgramFault
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.sync.transports.folder import FolderStore

FOLDER = "nrm1/abcdefgh/c/"
NAME = FOLDER + "k2-000000000001-abcdefgh.cp"


@pytest.fixture(params=["folder", "memory"])
def store(request, tmp_path):
    return FakeStore() if request.param == "memory" else FolderStore(tmp_path, SystemFiles())


@pytest.fixture
def folder(tmp_path):
    return FolderStore(tmp_path, SystemFiles())


def test_what_was_put_is_got_whole_and_by_range(store):
    store.put(NAME, b"0123456789")

    assert store.get(NAME) == b"0123456789"
    assert store.get(NAME, 2, 5) == b"234"
    assert store.get(NAME, 8, 99) == b"89"
    assert store.get(NAME, 99, 120) == b""


def test_the_same_bytes_again_are_no_error_and_others_are_refused(store):
    store.put(NAME, b"one")
    store.put(NAME, b"one")

    with pytest.raises(HostileInput) as refused:
        store.put(NAME, b"two")

    assert refused.value.code == "integrity.hash"
    assert store.get(NAME) == b"one"


def test_names_are_listed_in_order_with_their_sizes_and_from_a_name_on(store):
    for letter in "cab":
        store.put(f"{FOLDER}{letter}.cp", letter.encode() * 3)
    store.put("nrm1/abcdefgh/p/ab/x.nrmx", b"elsewhere")

    listed = [(entry.name, entry.size) for entry in store.list(FOLDER)]

    assert listed == [(f"{FOLDER}{letter}.cp", 3) for letter in "abc"]
    later = [entry.name for entry in store.list(FOLDER, after=f"{FOLDER}b.cp")]
    assert later == [f"{FOLDER}c.cp"]


def test_what_is_not_there_is_missing_listed_as_nothing_and_deleted_in_peace(store):
    assert list(store.list(FOLDER)) == []
    store.delete(NAME)
    with pytest.raises(EnvironmentFault) as missing:
        store.get(NAME)
    assert missing.value.code == "store.missing"

    store.put(NAME, b"one")
    store.delete(NAME)
    assert list(store.list(FOLDER)) == []


def test_a_stick_that_is_gone_is_missing(tmp_path):
    folder = FolderStore(tmp_path / "gone", SystemFiles())

    for action in (lambda: folder.put(NAME, b""), lambda: list(folder.list(FOLDER))):
        with pytest.raises(EnvironmentFault) as missing:
            action()
        assert missing.value.code == "store.missing"


@pytest.mark.threat("T14")
@pytest.mark.parametrize(
    "name", ["../x", "a/../b", "/etc/passwd", "a//b", "a/.b", "a\\b", "a/" + "b" * 49]
)
def test_a_name_is_never_a_path_of_this_machine(folder, name):
    with pytest.raises(ProgramFault):
        folder.get(name)


@pytest.mark.threat("T14")
def test_links_pipes_and_odd_names_of_a_poisoned_stick_are_not_there(folder, tmp_path):
    folder.put(NAME, b"one")
    inside = tmp_path / FOLDER
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    (inside / "link.cp").symlink_to(secret)
    os.mkfifo(inside / "pipe.cp")
    (inside / "conflicted copy.cp").write_bytes(b"")
    (inside / "half.prt").write_bytes(b"")
    (inside / "folder.cp").mkdir()

    assert [entry.name for entry in folder.list(FOLDER)] == [NAME]
    for name in ("link.cp", "pipe.cp"):
        with pytest.raises((HostileInput, EnvironmentFault)):
            folder.get(FOLDER + name)


@pytest.mark.threat("T14")
def test_a_folder_that_is_a_link_is_refused_for_reading_and_writing(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "nrm1").symlink_to(tmp_path / "elsewhere")

    for action in (lambda: folder.put(NAME, b""), lambda: list(folder.list(FOLDER))):
        with pytest.raises(HostileInput) as refused:
            action()
        assert refused.value.code == "integrity.not_a_file"
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_huge_sparse_file_is_refused_and_read_by_range_only(folder, tmp_path):
    folder.put(NAME, b"one")
    with (tmp_path / NAME).open("ab") as file:
        file.truncate(10 * 1024**3)

    with pytest.raises(HostileInput) as refused:
        folder.get(NAME)

    assert refused.value.params["limit"] == PACK_FILE_BYTES
    assert folder.get(NAME, 0, 3) == b"one"

"""The calls of Windows, driven by a fake kernel: same rules, other calls. Unverified on Windows."""

import os

import pytest
from tests.fakes.windows import FakeKernel

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.platforms.file_calls import (
    CHUNK,
    MOVEFILE_REPLACE_EXISTING,
    MOVEFILE_WRITE_THROUGH,
    windows_calls,
)
from nrm_desktop.platforms.files import WAITS_S, SystemFiles

DATA = os.urandom(2 * CHUNK + 77)


def files(kernel: FakeKernel, waits=None) -> SystemFiles:
    sleep = (waits if waits is not None else []).append
    return SystemFiles(sleep=sleep, calls=windows_calls(kernel))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.promise("P17")
@pytest.mark.parametrize("data", [b"", b"short", DATA], ids=["empty", "short", "long"])
def test_a_new_file_is_written_through_read_back_unbuffered_and_closed(tmp_path, data):
    kernel = FakeKernel()

    files(kernel).create_exclusive(tmp_path / "r.nrm", data)

    assert (tmp_path / "r.nrm").read_bytes() == data
    assert kernel.moves == [MOVEFILE_WRITE_THROUGH]
    assert kernel.opened == {}


@pytest.mark.promise("P17")
def test_a_taken_name_is_refused_and_only_replacing_replaces(tmp_path):
    (tmp_path / "f").write_bytes(b"old")
    kernel = FakeKernel()

    with pytest.raises(EnvironmentFault) as caught:
        files(kernel).create_exclusive(tmp_path / "f", b"new")
    kept = (tmp_path / "f").read_bytes()
    files(kernel).replace(tmp_path / "f", b"new")

    assert (caught.value.code, kept) == ("storage.exists", b"old")
    assert (tmp_path / "f").read_bytes() == b"new"
    assert kernel.moves[-1] == MOVEFILE_WRITE_THROUGH | MOVEFILE_REPLACE_EXISTING
    assert names(tmp_path) == ["f"]


def test_a_scanner_that_holds_the_file_is_waited_for_five_times_in_three_seconds(tmp_path):
    waits = []

    files(FakeKernel(held=4), waits).replace(tmp_path / "vault.hdr.a", b"new")

    assert waits == list(WAITS_S)
    assert sum(waits) == pytest.approx(3.0)
    assert (tmp_path / "vault.hdr.a").read_bytes() == b"new"


@pytest.mark.promise("P18")
@pytest.mark.parametrize("name", ["vault.hdr.a", "anchor", "r-7f3k.nrm"])
def test_a_scanner_that_never_lets_go_is_told_and_the_old_state_is_in_force(tmp_path, name):
    (tmp_path / name).write_bytes(b"old")

    with pytest.raises(EnvironmentFault) as caught:
        files(FakeKernel(held=1000)).replace(tmp_path / name, b"new")

    assert caught.value.code == "storage.read_only"
    assert (tmp_path / name).read_bytes() == b"old"
    assert names(tmp_path) == [name]


@pytest.mark.promise("P17")
def test_what_the_medium_gives_back_wrongly_is_never_called_done(tmp_path):
    kernel = FakeKernel(spoils=True)

    with pytest.raises(EnvironmentFault) as caught:
        files(kernel).create_exclusive(tmp_path / "f", DATA)

    assert (caught.value.code, caught.value.params["step"]) == ("storage.medium", "read_back")
    assert names(tmp_path) == []
    assert kernel.opened == {}


def test_a_folder_is_not_flushed_where_the_system_knows_no_such_thing(tmp_path):
    files(FakeKernel()).flush(tmp_path)

    assert names(tmp_path) == []


def test_a_file_that_is_gone_at_reading_back_is_missing(tmp_path):
    calls = windows_calls(FakeKernel())

    with pytest.raises(FileNotFoundError):
        list(calls.read_back(tmp_path / "none"))

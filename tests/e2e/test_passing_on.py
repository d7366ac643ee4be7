"""A stick brings along what others put onto a shared folder, as it lies there and within room."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.laptops import PLACE, copy_of, made_once, new_record, three_laptops

from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.bootstrap.passing_on import pass_on_for_others
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.sync.transports.folder import FolderStore


@pytest.fixture
def office(tmp_path):
    """Ana and Boris share a folder; Cleo, in the shelter, has only the stick."""
    ana, boris, cleo = three_laptops(tmp_path)
    case, record = ana.open_case(), new_record()
    ana.save(case, record, PLACE, "port")
    ana.sync(tmp_path / "shared")
    yield ana, boris, cleo, case, record, tmp_path
    for laptop in (ana, boris, cleo):
        laptop.close()


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_stick_brings_along_what_others_put_onto_the_shared_folder(office):
    _ana, boris, cleo, case, record, room = office
    shared, stick = room / "shared", room / "stick"
    boris.sync(stick)
    before = names(stick)

    boris.sync(shared)
    report = boris.sync(stick)

    assert report.passed_on >= 1
    new = names(stick) - before
    assert {name for name in names(shared) if ".nrmx" in name} <= names(stick)
    for name in new & names(shared):
        assert (stick / name).read_bytes() == (shared / name).read_bytes()
    came = cleo.sync(stick)
    assert (came.alarms, came.missing, came.skipped) == ((), (), ())
    assert cleo.values(case, record, PLACE) == ["port"]
    assert boris.sync(stick).passed_on == 0


def test_what_nobody_on_the_way_can_read_travels_all_the_same(office):
    ana, _, cleo, _case, _record, room = office
    shared, stick = room / "shared", room / "stick"
    cleo.sync(stick)
    cleo.sync(shared)

    cleo.sync(stick)  # the shelter carries what it cannot open itself

    with copy_of(made_once()[1], room / "field") as field:
        came = field.sync(stick)
        assert (came.alarms, came.missing) == ((), ())
        assert field.digest == ana.digest


def test_news_of_a_device_replace_what_was_brought_before(office):
    ana, boris, cleo, case, record, room = office
    shared, stick = room / "shared", room / "stick"
    for folder in (stick, shared, stick):
        boris.sync(folder)
    ana.save(case, record, PLACE, "airport")
    ana.sync(shared)
    boris.sync(shared)

    assert boris.sync(stick).passed_on >= 1
    boris.sync(stick)

    of_ana = [name for name in names(stick) if name.endswith(".cp")]
    assert len(of_ana) == len({name.rpartition("/")[2][:16] for name in of_ana})
    came = cleo.sync(stick)
    assert (came.alarms, came.missing) == ((), ())
    assert cleo.values(case, record, PLACE) == ["airport"]


def test_a_device_that_uses_the_stick_itself_is_left_alone(office):
    ana, boris, _, case, record, room = office
    shared, stick = room / "shared", room / "stick"
    ana.sync(stick)
    boris.sync(stick)
    ana.save(case, record, PLACE, "airport")
    ana.sync(shared)
    boris.sync(shared)

    assert boris.sync(stick).passed_on == 0

    again = ana.sync(stick)
    assert again.alarms == ()


@pytest.mark.parametrize("free", [0, 16 << 20, (17 << 20) - 1])
def test_sixteen_mebibytes_stay_free(office, free):
    _, boris, _, _, _, room = office
    shared, stick = room / "shared", room / "stick"
    stick.mkdir()
    session = boris.vault.session
    small = replace(session.safe.shell, files=Small(session.safe.shell.files, free))
    safe = replace(session.safe, shell=small)
    boris.sync(stick)
    boris.sync(shared)
    before = names(stick)

    passed = pass_on_for_others(
        Session(safe, session.roster, session.context, session.work, session.packs),
        str(stick),
        FolderStore(stick, small.files),
        VaultExchange(session),
    )

    assert (passed, names(stick)) == (0, before)


def test_a_file_that_is_gone_or_altered_brings_nothing_of_its_device(office):
    _, boris, _cleo, _case, _record, room = office
    shared, stick = room / "shared", room / "stick"
    boris.sync(stick)
    boris.sync(shared)
    for pack in shared.rglob("*.nrmx"):
        data = bytearray(pack.read_bytes())
        data[30] ^= 1
        pack.write_bytes(data)

    assert boris.sync(stick).passed_on == 0

    shutil.rmtree(shared / "nrm1")
    assert boris.sync(stick).passed_on == 0


class Small:
    """A disk with little room."""

    def __init__(self, files, free: int) -> None:
        self._files = files
        self._free = free

    def free_bytes(self, folder) -> int:
        return self._free

    def __getattr__(self, name):
        return getattr(self._files, name)

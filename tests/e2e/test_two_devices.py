"""Two laptops exchange through a folder: what one wrote the other has, and nothing is lost."""

import shutil
from contextlib import suppress
from dataclasses import replace

import pytest
from tests.e2e.forging import Forger, take_in
from tests.e2e.laptops import (
    PLACE,
    SALUTATION,
    Laptop,
    enter,
    new_record,
    opened_again,
    three_laptops,
    two_laptops,
)

from nrm_desktop.app.commands import CellAnswer, SaveAnswers
from nrm_desktop.app.sync_report import Sent
from nrm_desktop.bootstrap.arriving import sync_status
from nrm_desktop.bootstrap.exchange import office_of
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.sync.run import exchange
from nrm_desktop.sync.transports.folder import FolderStore


@pytest.fixture
def pair(tmp_path):
    ana, boris = two_laptops(tmp_path)
    yield ana, boris
    ana.close()
    boris.close()


def test_what_ana_wrote_boris_reads_and_the_other_way_round(pair, tmp_path):
    ana, boris = pair
    stick, record = tmp_path / "stick", new_record()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")

    first, second = ana.sync(stick), boris.sync(stick)

    assert first.is_clean
    assert second.is_clean
    assert (second.received.keyboxes, second.missing) == (2, ())
    assert boris.values(case, record, PLACE) == ["port"]
    assert ana.digest == boris.digest
    boris.save(case, record, SALUTATION, "Dr")
    boris.sync(stick)
    assert ana.sync(stick).received.commits == 2, "the answer, and that this part was asked about"
    assert ana.values(case, record, SALUTATION) == ["Dr"]
    assert ana.digest == boris.digest


def test_concurrent_answers_are_both_kept_on_both_laptops(pair, tmp_path):
    ana, boris = pair
    stick, record = tmp_path / "stick", new_record()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")
    ana.sync(stick)
    boris.sync(stick)

    ana.save(case, record, PLACE, "airport")
    boris.save(case, record, PLACE, "border_crossing")
    ana.sync(stick)
    report = boris.sync(stick)
    ana.sync(stick)

    assert report.conflicts_new == 1
    for laptop in pair:
        assert laptop.values(case, record, PLACE) == ["airport", "border_crossing"]
    assert ana.digest == boris.digest


def test_a_version_that_nobody_has_seen_is_not_replaced_by_a_saving(pair, tmp_path):
    """Boris typed while Ana's words arrived: both stand, and a person decides."""
    ana, boris = pair
    stick, record = tmp_path / "stick", new_record()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")
    ana.sync(stick)
    boris.sync(stick)
    view = boris.vault.reader.case(case, boris.vault.sight)
    [shown] = [cell.standing for cell in view.cells if cell.field == PLACE]
    ana.save(case, record, PLACE, "airport")
    ana.sync(stick)
    boris.sync(stick)

    typed = CellAnswer(record, PLACE, answered("border_crossing"), frozenset(shown))
    boris.vault.handle(SaveAnswers(scope=case, answers=(typed,)))

    assert boris.values(case, record, PLACE) == ["airport", "border_crossing"]
    again = CellAnswer(record, PLACE, answered("shelter"), frozenset(shown))
    boris.vault.handle(SaveAnswers(scope=case, answers=(again,)))
    assert boris.values(case, record, PLACE) == ["airport", "shelter"], "own words are known"


def test_a_run_without_news_writes_nothing(pair, tmp_path):
    ana, boris = pair
    stick = tmp_path / "stick"
    ana.open_case()
    for laptop in (ana, boris, ana, boris):
        laptop.sync(stick)
    before = files(stick)

    reports = [laptop.sync(stick) for laptop in (ana, boris, ana, boris)]

    assert all(report.sent == Sent() for report in reports)
    assert files(stick) == before
    assert max(report.requests for report in reports) <= 3


def test_two_sticks_each_get_everything(pair, tmp_path):
    ana, boris = pair
    record = new_record()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")
    ana.sync(tmp_path / "one")

    report = ana.sync(tmp_path / "two")
    boris.sync(tmp_path / "two")

    assert report.sent.commits >= 2
    assert boris.digest == ana.digest
    assert boris.sync(tmp_path / "one").received.commits == 0


def test_a_wiped_stick_is_filled_again_by_either_laptop(tmp_path):
    ana, boris, cleo = three_laptops(tmp_path)
    stick, record = tmp_path / "stick", new_record()
    with ana, boris, cleo:
        case = ana.open_case()
        ana.save(case, record, PLACE, "port")
        ana.sync(stick)
        boris.sync(stick)
        shutil.rmtree(stick)

        boris.sync(stick)
        report = cleo.sync(stick)

        assert report.missing == ()
        assert cleo.values(case, record, PLACE) == ["port"]


def test_what_one_stick_brought_another_carries_on(tmp_path):
    ana, boris, cleo = three_laptops(tmp_path)
    record = new_record()
    with ana, boris, cleo:
        case = ana.open_case()
        ana.save(case, record, PLACE, "port")
        ana.sync(tmp_path / "one")
        boris.sync(tmp_path / "one")

        boris.sync(tmp_path / "two")
        report = cleo.sync(tmp_path / "two")

        assert report.is_clean
        assert cleo.values(case, record, PLACE) == ["port"]


@pytest.mark.rule("N4")
def test_the_shelter_receives_only_the_compartments_that_its_role_is_granted(tmp_path):
    ana, boris, cleo = three_laptops(tmp_path)
    stick, record = tmp_path / "stick", new_record()
    with ana, boris, cleo:
        case = ana.open_case()
        ana.save(case, record, PLACE, "port")
        forger = Forger(ana, case)
        ana.sync(stick)
        cleo.sync(stick)
        draft = forger.next_draft(record, PLACE, "airport")
        in_legal = replace(draft, log=replace(draft.log, compartment=Compartment.LEGAL), seq=1)

        found = take_in(cleo, Forger(ana, case, Compartment.LEGAL).pack(in_legal, tmp_path / "in"))

        assert cleo.values(case, record, PLACE) == ["port"]
        assert (found.kind, found.taken) == ("carried_for_others", False)


def test_a_dry_run_writes_nothing_anywhere(pair, tmp_path):
    ana, _ = pair
    stick = tmp_path / "stick"
    ana.open_case()

    report = ana.sync(stick, is_dry=True)

    assert report.dry_run
    assert report.sent.commits >= 1
    assert files(stick) == {}
    assert sync_status(ana.vault.session).stores == ()


class CutOff(FolderStore):
    """A stick that is pulled out at the n-th write."""

    def __init__(self, root, left: int) -> None:
        super().__init__(root, SystemFiles())
        self._left = left

    def put(self, name, data) -> None:
        if self._left == 0:
            raise EnvironmentFault("storage.medium")
        self._left -= 1
        super().put(name, data)


@pytest.mark.fault
@pytest.mark.parametrize("writes", range(6))
def test_a_run_that_was_cut_off_goes_on(pair, tmp_path, writes):
    ana, boris = pair
    stick, record = tmp_path / "stick", new_record()
    stick.mkdir()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")
    with suppress(EnvironmentFault):  # fewer writes than this leave nothing to be cut off
        exchange(CutOff(stick, writes), str(stick), office_of(ana.vault.session))

    again = ana.sync(stick)
    report = boris.sync(stick)

    assert again.alarms == ()
    assert report.is_clean
    assert boris.digest == ana.digest


@pytest.mark.threat("T18")
def test_a_store_that_is_ahead_of_this_vault_stops_it_before_any_write(pair, tmp_path):
    ana, _ = pair
    stick = tmp_path / "stick"
    safe = ana.vault.session.safe
    older = shutil.copytree(safe.shell.folder.parent, tmp_path / "older")
    ana.open_case()
    ana.sync(stick)
    ana.close()
    shutil.rmtree(safe.shell.folder.parent)  # the anchor too: else the start would say it
    shutil.copytree(older, safe.shell.folder.parent)
    before = files(stick)
    restored = Laptop(enter(opened_again(safe)))
    restored.open_case()

    with pytest.raises(IntegrityFault) as refused:
        restored.sync(stick)

    assert refused.value.code == "integrity.rollback"
    assert files(stick) == before
    with pytest.raises(IntegrityFault) as refused:  # a new identity, before anything is written
        restored.open_case()
    assert refused.value.code == "integrity.identity"
    restored.close()


@pytest.mark.threat("T18")
def test_a_stick_that_shows_an_older_state_raises_an_alarm(pair, tmp_path):
    ana, boris = pair
    stick, record = tmp_path / "stick", new_record()
    case = ana.open_case()
    ana.sync(stick)
    old = shutil.copytree(stick, tmp_path / "old")
    ana.save(case, record, PLACE, "port")
    ana.sync(stick)
    boris.sync(stick)
    shutil.rmtree(stick)
    shutil.copytree(old, stick)

    report = boris.sync(stick)

    both = {laptop.vault.session.safe.device.id.hex() for laptop in pair}
    assert {(alarm.kind, alarm.device) for alarm in report.alarms} == {
        ("rollback", device) for device in both
    }


def test_a_pack_file_that_is_gone_is_missed_and_sent_again(pair, tmp_path):
    ana, boris = pair
    stick, record = tmp_path / "stick", new_record()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")
    ana.sync(stick)
    for pack in stick.rglob("*.nrmx"):
        pack.unlink()

    report = boris.sync(stick)

    assert [alarm.kind for alarm in report.alarms] == ["withheld"]
    ana.sync(stick)
    assert boris.sync(stick).is_clean
    assert boris.digest == ana.digest


def files(folder) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }

"""Two histories of one device: both are kept everywhere, and its laptop gets a new name (T18)."""

import shutil
from dataclasses import replace

import pytest
from tests.e2e.forging import Forger, take_in
from tests.e2e.laptops import (
    PLACE,
    SALUTATION,
    Laptop,
    made_once,
    new_record,
    opened_again,
    shell_at,
    three_laptops,
    two_laptops,
)

from nrm_desktop.app.wire.limits import BRANCHES_PER_LOG
from nrm_desktop.bootstrap.arriving import sync_status
from nrm_desktop.bootstrap.headless import enter
from nrm_desktop.bootstrap.identity import needs_identity
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import IntegrityFault

pytestmark = pytest.mark.threat("T18")
NAME = SALUTATION


def clone_of(laptop, room, made) -> Laptop:
    """A copy of folder and anchor: nothing on the laptop itself tells that it is one."""
    shell = shell_at(room)
    shutil.copytree(laptop.vault.session.safe.shell.folder, shell.folder)
    shutil.copytree(laptop.vault.session.safe.shell.anchors, shell.anchors)
    return Laptop(enter(opened_again(replace(made, shell=shell))))


@pytest.fixture
def trio(tmp_path):
    """Ana and Boris share a case; a copy of Ana's laptop writes too, on a stick of its own."""
    ana, boris = two_laptops(tmp_path)
    stick, record = tmp_path / "stick", new_record()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")
    ana.sync(stick)
    boris.sync(stick)
    ana.close()
    first = Laptop(enter(opened_again(ana.vault.session.safe)))
    clone = clone_of(first, tmp_path / "clone", made_once()[0])
    yield first, clone, boris, case, record
    for one in (first, clone, boris):
        one.close()


def test_both_histories_are_kept_and_whoever_has_both_holds_the_same(trio, tmp_path):
    ana, clone, boris, case, record = trio
    ana.save(case, record, PLACE, "airport")
    ana.save(case, record, NAME, "Ms")
    clone.save(case, record, PLACE, "shelter")
    ana.sync(tmp_path / "stick")
    clone.sync(tmp_path / "other")

    boris.sync(tmp_path / "stick")
    report = boris.sync(tmp_path / "other")

    own = ana.vault.session.safe.device.id.hex()
    assert [(one.kind, one.device) for one in report.alarms if one.kind == "fork"] == [
        ("fork", own)
    ]
    assert boris.values(case, record, PLACE) == ["airport", "shelter"]
    assert boris.values(case, record, NAME) == ["Ms"]
    assert verify_vault(boris.vault).is_sound
    listed = {row.device.hex(): row for row in sync_status(boris.vault.session).devices}
    assert listed[own].is_forked
    assert not listed[boris.vault.session.safe.device.id.hex()].is_forked


def test_the_order_in_which_two_histories_come_makes_no_difference(tmp_path):
    ana, boris, cleo = three_laptops(tmp_path)
    stick, record = tmp_path / "stick", new_record()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")
    for laptop in (ana, boris, cleo):
        laptop.sync(stick)
    forger = Forger(ana, case)
    head = forger.newest().header
    other = replace(forger.next_draft(record, PLACE, "shelter"), seq=head.seq, prev=head.prev)
    pack = forger.pack(other, tmp_path / "in")
    ana.save(case, record, NAME, "Ms")
    ana.sync(stick)

    with ana, boris, cleo:
        take_in(boris, pack)
        boris.sync(stick)
        cleo.sync(stick)
        take_in(cleo, pack)

        assert boris.values(case, record, PLACE) == cleo.values(case, record, PLACE)
        assert boris.digest == cleo.digest


def test_both_laptops_of_one_name_end_it_once_they_meet(trio, tmp_path):
    ana, clone, boris, case, record = trio
    ana.save(case, record, PLACE, "airport")
    clone.save(case, record, PLACE, "shelter")
    ana.sync(tmp_path / "stick")
    clone.sync(tmp_path / "other")
    boris.sync(tmp_path / "other")
    boris.sync(tmp_path / "stick")  # carries the clone's words onto Ana's stick

    report = ana.sync(tmp_path / "stick")

    assert "fork" in [one.kind for one in report.alarms]
    assert ana.values(case, record, PLACE) == ["airport", "shelter"]
    assert needs_identity(ana.vault.session.safe)
    with pytest.raises(IntegrityFault, match="identity"):
        ana.save(case, record, NAME, "Dr")
    assert ana.digest == boris.digest


def test_what_went_on_behind_our_last_commit_was_written_by_a_copy_of_us(trio, tmp_path):
    """Ana wrote nothing since: no number is used twice, and yet somebody has her name."""
    ana, clone, boris, case, record = trio
    clone.save(case, record, PLACE, "shelter")
    clone.sync(tmp_path / "other")
    boris.sync(tmp_path / "other")
    boris.sync(tmp_path / "stick")

    report = ana.sync(tmp_path / "stick")

    assert "fork" in [one.kind for one in report.alarms]
    assert needs_identity(ana.vault.session.safe)
    assert ana.values(case, record, PLACE) == ["shelter"]


def test_a_stick_that_had_one_history_gets_the_other_too(trio, tmp_path):
    ana, clone, boris, case, record = trio
    ana.save(case, record, PLACE, "airport")
    clone.save(case, record, PLACE, "shelter")
    clone.save(case, record, NAME, "Dr")
    ana.sync(tmp_path / "stick")
    clone.sync(tmp_path / "other")
    boris.sync(tmp_path / "stick")
    boris.sync(tmp_path / "other")
    boris.sync(tmp_path / "stick")
    quiet = boris.sync(tmp_path / "stick")
    assert quiet.sent.objects == 0, "and then there is silence"

    fresh = Laptop(enter(opened_again(replace(made_once()[2], shell=_copied(tmp_path)))))
    with fresh:
        fresh.sync(tmp_path / "stick")
        assert fresh.values(case, record, PLACE) == ["airport", "shelter"]
        assert fresh.digest == boris.digest


def test_a_copy_that_counts_like_its_laptop_is_read_too(trio, tmp_path):
    """Same number, same stick as far as anybody can tell, and yet other words."""
    ana, clone, boris, case, record = trio
    shutil.copytree(tmp_path / "stick", tmp_path / "copied")
    ana.save(case, record, PLACE, "airport")
    clone.save(case, record, PLACE, "shelter")
    ana.sync(tmp_path / "stick")
    boris.sync(tmp_path / "stick")
    clone.sync(tmp_path / "copied")

    report = boris.sync(tmp_path / "copied")

    assert {"rollback", "fork"} <= {one.kind for one in report.alarms}
    assert boris.values(case, record, PLACE) == ["airport", "shelter"]


def test_who_lacks_one_history_asks_for_it_and_does_not_say_that_it_was_seen(trio, tmp_path):
    """Boris holds both; the file with Ana's words never reaches Cleo, whose log looks complete."""
    ana, clone, boris, case, record = trio
    stick = tmp_path / "stick"
    cleo = Laptop(enter(opened_again(replace(made_once()[2], shell=_copied(tmp_path)))))
    with cleo:
        cleo.sync(stick)
        clone.save(case, record, PLACE, "shelter")
        clone.sync(stick)
        cleo.sync(stick)
        assert cleo.values(case, record, PLACE) == ["shelter"]
        ana.save(case, record, PLACE, "airport")
        before = set(stick.rglob("*.nrmx"))
        ana.sync(tmp_path / "other")
        boris.sync(tmp_path / "other")
        boris.sync(stick)
        for path in set(stick.rglob("*.nrmx")) - before:
            path.unlink()

        report = cleo.sync(stick)

        assert cleo.values(case, record, PLACE) == ["shelter"]
        assert [missing.count for missing in report.missing] == [1]
        assert sync_status(boris.vault.session).outbox.unacknowledged > 0
        boris.sync(stick)
        assert sync_status(boris.vault.session).outbox.unacknowledged > 0
        cleo.sync(stick)
        assert cleo.values(case, record, PLACE) == ["airport", "shelter"]
        assert cleo.digest == boris.digest


def _copied(tmp_path):
    made = made_once()[2]
    shell = shell_at(tmp_path / "cleo")
    shutil.copytree(made.shell.folder, shell.folder)
    shutil.copytree(made.shell.anchors, shell.anchors)
    return shell


def test_nobody_makes_a_thousand_histories(tmp_path):
    ana, boris = two_laptops(tmp_path)
    stick, record = tmp_path / "stick", new_record()
    with ana, boris:
        case = ana.open_case()
        ana.save(case, record, PLACE, "port")
        ana.sync(stick)
        boris.sync(stick)
        forger = Forger(ana, case)
        head = forger.newest().header
        codes = []
        for number in range(BRANCHES_PER_LOG):
            draft = forger.next_draft(record, NAME, f"history {number}")
            draft = replace(draft, seq=head.seq, prev=head.prev)
            codes.append(take_in(boris, forger.pack(draft, tmp_path / f"in-{number}")).code)

        assert codes[:-1] == [None] * (BRANCHES_PER_LOG - 1) or codes[:-1] == [""] * (
            BRANCHES_PER_LOG - 1
        )
        assert codes[-1] == "integrity.fork"
        assert len(boris.values(case, record, NAME)) == BRANCHES_PER_LOG - 1

"""Backups and what follows from them: kept by themselves, restored beside, a new identity (P10)."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.e2e.laptops import (
    PASSPHRASE,
    PLACE,
    Laptop,
    copy_of,
    made_once,
    new_record,
    opened_again,
    shell_at,
    two_laptops,
)
from tests.fakes.clock import FakeClock

from nrm_desktop.bootstrap.backups import (
    Backup,
    back_up,
    backup_before,
    daily_backup_if_due,
    last_backup,
    last_off_device,
    must_nag,
)
from nrm_desktop.bootstrap.headless import enter, open_vault
from nrm_desktop.bootstrap.identity import NEEDED, needs_identity
from nrm_desktop.bootstrap.joining import approve
from nrm_desktop.bootstrap.renewing import (
    Renewed,
    ask_for_approval,
    is_certified,
    renew_identity,
)
from nrm_desktop.bootstrap.restoring import check_backup, restore_vault
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import IntegrityFault, Locked, Refused, Usage
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.storage.backup_shelf import BackupShelf

DAY_MS = 86_400_000


@pytest.fixture
def pair(tmp_path):
    ana, boris = two_laptops(tmp_path)
    with ana, boris:
        yield ana, boris


def refused_in(laptop: Laptop) -> str:
    with pytest.raises(IntegrityFault) as raised:
        laptop.open_case()
    return raised.value.code


def become_new(laptop: Laptop, **how: str) -> tuple[Laptop, Renewed]:
    """Renew, close, and open again without paying for the passphrase."""
    renewed = renew_identity(laptop.vault, **how)
    safe = laptop.vault.session.safe
    laptop.vault.close()
    return Laptop(enter(opened_again(replace(safe, device=renewed.device)))), renewed


def cloned(made, room: Path) -> Laptop:
    """The folder alone, as somebody copies it to another laptop: its anchor stays behind."""
    shell = shell_at(room)
    shutil.copytree(made.shell.folder, shell.folder)
    return Laptop(enter(opened_again(replace(made, shell=shell))))


@dataclass
class Lost:
    """A laptop that is gone, with all of its folder: what it leaves is a stick and a colleague.

    Shape: `digest` is of all that stood when the backup was made.
    """

    case: ScopeId
    record: RecordId
    made: Backup
    digest: str
    exchange: Path


@pytest.fixture
def lost(pair, tmp_path) -> Lost:
    ana, boris = pair
    stick, exchange, record = tmp_path / "stick", tmp_path / "exchange", new_record()
    stick.mkdir()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")
    made = back_up(ana.vault, stick)
    digest = ana.digest
    ana.save(case, record, PLACE, "airport")  # after the backup, but exchanged before the end
    ana.sync(exchange)
    boris.sync(exchange)
    ana.close()
    shutil.rmtree(ana.vault.folder.parent)
    return Lost(case, record, made, digest, exchange)


@pytest.mark.promise("P10")
@pytest.mark.promise("P5")
@pytest.mark.threat("T26")
def test_a_dead_laptop_comes_back_from_the_stick(lost, tmp_path):
    new = shell_at(tmp_path / "new laptop")

    found = restore_vault(new, lost.made.path, PASSPHRASE)
    back = Laptop(open_vault(new, PASSPHRASE))

    assert (found.cases, found.manifest) == (1, lost.made.manifest)
    assert back.digest == lost.digest
    assert back.values(lost.case, lost.record, PLACE) == ["port"]
    assert verify_vault(back.vault).database.is_sound
    assert NEEDED in back.vault.findings
    assert refused_in(back) == "integrity.identity"
    assert back.digest == lost.digest
    back.close()


@pytest.mark.promise("P10")
def test_what_was_exchanged_after_the_backup_comes_back_from_the_others(pair, lost, tmp_path):
    _, boris = pair
    new = shell_at(tmp_path / "new laptop")
    restore_vault(new, lost.made.path, PASSPHRASE)

    back, renewed = become_new(Laptop(open_vault(new, PASSPHRASE)))
    assert renewed.is_certified
    assert back.digest == lost.digest
    back.sync(lost.exchange)
    assert back.values(lost.case, lost.record, PLACE) == ["airport"]
    back.save(lost.case, lost.record, PLACE, "border_crossing")

    assert back.sync(lost.exchange).is_clean
    assert boris.sync(lost.exchange).is_clean
    assert boris.values(lost.case, lost.record, PLACE) == ["border_crossing"]
    assert boris.digest == back.digest
    back.close()


@pytest.mark.promise("P9")
def test_a_restore_never_goes_over_anything_and_asks_for_the_passphrase_of_its_day(tmp_path):
    ana, _ = two_laptops(tmp_path)
    with ana:
        made = back_up(ana.vault, tmp_path)
    full = shell_at(tmp_path / "full")
    full.folder.mkdir(parents=True)
    (full.folder / "letter.txt").write_text("mine")

    with pytest.raises(Usage) as raised:
        restore_vault(full, made.path, PASSPHRASE)
    assert raised.value.code == "usage.not_empty"
    with pytest.raises(Locked):
        restore_vault(shell_at(tmp_path / "new"), made.path, "another passphrase altogether")
    with pytest.raises(Usage):
        check_backup(full, tmp_path / "nothing", PASSPHRASE)
    assert not (tmp_path / "new" / "vault").exists()
    assert [path.name for path in full.folder.iterdir()] == ["letter.txt"]


def test_a_backup_tells_what_is_in_it_before_anybody_chooses(pair, tmp_path):
    ana, _ = pair
    ana.open_case()
    whole = back_up(ana.vault, tmp_path)
    without = back_up(ana.vault, tmp_path, with_attachments=False)

    found = check_backup(ana.vault.session.safe.shell, whole.path, PASSPHRASE)
    bare = check_backup(ana.vault.session.safe.shell, without.path, PASSPHRASE)
    assert (found.cases, found.manifest.has_attachments) == (1, True)
    assert found.last_entry_ms > 0
    assert not bare.manifest.has_attachments


class TestKept:
    def at(self, laptop: Laptop, day: int) -> Laptop:
        """The same vault at another day of its clock."""
        safe = laptop.vault.session.safe
        laptop.vault.close()
        clock = FakeClock(day * DAY_MS)
        shell = replace(safe.shell, clock=clock)
        return Laptop(enter(opened_again(replace(safe, shell=shell))))

    def test_one_is_made_each_day_at_most_and_old_ones_go(self, tmp_path):
        ana = copy_of(made_once()[0], tmp_path)
        paths = []
        for day in range(30_000, 30_010):
            ana = self.at(ana, day)
            made = daily_backup_if_due(ana.vault)
            assert daily_backup_if_due(ana.vault) is None
            paths.append(made.path)
        shelf = BackupShelf(ana.vault.folder, ana.vault.session.safe.shell.files)
        kept = [shelf.path_of(each) for each in shelf.kept()]
        ana.close()

        assert kept[-7:] == paths[-7:]
        assert len(kept) < len(paths)

    @pytest.mark.promise("P20")
    def test_a_dead_battery_does_not_keep_the_backup_of_the_day_away(self, tmp_path):
        ana = copy_of(made_once()[0], tmp_path)
        ana.open_case()
        ana = self.at(ana, 1)
        first, again = daily_backup_if_due(ana.vault), daily_backup_if_due(ana.vault)
        ana.close()

        assert first is not None
        assert again is not None

    def test_one_before_a_big_step_is_made_whatever_the_day(self, pair):
        ana, _ = pair
        daily_backup_if_due(ana.vault)

        made = backup_before(ana.vault)

        assert made.path.name.endswith("-before")
        assert last_backup(ana.vault) == made.manifest.made_at_ms

    def test_only_one_elsewhere_ends_the_reminder(self, tmp_path):
        ana = self.at(copy_of(made_once()[0], tmp_path), 30_000)
        daily_backup_if_due(ana.vault)
        assert must_nag(ana.vault)
        assert last_off_device(ana.vault) is None

        back_up(ana.vault, tmp_path)

        assert not must_nag(ana.vault)
        assert last_off_device(ana.vault) == 30_000 * DAY_MS
        ana = self.at(ana, 30_007)
        assert must_nag(ana.vault)
        ana.close()

    def test_one_is_made_before_much_comes_in_and_none_before_little(
        self, pair, tmp_path, monkeypatch
    ):
        ana, boris = pair
        exchange, record = tmp_path / "exchange", new_record()
        shelf = BackupShelf(boris.vault.folder, boris.vault.session.safe.shell.files)
        monkeypatch.setattr("nrm_desktop.bootstrap.exchange.BIG_IMPORT", 4)
        case = ana.open_case()
        ana.sync(exchange)
        boris.sync(exchange)
        assert shelf.kept() == ()
        for place in ("port", "airport", "border_crossing") * 2:
            ana.save(case, record, PLACE, place)
        ana.sync(exchange)
        before = boris.digest

        boris.sync(exchange)

        (made,) = shelf.kept()
        assert made.is_before
        restored = shell_at(tmp_path / "new")
        restore_vault(restored, shelf.path_of(made), PASSPHRASE)
        back = Laptop(open_vault(restored, PASSPHRASE))
        assert back.digest == before != boris.digest
        back.close()

    def test_a_kept_one_restores_like_any_other(self, pair, tmp_path):
        ana, _ = pair
        ana.open_case()
        made = daily_backup_if_due(ana.vault)

        found = restore_vault(shell_at(tmp_path / "new"), made.path, PASSPHRASE)

        assert found.cases == 1


class TestIdentity:
    @pytest.mark.threat("T18")
    def test_a_clone_is_recognised_reads_everything_and_writes_under_a_new_name(
        self, pair, tmp_path
    ):
        ana, boris = pair
        exchange = tmp_path / "exchange"
        clone = cloned(made_once()[0], tmp_path / "clone")
        assert {"vault.moved", NEEDED} <= set(clone.vault.findings)
        assert refused_in(clone) == "integrity.identity"
        clone.vault.work.run(lambda unit: unit.audit("case.list"))  # looking is noted as before
        with pytest.raises(IntegrityFault):
            clone.sync(exchange)
        with pytest.raises(IntegrityFault):
            approve(clone.vault.session, "nothing", "nothing", "nothing")

        clone, renewed = become_new(clone, label="the other one")
        ours, theirs = ana.open_case(), clone.open_case()
        for laptop in (ana, clone, boris) * 2:
            assert laptop.sync(exchange).is_clean

        assert renewed.old == ana.vault.session.safe.device.id
        assert ours != theirs
        assert ana.digest == boris.digest == clone.digest
        clone.close()

    def test_the_need_is_remembered_when_the_vault_is_opened_again(self, tmp_path):
        clone = cloned(made_once()[0], tmp_path)
        safe = clone.vault.session.safe
        clone.vault.close()  # its anchor lies here from now on

        again = Laptop(enter(opened_again(safe)))

        assert "vault.moved" not in again.vault.findings
        assert NEEDED in again.vault.findings
        assert refused_in(again) == "integrity.identity"
        again.close()

    def test_the_opening_that_renewed_writes_no_more_under_the_old_name(self, tmp_path):
        clone = cloned(made_once()[0], tmp_path)
        renew_identity(clone.vault)

        assert refused_in(clone) == "integrity.identity"
        clone.close()

    def test_nobody_renews_without_need(self, pair):
        ana, _ = pair

        with pytest.raises(Refused) as raised:
            renew_identity(ana.vault)

        assert raised.value.code == "policy.identity_stands"
        assert not needs_identity(ana.vault.session.safe)

    def test_who_is_no_registrar_works_here_until_somebody_approves(self, pair, tmp_path):
        ana, old = pair
        exchange, carried = tmp_path / "exchange", tmp_path / "carried"
        carried.mkdir()
        case, record = ana.open_case(), new_record()
        for laptop in (ana, old, ana):
            laptop.sync(exchange)
        safe = old.vault.session.safe
        old.vault.close()
        shutil.rmtree(safe.shell.anchors)
        boris = Laptop(enter(opened_again(safe)))
        renewed = renew_identity(boris.vault)
        assert not renewed.is_certified
        asked = ask_for_approval(boris.vault, str(carried), renewed)
        boris.vault.close()
        boris = Laptop(enter(opened_again(replace(safe, device=renewed.device))))
        boris.save(case, record, PLACE, "port")
        boris.sync(exchange)
        ana.sync(exchange)
        assert ana.values(case, record, PLACE) == []

        said = " ".join(asked.compared.digits)
        approved = approve(ana.vault.session, asked.file, str(carried), said)
        for laptop in (ana, boris, ana):
            laptop.sync(exchange)

        assert approved.badge == "P-02"
        assert is_certified(boris.vault)
        assert ana.values(case, record, PLACE) == ["port"]
        boris.close()

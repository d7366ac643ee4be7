"""A passphrase that somebody else may know: what is renewed with it, and for whom (P12, T22)."""

import os
from dataclasses import replace

import pytest
from tests.e2e.laptops import PASSPHRASE, Laptop, copy_of, made_once, new_record
from tests.e2e.test_people import BEA, NEW, OWN, PLACE, refused
from tests.e2e.test_removal_guards import as_if_made_by, header_of, plant

from nrm_desktop.bootstrap import passphrase_renewal
from nrm_desktop.bootstrap.headless import begin_work, open_vault
from nrm_desktop.bootstrap.passphrase_renewal import renew_passphrase
from nrm_desktop.bootstrap.people import add_user, people_here
from nrm_desktop.bootstrap.recovering import create_recovery
from nrm_desktop.bootstrap.safe import open_safe_by
from nrm_desktop.bootstrap.shell import header_copies
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault, Locked, Refused
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.vault.opening import opened_now, unlock_by_recovery
from nrm_desktop.security.vault.ways_back import recovery_slot
from nrm_desktop.storage.engine import DatabaseKey, open_database
from nrm_desktop.storage.names import DATABASE

pytestmark = [pytest.mark.promise("P12"), pytest.mark.threat("T22")]


@pytest.fixture
def ana(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as laptop:
        yield laptop


def shell_of(laptop):
    return laptop.vault.session.safe.shell


def test_whoever_knew_it_opens_nothing_and_the_work_goes_on(ana):
    """The founder: the root certifies the new signature at once, and follows to the new slot."""
    scope, record = ana.open_case(), new_record()
    ana.save(scope, record, PLACE, "port")
    bea, shell = add_user(ana.vault, BEA), shell_of(ana)
    before, old_signer = ana.vault.session.safe.unlocked, ana.vault.context.signer

    renewed = renew_passphrase(ana.vault, NEW)

    assert (renewed.epoch, renewed.is_signer_new) == (before.data.epoch + 1, True)
    assert renewed.sign == ana.vault.unlocked.sign
    assert "signer" in renewed.left_to_do
    refused(Locked, "vault.wrong_passphrase", open_vault, shell, PASSPHRASE, renewed.sign)
    refused(IntegrityFault, "integrity.header_changed", opened_now, header_copies(shell), before)
    old_key = DatabaseKey(before.keys.db, before.keys.db_salt)
    refused(IntegrityFault, "integrity.database", open_database, shell.folder / DATABASE, old_key)
    vault = open_vault(shell, NEW, renewed.sign)
    assert vault.findings == ()
    assert vault.context.badge == "P-01"
    assert vault.context.signer != old_signer
    powers = vault.session.roster.powers
    assert powers.is_registrar(vault.context.signer)
    assert not powers.is_registrar(old_signer, vault.context.clock.now_ms() + 1)
    laptop = Laptop(vault)
    assert laptop.values(scope, record, PLACE) == ["port"]
    laptop.save(scope, record, PLACE, "airport")
    assert add_user(vault, replace(BEA, badge="P-30")).is_certified, "she keeps the root"
    vault.close()
    open_vault(shell, OWN, bea.sign).close()


def test_who_does_not_keep_the_root_signs_on_as_before_and_is_told(tmp_path):
    """A signature that waits would lock a worker out in the night of all nights."""
    boris = copy_of(made_once()[1], tmp_path / "boris")
    scope, record = boris.open_case(), new_record()
    shell, signer = shell_of(boris), boris.vault.context.signer
    before = boris.vault.session.safe.unlocked

    renewed = renew_passphrase(boris.vault, NEW)

    assert not renewed.is_signer_new
    assert renewed.unlocked.seeds.kem != before.seeds.kem
    refused(Locked, "vault.wrong_passphrase", open_vault, shell, PASSPHRASE)
    with Laptop(begin_work(open_safe_by(shell, lambda c: opened_now(c, renewed.unlocked)))) as back:
        assert back.vault.context.signer == signer
        back.save(scope, record, PLACE, "port")
        assert back.values(scope, record, PLACE) == ["port"]
        assert [one.badge for one in people_here(back.vault)] == ["P-02"]


def test_slots_that_stand_by_the_known_word_alone_go_or_stop_it(ana):
    """Whoever knew the passphrase could have planted them, and given Ana's own word for them."""
    key = os.urandom(32)
    new = recovery_slot(header_of(ana.vault), key, os.urandom)
    plant(ana.vault, new)
    as_if_made_by(ana.vault, new.slot.id, SignerKeys(ana.vault.session.safe.unlocked.seeds.sign))
    name = f"recovery-{new.slot.id.hex()[:4]}"
    before = header_copies(shell_of(ana)).read().best.sound.raw

    fault = refused(Refused, "policy.unknown_slot", renew_passphrase, ana.vault, NEW)

    assert fault.params["slots"] == [name]
    assert header_copies(shell_of(ana)).read().best.sound.raw == before
    renew_passphrase(ana.vault, NEW, (name,))
    refused(Locked, "vault.no_recovery", unlock_by_recovery, header_copies(shell_of(ana)), key)
    vault = open_vault(shell_of(ana), NEW)
    offer = create_recovery(vault)
    offer.confirm(*(offer.groups[number - 1] for number in offer.asked))
    vault.close()


def test_a_cut_between_the_slot_and_the_data_key_is_finished_by_doing_it_again(ana, monkeypatch):
    shell, before = shell_of(ana), ana.vault.session.safe.unlocked

    def full(*_):
        raise EnvironmentFault("storage.full")

    with monkeypatch.context() as patch:
        patch.setattr(passphrase_renewal, "rotate", full)
        refused(EnvironmentFault, "storage.full", renew_passphrase, ana.vault, NEW)

    refused(Locked, "vault.wrong_passphrase", open_vault, shell, PASSPHRASE)
    vault = open_vault(shell, NEW)
    assert vault.session.safe.unlocked.data.epoch == before.data.epoch
    renewed = renew_passphrase(vault, OWN)
    assert renewed.epoch == before.data.epoch + 1
    again = open_vault(shell, OWN)
    assert again.session.roster.powers.is_registrar(again.context.signer)
    again.close()


def test_without_room_nothing_begins(ana, monkeypatch):
    def full(*_):
        raise EnvironmentFault("storage.full")

    monkeypatch.setattr(passphrase_renewal, "must_have_room", full)
    refused(EnvironmentFault, "storage.full", renew_passphrase, ana.vault, NEW)
    ana.close()
    open_vault(shell_of(ana), PASSPHRASE).close()

"""People whose slot waits for a signature that counts: who certifies them, and by what."""

from dataclasses import replace

import pytest
from tests.e2e.laptops import PASSPHRASE, copy_of, made_once, two_laptops
from tests.e2e.test_people import BEA, NEW, OWN, at_work, refused, shell_of

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.hashes import signer_id
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.joining import approve, ask_to_join, join
from nrm_desktop.bootstrap.people import SLOT_SIGNER, NewPerson, add_user, people_here
from nrm_desktop.bootstrap.safe import open_safe
from nrm_desktop.domain.errors import Locked, Refused
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.vault.cost import FLOOR


@pytest.fixture
def ana(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as laptop:
        yield laptop


def test_somebody_who_is_no_registrar_makes_a_slot_whose_signature_waits(ana):
    """It opens the safe and signs nothing, and says so, until a registrar says yes here."""
    bea = add_user(ana.vault, BEA)
    own = ana.vault.unlocked.sign
    ana.vault.close()
    with at_work(ana, OWN, bea.sign) as hers:
        dan = add_user(hers.vault, NewPerson("P-22", "case_manager", NEW, FLOOR))
        assert not dan.is_certified
        assert [one.is_certified for one in people_here(hers.vault)] == [True, True, False]
        hers.vault.close()

    refused(Refused, "trust.not_joined", open_vault, shell_of(ana), NEW, dan.sign)

    with at_work(ana, PASSPHRASE, own) as again:
        absent = NewPerson("p-22", "case_manager", "whatever the registrar types", FLOOR)
        refused(Locked, "vault.wrong_passphrase", add_user, again.vault, absent)
        assert add_user(again.vault, replace(absent, passphrase=NEW)).is_certified
        again.vault.close()
    with at_work(ana, NEW, dan.sign) as his:
        assert his.vault.context.badge == "P-22"
        assert his.open_case()


@pytest.mark.threat("T22")
def test_a_registrar_certifies_who_is_there_whatever_a_colleague_noted(ana):
    """Anybody who works here can write the note: with a key of the own, or as somebody else."""
    bea = add_user(ana.vault, BEA)
    own, ana_user = ana.vault.unlocked.sign, ana.vault.context.user
    ana.vault.close()
    evil = SignerKeys(bytes(32)).public
    with at_work(ana, OWN, bea.sign) as hers:
        dan = add_user(hers.vault, NewPerson("P-22", "case_manager", NEW, FLOOR))
        note = cbor.encode((ana_user, "P-22", ("case_manager",), evil.ed25519, evil.ml_dsa))
        hers.vault.database.with_trust(
            lambda trust: trust.set_secret(SLOT_SIGNER + dan.slot.hex(), note)
        )
        hers.vault.close()

    with at_work(ana, PASSPHRASE, own) as again:
        assert add_user(again.vault, NewPerson("P-22", "outreach", NEW, FLOOR)).is_certified
        known = again.vault.session.roster.powers.organisation
        assert signer_id(evil.ed25519) not in known.signers
        assert [one.user for one in known.signers.values()].count(ana_user) == 1
        again.vault.close()
    with at_work(ana, NEW, dan.sign) as his:
        assert (his.vault.context.badge, his.vault.context.roles) == ("P-22", ("outreach",))


@pytest.mark.threat("T19")
def test_somebody_new_on_a_laptop_of_colleagues_is_certified_by_a_request(tmp_path):
    """No registrar ever opens this laptop; a file and a phone call do it."""
    ana, boris = two_laptops(tmp_path)
    stick = tmp_path / "stick"
    stick.mkdir()
    shell = shell_of(boris)
    dan = add_user(boris.vault, BEA)
    boris.close()
    refused(Refused, "trust.not_joined", open_vault, shell, OWN, dan.sign)

    safe = open_safe(shell, OWN, dan.sign)
    asked = ask_to_join(safe, "P-21", "", str(stick))
    said = " ".join(asked.compared.digits)
    done = approve(ana.vault.session, asked.file, str(stick), said, "case_manager")
    join(safe, done.file, " ".join(done.compared.digits))
    safe.close()

    with at_work(boris, OWN, dan.sign) as his:
        assert his.vault.context.badge == "P-21"
        scope = his.open_case()
        his.sync(stick)
    ana.sync(stick)
    rows = ana.vault.reader.history(scope, ana.vault.sight, 100).rows
    assert {row.user for row in rows} == {"P-21"}
    ana.close()

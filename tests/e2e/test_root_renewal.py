"""Papers are renewed by mail, and a second registrar stands beside the first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.e2e.laptops import new_laptop, two_laptops

from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.app.wire.tagged import FileTag, encode_tagged
from nrm_desktop.bootstrap.arriving import look_at_arrivals
from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.bootstrap.expiry import papers_of
from nrm_desktop.bootstrap.revoking import revoke_signers
from nrm_desktop.bootstrap.root_renewal import add_registrar, renew_root
from nrm_desktop.domain.acts import RemovalReason
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, Refused, Usage
from nrm_desktop.security.identity.founding import act_chain
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.roster.acts import ActPlace
from nrm_desktop.security.roster.roots import sign_root

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def pair(tmp_path):
    ana, boris = two_laptops(tmp_path)
    with ana, boris:
        yield ana, boris


def later(laptop, days):
    """The same laptop, so many days on."""
    session = laptop.vault.session
    clock = session.context.clock

    class Later:
        monotonic_s = staticmethod(clock.monotonic_s)

        def now_ms(self):
            return clock.now_ms() + days * DAY_MS

    laptop.vault.session = replace(session, context=replace(session.context, clock=Later()))


def take(laptop, folder):
    return look_at_arrivals(
        laptop.vault.session, folder, lambda _: None, laptop.vault.bus, is_taking=True
    )


def version_of(laptop):
    return laptop.vault.session.roster.root.newest.version


@pytest.mark.promise("P6")
def test_a_renewal_by_mail_ends_the_daily_question_on_another_laptop(pair, tmp_path):
    ana, boris = pair
    later(ana, 100)
    later(boris, 100)
    assert papers_of(boris.vault.session).have_ended
    mail = tmp_path / "mail"
    mail.mkdir()

    made = renew_root(ana.vault.session, mail / "papers.nrmx")
    take(boris, mail)

    assert made.version == version_of(boris) == 2
    assert not papers_of(ana.vault.session).have_ended
    assert not papers_of(boris.vault.session).have_ended
    boris.sync(tmp_path / "stick")


def test_a_renewal_goes_with_an_exchange_too(pair, tmp_path):
    ana, boris = pair
    renew_root(ana.vault.session, tmp_path / "papers.nrmx")

    ana.sync(tmp_path / "stick")
    boris.sync(tmp_path / "stick")

    assert version_of(boris) == 2


@pytest.mark.threat("T19")
def test_an_older_renewal_that_comes_late_is_not_taken_for_the_newest(pair, tmp_path):
    ana, boris = pair
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    renew_root(ana.vault.session, old / "papers.nrmx")
    renew_root(ana.vault.session, new / "papers.nrmx")

    take(boris, new)
    take(boris, old)

    assert version_of(boris) == 3


@pytest.mark.threat("T18")
def test_a_root_signed_by_another_key_is_refused_and_changes_nothing(pair):
    _, boris = pair
    newest = boris.vault.session.roster.root.newest
    signed = sign_root(replace(newest, version=2), [SignerKeys(bytes(32))])
    data = encode_tagged(FileTag.ROOT, decode_statement(signed))

    with pytest.raises(HostileInput):
        VaultExchange(boris.vault.session).run(lambda unit: unit.verifier.take_root(data))

    assert version_of(boris) == 1
    stored = boris.vault.session.safe.database.with_trust(lambda trust: len(trust.roots()))
    assert stored == 1


def test_whoever_holds_no_root_seed_renews_nothing(pair, tmp_path):
    _, boris = pair
    for make in (
        lambda: renew_root(boris.vault.session, tmp_path / "papers.nrmx"),
        lambda: add_registrar(boris.vault.session, "P-02", tmp_path / "papers.nrmx"),
    ):
        with pytest.raises(Refused) as refused:
            make()
        assert refused.value.code == "policy.no_root_seed"
    assert not (tmp_path / "papers.nrmx").exists()
    assert version_of(boris) == 1


def test_a_file_that_lies_there_is_never_overwritten_and_nothing_is_made(pair, tmp_path):
    ana, _ = pair
    file = tmp_path / "papers.nrmx"
    file.write_bytes(b"another")

    with pytest.raises(EnvironmentFault):
        renew_root(ana.vault.session, file)

    assert file.read_bytes() == b"another"
    assert version_of(ana) == 1


def test_nobody_uncertified_becomes_registrar(pair, tmp_path):
    ana, _ = pair
    with pytest.raises(Usage):
        add_registrar(ana.vault.session, "P-99", tmp_path / "papers.nrmx")
    assert version_of(ana) == 1


def test_a_second_registrar_certifies_a_laptop_while_the_founder_is_away(pair, tmp_path):
    ana, boris = pair
    mail = tmp_path / "mail"
    mail.mkdir()
    add_registrar(ana.vault.session, "P-02", mail / "papers.nrmx")
    take(boris, mail)

    safe = new_laptop(boris.vault, tmp_path, "P-09", "case_manager")
    safe.close()
    boris.sync(tmp_path / "stick")
    ana.sync(tmp_path / "stick")

    users = ana.vault.session.roster.powers.organisation.users.values()
    assert "P-09" in {one.badge for one in users}


@pytest.mark.promise("P12")
def test_a_renewal_never_brings_a_removed_registrar_back(pair, tmp_path):
    """A listing that knows of a removal overrules it, so whoever was removed is not listed."""
    ana, boris = pair
    session, signer = ana.vault.session, boris.vault.context.signer
    add_registrar(session, "P-02", tmp_path / "second.nrmx")
    assert session.roster.powers.is_registrar(signer)
    revoke_signers(session, (signer,), RemovalReason.LEFT)

    renew_root(session, tmp_path / "papers.nrmx")

    assert [one.id for one in session.roster.root.newest.registrars] == [session.safe.signer.id]
    assert not session.roster.powers.is_registrar(signer)


@pytest.mark.promise("P6")
def test_a_registrar_with_two_laptops_goes_on_on_both(pair, tmp_path):
    ana, _ = pair
    new_laptop(ana.vault, tmp_path, "P-02", "case_manager").close()
    add_registrar(ana.vault.session, "P-02", tmp_path / "second.nrmx")
    later(ana, 100)

    renew_root(ana.vault.session, tmp_path / "papers.nrmx")

    newest = ana.vault.session.roster.root.newest
    ends = {one.id: one.not_after_ms for one in newest.registrars}
    assert len(ends) == 3
    assert len(set(ends.values())) == 1


@pytest.mark.promise("P12")
def test_a_signer_that_was_replaced_becomes_no_registrar(pair, tmp_path):
    """On the same laptop a newer signer stands: the seed of the older one was lost, or taken."""
    ana, boris = pair
    session, old = ana.vault.session, boris.vault.context.signer
    powers, scope = session.roster.powers, session.organisation
    facts = powers.organisation.signers[old]
    keys = SignerKeys(bytes(range(32)))
    public = keys.public
    new = replace(facts, signer=keys.id, ed25519=public.ed25519, mldsa65=public.ml_dsa)
    place = ActPlace(scope, scope, powers.heads(scope), session.context.clock.now_ms())
    (made,) = act_chain(session.safe.signer, place, (new,))
    session.work.run(lambda unit: unit.trust.add_act(made.act.act, scope, made.signed))
    session.roster.add_own((made,))

    add_registrar(session, "P-02", tmp_path / "second.nrmx")

    listed = [one.id for one in session.roster.root.newest.registrars]
    assert listed == [session.safe.signer.id, keys.id]

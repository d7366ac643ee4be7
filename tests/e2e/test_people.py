"""Several people on one laptop, with real vaults (P4, P6, P12, T21, T22)."""

from dataclasses import replace

import pytest
from tests.e2e.laptops import PASSPHRASE, copy_of, made_once, new_record

from nrm_desktop.app.commands import KeepDraft
from nrm_desktop.app.ports import Draft, DraftKey
from nrm_desktop.bootstrap.erasing import colleague_who_confirms
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.people import (
    NewPerson,
    add_user,
    change_own_passphrase,
    change_passphrase,
    local_words,
    people_here,
)
from nrm_desktop.bootstrap.removing import open_after, remove_user
from nrm_desktop.bootstrap.safe import open_safe
from nrm_desktop.bootstrap.shell import header_copies
from nrm_desktop.bootstrap.succession import root_reached
from nrm_desktop.domain.errors import Locked, Refused, Usage
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.security.roster.roots import sign_root
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.security.vault.passphrase import passphrase_bytes
from nrm_desktop.security.vault.slot_locks import open_seeds

OWN = "nine grey herons walk at low tide"
NEW = "four brown hares cross the wide field"
DAY = 24 * 3600 * 1000
PLACE = FieldId("screening.place_type")
BEA = NewPerson("P-21", "case_manager", OWN, FLOOR)


@pytest.fixture
def ana(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as laptop:
        yield laptop


def shell_of(laptop):
    return laptop.vault.session.safe.shell


def refused(kind, code, act, *more):
    with pytest.raises(kind) as caught:
        act(*more)
    assert caught.value.code == code
    return caught.value


def at_work(laptop, passphrase, sign):
    return replace(laptop, vault=open_vault(shell_of(laptop), passphrase, sign))


@pytest.mark.promise("P4")
def test_a_second_person_opens_by_an_own_passphrase_and_works_at_once(ana):
    scope, record = ana.open_case(), new_record()
    ana.save(scope, record, PLACE, "port")
    first = ana.vault.unlocked.sign

    bea = add_user(ana.vault, BEA)

    assert bea.is_certified
    assert [one.badge for one in people_here(ana.vault)] == ["P-01", "P-21"]
    ana.vault.close()
    refused(Locked, "vault.no_slot", open_vault, shell_of(ana), OWN)
    refused(Locked, "vault.wrong_passphrase", open_vault, shell_of(ana), OWN, first)
    refused(Locked, "vault.wrong_passphrase", open_vault, shell_of(ana), PASSPHRASE, bea.sign)
    with at_work(ana, OWN, bea.sign) as hers:
        assert hers.vault.context.badge == "P-21"
        assert hers.values(scope, record, PLACE) == ["port"]
        hers.save(scope, record, PLACE, "airport")
        assert hers.open_case() != scope
        rows = hers.vault.reader.history(scope, hers.vault.sight, 100).rows
        assert {row.user for row in rows} == {"P-01", "P-21"}


@pytest.mark.promise("P6")
def test_each_keeps_drafts_of_the_own_and_nobody_sees_those_of_another(ana):
    """A colleague who takes the laptop over finds an empty desk; drafts wait for whoever wrote."""
    scope, record = ana.open_case(), new_record()
    bea = add_user(ana.vault, BEA)
    own = ana.vault.unlocked.sign
    keep_draft(ana.vault, scope, record, "of Ana")
    ana.vault.close()

    with at_work(ana, OWN, bea.sign) as hers:
        assert hers.vault.reader.drafts(hers.vault.context.user) == ()
        keep_draft(hers.vault, scope, record, "of Bea")
        hers.vault.close()
    with at_work(ana, PASSPHRASE, own) as again:
        kept = again.vault.reader.drafts(again.vault.context.user)
        assert [draft.fields[0][2] for draft in kept] == ["of Ana"]


@pytest.mark.threat("T22")
def test_the_second_cannot_sign_as_the_first(ana):
    """A signing seed lies in the own slot alone: the shared database holds neither of them."""
    first = ana.vault.session.safe
    bea = add_user(ana.vault, BEA)
    ana.vault.close()

    with at_work(ana, OWN, bea.sign) as hers:
        safe = hers.vault.session.safe
        header = safe.unlocked.header
        slot = header.slot_of(first.unlocked.slot.id)
        for secret in (passphrase_bytes(OWN), safe.unlocked.seeds.kem, safe.unlocked.data.dek):
            with pytest.raises(Locked):
                open_seeds(slot, header.vault_id, secret)
        kept = hers.vault.work.run(lambda unit: [value for _, value in unit.trust.secrets("")])
        assert kept
        for seed in (first.unlocked.seeds.sign, safe.unlocked.seeds.sign):
            assert not any(seed in value for value in kept)
        scope = hers.open_case()
        rows = hers.vault.reader.history(scope, hers.vault.sight, 100).rows
        assert {row.user for row in rows} == {"P-21"}
        assert hers.vault.context.signer != first.signer.id


def test_after_a_lock_another_person_opens_at_once_with_nothing_left_over(ana):
    bea = add_user(ana.vault, BEA)
    own = ana.vault.unlocked.sign
    ana.vault.close()

    for _ in range(2):
        with at_work(ana, OWN, bea.sign) as hers:
            assert (hers.vault.findings, hers.vault.context.badge) == ((), "P-21")
            hers.vault.close()
        with at_work(ana, PASSPHRASE, own) as again:
            assert (again.vault.findings, again.vault.context.badge) == ((), "P-01")
            again.vault.close()


@pytest.mark.threat("T21")
@pytest.mark.promise("P20")
def test_a_wrong_try_makes_only_its_own_person_wait_over_restarts_and_changed_clocks(ana):
    bea = add_user(ana.vault, BEA)
    own = ana.vault.unlocked.sign
    ana.vault.close()
    shell = shell_of(ana)
    for _ in range(4):
        refused(Locked, "vault.wrong_passphrase", open_safe, shell, PASSPHRASE, bea.sign)

    behind = replace(shell, clock=Wrong(shell.clock, -10 * 365 * DAY))
    ahead = replace(shell, clock=Wrong(shell.clock, 10 * 365 * DAY))
    for one in (shell, behind, ahead):
        error = refused(Locked, "vault.delay", open_safe, one, OWN, bea.sign)
        assert 0 < error.params["retry_after_s"] <= 5
    open_vault(shell, PASSPHRASE, own).close()


def test_a_new_passphrase_opens_and_the_old_one_does_not(ana):
    """Nothing is encrypted anew: same data key, same signature."""
    before = ana.vault.session.safe

    sign = change_passphrase(ana.vault, NEW)

    ana.vault.close()
    assert sign == before.slot.sign
    refused(Locked, "vault.wrong_passphrase", open_vault, shell_of(ana), PASSPHRASE)
    vault = open_vault(shell_of(ana), NEW)
    now = vault.session.safe
    assert (now.signer.id, now.unlocked.data) == (before.signer.id, before.unlocked.data)
    vault.close()


@pytest.mark.threat("T21")
def test_an_open_laptop_takes_no_new_passphrase_without_the_old_one_and_waits_after_guesses(ana):
    """Else whoever passes by an unlocked laptop takes it over, and its worker is locked out."""
    before = header_copies(shell_of(ana)).read().best.sound.raw
    for _ in range(4):
        refused(Locked, "vault.wrong_passphrase", change_own_passphrase, ana.vault, OWN, NEW)
    refused(Locked, "vault.delay", change_own_passphrase, ana.vault, PASSPHRASE, NEW)
    assert header_copies(shell_of(ana)).read().best.sound.raw == before
    ana.vault.close()
    refused(Locked, "vault.delay", open_vault, shell_of(ana), PASSPHRASE)


def test_an_open_laptop_takes_a_new_passphrase_from_whoever_types_the_old_one(ana):
    change_own_passphrase(ana.vault, PASSPHRASE, NEW)
    ana.vault.close()

    refused(Locked, "vault.wrong_passphrase", open_vault, shell_of(ana), PASSPHRASE)
    open_vault(shell_of(ana), NEW).close()


@pytest.mark.parametrize(
    "weak",
    ["too short", "P-01 P-01 P-01 P-01 P-01", "second laptop 12345", "aaaaaaaaaaaaaaaaaaaaaaa"],
)
def test_what_somebody_who_knows_the_office_tries_first_is_refused(ana, weak):
    add_user(ana.vault, replace(BEA, badge="second laptop"))

    refused(Refused, "policy.floor", change_passphrase, ana.vault, weak)
    refused(Refused, "policy.floor", add_user, ana.vault, NewPerson("P-30", "shelter", weak, FLOOR))

    assert len(people_here(ana.vault)) == 2
    assert {"P-01", "Help"} <= local_words(ana.vault)


def test_a_role_that_leads_no_cases_adds_and_removes_nobody(ana):
    cleo = add_user(ana.vault, NewPerson("P-23", "it", OWN, FLOOR))
    ana.vault.close()
    with at_work(ana, OWN, cleo.sign) as hers:
        before = header_copies(shell_of(ana)).read().best.sound.raw
        refused(Refused, "policy.role", add_user, hers.vault, replace(BEA, passphrase=NEW))
        refused(Refused, "policy.role", remove_user, hers.vault, "P-01")
        assert header_copies(shell_of(ana)).read().best.sound.raw == before


def test_a_badge_stands_for_one_person_here(ana):
    add_user(ana.vault, BEA)

    for badge in ("P-21", "p-21", " P-21 ", "P-01"):
        refused(Refused, "policy.has_slot", add_user, ana.vault, replace(BEA, badge=badge))
    refused(Usage, "usage.bad_value", add_user, ana.vault, replace(BEA, badge="  "))
    refused(Usage, "usage.bad_value", add_user, ana.vault, replace(BEA, badge="X", role="nobody"))

    assert len(people_here(ana.vault)) == 2


def test_nobody_removes_themselves_the_last_one_or_somebody_unknown(ana):
    refused(Refused, "policy.last_user", remove_user, ana.vault, "P-01")
    add_user(ana.vault, BEA)
    refused(Refused, "policy.own_slot", remove_user, ana.vault, "P-01")
    refused(Usage, "usage.not_found", remove_user, ana.vault, "P-99")

    assert len(people_here(ana.vault)) == 2


@pytest.mark.promise("P11")
def test_another_registrar_does_not_remove_whoever_holds_the_seed_of_the_root(ana):
    """Both may certify; the seed of the provisional root lies in one of the two slots alone."""
    bea, founder = add_user(ana.vault, BEA), ana.vault.session
    make_registrar(founder, bea.user)
    refused(Refused, "policy.own_slot", remove_user, ana.vault, "P-01")
    ana.vault.close()
    with at_work(ana, OWN, bea.sign) as hers:
        fault = refused(Refused, "policy.root_holder", remove_user, hers.vault, "P-01")
        assert fault.params["badge"] == "P-01"
        assert len(people_here(hers.vault)) == 2
        hers.vault.close()
    with at_work(ana, PASSPHRASE, founder.safe.slot.sign) as again:
        open_after(shell_of(ana), remove_user(again.vault, "P-21")).close()


@pytest.mark.promise("P11")
def test_a_colleague_does_not_remove_whoever_holds_the_root(ana):
    """Else no laptop and no person could ever be certified again (docs/adr/0017)."""
    bea = add_user(ana.vault, BEA)
    ana.vault.close()
    with at_work(ana, OWN, bea.sign) as hers:
        refused(Refused, "policy.role", remove_user, hers.vault, "P-01")
        assert len(people_here(hers.vault)) == 2


@pytest.mark.promise("P12")
def test_on_a_laptop_without_a_registrar_a_colleague_removes_a_colleague(tmp_path):
    """Somebody has left, and the key of the data does not wait for a registrar's visit."""
    with copy_of(made_once()[1], tmp_path / "boris") as boris:
        dan = add_user(boris.vault, BEA)
        assert not dan.is_certified
        assert remove_user(boris.vault, dan.sign).badge == "P-21"
    refused(Locked, "vault.no_slot", open_vault, shell_of(boris), OWN, dan.sign)
    open_vault(shell_of(boris), PASSPHRASE).close()


@pytest.mark.promise("P12")
@pytest.mark.threat("T22")
def test_the_laptop_goes_on_without_whoever_was_removed(ana):
    scope, record = ana.open_case(), new_record()
    ana.save(scope, record, PLACE, "port")
    add_user(ana.vault, BEA)
    before = ana.vault.session.safe.unlocked

    removed = remove_user(ana.vault, "P-21")

    assert removed.epoch == before.data.epoch + 1
    assert "signer" not in removed.left_to_do
    assert "case_keys" not in removed.left_to_do
    back = replace(ana, vault=open_after(shell_of(ana), removed))
    assert [one.badge for one in people_here(back.vault)] == ["P-01"]
    assert back.vault.findings == ()
    assert back.values(scope, record, PLACE) == ["port"]
    back.save(scope, record, PLACE, "airport")
    back.vault.close()
    open_vault(shell_of(ana), PASSPHRASE).close()


@pytest.mark.promise("P14")
def test_of_several_colleagues_only_the_named_one_is_asked_to_confirm(ana):
    """A wrong try makes nobody else wait, and another's passphrase stands for nobody."""
    add_user(ana.vault, BEA)
    add_user(ana.vault, NewPerson("P-22", "case_manager", NEW, FLOOR))

    assert colleague_who_confirms(ana.vault, OWN, "p-21").badge == "P-21"
    assert colleague_who_confirms(ana.vault, NEW, "P-22").badge == "P-22"
    refused(Locked, "vault.wrong_passphrase", colleague_who_confirms, ana.vault, NEW, "P-21")
    for name in ("P-01", "P-77", ""):
        refused(Refused, "erasure.needs_second", colleague_who_confirms, ana.vault, OWN, name)


def make_registrar(founder, user):
    """The next root document names a second registrar; the founder's root key signs it."""
    safe, roster = founder.safe, founder.roster
    newest = roster.root.newest
    facts = next(f for f in roster.powers.organisation.signers.values() if f.user == user)
    second = replace(newest.registrars[0], user=user, ed25519=facts.ed25519, ml_dsa=facts.mldsa65)
    after = roster.powers.heads(roster.organisation)
    document = replace(
        newest, version=newest.version + 1, registrars=(*newest.registrars, second), after=after
    )

    def keep(trust):
        root = root_reached(trust, roster, safe.unlocked)
        trust.add_root(document.version, sign_root(document, [root]))

    safe.database.with_trust(keep)


class Wrong:
    """A wall clock that is wrong; how long the machine runs is what it is."""

    def __init__(self, clock, off_ms):
        self._clock = clock
        self._off_ms = off_ms
        self.monotonic_s = clock.monotonic_s

    def now_ms(self):
        return self._clock.now_ms() + self._off_ms


def keep_draft(vault, scope, record, words):
    key = DraftKey(vault.context.user, scope, record)
    fields = ((PLACE, 1, words, 1),)
    vault.handle(KeepDraft(draft=Draft(key, "screening", fields, vault.context.clock.now_ms())))

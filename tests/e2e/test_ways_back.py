"""Ways back after a forgotten passphrase, with real vaults; no network anywhere (P5, P11, T26)."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from tests.e2e.laptops import PASSPHRASE, copy_of, made_once, new_record, two_laptops

from nrm_desktop.bootstrap import recovering
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.joining import approve, ask_to_join, join
from nrm_desktop.bootstrap.recovering import create_recovery, use_recovery
from nrm_desktop.bootstrap.safe import open_safe
from nrm_desktop.bootstrap.session import SLOT_USER
from nrm_desktop.bootstrap.shell import header_copies
from nrm_desktop.bootstrap.succession import sealed_seed
from nrm_desktop.domain.acts import UserFacts
from nrm_desktop.domain.errors import EnvironmentFault, Locked, Refused, Usage
from nrm_desktop.domain.ids import FieldId, UserId
from nrm_desktop.security.identity.founding import act_chain, signer_facts
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.roster.acts import ActPlace
from nrm_desktop.security.vault.changes import add_slot
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.security.vault.recovery import recovery_groups
from nrm_desktop.security.vault.slot_locks import SlotWish
from nrm_desktop.security.vault.slots import SlotKind

NEW = "nine grey herons walk at low tide"
PLACE = FieldId("screening.place_type")
DAY = 24 * 3600 * 1000

pytestmark = [pytest.mark.promise("P11"), pytest.mark.threat("T26")]


def confirmed(vault) -> str:
    """Make a code and type back what is asked; the code as it stands on the sheet."""
    offer = create_recovery(vault)
    first, second = (offer.groups[number - 1] for number in offer.asked)
    offer.confirm(first.lower(), f" {second} ")
    return " ".join(offer.groups)


def shell_of(laptop):
    return laptop.vault.session.safe.shell


def use(laptop, code, user="", passphrase=NEW):
    return use_recovery(shell_of(laptop), code, user, passphrase, FLOOR)


def refused(kind, code, act, *more):
    with pytest.raises(kind) as caught:
        act(*more)
    assert caught.value.code == code
    return caught.value


@pytest.fixture
def ana(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as laptop:
        yield laptop


@pytest.mark.promise("P5")
def test_a_forgotten_passphrase_is_not_lost_data(ana):
    """The same cases open, the person is the same, the signer is new and certified."""
    scope, record = ana.open_case(), new_record()
    ana.save(scope, record, PLACE, "port")
    before = ana.vault.session
    code = confirmed(ana.vault)
    ana.vault.close()

    used = use(ana, code, "P-01")

    assert used.is_certified
    refused(Locked, "vault.wrong_passphrase", open_vault, shell_of(ana), PASSPHRASE)
    vault = open_vault(shell_of(ana), NEW)
    try:
        assert (used.badge, used.sign) == ("P-01", vault.unlocked.sign)
        assert vault.context.user == before.context.user
        assert vault.context.signer != before.context.signer
        back = replace(ana, vault=vault)
        back.save(scope, record, PLACE, "airport")
        assert back.values(scope, record, PLACE) == ["airport"]
        assert back.open_case() != scope
    finally:
        vault.close()


def test_after_a_recovery_the_founder_is_registrar_and_holds_the_root(ana, tmp_path):
    """Else nobody could take in a laptop ever again (docs/adr/0017)."""
    before = ana.vault.session
    code = confirmed(ana.vault)
    ana.vault.close()
    use(ana, code)
    vault = open_vault(shell_of(ana), NEW)
    try:
        session = vault.session
        powers, now_ms = session.roster.powers, vault.context.clock.now_ms()
        assert powers.is_registrar(vault.context.signer, now_ms + DAY)
        assert not powers.is_registrar(before.context.signer, now_ms + DAY)
        assert session.roster.root.newest.version == 2
        assert session.roster.organisation == before.organisation
        unlocked = session.safe.unlocked
        assert vault.work.run(lambda unit: sealed_seed(unit.trust, unlocked))
    finally:
        vault.close()


def test_colleagues_go_on_exchanging_with_whoever_has_come_back(tmp_path):
    """What the old signer wrote counts, what the new one writes counts, on both sides."""
    ana, boris = two_laptops(tmp_path)
    stick = tmp_path / "stick"
    with boris:
        scope, record = ana.open_case(), new_record()
        ana.save(scope, record, PLACE, "port")
        code = confirmed(ana.vault)
        ana.vault.close()
        use(ana, code)
        vault = open_vault(shell_of(ana), NEW)
        with replace(ana, vault=vault) as back:
            back.save(scope, other := new_record(), PLACE, "airport")
            for laptop in (back, boris, back, boris):
                laptop.sync(stick)
            assert boris.values(scope, record, PLACE) == ["port"]
            assert boris.values(scope, other, PLACE) == ["airport"]
            assert boris.digest == back.digest


def test_a_code_counts_only_when_two_groups_were_typed_back(ana):
    old = confirmed(ana.vault)
    offer = create_recovery(ana.vault)
    first, second = (offer.groups[number - 1] for number in offer.asked)
    assert len(set(offer.asked)) == 2

    error = refused(Refused, "confirm.groups", offer.confirm, first, "0000")

    assert error.params["group"] == offer.asked[1]
    ana.vault.close()
    refused(Locked, "vault.wrong_recovery", use, ana, " ".join(offer.groups))
    assert use(ana, old).is_certified
    assert second not in repr(offer)


def test_a_new_code_takes_the_place_of_the_old_one(ana):
    old, new = confirmed(ana.vault), confirmed(ana.vault)
    ana.vault.close()

    refused(Locked, "vault.wrong_recovery", use, ana, old)
    assert use(ana, new).is_certified


def test_a_wrong_code_opens_nothing_and_changes_nothing(ana, tmp_path):
    """It never succeeds with an empty vault; a code of another names the sheet to look for."""
    code = confirmed(ana.vault)
    ana.vault.close()
    before = contents(shell_of(ana).folder)

    groups = code.split()
    mistyped = " ".join([*groups[:-1], "0000" if groups[-1] != "0000" else "0001"])
    for typed, error in ((mistyped, "usage.bad_code"), (f"u{code[1:]}", "usage.bad_group")):
        refused(Usage, error, use, ana, typed)
    foreign = " ".join(recovery_groups(bytes(range(32))))
    error = refused(Locked, "vault.wrong_recovery", use, ana, foreign)

    assert error.params["vault"] == made_once()[0].slot.vault_id.hex()[:4]
    assert contents(shell_of(ana).folder) == before
    assert use(ana, code).is_certified


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("vault.*")}


def test_a_vault_without_a_code_says_so(ana):
    ana.vault.close()

    foreign = " ".join(recovery_groups(bytes(32)))
    refused(Locked, "vault.no_recovery", use, ana, foreign)


def test_a_weak_passphrase_is_refused_before_anything_is_opened(ana):
    code = confirmed(ana.vault)
    ana.vault.close()

    refused(Refused, "policy.floor", use, ana, code, "", "short")
    open_vault(shell_of(ana), PASSPHRASE).close()


def test_nobody_is_let_in_under_a_name_that_has_no_slot_here(ana):
    code = confirmed(ana.vault)
    ana.vault.close()

    refused(Locked, "vault.no_slot", use, ana, code, "P-02")


def test_of_two_people_on_a_laptop_only_the_named_one_gets_a_new_slot_and_no_root(ana):
    """The founder's sheet lets a colleague back in; it does not make her keeper of the root."""
    safe, session = ana.vault.session.safe, ana.vault.session
    colleague = second_user(ana)
    code = confirmed(ana.vault)
    ana.vault.close()
    refused(Locked, "vault.no_slot", use, ana, code)

    used = use(ana, code, "P-09")

    assert used.is_certified
    own = open_vault(shell_of(ana), PASSPHRASE, safe.slot.sign)
    assert own.session.roster.powers.is_registrar(own.context.signer)
    assert own.session.roster.root.newest.version == 1
    own.close()
    back = open_vault(shell_of(ana), NEW, used.sign)
    try:
        assert back.context.user == colleague
        assert back.context.user != session.context.user
        unlocked = back.session.safe.unlocked
        assert back.work.run(lambda unit: sealed_seed(unit.trust, unlocked)) is None
        refused(Refused, "policy.recovery_of_founder", create_recovery, back)
    finally:
        back.close()


def second_user(laptop) -> bytes:
    """Another person's slot in the same header, certified by the first."""
    session = laptop.vault.session
    safe, context = session.safe, session.context
    wish = SlotWish(SlotKind.PASSPHRASE, (safe.unlocked.slot.sign + 1) % 64, b"forgotten", FLOOR)
    added = add_slot(header_copies(safe.shell), safe.unlocked, wish, context.random)
    user = UserId(b"colleague of Ana")
    place = ActPlace(
        context.organisation,
        context.organisation,
        session.roster.powers.heads(context.organisation),
        context.clock.now_ms(),
    )
    facts = (
        UserFacts(user, "P-09", frozenset(context.roles)),
        signer_facts(SignerKeys(added.seeds.sign), user, safe.device),
    )

    def keep(unit) -> None:
        for one in act_chain(safe.signer, place, facts):
            unit.trust.add_act(one.act.act, context.organisation, one.signed)
        unit.trust.set_secret(SLOT_USER + added.slot.id.hex(), user)

    laptop.vault.work.run(keep)
    return user


class Cut(BaseException):
    """The power is cut: nothing that would tidy up runs behind it."""


@pytest.mark.parametrize("step", ["write_user_slot", "begin_again"])
def test_a_recovery_cut_between_its_steps_is_finished_by_doing_it_again(ana, monkeypatch, step):
    """Before the header the old passphrase opens, after it the new one; the code opens always."""
    code = confirmed(ana.vault)
    ana.vault.close()

    def cut(*_):
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(recovering, step, cut)
        with pytest.raises(Cut):
            use(ana, code)

    opens, shut = (PASSPHRASE, NEW) if step == "write_user_slot" else (NEW, PASSPHRASE)
    refused(Locked, "vault.wrong_passphrase", open_vault, shell_of(ana), shut)
    vault = open_vault(shell_of(ana), opens)
    assert vault.session.roster.powers.is_registrar(vault.context.signer)
    vault.close()
    again = "four brown hares cross the wide field"
    assert use(ana, code, passphrase=again).is_certified
    open_vault(shell_of(ana), again).close()


@pytest.mark.parametrize("written", [1, 2])
def test_a_code_that_could_not_be_written_leaves_the_old_one_in_force(ana, monkeypatch, written):
    old = confirmed(ana.vault)
    offer = create_recovery(ana.vault)
    asked = [offer.groups[number - 1] for number in offer.asked]
    files = type(shell_of(ana).files)
    replace_file, count = files.replace, []

    def fails(self, path, data):
        if path.name.startswith("vault.hdr"):
            count.append(path)
            if len(count) == written:
                raise EnvironmentFault("storage.full")
        replace_file(self, path, data)

    with monkeypatch.context() as patch:
        patch.setattr(files, "replace", fails)
        refused(EnvironmentFault, "storage.full", offer.confirm, *asked)
    ana.vault.close()

    # With the first copy written the new code may count already; one of the two always opens.
    assert use(ana, old if written == 1 else " ".join(offer.groups)).badge == "P-01"


def test_a_colleague_with_a_laptop_of_her_own_comes_back_and_is_certified_again(tmp_path):
    """She holds no root: her data open again once a registrar has compared the new signer."""
    ana, boris = two_laptops(tmp_path)
    stick = tmp_path / "stick"
    with ana:
        scope, record = boris.open_case(), new_record()
        boris.save(scope, record, PLACE, "port")
        code = confirmed(boris.vault)
        boris.vault.close()

        assert not use(boris, code, "P-02").is_certified
        refused(Refused, "trust.not_joined", open_vault, shell_of(boris), NEW)

        stick.mkdir()
        safe = open_safe(shell_of(boris), NEW)
        asked = ask_to_join(safe, "P-02", "", str(stick))
        done = approve(ana.vault.session, asked.file, str(stick), " ".join(asked.compared.digits))
        join(safe, done.file, " ".join(done.compared.digits))
        safe.close()
        with replace(boris, vault=open_vault(shell_of(boris), NEW)) as back:
            assert back.vault.context.badge == "P-02"
            back.save(scope, record, PLACE, "airport")
            assert back.values(scope, record, PLACE) == ["airport"]
            for laptop in (back, ana, back, ana):
                laptop.sync(tmp_path / "exchange")
            assert ana.values(scope, record, PLACE) == ["airport"]


def test_the_code_is_in_no_file(ana, tmp_path):
    """Two of its groups are kept inside the encrypted database, and nothing else anywhere."""
    code = confirmed(ana.vault)
    ana.vault.close()
    use(ana, code)

    groups = code.split()
    needles = [code, "".join(groups), NEW, *(" ".join(pair) for pair in pairwise(groups))]
    for path in tmp_path.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(needle.encode() in data for needle in needles), path.name

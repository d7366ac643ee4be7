"""Whoever leaves keeps no door: no slot of nobody, and no key of boxes written later (P12, T22)."""

import os
from dataclasses import replace

import pytest
from tests.e2e.laptops import PASSPHRASE, copy_of, made_once
from tests.e2e.test_people import BEA, ana, refused, shell_of  # noqa: F401 - a fixture

from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.intake import INTAKE_FILE, write_box
from nrm_desktop.bootstrap.people import add_user, people_here
from nrm_desktop.bootstrap.recovering import create_recovery, use_recovery
from nrm_desktop.bootstrap.removing import WAITING_BOXES, open_after, remove_user
from nrm_desktop.bootstrap.rotating import rotate
from nrm_desktop.bootstrap.session import SLOT_USER
from nrm_desktop.bootstrap.shell import header_copies
from nrm_desktop.bootstrap.vouching import SLOT_VOUCHER
from nrm_desktop.domain.errors import IntegrityFault, Locked, Refused
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import answered
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.primitives import KemKey
from nrm_desktop.security.vault.changes import SlotChoice
from nrm_desktop.security.vault.copies import COPY_NAMES
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.security.vault.header import encode_header
from nrm_desktop.security.vault.opening import opened_now, unlock_by_recovery
from nrm_desktop.security.vault.passphrase import passphrase_bytes
from nrm_desktop.security.vault.slot_locks import SlotWish, open_seeds, unwrap_data_key
from nrm_desktop.security.vault.slots import SlotKind
from nrm_desktop.security.vault.vouching import vouch
from nrm_desktop.security.vault.ways_back import office_slot, recovery_slot, user_slot

pytestmark = [pytest.mark.promise("P12"), pytest.mark.threat("T22")]


HERS = replace(BEA, badge="P-22", passphrase="a wall of quiet stones")


def header_of(vault):
    safe = vault.session.safe
    return opened_now(header_copies(safe.shell), safe.unlocked)


def written_by_insider(vault, change):
    """Another list of slots under a right MAC: whoever once opened the vault knows its data key."""
    now = header_of(vault)
    header = replace(now.header, counter=now.header.counter + 1, slots=change(now))
    raw = encode_header(header, now.keys.header)
    for name in COPY_NAMES:
        (vault.folder / name).write_bytes(raw)


def plant(vault, new, **secrets):
    """Add a slot of the own, and to the database whatever the insider likes."""
    written_by_insider(vault, lambda now: (*now.header.slots, new.slot))
    names = {"user": SLOT_USER, "word": SLOT_VOUCHER}

    def write(trust):
        for name, value in secrets.items():
            trust.set_secret(names[name] + new.slot.id.hex(), value)

    vault.database.with_trust(write)


def signer_of(vault, person):
    now = header_of(vault)
    seeds = open_seeds(
        now.header.slot_of(person.slot), now.header.vault_id, passphrase_bytes(BEA.passphrase)
    )
    return SignerKeys(seeds.sign)


def content():
    return BoxContent("quick", 1, ((FieldId("quick.q_writer"), answered("P-07")),))


def test_nobody_is_removed_while_a_slot_of_nobody_known_would_get_the_new_key(ana):  # noqa: F811 - the fixture
    add_user(ana.vault, BEA)
    planted = add_user(ana.vault, replace(BEA, badge="P-22", passphrase="a wall of quiet stones"))
    ana.vault.database.with_trust(
        lambda trust: trust.set_secret(SLOT_USER + planted.slot.hex(), b"")
    )

    fault = refused(Refused, "policy.unknown_slot", remove_user, ana.vault, "P-21")
    assert fault.params["slots"] == [planted.sign]

    vault = open_after(shell_of(ana), remove_user(ana.vault, planted.sign))
    vault.close()


def test_the_key_of_boxes_is_renewed_with_a_removal_where_nothing_waits(ana):  # noqa: F811 - the fixture
    shell = shell_of(ana)
    add_user(ana.vault, BEA)
    before = (shell.folder / INTAKE_FILE).read_bytes()

    removed = remove_user(ana.vault, "P-21")

    assert (shell.folder / INTAKE_FILE).read_bytes() != before
    assert WAITING_BOXES not in removed.left_to_do
    vault = open_after(shell, removed)
    assert "boxes.foreign_key" not in vault.findings
    vault.close()


def test_boxes_that_wait_stay_readable_and_are_named_as_left_to_do(ana):  # noqa: F811 - the fixture
    shell = shell_of(ana)
    add_user(ana.vault, BEA)
    write_box(shell, content())

    removed = remove_user(ana.vault, "P-21")

    assert WAITING_BOXES in removed.left_to_do
    open_after(shell, removed).close()


def test_a_recovery_code_that_the_leaving_person_planted_gets_no_new_key(ana):  # noqa: F811 - the fixture
    """She wrote the header, and her own word for it into the database."""
    bea = add_user(ana.vault, BEA)
    key = os.urandom(32)
    new = recovery_slot(header_of(ana.vault), key, os.urandom)
    word = vouch(header_of(ana.vault).header.vault_id, new.slot, b"", signer_of(ana.vault, bea))
    plant(ana.vault, new, word=word)
    name = f"recovery-{new.slot.id.hex()[:4]}"

    fault = refused(Refused, "policy.unknown_slot", remove_user, ana.vault, "P-21")
    assert fault.params["slots"] == [name]

    open_after(shell_of(ana), remove_user(ana.vault, "P-21", (name,))).close()
    refused(Locked, "vault.no_recovery", unlock_by_recovery, header_copies(shell_of(ana)), key)


def test_an_office_that_nobody_here_named_gets_no_new_key(ana):  # noqa: F811 - the fixture
    add_user(ana.vault, BEA)
    new = office_slot(header_of(ana.vault), KemKey(os.urandom(32)).public.raw, os.urandom)
    plant(ana.vault, new)

    fault = refused(Refused, "policy.unknown_slot", remove_user, ana.vault, "P-21")

    assert fault.params["slots"] == [f"office-{new.slot.id.hex()[:4]}"]


def test_another_key_in_the_slot_of_a_colleague_gets_no_new_data_key(ana):  # noqa: F811 - the fixture
    add_user(ana.vault, BEA)
    dan = add_user(ana.vault, HERS)
    evil = KemKey(os.urandom(32))

    def swap(now):
        return tuple(
            replace(slot, kem_public=evil.public.raw) if slot.id == dan.slot else slot
            for slot in now.header.slots
        )

    written_by_insider(ana.vault, swap)
    fault = refused(Refused, "policy.unknown_slot", remove_user, ana.vault, "P-21")
    assert fault.params["slots"] == [dan.sign]

    vault = open_after(shell_of(ana), remove_user(ana.vault, "P-21", (dan.sign,)))
    now = header_of(vault).header
    assert [unwrap_data_key(s, evil, now.vault_id, now.dek_epoch) for s in now.slots] == [None]
    vault.close()


def test_a_second_slot_of_the_leaving_person_goes_with_the_first(ana):  # noqa: F811 - the fixture
    bea = add_user(ana.vault, BEA)
    new = another_slot(ana.vault)
    vault_id = header_of(ana.vault).header.vault_id
    plant(
        ana.vault,
        new,
        user=bea.user,
        word=vouch(vault_id, new.slot, bea.user, signer_of(ana.vault, bea)),
    )

    vault = open_after(shell_of(ana), remove_user(ana.vault, "P-21"))

    assert len(header_of(vault).header.slots) == 1
    vault.close()


@pytest.mark.parametrize("whose", ["nobody's word", "the word of whoever leaves", "noted as hers"])
def test_a_slot_that_was_noted_as_a_colleagues_gets_no_new_key(ana, whose):  # noqa: F811 - the fixture
    bea, dan = add_user(ana.vault, BEA), add_user(ana.vault, HERS)
    new, vault_id = another_slot(ana.vault), header_of(ana.vault).header.vault_id
    user = bea.user if whose == "noted as hers" else dan.user
    signers = (signer_of(ana.vault, bea), SignerKeys(new.seeds.sign))
    word = vouch(vault_id, new.slot, dan.user, *signers) if "word of" in whose else b""
    plant(ana.vault, new, user=user, word=word)

    fault = refused(Refused, "policy.unknown_slot", remove_user, ana.vault, bea.sign)

    assert len(fault.params["slots"]) == 1
    assert dan.sign not in fault.params["slots"]


@pytest.mark.parametrize("as_whom", ["a stranger", "a colleague", "the registrar"])
def test_whoever_leaves_under_another_name_leaves_no_code_behind(ana, as_whom):  # noqa: F811 - the fixture
    """She noted somebody else as the holder of her slot, and gave her word for a code.

    Under a colleague's name she puts that colleague in doubt, who is named and never goes unasked.
    """
    bea, dan = add_user(ana.vault, BEA), add_user(ana.vault, HERS)
    hers = signer_of(ana.vault, bea)
    new = recovery_slot(header_of(ana.vault), os.urandom(32), os.urandom)
    plant(ana.vault, new, word=vouch(header_of(ana.vault).header.vault_id, new.slot, b"", hers))
    users = {"a stranger": bytes(16), "a colleague": dan.user}
    user = users.get(as_whom, ana.vault.context.user)
    ana.vault.database.with_trust(lambda trust: trust.set_secret(SLOT_USER + bea.slot.hex(), user))
    name = f"recovery-{new.slot.id.hex()[:4]}"

    doubted = [dan.sign] if as_whom == "a colleague" else []

    fault = refused(Refused, "policy.unknown_slot", remove_user, ana.vault, bea.sign)
    assert fault.params["slots"] == sorted([name, *doubted])

    vault = open_after(shell_of(ana), remove_user(ana.vault, bea.sign, (name, *doubted)))
    assert [one.badge for one in people_here(vault)] == ["P-01", *([] if doubted else ["P-22"])]
    vault.close()


def test_a_person_who_waits_stays_by_the_word_of_whoever_made_the_slot(tmp_path):
    """And goes on waiting only as long as that one stays."""
    with copy_of(made_once()[1], tmp_path / "boris") as boris:
        dan, eve = add_user(boris.vault, BEA), add_user(boris.vault, HERS)
        vault = open_after(shell_of(boris), remove_user(boris.vault, dan.sign))
        assert [one.sign for one in people_here(vault)] == [boris.vault.unlocked.sign, eve.sign]
        vault.close()


def test_notes_that_were_exchanged_do_not_let_a_colleague_go_instead(ana):  # noqa: F811 - the fixture
    bea, dan = add_user(ana.vault, BEA), add_user(ana.vault, HERS)

    def exchange(trust):
        trust.set_secret(SLOT_USER + bea.slot.hex(), dan.user)
        trust.set_secret(SLOT_USER + dan.slot.hex(), bea.user)

    ana.vault.database.with_trust(exchange)

    refused(Refused, "policy.unknown_slot", remove_user, ana.vault, "P-21")


def test_what_the_stay_behind_made_themselves_goes_on_to_open(ana):  # noqa: F811 - the fixture
    """A code that Ana made stays; the one that the leaving person made does not."""
    bea = add_user(ana.vault, BEA)
    offer = create_recovery(ana.vault)
    offer.confirm(*(offer.groups[number - 1] for number in offer.asked))
    dan = add_user(ana.vault, HERS)

    open_after(shell_of(ana), remove_user(ana.vault, "P-21")).close()

    assert bea.sign != dan.sign
    open_vault(shell_of(ana), HERS.passphrase, dan.sign).close()
    used = use_recovery(shell_of(ana), " ".join(offer.groups), "P-01", BEA.passphrase, FLOOR)
    assert used.is_certified


def test_a_code_of_whoever_leaves_on_a_laptop_without_a_registrar_is_named(tmp_path):
    """She knows it: she made it."""
    with copy_of(made_once()[1], tmp_path / "boris") as boris:
        offer = create_recovery(boris.vault)
        made = offer.confirm(*(offer.groups[number - 1] for number in offer.asked))
        dan = add_user(boris.vault, BEA)
        as_if_made_by(boris.vault, made.slot, signer_of(boris.vault, dan))

        fault = refused(Refused, "policy.unknown_slot", remove_user, boris.vault, dan.sign)

        assert fault.params["slots"] == [f"recovery-{made.slot.hex()[:4]}"]


def test_a_slot_that_comes_between_looking_and_sealing_stops_the_new_key(ana):  # noqa: F811 - the fixture
    add_user(ana.vault, BEA)
    before = header_of(ana.vault)
    seen = {slot.id: slot.kem_public for slot in before.header.slots}
    new = recovery_slot(before, os.urandom(32), os.urandom)
    plant(ana.vault, new)
    ana.vault.close()
    shell = shell_of(ana)

    for choice in (SlotChoice(seen, frozenset()), SlotChoice({}, frozenset())):
        refused(IntegrityFault, "integrity.header_changed", rotate, shell, before, choice)

    open_vault(shell, PASSPHRASE, ana.vault.unlocked.sign).close()


def test_a_vault_of_before_has_a_word_for_each_once_they_have_unlocked(ana):  # noqa: F811 - the fixture
    bea, dan = add_user(ana.vault, BEA), add_user(ana.vault, HERS)

    def forget(trust):
        for name, _ in trust.secrets(SLOT_VOUCHER):
            trust.set_secret(name, b"")

    ana.vault.database.with_trust(forget)
    fault = refused(Refused, "policy.unknown_slot", remove_user, ana.vault, "P-21")
    assert dan.sign in fault.params["slots"]
    ana.vault.close()

    open_vault(shell_of(ana), HERS.passphrase, dan.sign).close()
    vault = open_vault(shell_of(ana), PASSPHRASE, ana.vault.unlocked.sign)
    open_after(shell_of(ana), remove_user(vault, bea.sign)).close()


def another_slot(vault):
    wish = SlotWish(SlotKind.PASSPHRASE, free(vault), b"another passphrase of hers", FLOOR)
    return user_slot(header_of(vault), wish, os.urandom)


def free(vault):
    taken = {slot.sign for slot in header_of(vault).header.user_slots}
    return next(sign for sign in range(64) if sign not in taken)


def as_if_made_by(vault, slot_id, signer):
    now = header_of(vault)
    word = vouch(now.header.vault_id, now.header.slot_of(slot_id), b"", signer)
    vault.database.with_trust(lambda trust: trust.set_secret(SLOT_VOUCHER + slot_id.hex(), word))

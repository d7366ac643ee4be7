"""Key slots and changes of the header (storage-security.md 4.2, 4.4, 4.6, 4.7)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.security.conftest import PASSPHRASE, Vault

from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault, Locked, Refused, Usage
from nrm_desktop.domain.ids import CROCKFORD
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.security.primitives import KemKey
from nrm_desktop.security.suite import KdfCost
from nrm_desktop.security.vault.changes import add_slot, change_secret, free_sign, remove_slot
from nrm_desktop.security.vault.copies import HeaderCopies
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.security.vault.opening import (
    Finding,
    choose_slot,
    opened_now,
    unlock,
    unlock_by_recovery,
)
from nrm_desktop.security.vault.recovery import (
    asked_groups,
    read_recovery_groups,
    recovery_groups,
)
from nrm_desktop.security.vault.slot_locks import (
    NO_SIGNING_SEED,
    KeyedPassphrase,
    SlotSeeds,
    SlotWish,
    open_data_key,
    open_from_slot,
    open_seeds,
    seal_to_slot,
    wrap_data_key,
)
from nrm_desktop.security.vault.slots import Slot, SlotKind
from nrm_desktop.security.vault.ways_back import recovery_slot, write_recovery_slot

NEW = b"another invented passphrase"
RECOVERY_KEY = bytes(range(32))
SHEET = SlotWish(SlotKind.RECOVERY, 0, RECOVERY_KEY)


def _changed(slot: Slot) -> dict[str, Slot]:
    """The six fields that a slot binds beside its kind and key pair."""
    cost = slot.cost or FLOOR
    return {
        "id": replace(slot, id=bytes(8)),
        "sign": replace(slot, sign=(slot.sign + 1) % 64),
        "cost": replace(slot, cost=KdfCost(cost.memory_kib, cost.passes + 1, cost.lanes)),
        "salt": replace(slot, salt=bytes(16)),
        "extra": replace(slot, extra=b"x"),
        "kem": replace(slot, kem_public=KemKey(bytes(32)).public.raw),
    }


@pytest.mark.threat("T1")
@pytest.mark.parametrize("name", ["id", "sign", "cost", "salt", "extra", "kem"])
def test_a_changed_field_only_makes_the_slot_fail(vault: Vault, name: str) -> None:
    slot = _changed(vault.made.slot)[name]
    with pytest.raises(Locked, match=r"vault\.wrong_passphrase"):
        open_seeds(slot, vault.made.keys.vault_id, PASSPHRASE)


@pytest.mark.threat("T1")
def test_a_slot_of_another_vault_does_not_open(vault: Vault) -> None:
    with pytest.raises(Locked):
        open_seeds(vault.made.slot, bytes(16), PASSPHRASE)


def test_no_secret_of_ours_opens_the_slot_of_the_office(vault: Vault) -> None:
    slot = replace(vault.made.slot, kind=SlotKind.OFFICE)
    with pytest.raises(Locked, match=r"vault\.no_slot"):
        open_seeds(slot, vault.made.keys.vault_id, PASSPHRASE)


def test_a_wrapped_data_key_is_bound_to_slot_vault_and_epoch(vault: Vault) -> None:
    slot, data, seeds = vault.made.slot, vault.made.data, vault.made.seeds
    assert open_data_key(slot, seeds, data.vault_id, data.epoch) == data
    for bad, vault_id, epoch in (
        (replace(slot, id=bytes(8)), data.vault_id, data.epoch),
        (slot, bytes(16), data.epoch),
        (slot, data.vault_id, data.epoch + 1),
        (replace(slot, dek_wrap=bytes(1168)), data.vault_id, data.epoch),
        (wrap_data_key(slot, replace(data, dek=b"short")), data.vault_id, data.epoch),
        (replace(slot, kem_public=KemKey(bytes(32)).public.raw), data.vault_id, data.epoch),
    ):
        with pytest.raises(IntegrityFault, match=r"integrity\.header_changed"):
            open_data_key(bad, seeds, vault_id, epoch)


def test_a_value_sealed_to_a_slot_opens_for_its_holder_only(vault: Vault) -> None:
    slot, vault_id = vault.made.slot, vault.made.keys.vault_id
    sealed = seal_to_slot(slot, vault_id, b"root seed")
    assert open_from_slot(slot, vault.made.seeds, vault_id, sealed) == b"root seed"
    other = SlotSeeds(bytes(32), bytes(32))
    with pytest.raises(IntegrityFault, match=r"integrity\.slot_value"):
        open_from_slot(slot, other, vault_id, sealed)


def test_a_new_passphrase_opens_the_same_seeds_and_the_old_one_nothing(vault: Vault) -> None:
    wish = SlotWish(SlotKind.PASSPHRASE, vault.made.slot.sign, NEW, FLOOR)
    changed = change_secret(vault.copies, vault.made, wish, secrets.token_bytes)
    assert changed.seeds == vault.made.seeds
    assert changed.header.counter == vault.made.header.counter + 1
    assert changed.slot.salt != vault.made.slot.salt
    assert vault.path(0).read_bytes() == vault.path(1).read_bytes()
    with pytest.raises(Locked):
        unlock(vault.door, PASSPHRASE)
    assert unlock(vault.door, NEW).keys == vault.made.keys


@pytest.mark.threat("T22")
def test_users_are_added_chosen_by_sign_and_removed(vault: Vault) -> None:
    sign = free_sign(vault.made.header, secrets.token_bytes)
    wish = SlotWish(SlotKind.PASSPHRASE, sign, NEW, FLOOR)
    added = add_slot(vault.copies, vault.made, wish, secrets.token_bytes)
    assert added.vault.slot.id == vault.made.slot.id
    assert added.seeds.sign != vault.made.seeds.sign
    with pytest.raises(Locked, match=r"vault\.no_slot") as caught:
        unlock(vault.door, NEW)
    assert caught.value.params == {"slots": 2}
    assert unlock(vault.door, NEW, sign).seeds == added.seeds
    with pytest.raises(Locked, match=r"vault\.wrong_passphrase"):
        unlock(vault.door, NEW, vault.made.slot.sign)
    assert vault.door.delays.failures(added.slot.id) == 0
    left = remove_slot(vault.copies, added.vault, added.slot.id)
    assert left.header.user_slots == (vault.made.slot,)
    with pytest.raises(Locked, match=r"vault\.no_slot"):
        choose_slot(left.header, sign)


def test_nobody_removes_the_own_slot_or_fills_more_than_32(vault: Vault) -> None:
    with pytest.raises(Refused, match=r"policy\.own_slot"):
        remove_slot(vault.copies, vault.made, vault.made.slot.id)
    slots = tuple(replace(vault.made.slot, id=bytes([n]) * 8, sign=n) for n in range(32))
    header = replace(vault.made.header, slots=slots)
    sound = replace(vault.made.copy.sound, header=header)
    full = replace(vault.made, copy=replace(vault.made.copy, sound=sound))
    with pytest.raises(Refused, match=r"policy\.slots"):
        add_slot(vault.copies, full, SHEET, secrets.token_bytes)
    assert free_sign(header, secrets.token_bytes) >= 32


@pytest.mark.promise("P11")
@pytest.mark.threat("T26")
def test_the_recovery_key_opens_the_data_and_cannot_sign(vault: Vault) -> None:
    added = add_slot(vault.copies, vault.made, SHEET, secrets.token_bytes)
    opened = unlock_by_recovery(vault.copies, RECOVERY_KEY)
    assert opened.keys == vault.made.keys
    assert opened.seeds.sign == NO_SIGNING_SEED
    with pytest.raises(Locked, match=r"vault\.wrong_recovery"):
        unlock_by_recovery(vault.copies, bytes(32))
    with pytest.raises(Refused, match=r"policy\.last_user"):
        remove_slot(vault.copies, replace(added.vault, slot=added.slot), vault.made.slot.id)


def test_without_a_recovery_slot_the_key_finds_none(vault: Vault) -> None:
    with pytest.raises(Locked, match=r"vault\.no_recovery"):
        unlock_by_recovery(vault.copies, RECOVERY_KEY)


def test_recovery_groups_are_typed_back_in_any_way_and_checked() -> None:
    groups = recovery_groups(RECOVERY_KEY)
    assert [len(group) for group in groups] == [4] * 14
    typed = "-".join(groups).lower().replace("0", "o").replace("1", "l")
    assert read_recovery_groups(f"  {typed}\n") == RECOVERY_KEY
    assert read_recovery_groups(" ".join(recovery_groups(b"\xff" * 32))) == b"\xff" * 32
    wrong = ("7" if typed[0] != "7" else "8") + typed[1:]
    for bad in (wrong, "".join(groups)[:-1], "".join(groups) + "0", ""):
        with pytest.raises(Usage, match=r"usage\.bad_code"):
            read_recovery_groups(bad)


@pytest.mark.promise("P11")
@pytest.mark.parametrize("group", [1, 9, 14])
@pytest.mark.parametrize("wrong", ["uuuu", "123", "12345", "12\u06604"])
def test_the_group_that_cannot_be_right_is_named(group: int, wrong: str) -> None:
    """4.7: nobody reads 56 characters again because of one."""
    groups = list(recovery_groups(RECOVERY_KEY))
    groups[group - 1] = wrong
    with pytest.raises(Usage, match=r"usage\.bad_group") as caught:
        read_recovery_groups(" ".join(groups))
    assert caught.value.params["group"] == group


@given(
    key=st.binary(min_size=32, max_size=32),
    place=st.integers(0, 55),
    char=st.sampled_from(CROCKFORD),
)
def test_one_wrong_character_never_gives_another_key(key: bytes, place: int, char: str) -> None:
    text = "".join(recovery_groups(key))
    typed = text[:place] + char + text[place + 1 :]
    if typed == text:
        assert read_recovery_groups(typed) == key
        return
    with pytest.raises(Usage):
        read_recovery_groups(typed)


@given(draws=st.binary(min_size=14 * 8, max_size=14 * 8))
def test_two_different_groups_are_asked_for(draws: bytes) -> None:
    parts = iter(range(0, len(draws), 8))
    first, second = asked_groups(lambda size: draws[(at := next(parts)) : at + size])
    assert 1 <= first < second <= 14


@pytest.mark.threat("T1")
def test_a_key_file_is_half_of_the_secret(vault: Vault) -> None:
    """4.2 kind 3: without the file nothing is tried, with another one nothing opens."""
    secret = KeyedPassphrase(b"8 chars.", b"f" * 32)
    wish = SlotWish(SlotKind.KEY_FILE, 9, secret, FLOOR)
    added = add_slot(vault.copies, vault.made, wish, secrets.token_bytes)
    assert unlock(vault.door, secret, 9).keys == vault.made.keys
    for wrong in (replace(secret, file=b"g" * 32), replace(secret, passphrase=b"8 chars?")):
        with pytest.raises(Locked, match=r"vault\.wrong_passphrase"):
            open_seeds(added.slot, vault.made.keys.vault_id, wrong)
    with pytest.raises(Locked, match=r"vault\.key_file_needed"):
        unlock(vault.door, secret.passphrase, 9)
    assert "8 chars" not in repr(secret)


def test_a_passphrase_slot_asks_for_no_file(vault: Vault) -> None:
    seeds = open_seeds(
        vault.made.slot, vault.made.keys.vault_id, KeyedPassphrase(PASSPHRASE, b"f" * 32)
    )
    assert seeds == vault.made.seeds


@pytest.mark.promise("P11")
def test_a_slot_takes_the_place_of_another_in_one_write(vault: Vault) -> None:
    """4.4: before the write the old code opens, after it only the new one."""
    first = recovery_slot(vault.made, RECOVERY_KEY, secrets.token_bytes)
    now = write_recovery_slot(vault.copies, vault.made, first, ())
    second = recovery_slot(now, b"n" * 32, secrets.token_bytes)
    now = write_recovery_slot(vault.copies, now, second, (first.slot.id,))
    assert [slot.id for slot in now.header.slots] == [vault.made.slot.id, second.slot.id]
    assert unlock_by_recovery(vault.copies, b"n" * 32).keys == vault.made.keys
    with pytest.raises(Locked, match=r"vault\.wrong_recovery"):
        unlock_by_recovery(vault.copies, RECOVERY_KEY)
    assert opened_now(vault.copies, vault.made).header == now.header


@pytest.mark.promise("P1")
@pytest.mark.parametrize("failing", [1, 2])
def test_when_writing_stops_at_either_copy_one_still_opens(vault: Vault, failing: int) -> None:
    """4.4: the copy that was not chosen is written first, the other only after it opened."""

    class Stops(SystemFiles):
        def __init__(self) -> None:
            super().__init__()
            self.writes = 0

        def replace(self, path: Path, data: bytes) -> None:
            self.writes += 1
            if self.writes == failing:
                raise EnvironmentFault("storage.full")
            super().replace(path, data)

    with pytest.raises(EnvironmentFault, match=r"storage\.full"):
        add_slot(HeaderCopies(Stops(), vault.folder), vault.made, SHEET, secrets.token_bytes)
    reading = vault.copies.read()
    assert reading.damaged == ()
    assert [copy.sound.header.counter for copy in reading.copies] == ([1, 1], [2, 1])[failing - 1]
    chosen = [c for c in reading.copies if c.name == vault.made.copy.name]
    assert chosen[0].sound.raw == vault.made.copy.sound.raw


@pytest.mark.parametrize("kept", [-4096, 0])
def test_a_disk_that_writes_something_else_is_noticed_before_the_second_copy(
    vault: Vault, kept: int
) -> None:
    """A part of it, or nothing at all, so that the older copy is read back."""

    class Lies(SystemFiles):
        def replace(self, path: Path, data: bytes) -> None:
            if kept:
                super().replace(path, data[:kept])

    with pytest.raises(EnvironmentFault, match=r"storage\.medium"):
        add_slot(HeaderCopies(Lies(), vault.folder), vault.made, SHEET, secrets.token_bytes)
    assert vault.copies.read().best.sound.raw == vault.made.copy.sound.raw


def test_after_a_change_cut_short_only_the_new_passphrase_opens(vault: Vault) -> None:
    """The copy with the higher counter is in force; the older one is not tried beside it."""

    class StopsAtSecond(SystemFiles):
        writes = 0

        def replace(self, path: Path, data: bytes) -> None:
            self.writes += 1
            if self.writes > 1:
                raise EnvironmentFault("storage.medium")
            super().replace(path, data)

    copies = HeaderCopies(StopsAtSecond(), vault.folder)
    wish = SlotWish(SlotKind.PASSPHRASE, vault.made.slot.sign, NEW, FLOOR)
    with pytest.raises(EnvironmentFault):
        change_secret(copies, vault.made, wish, secrets.token_bytes)
    with pytest.raises(Locked, match=r"vault\.wrong_passphrase"):
        unlock(vault.door, PASSPHRASE)
    assert unlock(vault.door, NEW).findings == (Finding.COPY_BEHIND,)
    assert vault.path(0).read_bytes() == vault.path(1).read_bytes()

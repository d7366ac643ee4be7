"""The shift code: what it opens, what ends it, and that it leaves no trace."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from threading import Barrier

import pytest
from tests.fakes.clock import Seconds
from tests.unit.security.conftest import PASSPHRASE, Vault

from nrm_desktop.domain.errors import IntegrityFault, Locked, Usage
from nrm_desktop.security.vault.header import Header, encode_header
from nrm_desktop.security.vault.opening import unlock
from nrm_desktop.security.vault.shift import LONGEST_S, TRIES, ShiftCode
from nrm_desktop.security.vault.slot_locks import SlotSeeds, SlotWish, make_slot
from nrm_desktop.security.vault.slots import SlotKind
from nrm_desktop.security.vault.working_keys import working_keys

CODE = "420917"


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def shift(vault: Vault, clock: Seconds) -> ShiftCode:
    return ShiftCode(vault.made, CODE, secrets.token_bytes, clock)


def _with_slots(vault: Vault, *slots) -> None:
    """Write a header of our own, as another program that holds the keys would."""
    data = vault.made.data
    header = Header(vault.made.header.counter + 1, data.vault_id, data.epoch, slots)
    raw = encode_header(header, working_keys(data.dek, data.vault_id).header)
    for copy in (0, 1):
        vault.path(copy).write_bytes(raw)


def _other_slot(vault: Vault):
    seeds = SlotSeeds(secrets.token_bytes(32), secrets.token_bytes(32))
    wish = SlotWish(SlotKind.RECOVERY, 0, secrets.token_bytes(32))
    return make_slot(wish, seeds, vault.made.data, secrets.token_bytes)


def test_the_code_opens_what_the_passphrase_opened(vault: Vault, shift: ShiftCode) -> None:
    opened = shift.open(vault.copies, CODE)

    assert (opened.keys, opened.seeds, opened.data) == (
        vault.made.keys,
        vault.made.seeds,
        vault.made.data,
    )


@pytest.mark.parametrize("typed", ["420 917", "٤٢٠٩١٧", "４２０９１７"])
def test_digits_of_every_script_are_the_same_code(
    vault: Vault, shift: ShiftCode, typed: str
) -> None:
    assert shift.open(vault.copies, typed).keys == vault.made.keys


@pytest.mark.promise("P4")
@pytest.mark.threat("T21")
def test_the_third_wrong_code_ends_it_and_the_fourth_try_with_the_right_one_is_refused(
    vault: Vault, shift: ShiftCode
) -> None:
    for left in (2, 1):
        with pytest.raises(Locked, match=r"vault\.shift_wrong") as caught:
            shift.open(vault.copies, "000001")
        assert caught.value.params == {"left": left}
    with pytest.raises(Locked, match=r"vault\.shift_over"):
        shift.open(vault.copies, "000001")

    assert not shift.is_alive
    with pytest.raises(Locked, match=r"vault\.shift_over"):
        shift.open(vault.copies, CODE)
    assert unlock(vault.door, PASSPHRASE).keys == vault.made.keys


def test_the_right_code_gives_all_tries_back(vault: Vault, shift: ShiftCode) -> None:
    for _ in range(3):
        with pytest.raises(Locked):
            shift.open(vault.copies, "000001")
        shift.open(vault.copies, CODE)
    assert shift.tries_left == TRIES


def test_a_wrong_code_is_counted_before_it_is_tried(
    vault: Vault, shift: ShiftCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stops the third try in its middle, nobody gets a fourth."""
    from nrm_desktop.security.vault import shift as module  # noqa: PLC0415 - to break it

    def broken(*_parts: bytes) -> bytes:
        raise MemoryError

    monkeypatch.setattr(module, "open_aead", broken)
    for _ in range(TRIES):
        with pytest.raises(MemoryError):
            shift.open(vault.copies, CODE)
    monkeypatch.undo()

    with pytest.raises(Locked, match=r"vault\.shift_over"):
        shift.open(vault.copies, CODE)


@pytest.mark.promise("P20")
def test_it_ends_after_twelve_hours_of_steady_time(
    vault: Vault, shift: ShiftCode, clock: Seconds
) -> None:
    clock.now += LONGEST_S - 1
    assert shift.is_alive
    shift.open(vault.copies, CODE)

    clock.now += 1
    assert not shift.is_alive
    with pytest.raises(Locked, match=r"vault\.shift_over"):
        shift.open(vault.copies, CODE)


class EndsMeanwhile:
    """The header of a vault; while it is read, the lid is closed."""

    def __init__(self, vault: Vault, shift: ShiftCode) -> None:
        self._copies = vault.copies
        self._shift = shift

    def read(self):
        self._shift.end()
        return self._copies.read()


@pytest.mark.promise("P4")
def test_an_end_while_the_code_opens_holds(vault: Vault, shift: ShiftCode) -> None:
    with pytest.raises(Locked, match=r"vault\.shift_over"):
        shift.open(EndsMeanwhile(vault, shift), CODE)

    assert not shift.is_alive
    with pytest.raises(Locked, match=r"vault\.shift_over"):
        shift.open(vault.copies, CODE)


@pytest.mark.threat("T21")
def test_tries_that_are_made_at_once_are_counted_one_by_one(vault: Vault, shift: ShiftCode) -> None:
    start, told = Barrier(8), []

    def try_one(_: int) -> None:
        start.wait(30)
        try:
            shift.open(vault.copies, "000001")
        except Locked as error:
            told.append((error.code, error.params.get("left")))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(try_one, range(8)))

    assert sorted(told, key=str) == sorted(
        [("vault.shift_wrong", 2), ("vault.shift_wrong", 1), *[("vault.shift_over", None)] * 6],
        key=str,
    )
    assert not shift.is_alive


def test_an_ended_shift_holds_nothing_that_was_sealed(shift: ShiftCode) -> None:
    shift.end()
    shift.end()

    assert "_Sealed" not in repr(vars(shift))
    assert vars(shift)["_sealed"] is None


@pytest.mark.promise("P3")
def test_neither_code_nor_seeds_stand_in_what_is_kept(vault: Vault, shift: ShiftCode) -> None:
    sealed = vars(shift)["_sealed"]
    held = b"".join(getattr(sealed, one.name) for one in fields(sealed))
    secret = [CODE.encode(), vault.made.seeds.kem, vault.made.seeds.sign, vault.made.data.dek]

    assert not any(one in held for one in secret)
    assert CODE not in repr(shift) + repr(vars(shift))


@pytest.mark.promise("P12")
def test_a_person_who_was_removed_while_it_was_locked_stays_outside(
    vault: Vault, shift: ShiftCode
) -> None:
    _with_slots(vault, _other_slot(vault))

    with pytest.raises(Locked, match=r"vault\.shift_over"):
        shift.open(vault.copies, CODE)
    assert not shift.is_alive


def test_a_header_that_somebody_changed_is_not_opened(vault: Vault, shift: ShiftCode) -> None:
    header = Header(9, vault.made.data.vault_id, vault.made.data.epoch, (vault.made.slot,))
    for copy in (0, 1):
        vault.path(copy).write_bytes(encode_header(header, bytes(32)))

    with pytest.raises(IntegrityFault, match=r"integrity\.header_changed"):
        shift.open(vault.copies, CODE)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "123456", "654321", "777777", "lamps!"])
def test_a_code_that_is_no_code_is_refused_without_being_named(
    vault: Vault, clock: Seconds, code: str
) -> None:
    with pytest.raises(Usage, match=r"usage\.bad_value") as caught:
        ShiftCode(vault.made, code, secrets.token_bytes, clock)
    assert caught.value.params == {"what": "shift code"}

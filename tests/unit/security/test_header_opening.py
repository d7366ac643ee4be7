"""Opening a vault through its header: copies, wrong secrets, changes by others, delays."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.security.conftest import PASSPHRASE, Vault

from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault, Locked, Usage
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.security.vault.copies import COPY_NAMES, HeaderCopies
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.security.vault.delays import Delays
from nrm_desktop.security.vault.header import encode_header
from nrm_desktop.security.vault.opening import Finding, VaultDoor, create_vault, unlock
from nrm_desktop.security.vault.slot_locks import DataKey, wrap_data_key
from nrm_desktop.security.vault.working_keys import working_keys


def _foreign(raw: bytes, place: int) -> bytes:
    """Change one byte of the MAC and repair the sum: damage that only the MAC can show."""
    length = int.from_bytes(raw[32:36], "big")
    end = 68 + length
    changed = bytearray(raw[:end])
    changed[place if place >= 0 else end + place] ^= 1
    return (bytes(changed) + hashlib.sha256(changed).digest()).ljust(len(raw), b"\0")


def test_the_passphrase_opens_the_keys_that_were_made(vault: Vault) -> None:
    opened = unlock(vault.door, PASSPHRASE)
    assert opened.keys == vault.made.keys
    assert opened.seeds == vault.made.seeds
    assert opened.findings == ()
    assert vault.door.delays.failures(opened.slot.id) == 0


@pytest.mark.promise("P3")
def test_keys_and_seeds_show_in_no_text_form(vault: Vault) -> None:
    secret = [vault.made.keys.db, vault.made.data.dek, vault.made.seeds.kem, vault.made.seeds.sign]
    text = repr(vault.made)
    assert not any(repr(one)[2:-1] in text or one.hex() in text for one in secret)


@pytest.mark.promise("P4")
def test_a_wrong_passphrase_says_only_that_it_did_not_open_and_is_counted(vault: Vault) -> None:
    with pytest.raises(Locked, match=r"vault\.wrong_passphrase") as caught:
        unlock(vault.door, PASSPHRASE + b"!")
    assert caught.value.params == {}
    assert vault.door.delays.failures(vault.made.slot.id) == 1


@pytest.mark.threat("T21")
def test_while_a_slot_waits_even_the_right_passphrase_is_not_tried(vault: Vault) -> None:
    for _ in range(4):
        vault.door.delays.begin_try(vault.made.slot.id)
    with pytest.raises(Locked, match=r"vault\.delay") as caught:
        unlock(vault.door, PASSPHRASE)
    assert caught.value.params == {"retry_after_s": 5}
    vault.clock.now += 5
    assert unlock(vault.door, PASSPHRASE).keys == vault.made.keys


@pytest.mark.promise("P7")
@pytest.mark.parametrize("copy", [0, 1])
@pytest.mark.parametrize("damage", ["cut", "gone", "zero", "link"])
def test_one_good_copy_opens_says_so_and_repairs_the_other(
    vault: Vault, copy: int, damage: str
) -> None:
    path, raw = vault.path(copy), vault.path(copy).read_bytes()
    path.unlink()
    if damage == "link":
        path.symlink_to(vault.path(1 - copy))
    elif damage != "gone":
        path.write_bytes(raw[:1000] if damage == "cut" else bytes(len(raw)))
    reading = vault.copies.read()
    assert reading.damaged == (COPY_NAMES[copy],)
    if (copy, damage) in {(0, "cut"), (1, "link")}:
        assert unlock(vault.door, PASSPHRASE).findings == (Finding.COPY_DAMAGED,)
        assert vault.path(0).read_bytes() == vault.path(1).read_bytes() == raw
        assert not path.is_symlink()


@pytest.mark.promise("P7")
def test_two_damaged_copies_are_one_clear_error_and_no_vault_is_another(vault: Vault) -> None:
    for copy in (0, 1):
        vault.path(copy).write_bytes(vault.path(copy).read_bytes()[:-1])
    with pytest.raises(IntegrityFault, match=r"integrity\.header_damaged"):
        unlock(vault.door, PASSPHRASE)
    for copy in (0, 1):
        vault.path(copy).unlink()
    with pytest.raises(EnvironmentFault, match=r"storage\.no_vault"):
        unlock(vault.door, PASSPHRASE)


@pytest.mark.threat("T9")
def test_a_header_changed_by_somebody_is_refused(vault: Vault) -> None:
    for copy in (0, 1):
        vault.path(copy).write_bytes(_foreign(vault.path(copy).read_bytes(), -1))
    with pytest.raises(IntegrityFault, match=r"integrity\.header_changed"):
        unlock(vault.door, PASSPHRASE)


@pytest.mark.threat("T9")
def test_a_changed_copy_gives_way_to_the_one_that_is_ours_with_an_alarm(vault: Vault) -> None:
    """Somebody raised the counter of one copy and could not make the MAC."""
    raw = vault.path(0).read_bytes()
    vault.path(0).write_bytes(_foreign(raw, 14))
    opened = unlock(vault.door, PASSPHRASE)
    assert opened.findings == (Finding.COPY_CHANGED,)
    assert opened.findings[0].is_alarm
    assert vault.path(0).read_bytes() == raw


@pytest.mark.threat("T9")
def test_a_slot_changed_in_one_copy_locks_nobody_out(vault: Vault) -> None:
    """Same counter, another salt: the right passphrase fails there and opens the other copy."""
    slot = replace(vault.made.slot, salt=bytes(16))
    foreign = encode_header(replace(vault.made.header, slots=(slot,)), bytes(32))
    vault.path(0).write_bytes(foreign)
    opened = unlock(vault.door, PASSPHRASE)
    assert (opened.keys, opened.findings) == (vault.made.keys, (Finding.COPY_CHANGED,))
    assert vault.path(0).read_bytes() == vault.path(1).read_bytes()
    vault.path(0).write_bytes(foreign)
    with pytest.raises(Locked, match=r"vault\.wrong_passphrase"):
        unlock(vault.door, PASSPHRASE + b"!")


def test_a_copy_that_is_one_change_behind_is_brought_up(vault: Vault) -> None:
    header = replace(vault.made.header, counter=2)
    newer = encode_header(header, vault.made.keys.header)
    vault.path(1).write_bytes(newer)
    opened = unlock(vault.door, PASSPHRASE)
    assert (opened.header.counter, opened.findings) == (2, (Finding.COPY_BEHIND,))
    assert vault.path(0).read_bytes() == newer


def test_two_different_copies_with_the_same_counter_are_an_alarm_and_stay(vault: Vault) -> None:
    other = encode_header(replace(vault.made.header, wipe_after=20), vault.made.keys.header)
    vault.path(1).write_bytes(other)
    assert unlock(vault.door, PASSPHRASE).findings == (Finding.COPIES_DIFFER,)
    assert vault.path(1).read_bytes() == other


@pytest.mark.threat("T9")
def test_a_data_key_of_somebody_else_is_not_taken(vault: Vault) -> None:
    """Wrapping needs only the public key; without the MAC key it does not pass."""
    data = DataKey(vault.made.keys.vault_id, 1, bytes(32))
    slot = wrap_data_key(vault.made.slot, data)
    header = replace(vault.made.header, counter=9, slots=(slot,))
    foreign = encode_header(header, vault.made.keys.db)
    vault.path(0).write_bytes(foreign)
    assert unlock(vault.door, PASSPHRASE).keys == vault.made.keys
    own = encode_header(header, working_keys(bytes(32), data.vault_id).header)
    assert own != foreign


def test_making_a_vault_over_another_is_refused(vault: Vault) -> None:
    vault.path(0).unlink()
    vault.path(1).write_bytes(b"something")
    with pytest.raises(Usage, match=r"usage\.not_empty"):
        create_vault(SystemFiles(), vault.folder, PASSPHRASE, FLOOR, secrets.token_bytes)
    assert vault.path(1).read_bytes() == b"something"


@pytest.mark.promise("P18")
def test_a_read_only_folder_still_opens(vault: Vault) -> None:
    class ReadOnly(SystemFiles):
        def replace(self, path: Path, data: bytes) -> None:
            raise EnvironmentFault("storage.read_only")

    vault.path(1).write_bytes(b"damaged")
    files = ReadOnly()
    door = VaultDoor(HeaderCopies(files, vault.folder), Delays(files, vault.folder, vault.clock))
    assert unlock(door, PASSPHRASE).findings == (Finding.COPY_DAMAGED,)
    assert vault.path(1).read_bytes() == b"damaged"

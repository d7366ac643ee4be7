"""Opening and making a vault: from a passphrase to the keys, with every check in its order.

This module decides what is tried and what is believed: a waiting slot is not tried, the try is
counted before it is made, the copy with the higher counter comes first, and a header whose MAC
does not fit is not used. It must not open the database.

Source: storage-security.md sections 4.3, 4.4 and 4.9. Promises: P4. Threats: T1, T9, T21.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from nrm_desktop.app.file_ports import Files
from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault, Locked, Usage
from nrm_desktop.security.suite import KEY_BYTES, KdfCost
from nrm_desktop.security.vault.copies import COPY_NAMES, HeaderCopies, HeaderReading, NamedCopy
from nrm_desktop.security.vault.delays import Delays
from nrm_desktop.security.vault.header import Header, encode_header
from nrm_desktop.security.vault.slot_locks import (
    DataKey,
    SlotSecret,
    SlotSeeds,
    SlotWish,
    make_slot,
    must_be_enough,
    open_data_key,
    open_seeds,
    user_kind,
)
from nrm_desktop.security.vault.slots import SIGNS, VAULT_ID_BYTES, Slot, SlotKind
from nrm_desktop.security.vault.working_keys import VaultKeys, working_keys


class Finding(StrEnum):
    """What was noticed while opening; the window says it in words."""

    COPY_DAMAGED = "header.copy_damaged"
    COPY_BEHIND = "header.copy_behind"
    COPY_CHANGED = "header.copy_changed"
    """A copy carries a MAC that is not ours: somebody wrote to it."""
    COPIES_DIFFER = "header.copies_differ"
    """Both are ours with the same counter, and differ: two programs wrote at once."""

    @property
    def is_alarm(self) -> bool:
        """True where a person has to look, and not only a disk."""
        return self in {Finding.COPY_CHANGED, Finding.COPIES_DIFFER}


@dataclass(frozen=True, slots=True)
class Unlocked:
    """An opened vault: keys, the header in force, and the seeds of the slot that opened it.

    Shape: `failures` counts the wrong tries at this slot since it was last opened.
    """

    keys: VaultKeys
    data: DataKey
    copy: NamedCopy
    slot: Slot
    seeds: SlotSeeds = field(repr=False)
    findings: tuple[Finding, ...] = ()
    failures: int = 0

    @property
    def header(self) -> Header:
        """The header in force."""
        return self.copy.sound.header


@dataclass(frozen=True, slots=True)
class VaultDoor:
    """Where the header lies and who counts the tries."""

    copies: HeaderCopies
    delays: Delays


def create_vault(
    files: Files, folder: Path, secret: SlotSecret, cost: KdfCost, random: Randomness
) -> Unlocked:
    """Make the header of a new vault with one user slot, and open it from what was written.

    Raises: Usage `usage.not_empty` if there is a header already.
    """
    copies = HeaderCopies(files, folder)
    if copies.exist():
        raise Usage("usage.not_empty")
    data = DataKey(random(VAULT_ID_BYTES), 1, random(KEY_BYTES))
    wish = SlotWish(user_kind(secret), random(1)[0] % SIGNS, secret, cost)
    seeds = SlotSeeds(random(KEY_BYTES), random(KEY_BYTES))
    header = Header(1, data.vault_id, data.epoch, (make_slot(wish, seeds, data, random),))
    raw = encode_header(header, working_keys(data.dek, data.vault_id).header)
    return copies.write(raw, COPY_NAMES[1], lambda copy: open_copy(copy, header.slots[0], secret))


def unlock(door: VaultDoor, secret: SlotSecret, sign: int | None = None) -> Unlocked:
    """Open a vault with the secret of one slot, and put a damaged copy right afterwards.

    Shape: `sign` names the slot; without it the only user slot is tried.
    Raises: Locked (`vault.no_slot`, `vault.delay`, `vault.wrong_passphrase`, and
            `vault.key_file_needed`, which is no try); IntegrityFault `integrity.header_damaged`
            or `integrity.header_changed`; EnvironmentFault.
    """
    reading = door.copies.read()
    slot = choose_slot(reading.best.sound.header, sign)
    must_be_enough(slot, secret)
    door.delays.begin_try(slot.id)
    failed = door.delays.failures(slot.id) - 1
    unlocked = replace(_open_any(reading, slot.id, secret), failures=failed)
    door.delays.end_try(slot.id)
    return _put_right(door.copies, reading, unlocked)


def unlock_by_recovery(copies: HeaderCopies, key: bytes) -> Unlocked:
    """Open a vault with the recovery key. A sheet of paper has no tries to count.

    Raises: Locked `vault.wrong_recovery` for any other key, that of another vault included; Locked
            `vault.no_recovery` when there is no recovery slot; as `unlock` for the header.
    """
    reading = copies.read()
    return _put_right(copies, reading, _by_recovery(reading, key))


def open_copy_by_recovery(copy: NamedCopy, key: bytes) -> Unlocked:
    """Open the single copy of a backup with the recovery key. Raises: as `unlock_by_recovery`."""
    return _by_recovery(HeaderReading((copy,), ()), key)


def vault_mark(vault_id: bytes) -> str:
    """The first four digits of a vault's id: they stand on the sheet with the recovery code."""
    return vault_id.hex()[:4]


def opened_now(copies: HeaderCopies, vault: Unlocked) -> Unlocked:
    """The open vault under the header that is in force by now, which others may have changed.

    Raises: IntegrityFault `integrity.header_changed` when it is not ours, or has our slot no more.
    """
    copy = copies.read().best
    slot = copy.sound.header.slot_of(vault.slot.id)
    if slot is None:
        raise IntegrityFault("integrity.header_changed")
    return open_with_seeds(copy, slot, vault.seeds)


def choose_slot(header: Header, sign: int | None) -> Slot:
    """Find the one slot to try.

    Raises: Locked `vault.no_slot` when no slot has the sign, or none is named among several.
    """
    slots = [slot for slot in header.user_slots if sign is None or slot.sign == sign]
    if len(slots) != 1:
        raise Locked("vault.no_slot", slots=len(header.user_slots))
    return slots[0]


def open_copy(copy: NamedCopy, slot: Slot, secret: SlotSecret) -> Unlocked:
    """Open one copy through one of its slots and check that the copy is ours.

    Raises: Locked `vault.wrong_passphrase`; IntegrityFault `integrity.header_changed`.
    """
    return open_with_seeds(copy, slot, open_seeds(slot, copy.sound.header.vault_id, secret))


def open_with_seeds(copy: NamedCopy, slot: Slot, seeds: SlotSeeds) -> Unlocked:
    """Open one copy with the seeds of a slot, without its secret.

    Raises: IntegrityFault `integrity.header_changed`.
    """
    header = copy.sound.header
    data = open_data_key(slot, seeds, header.vault_id, header.dek_epoch)
    keys = working_keys(data.dek, header.vault_id)
    if not copy.sound.is_authentic(keys.header):
        raise IntegrityFault("integrity.header_changed")
    return Unlocked(keys, data, copy, slot, seeds)


def _by_recovery(reading: HeaderReading, key: bytes) -> Unlocked:
    header = reading.best.sound.header
    slots = [slot for slot in header.slots if slot.kind is SlotKind.RECOVERY]
    if not slots:
        raise Locked("vault.no_recovery")
    for slot in slots:
        with suppress(Locked):
            return _open_any(reading, slot.id, key)
    raise Locked("vault.wrong_recovery", vault=vault_mark(header.vault_id))


def _open_any(reading: HeaderReading, slot_id: bytes, secret: SlotSecret) -> Unlocked:
    """Open the copy in force; one that was changed gives way to the other, if that one is ours."""
    for lock in _locks(reading, slot_id):
        try:
            seeds = open_seeds(lock, reading.best.sound.header.vault_id, secret)
        except Locked as error:
            refusal = error
            continue
        return _open_with(reading, lock, seeds)
    raise refusal


def _locks(reading: HeaderReading, slot_id: bytes) -> list[Slot]:
    """The slot as the newest copies have it: two, if somebody changed one of them."""
    newest = reading.best.sound.header.counter
    found: list[Slot] = []
    for copy in reading.copies:
        slot = copy.sound.header.slot_of(slot_id)
        is_newest = copy.sound.header.counter == newest
        if slot and is_newest and not any(slot.is_same_lock(other) for other in found):
            found.append(slot)
    return found


def _open_with(reading: HeaderReading, lock: Slot, seeds: SlotSeeds) -> Unlocked:
    for copy in reading.copies:
        slot = copy.sound.header.slot_of(lock.id)
        if slot is not None:
            with suppress(IntegrityFault):
                return open_with_seeds(copy, slot, seeds)
    raise IntegrityFault("integrity.header_changed")


def _put_right(copies: HeaderCopies, reading: HeaderReading, unlocked: Unlocked) -> Unlocked:
    """Say what was found, and write the good copy over one that is damaged, old or foreign."""
    found = _findings(reading, unlocked)
    if found and Finding.COPIES_DIFFER not in found:
        with suppress(EnvironmentFault):  # reading must work from a full or read-only disk (P18)
            copies.repair(unlocked.copy)
    return replace(unlocked, findings=found)


def _findings(reading: HeaderReading, unlocked: Unlocked) -> tuple[Finding, ...]:
    found = [Finding.COPY_DAMAGED] if reading.damaged else []
    for copy in reading.copies:
        if copy.sound.raw == unlocked.copy.sound.raw:
            continue
        if not copy.sound.is_authentic(unlocked.keys.header):
            is_before = _is_under_the_key_before(copy, unlocked)
            found.append(Finding.COPY_BEHIND if is_before else Finding.COPY_CHANGED)
        elif copy.sound.header.counter == unlocked.header.counter:
            found.append(Finding.COPIES_DIFFER)
        else:
            found.append(Finding.COPY_BEHIND)
    return tuple(found)


def _is_under_the_key_before(copy: NamedCopy, unlocked: Unlocked) -> bool:
    """True for our own header of before a new data key: its second copy was not written yet."""
    header = copy.sound.header
    slot = header.slot_of(unlocked.slot.id)
    is_next = header.counter < unlocked.header.counter and header.dek_epoch < unlocked.data.epoch
    if slot is None or not is_next:
        return False
    try:
        open_with_seeds(copy, slot, unlocked.seeds)
    except IntegrityFault:
        return False
    return True

"""Exchanging key slots in one write of the header: a new recovery slot, a new slot of a person.

This module decides that what comes and what goes change together, so that whoever is interrupted
has the old way back or the new one, never neither. The new slot is made before it is written,
because what shall be readable through it is sealed to it first. It must not touch the database.

Source: storage-security.md sections 4.4 and 4.7. Promises: P11. Threats: T26.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.domain.errors import IntegrityFault, Refused
from nrm_desktop.security.suite import KEY_BYTES
from nrm_desktop.security.vault.copies import HeaderCopies, NamedCopy
from nrm_desktop.security.vault.header import MOST_SLOTS, encode_header
from nrm_desktop.security.vault.opening import Unlocked, open_copy, open_with_seeds
from nrm_desktop.security.vault.slot_locks import (
    NO_SIGNING_SEED,
    SlotSecret,
    SlotSeeds,
    SlotWish,
    make_slot,
    wrap_data_key,
)
from nrm_desktop.security.vault.slots import SLOT_ID_BYTES, Slot, SlotKind


@dataclass(frozen=True, slots=True)
class NewSlot:
    """A slot that is made and not written yet. Its text form shows no secret.

    Shape: `seeds` and `secret` are None for a slot of the office, whose key is not here.
    """

    slot: Slot
    seeds: SlotSeeds | None = field(default=None, repr=False)
    secret: SlotSecret | None = field(default=None, repr=False)


def recovery_slot(vault: Unlocked, key: bytes, random: Randomness) -> NewSlot:
    """Make a slot for the recovery key; it can open and cannot sign."""
    seeds = SlotSeeds(random(KEY_BYTES), NO_SIGNING_SEED)
    wish = SlotWish(SlotKind.RECOVERY, 0, key)
    return NewSlot(make_slot(wish, seeds, vault.data, random), seeds, key)


def user_slot(vault: Unlocked, wish: SlotWish, random: Randomness) -> NewSlot:
    """Make a slot for a person with a key pair and a signing seed of its own."""
    seeds = SlotSeeds(random(KEY_BYTES), random(KEY_BYTES))
    return NewSlot(make_slot(wish, seeds, vault.data, random), seeds, wish.secret)


def office_slot(vault: Unlocked, public: bytes, random: Randomness) -> NewSlot:
    """Make a slot for the organisation's recovery key: it holds the data key and nothing else."""
    bare = Slot(random(SLOT_ID_BYTES), SlotKind.OFFICE, 0, None, b"", b"", public)
    return NewSlot(wrap_data_key(bare, vault.data))


def write_recovery_slot(
    copies: HeaderCopies, vault: Unlocked, new: NewSlot, dropped: Collection[bytes]
) -> Unlocked:
    """Put a recovery or office slot into the header in place of others, and stay unlocked.

    Shape: the vault under its new header; a recovery slot was opened from the written bytes.
    Raises: Refused `policy.slots`; EnvironmentFault, and then the old ones are in force.
    """

    def prove(copy: NamedCopy) -> Unlocked:
        if new.secret is not None:
            open_copy(copy, _twin(copy, new.slot), new.secret)
        elif _twin(copy, new.slot) != new.slot:
            raise IntegrityFault("integrity.header_changed")
        return open_with_seeds(copy, _twin(copy, vault.slot), vault.seeds)

    return copies.write(_with(vault, new.slot, dropped), vault.copy.name, prove)


def write_user_slot(
    copies: HeaderCopies, vault: Unlocked, new: NewSlot, dropped: Collection[bytes]
) -> Unlocked:
    """Put a person's new slot into the header in place of the old one.

    Shape: the vault as the new secret opens it from the written bytes.
    Raises: as `write_recovery_slot`.
    """
    secret = new.secret
    if secret is None:
        raise IntegrityFault("integrity.header_changed")
    raw = _with(vault, new.slot, dropped)
    return copies.write(
        raw, vault.copy.name, lambda copy: open_copy(copy, _twin(copy, new.slot), secret)
    )


def _with(vault: Unlocked, new: Slot, dropped: Collection[bytes]) -> bytes:
    kept = tuple(slot for slot in vault.header.slots if slot.id not in dropped)
    if len(kept) >= MOST_SLOTS:
        raise Refused("policy.slots", most=MOST_SLOTS)
    header = replace(vault.header, counter=vault.header.counter + 1, slots=(*kept, new))
    return encode_header(header, vault.keys.header)


def _twin(copy: NamedCopy, slot: Slot) -> Slot:
    found = copy.sound.header.slot_of(slot.id)
    if found is None:
        raise IntegrityFault("integrity.header_changed")
    return found

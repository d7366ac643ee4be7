"""Changing an open vault's header: passphrase, users, recovery slot.

This module decides what a change keeps and what it renews. Every change writes a new header by
the rule of `copies` (one copy opens at every moment). It must not rotate the data key: removing a
user for good also needs a new data key and a new database, which is a step of its own.

Source: storage-security.md sections 4.4, 4.6 and 4.7. Threats: T22, T26.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.domain.errors import IntegrityFault, Refused
from nrm_desktop.security.suite import KEY_BYTES
from nrm_desktop.security.vault.copies import HeaderCopies, NamedCopy
from nrm_desktop.security.vault.header import MOST_SLOTS, Header, encode_header
from nrm_desktop.security.vault.opening import Unlocked, open_copy, open_with_seeds
from nrm_desktop.security.vault.slot_locks import (
    NO_SIGNING_SEED,
    SlotSeeds,
    SlotWish,
    make_slot,
    reseal,
)
from nrm_desktop.security.vault.slots import SIGNS, Slot, SlotKind


@dataclass(frozen=True, slots=True)
class AddedSlot:
    """A new slot with its seeds, and the vault under the header that has it."""

    slot: Slot
    seeds: SlotSeeds
    vault: Unlocked


def change_secret(
    copies: HeaderCopies, vault: Unlocked, wish: SlotWish, random: Randomness
) -> Unlocked:
    """Put the own slot under a new passphrase or cost: same seeds, new salt and seal."""
    slot = reseal(vault.slot, wish, vault.seeds, vault.header.vault_id, random)
    slots = tuple(slot if one.id == slot.id else one for one in vault.header.slots)
    raw = _next(vault, slots)
    return copies.write(
        raw, vault.copy.name, lambda copy: open_copy(copy, _twin(copy, slot), wish.secret)
    )


def add_slot(
    copies: HeaderCopies, vault: Unlocked, wish: SlotWish, random: Randomness
) -> AddedSlot:
    """Add a user or a recovery slot; it is opened from the written bytes before it counts.

    Raises: Refused `policy.slots` when there is no room.
    """
    if len(vault.header.slots) >= MOST_SLOTS:
        raise Refused("policy.slots", most=MOST_SLOTS)
    sign_seed = NO_SIGNING_SEED if wish.kind is SlotKind.RECOVERY else random(KEY_BYTES)
    seeds = SlotSeeds(random(KEY_BYTES), sign_seed)
    slot = make_slot(wish, seeds, vault.data, random)
    raw = _next(vault, (*vault.header.slots, slot))

    def prove(copy: NamedCopy) -> Unlocked:
        open_copy(copy, _twin(copy, slot), wish.secret)
        return _reopen(copy, vault)

    return AddedSlot(slot, seeds, copies.write(raw, vault.copy.name, prove))


def remove_slot(copies: HeaderCopies, vault: Unlocked, slot_id: bytes) -> Unlocked:
    """Take a slot out of the header. The data key stays: a new one is a further step.

    Raises: Refused `policy.last_user` for the last user's slot; Refused `policy.own_slot`.
    """
    if slot_id == vault.slot.id:
        raise Refused("policy.own_slot")
    slots = tuple(slot for slot in vault.header.slots if slot.id != slot_id)
    if not any(slot.is_user for slot in slots):
        raise Refused("policy.last_user")
    raw = _next(vault, slots)
    return copies.write(raw, vault.copy.name, lambda copy: _reopen(copy, vault))


def free_sign(header: Header, random: Randomness) -> int:
    """Choose a sign that no user has."""
    taken = {slot.sign for slot in header.user_slots}
    free = [sign for sign in range(SIGNS) if sign not in taken]
    return free[random(1)[0] % len(free)]


def _next(vault: Unlocked, slots: tuple[Slot, ...]) -> bytes:
    header = replace(vault.header, counter=vault.header.counter + 1, slots=slots)
    return encode_header(header, vault.keys.header)


def _reopen(copy: NamedCopy, vault: Unlocked) -> Unlocked:
    """Open a written header with the seeds of the slot that is open."""
    return open_with_seeds(copy, _twin(copy, vault.slot), vault.seeds)


def _twin(copy: NamedCopy, slot: Slot) -> Slot:
    found = copy.sound.header.slot_of(slot.id)
    if found is None:
        raise IntegrityFault("integrity.header_changed")
    return found

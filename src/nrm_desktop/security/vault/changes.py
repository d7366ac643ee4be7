"""Changing an open vault's header: passphrase, users, recovery slot.

This module decides what a change keeps and what it renews. Every change writes a new header by
the rule of `copies` (one copy opens at every moment). It touches no database: a header under a new
data key may be written only after the database lies verified under it (`storage.rotation`).

Source: storage-security.md sections 4.4, 4.6 and 4.7. Promise: P12. Threats: T22, T26.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.domain.errors import IntegrityFault, Refused
from nrm_desktop.security.suite import KEY_BYTES
from nrm_desktop.security.vault.copies import HeaderCopies, NamedCopy
from nrm_desktop.security.vault.header import MOST_SLOTS, Header, encode_header
from nrm_desktop.security.vault.opening import Unlocked, open_copy, open_with_seeds
from nrm_desktop.security.vault.slot_locks import (
    NO_SIGNING_SEED,
    DataKey,
    SlotSeeds,
    SlotWish,
    make_slot,
    reseal,
    wrap_data_key,
)
from nrm_desktop.security.vault.slots import SIGNS, Slot, SlotKind
from nrm_desktop.security.vault.ways_back import NewSlot
from nrm_desktop.security.vault.working_keys import working_keys


@dataclass(frozen=True, slots=True)
class AddedSlot:
    """A new slot with its seeds, and the vault under the header that has it."""

    slot: Slot
    seeds: SlotSeeds
    vault: Unlocked


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """Which slots a new data key is sealed to, and which it is not.

    Shape: `keys` are the public keys of the slots that stay, by slot id, as somebody looked at
    them; a slot that is in neither stops the rotation.
    """

    keys: Mapping[bytes, bytes] = field(repr=False)
    dropped: frozenset[bytes]


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
    """Make and add a user or a recovery slot.

    Raises: as `write_added`.
    """
    sign_seed = NO_SIGNING_SEED if wish.kind is SlotKind.RECOVERY else random(KEY_BYTES)
    seeds = SlotSeeds(random(KEY_BYTES), sign_seed)
    slot = make_slot(wish, seeds, vault.data, random)
    return AddedSlot(slot, seeds, write_added(copies, vault, NewSlot(slot, seeds, wish.secret)))


def must_have_room(header: Header) -> None:
    """Raises: Refused `policy.slots` when there is no room for another slot."""
    if len(header.slots) >= MOST_SLOTS:
        raise Refused("policy.slots", most=MOST_SLOTS)


def write_added(copies: HeaderCopies, vault: Unlocked, new: NewSlot) -> Unlocked:
    """Put a slot into the header; it is opened from the written bytes before it counts.

    Raises: Refused `policy.slots`; EnvironmentFault, and then it is not there.
    """
    must_have_room(vault.header)
    raw = _next(vault, (*vault.header.slots, new.slot))

    def prove(copy: NamedCopy) -> Unlocked:
        if new.secret is not None:
            open_copy(copy, _twin(copy, new.slot), new.secret)
        return _reopen(copy, vault)

    return copies.write(raw, vault.copy.name, prove)


def remove_slot(copies: HeaderCopies, vault: Unlocked, slot_id: bytes) -> Unlocked:
    """Take a slot out of the header. The data key stays: a new one is a further step.

    Raises: Refused `policy.last_user` for the last user's slot; Refused `policy.own_slot`.
    """
    raw = _next(vault, _without(vault, {slot_id}))
    return copies.write(raw, vault.copy.name, lambda copy: _reopen(copy, vault))


def next_data_key(vault: Unlocked, choice: SlotChoice, random: Randomness) -> DataKey:
    """Draw a new data key that the dropped slots shall not open. Nothing is written.

    Raises: as `write_rotated`.
    """
    _chosen(vault, choice)
    return DataKey(vault.header.vault_id, vault.header.dek_epoch + 1, random(KEY_BYTES))


def write_rotated(
    copies: HeaderCopies, vault: Unlocked, data: DataKey, choice: SlotChoice
) -> Unlocked:
    """Write the header under a new data key, sealed to every slot that was chosen to stay.

    The others need not be there, and no passphrase of theirs is asked for. This is the deciding
    write: the database must lie verified under the new key already.
    Raises: as `remove_slot`; IntegrityFault `integrity.header_changed` when a slot stands in the
    header that was not chosen, or has another key; EnvironmentFault. The old header is in force.
    """
    slots = tuple(wrap_data_key(slot, data) for slot in _chosen(vault, choice))
    header = replace(
        vault.header, counter=vault.header.counter + 1, dek_epoch=data.epoch, slots=slots
    )
    raw = encode_header(header, working_keys(data.dek, data.vault_id).header)
    return copies.write(raw, vault.copy.name, lambda copy: _reopen(copy, vault))


def free_sign(header: Header, random: Randomness) -> int:
    """Choose a sign that no user has."""
    taken = {slot.sign for slot in header.user_slots}
    free = [sign for sign in range(SIGNS) if sign not in taken]
    return free[random(1)[0] % len(free)]


def _chosen(vault: Unlocked, choice: SlotChoice) -> tuple[Slot, ...]:
    """The slots that stay: each of them was looked at, with the key that it has now."""
    slots = _without(vault, choice.dropped)
    if any(choice.keys.get(slot.id) != slot.kem_public for slot in slots):
        raise IntegrityFault("integrity.header_changed")
    return slots


def _without(vault: Unlocked, dropped: Collection[bytes]) -> tuple[Slot, ...]:
    if vault.slot.id in dropped:
        raise Refused("policy.own_slot")
    slots = tuple(slot for slot in vault.header.slots if slot.id not in dropped)
    if not any(slot.is_user for slot in slots):
        raise Refused("policy.last_user")
    return slots


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

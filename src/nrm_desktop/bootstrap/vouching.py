"""Whose word stands for a key slot, so that a new data key is sealed to no slot of a stranger.

This module decides when that word counts: it is given by whoever made the slot, and by the person
whose it is at each opening; the signer stands in the organisation, and its person keeps a slot
here by the own word. What the database says of a slot without such a signature is worth nothing:
whoever leaves could have written it. It writes no header.

Source: storage-security.md section 4.6 (step 1); docs/adr/0025. Promise: P12. Threat: T22.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.ports import TrustStore
from nrm_desktop.bootstrap.session import SLOT_USER, OpenSafe
from nrm_desktop.domain.ids import DeviceId, UserId
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.primitives import PublicKey
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.security.vault.opening import Unlocked
from nrm_desktop.security.vault.slots import Slot
from nrm_desktop.security.vault.vouching import vouch, vouched_by, vouched_payload

SLOT_VOUCHER: Final = "slot.voucher."
"""With the id of a slot in hex: the signed word for it."""


def vouch_for(
    trust: TrustStore, vault: Unlocked, slot: Slot, user: bytes, signers: Iterable[SignerKeys]
) -> None:
    """Keep the word for a slot that was made here. Shape: `user` is empty where it is nobody's."""
    word = vouch(vault.header.vault_id, slot, user, *signers)
    trust.set_secret(SLOT_VOUCHER + slot.id.hex(), word)


def forget_voucher(trust: TrustStore, slot: bytes) -> None:
    """Keep no word for a slot that has gone."""
    if trust.secret(SLOT_VOUCHER + slot.hex()):
        trust.set_secret(SLOT_VOUCHER + slot.hex(), b"")


def is_own_vouched(trust: TrustStore, safe: OpenSafe, user: bytes) -> bool:
    """True if whoever has opened the vault has given the own word for the own slot."""
    signer, slot = safe.signer, safe.unlocked.slot

    def key_of(key: bytes) -> PublicKey | None:
        return signer.public if key == signer.id else None

    payload = vouched_payload(safe.unlocked.header.vault_id, slot, user)
    word = trust.secret(SLOT_VOUCHER + slot.id.hex())
    return signer.id in vouched_by(word, payload, key_of)


@dataclass(frozen=True, slots=True)
class Words:
    """Who has given the word for which slot of an open vault, as the signatures say.

    Shape: `noted` is what the database says of whose a slot is; anybody who works here could have
    written it, and it counts only where a signature says the same.
    """

    signers: Mapping[bytes, frozenset[UserId]]
    noted: Mapping[bytes, bytes]
    certified: frozenset[UserId]

    def owner(self, slot: Slot) -> UserId | None:
        """The person whose slot it is, by that person's own word; None without one."""
        user = UserId(self.noted[slot.id])
        return user if user in self.signers[slot.id] else None

    def strangers(self, rest: Iterable[Slot], leaving: Collection[bytes]) -> list[Slot]:
        """The slots of `rest` that nobody who stays has given the word for.

        Who stays is who has a slot among these by the own word. So it does not matter what
        whoever leaves has noted about the own slot: with it goes all that stands by this word.
        """
        slots = tuple(rest)
        staying = {owner for slot in slots if (owner := self.owner(slot))} - set(leaving)
        return [slot for slot in slots if not self._counts(slot, staying)]

    def _counts(self, slot: Slot, staying: AbstractSet[UserId]) -> bool:
        if not self.signers[slot.id] & staying:
            return False
        if not slot.is_user:
            return True
        user = UserId(self.noted[slot.id])
        is_pending = bool(user) and user not in self.certified
        return (user in staying and self.owner(slot) == user) or is_pending


def words_for(trust: TrustStore, roster: Roster, vault: Unlocked, device: DeviceId) -> Words:
    """Read and check the words for all slots of the header as it lies there now.

    Shape: `device` is this installation: who is certified on it has opened the own slot, or was
    here when it was made, so another's word for that slot is not enough.
    """
    known = roster.powers.organisation
    signers: dict[bytes, frozenset[UserId]] = {}
    noted: dict[bytes, bytes] = {}
    for slot in vault.header.slots:
        place = slot.id.hex()
        noted[slot.id] = (trust.secret(SLOT_USER + place) or b"") if slot.is_user else b""
        payload = vouched_payload(vault.header.vault_id, slot, noted[slot.id])
        by = vouched_by(trust.secret(SLOT_VOUCHER + place), payload, roster.signer_key)
        signers[slot.id] = frozenset(known.signers[one].user for one in by if one in known.signers)
    certified = frozenset(
        facts.user
        for signer, facts in known.signers.items()
        if device in known.signer_devices.get(signer, frozenset())
    )
    return Words(signers, noted, certified)

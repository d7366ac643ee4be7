"""Whose word stands for a key slot, so that a new data key is sealed to no slot of a stranger.

This module decides when that word counts: it is given by whoever made the slot, and by the person
whose it is at each opening; the signer stands in the organisation, and its person is not the one
who leaves. What the database says of a slot without such a signature is worth nothing: whoever
leaves could have written it. It writes no header.

Source: storage-security.md section 4.6 (step 1); docs/adr/0025. Promise: P12. Threat: T22.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from nrm_desktop.app.ports import TrustStore
from nrm_desktop.bootstrap.session import SLOT_USER, OpenSafe
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


def is_vouched(
    trust: TrustStore, roster: Roster, vault: Unlocked, slot: Slot, leaving: bytes
) -> bool:
    """True if somebody who stays has given the word for a slot exactly as it lies in the header."""
    user = (trust.secret(SLOT_USER + slot.id.hex()) or b"") if slot.is_user else b""
    if slot.is_user and not user:
        return False
    payload = vouched_payload(vault.header.vault_id, slot, user)
    word = trust.secret(SLOT_VOUCHER + slot.id.hex())
    standing = roster.powers.organisation.signers
    return any(
        one in standing and standing[one].user != leaving
        for one in vouched_by(word, payload, roster.signer_key)
    )

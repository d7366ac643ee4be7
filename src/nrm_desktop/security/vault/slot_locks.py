"""The locks of key slots: how a passphrase, a key file or a recovery key opens the data key.

This module decides what a slot seals and binds (suite 1). Each slot has its own key pair: the
secret seals the private seeds, the data key is sealed to the public key. So the data key can be
changed while the others are absent, and a person's signing seed lies in that person's slot only.
It must not read files and must not count tries.

Source: storage-security.md section 4.2. Threats: T1, T9, T22.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.limits import FORMAT
from nrm_desktop.domain.errors import HostileInput, IntegrityFault, Locked
from nrm_desktop.security.labels import AadLabel, BoxLabel, KdfLabel, MacLabel
from nrm_desktop.security.primitives import (
    KemKey,
    KemPublic,
    hkdf_expand,
    mac,
    open_aead,
    seal_aead,
)
from nrm_desktop.security.suite import KEY_BYTES, NONCE_BYTES, KdfCost
from nrm_desktop.security.vault.kdf import stretch
from nrm_desktop.security.vault.slots import (
    SALT_BYTES,
    SLOT_ID_BYTES,
    SUITE,
    Slot,
    SlotKind,
    cost_item,
)

NO_SIGNING_SEED: Final = bytes(KEY_BYTES)
"""What a recovery slot holds: a sheet of paper must not be able to sign."""


@dataclass(frozen=True, slots=True)
class KeyedPassphrase:
    """A passphrase with the key file that goes with it. Its text form shows neither.

    Shape: `file` is the SHA-256 of the key file; both are needed to open a slot of kind 3, and a
    slot of kind 1 asks for the passphrase alone.
    """

    passphrase: bytes = field(repr=False)
    file: bytes = field(repr=False)

    @property
    def kind(self) -> SlotKind:
        """The kind of slot that such a secret makes."""
        return SlotKind.KEY_FILE


SlotSecret = bytes | KeyedPassphrase
"""What opens a slot: a passphrase or recovery key in bytes, or a passphrase with a key file."""


@dataclass(frozen=True, slots=True)
class SlotSeeds:
    """What only the holder of a slot has. Its text form shows nothing."""

    kem: bytes = field(repr=False)
    sign: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SlotWish:
    """A slot to be made. Shape: `secret` is a passphrase in bytes, or the 32 recovery bytes."""

    kind: SlotKind
    sign: int
    secret: SlotSecret = field(repr=False)
    cost: KdfCost | None = None


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of the data with what it is bound to in a header."""

    vault_id: bytes
    epoch: int
    dek: bytes = field(repr=False)


def make_slot(wish: SlotWish, seeds: SlotSeeds, data: DataKey, random: Randomness) -> Slot:
    """Make a slot that opens the data key."""
    slot = Slot(
        id=random(SLOT_ID_BYTES),
        kind=wish.kind,
        sign=wish.sign,
        cost=None,
        salt=b"",
        extra=b"",
        kem_public=KemKey(seeds.kem).public.raw,
    )
    return wrap_data_key(reseal(slot, wish, seeds, data.vault_id, random), data)


def reseal(
    slot: Slot, wish: SlotWish, seeds: SlotSeeds, vault_id: bytes, random: Randomness
) -> Slot:
    """Put a slot under a new secret: new salt and nonce, the same seeds and id."""
    salt = random(SALT_BYTES) if wish.kind.is_stretched else b""
    bare = replace(
        slot, kind=wish.kind, sign=wish.sign, cost=wish.cost, salt=salt, nonce=random(NONCE_BYTES)
    )
    key = _key(bare, vault_id, wish.secret)
    sealed = seal_aead(key, bare.nonce, seeds.kem + seeds.sign, _aad(bare, vault_id))
    return replace(bare, sealed=sealed)


def wrap_data_key(slot: Slot, data: DataKey) -> Slot:
    """Seal a data key to a slot whose holder need not be there."""
    public = KemPublic(slot.kem_public)
    wrap = public.seal(BoxLabel.VAULT_DEK, _wrap_context(slot, data), data.dek)
    return replace(slot, dek_wrap=wrap)


def user_kind(secret: SlotSecret) -> SlotKind:
    """The kind of slot that a person's secret makes."""
    return secret.kind if isinstance(secret, KeyedPassphrase) else SlotKind.PASSPHRASE


def must_be_enough(slot: Slot, secret: SlotSecret) -> None:
    """Say what is missing before a try is counted: nobody guesses by leaving the file out.

    Raises: Locked `vault.key_file_needed`; Locked `vault.no_slot` for a slot of the office, which
            no secret of ours opens.
    """
    if slot.kind is SlotKind.OFFICE:
        raise Locked("vault.no_slot")
    if slot.kind is SlotKind.KEY_FILE and not isinstance(secret, KeyedPassphrase):
        raise Locked("vault.key_file_needed")


def open_seeds(slot: Slot, vault_id: bytes, secret: SlotSecret) -> SlotSeeds:
    """Open a slot with its secret.

    Raises: Locked `vault.wrong_passphrase`, which is also what a changed slot and another key
            file give; as `must_be_enough`.
    """
    must_be_enough(slot, secret)
    try:
        plain = open_aead(
            _key(slot, vault_id, secret), slot.nonce, slot.sealed, _aad(slot, vault_id)
        )
    except HostileInput:
        raise Locked("vault.wrong_passphrase") from None
    return SlotSeeds(plain[:KEY_BYTES], plain[KEY_BYTES:])


def open_data_key(slot: Slot, seeds: SlotSeeds, vault_id: bytes, epoch: int) -> DataKey:
    """Open the data key with the seeds of a slot.

    Raises: IntegrityFault when the wrapped key is not the one that was sealed to this slot.
    """
    data = unwrap_data_key(slot, KemKey(seeds.kem), vault_id, epoch)
    if data is None:
        raise IntegrityFault("integrity.header_changed")
    return data


def unwrap_data_key(slot: Slot, key: KemKey, vault_id: bytes, epoch: int) -> DataKey | None:
    """Open the data key with the key pair of a slot; None if it was not sealed to this slot."""
    data = DataKey(vault_id, epoch, b"")
    dek = key.open(BoxLabel.VAULT_DEK, _wrap_context(slot, data), slot.dek_wrap)
    if key.public.raw != slot.kem_public or dek is None or len(dek) != KEY_BYTES:
        return None
    return replace(data, dek=dek)


def seal_to_slot(slot: Slot, vault_id: bytes, plain: bytes) -> bytes:
    """Seal a value so that only the holder of a slot can read it, though it lies elsewhere."""
    return KemPublic(slot.kem_public).seal(BoxLabel.SLOT_VALUE, vault_id + slot.id, plain)


def open_from_slot(slot: Slot, seeds: SlotSeeds, vault_id: bytes, sealed: bytes) -> bytes:
    """Undo `seal_to_slot`. Raises: IntegrityFault when it was sealed to another slot."""
    plain = KemKey(seeds.kem).open(BoxLabel.SLOT_VALUE, vault_id + slot.id, sealed)
    if plain is None:
        raise IntegrityFault("integrity.slot_value")
    return plain


def _key(slot: Slot, vault_id: bytes, secret: SlotSecret) -> bytes:
    """The key that seals the seeds: the secret, stretched where it is a passphrase."""
    must_be_enough(slot, secret)
    typed, file = (
        (secret.passphrase, secret.file) if isinstance(secret, KeyedPassphrase) else (secret, b"")
    )
    first = typed if slot.cost is None else stretch(typed, slot.salt, slot.cost)
    if slot.kind is SlotKind.KEY_FILE:
        first = mac(MacLabel.KEY_FILE, first, file)
    return hkdf_expand(KdfLabel.SLOT_KEK, first, vault_id + slot.id)


def _aad(slot: Slot, vault_id: bytes) -> bytes:
    """All that must not be changed without the slot failing, the cost above all."""
    return cbor.encode(
        (
            AadLabel.SLOT.value.decode("ascii"),
            FORMAT,
            SUITE,
            vault_id,
            slot.id,
            slot.kind.value,
            slot.sign,
            cost_item(slot),
            slot.salt,
            slot.extra,
            slot.kem_public,
        )
    )


def _wrap_context(slot: Slot, data: DataKey) -> bytes:
    return data.vault_id + slot.id + data.epoch.to_bytes(4, "big")

"""Key slots: how a passphrase or recovery key opens the data key, and how a slot lies in bytes.

This module decides what a slot seals and binds (suite 1). Each slot has its own key pair: the
secret seals the private seeds, the data key is sealed to the public key. So the data key can be
changed while the others are absent, and a person's signing seed lies in that person's slot only.
It must not read files and must not count tries.

Kinds that this version keeps but does not open: 3 (passphrase and key file) and 5 (office).

Source: storage-security.md section 4.2. Threats: T1, T9, T22.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.cbor import Encodable, Item
from nrm_desktop.app.wire.limits import FORMAT
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.errors import HostileInput, IntegrityFault, Locked
from nrm_desktop.security.labels import AadLabel, BoxLabel, KdfLabel
from nrm_desktop.security.primitives import (
    HPKE_OVERHEAD,
    KEM_PUBLIC_BYTES,
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    KdfCost,
    KemKey,
    KemPublic,
    hkdf_expand,
    open_aead,
    seal_aead,
)
from nrm_desktop.security.vault.kdf import check_range, stretch

SUITE: Final = 1
VAULT_ID_BYTES: Final = 16
SLOT_ID_BYTES: Final = 8
SIGNS: Final = 64
EXTRA_BYTES: Final = 1024
_SALT_BYTES: Final = 16
_SEALED_BYTES: Final = 2 * KEY_BYTES + TAG_BYTES
_WRAP_BYTES: Final = KEY_BYTES + HPKE_OVERHEAD
_COST_TOP: Final = (1 << 32) - 1
NO_SIGNING_SEED: Final = bytes(KEY_BYTES)
"""What a recovery slot holds: a sheet of paper must not be able to sign."""


class SlotKind(IntEnum):
    """Kinds of slots; 4 (passphrase and FIDO2) is reserved and refused."""

    PASSPHRASE = 1
    RECOVERY = 2
    KEY_FILE = 3
    OFFICE = 5

    @property
    def is_stretched(self) -> bool:
        """True if a passphrase is typed, so that Argon2id stands before the key."""
        return self in {SlotKind.PASSPHRASE, SlotKind.KEY_FILE}


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot as it lies in the header.

    Shape: `sign` is the number of the word and picture on the lock screen; `cost` is None and
    `salt` empty where nothing is stretched; `nonce` and `sealed` are empty for an office slot.
    """

    id: bytes
    kind: SlotKind
    sign: int
    cost: KdfCost | None
    salt: bytes
    extra: bytes
    kem_public: bytes = field(repr=False)
    nonce: bytes = field(default=b"", repr=False)
    sealed: bytes = field(default=b"", repr=False)
    dek_wrap: bytes = field(default=b"", repr=False)

    @property
    def is_user(self) -> bool:
        """True if the slot belongs to a person and has a sign."""
        return self.kind.is_stretched

    def is_same_lock(self, other: Slot) -> bool:
        """True if the same secret opens both or neither."""
        return replace(self, dek_wrap=b"") == replace(other, dek_wrap=b"")


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
    secret: bytes = field(repr=False)
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
    salt = random(_SALT_BYTES) if wish.kind.is_stretched else b""
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


def open_seeds(slot: Slot, vault_id: bytes, secret: bytes) -> SlotSeeds:
    """Open a slot with its secret.

    Raises: Locked `vault.wrong_passphrase`, which is also what a changed slot gives; Locked
            `vault.no_slot` for a kind that this version cannot open.
    """
    if slot.kind not in {SlotKind.PASSPHRASE, SlotKind.RECOVERY}:
        raise Locked("vault.no_slot")
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
    key = KemKey(seeds.kem)
    data = DataKey(vault_id, epoch, b"")
    dek = key.open(BoxLabel.VAULT_DEK, _wrap_context(slot, data), slot.dek_wrap)
    if key.public.raw != slot.kem_public or dek is None or len(dek) != KEY_BYTES:
        raise IntegrityFault("integrity.header_changed")
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


def slot_item(slot: Slot) -> Encodable:
    """The slot as it stands in the body of the header."""
    return (
        slot.id,
        slot.kind.value,
        slot.sign,
        _cost_item(slot),
        slot.salt,
        slot.extra,
        slot.nonce,
        slot.sealed,
        slot.kem_public,
        slot.dek_wrap,
    )


def read_slot(item: Item, what: str) -> Slot:
    """Read a slot. Raises: HostileInput; costs out of range are refused before any use."""
    parts = shape.fields(item, what, 10)
    kind = _kind(parts[1], what)
    is_sealed = kind is not SlotKind.OFFICE
    return Slot(
        id=shape.octets(parts[0], what, SLOT_ID_BYTES),
        kind=kind,
        sign=shape.uint(parts[2], what, SIGNS - 1 if kind.is_stretched else 0),
        cost=_cost(parts[3], what, kind),
        salt=shape.octets(parts[4], what, _SALT_BYTES if kind.is_stretched else 0),
        extra=_extra(parts[5], what),
        nonce=shape.octets(parts[6], what, NONCE_BYTES if is_sealed else 0),
        sealed=shape.octets(parts[7], what, _SEALED_BYTES if is_sealed else 0),
        kem_public=shape.octets(parts[8], what, KEM_PUBLIC_BYTES),
        dek_wrap=shape.octets(parts[9], what, _WRAP_BYTES),
    )


def _kind(item: Item, what: str) -> SlotKind:
    try:
        return SlotKind(shape.uint(item, what))
    except ValueError:
        raise refuse(Step.CBOR, f"{what}.kind") from None


def _cost(item: Item, what: str, kind: SlotKind) -> KdfCost | None:
    parts = shape.fields(item, what, 3 if kind.is_stretched else 0)
    if not parts:
        return None
    memory, passes, lanes = (shape.uint(part, what, _COST_TOP) for part in parts)
    return check_range(KdfCost(memory, passes, lanes))


def _extra(item: Item, what: str) -> bytes:
    return b"" if item == b"" else shape.some_octets(item, what, EXTRA_BYTES)


def _cost_item(slot: Slot) -> Encodable:
    cost = slot.cost
    return () if cost is None else (cost.memory_kib, cost.passes, cost.lanes)


def _key(slot: Slot, vault_id: bytes, secret: bytes) -> bytes:
    """The key that seals the seeds: the secret, stretched where it is a passphrase."""
    first = secret if slot.cost is None else stretch(secret, slot.salt, slot.cost)
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
            _cost_item(slot),
            slot.salt,
            slot.extra,
            slot.kem_public,
        )
    )


def _wrap_context(slot: Slot, data: DataKey) -> bytes:
    return data.vault_id + slot.id + data.epoch.to_bytes(4, "big")

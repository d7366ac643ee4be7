"""Thin typed wrappers around `cryptography`, each of which demands a label.

This module decides algorithms and key shapes of suite 1: HKDF-SHA256, HMAC-SHA256, AES-256-GCM,
Ed25519, ML-DSA-65, HPKE with MLKEM768_X25519, Argon2id. It must not know any structure, and it
never prints or compares secrets. Randomness is made by callers.

Source: sync.md sections 4, 6 and 7; storage-security.md sections 4.1, 4.2 and 4.5.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa, mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from nrm_desktop.app.wire.hashes import HashLabel, labelled, labelled_hash
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.ids import ID_BYTES
from nrm_desktop.security.labels import BoxLabel, KdfLabel, MacLabel
from nrm_desktop.security.suite import ED25519_PUBLIC_BYTES, KEY_BYTES, ML_DSA_PUBLIC_BYTES, KdfCost

_ML_KEM_PUBLIC: Final = 1184
_ML_KEM_SEED: Final = 64
_X_WING_EXPANDED: Final = 96

_SUITE: Final = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)

_P: Final = 2**255 - 19
_ORDER_EIGHT: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER: Final = frozenset({0, 1, _P - 1, _P, _P + 1, _ORDER_EIGHT, _P - _ORDER_EIGHT})
"""The y of all points of order 1, 2, 4 and 8, also in their longer encodings. Under such a key
one signature fits many messages, and the library takes them (tried: the neutral point)."""


def hkdf(label: KdfLabel, key: bytes, salt: bytes, context: bytes, size: int) -> bytes:
    """HKDF-SHA256 with info = label, zero byte, context."""
    info = labelled(label.value, context)
    return HKDF(hashes.SHA256(), size, salt, info).derive(key)


def hkdf_expand(label: KdfLabel, key: bytes, context: bytes, size: int = KEY_BYTES) -> bytes:
    """HKDF-Expand-SHA256 alone, for keys that are already uniform."""
    return HKDFExpand(hashes.SHA256(), size, labelled(label.value, context)).derive(key)


def mac(label: MacLabel, key: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA256 over label, zero byte and the parts. Shape: 32 bytes."""
    return hmac.digest(key, labelled(label.value, *parts), "sha256")


def macs(label: MacLabel, key: bytes, parts: Iterable[bytes]) -> Iterator[bytes]:
    """`mac` of each part by itself, under one key. Shape: 32 bytes each, in order."""
    beginning = labelled(label.value)
    for part in parts:
        yield hmac.digest(key, beginning + part, "sha256")


def is_equal(left: bytes, right: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left, right)


def seal_aead(key: bytes, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
    """AES-256-GCM; the tag is the last 16 bytes. A nonce is never used twice under one key."""
    return AESGCM(key).encrypt(nonce, plain, aad)


def open_aead(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Undo `seal_aead`. Raises: HostileInput (step `aead`) if anything was changed."""
    try:
        return AESGCM(key).decrypt(nonce, sealed, aad)
    except InvalidTag:
        raise refuse(Step.AEAD, "tag") from None


def argon2id(secret: bytes, salt: bytes, cost: KdfCost, size: int = KEY_BYTES) -> bytes:
    """Argon2id, version 1.3. Raises: MemoryError when the memory cannot be had."""
    return Argon2id(
        salt=salt,
        length=size,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive(secret)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What checks signatures of a signer, a device or a root: both halves belong together.

    Raises: HostileInput for a key of the wrong size or of small order.
    """

    ed25519: bytes
    ml_dsa: bytes

    def __post_init__(self) -> None:
        sizes = (len(self.ed25519), len(self.ml_dsa))
        if sizes != (ED25519_PUBLIC_BYTES, ML_DSA_PUBLIC_BYTES):
            raise refuse(Step.CBOR, "key.size")
        if int.from_bytes(self.ed25519, "little") & (1 << 255) - 1 in _SMALL_ORDER:
            raise refuse(Step.SIGNATURE, "key.small_order")

    def is_signed_ed25519(self, signature: bytes, message: bytes) -> bool:
        """True if the Ed25519 signature covers the message."""
        try:
            _ed25519_of(self.ed25519).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def is_signed_ml_dsa(self, signature: bytes, message: bytes) -> bool:
        """True if the ML-DSA-65 signature covers the message."""
        try:
            key = mldsa.MLDSA65PublicKey.from_public_bytes(self.ml_dsa)
            key.verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@lru_cache(maxsize=256)
def _ed25519_of(raw: bytes) -> ed25519.Ed25519PublicKey:
    """The same few signers come again with every commit. Raises: ValueError."""
    return ed25519.Ed25519PublicKey.from_public_bytes(raw)


class SigningKey:
    """Ed25519 and ML-DSA-65 of one signer, device or root. Its text form shows no secret.

    Shape: two 32-byte seeds; `from_seed` derives both from one.
    """

    def __init__(self, ed25519_seed: bytes, ml_dsa_seed: bytes) -> None:
        self._ed25519 = ed25519.Ed25519PrivateKey.from_private_bytes(ed25519_seed)
        self._ml_dsa_seed = ml_dsa_seed

    @classmethod
    def from_seed(cls, seed: bytes) -> SigningKey:
        """Derive both keys from the seed that lies in a key slot."""
        return cls(
            hkdf(KdfLabel.SEED_ED25519, seed, b"", b"", KEY_BYTES),
            hkdf(KdfLabel.SEED_ML_DSA, seed, b"", b"", KEY_BYTES),
        )

    @cached_property
    def public(self) -> PublicKey:
        """The half that others know."""
        return PublicKey(
            self._ed25519.public_key().public_bytes_raw(),
            self._ml_dsa().public_key().public_bytes_raw(),
        )

    def sign_ed25519(self, message: bytes) -> bytes:
        """Sign. Shape: 64 bytes, the same for the same message."""
        return self._ed25519.sign(message)

    def sign_ml_dsa(self, message: bytes) -> bytes:
        """Sign. Shape: 3,309 bytes, different at each call."""
        return self._ml_dsa().sign(message)

    def _ml_dsa(self) -> mldsa.MLDSA65PrivateKey:
        return mldsa.MLDSA65PrivateKey.from_seed_bytes(self._ml_dsa_seed)


@dataclass(frozen=True, slots=True)
class KemPublic:
    """The public half of a KEM key. Shape: ML-KEM-768 (1,184 bytes), then X25519 (32 bytes)."""

    raw: bytes

    @property
    def id(self) -> bytes:
        """The first 16 bytes of H("nrm1/kem", key)."""
        return labelled_hash(HashLabel.KEM, self.raw)[:ID_BYTES]

    def seal(self, label: BoxLabel, context: bytes, plain: bytes) -> bytes:
        """Seal to the holder of the private half. Raises: HostileInput if this is no key."""
        try:
            key = hpke.MLKEM768X25519PublicKey(
                mlkem.MLKEM768PublicKey.from_public_bytes(self.raw[:_ML_KEM_PUBLIC]),
                x25519.X25519PublicKey.from_public_bytes(self.raw[_ML_KEM_PUBLIC:]),
            )
            return _SUITE.encrypt(plain, key, info=labelled(label.value, context))
        except ValueError as error:
            raise refuse(Step.CBOR, "kem") from error


class KemKey:
    """A KEM key from a 32-byte seed (X-Wing). Its text form shows no secret."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != KEY_BYTES:
            raise ValueError("a KEM seed has 32 bytes")
        expanded = hashlib.shake_256(seed).digest(_X_WING_EXPANDED)
        self._ml_kem = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:_ML_KEM_SEED])
        self._x25519 = x25519.X25519PrivateKey.from_private_bytes(expanded[_ML_KEM_SEED:])

    @cached_property
    def public(self) -> KemPublic:
        """The half that others seal to."""
        return KemPublic(
            self._ml_kem.public_key().public_bytes_raw()
            + self._x25519.public_key().public_bytes_raw()
        )

    def open(self, label: BoxLabel, context: bytes, sealed: bytes) -> bytes | None:
        """Open what was sealed to us; None if it was not, or was changed."""
        key = hpke.MLKEM768X25519PrivateKey(self._ml_kem, self._x25519)
        try:
            return _SUITE.decrypt(sealed, key, info=labelled(label.value, context))
        except (InvalidTag, ValueError):
            return None

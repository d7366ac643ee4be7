"""Known answers at start-up: do the cryptographic libraries of this machine compute rightly?

This module decides which answers must come out. It must not decide what the program does
without them: `bootstrap` refuses to found an organisation, and `selftest` names what failed.

Source: sync.md sections 7.3 and 7.4. The answers come from RFC 5869, RFC 8032, RFC 9881, NIST's
GCM test cases, the Argon2 reference tests and the X-Wing draft.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nrm_desktop.domain.errors import HostileInput, IntegrityFault
from nrm_desktop.security.known_answers import HPKE_BOX, ML_DSA_SIGNATURE
from nrm_desktop.security.labels import BoxLabel
from nrm_desktop.security.primitives import (
    KemKey,
    PublicKey,
    SigningKey,
    argon2id,
    open_aead,
    seal_aead,
)
from nrm_desktop.security.suite import KdfCost

_ANSWER: Final = b"the known answer of this program"
_COUNTING: Final = bytes(range(32))
_X_WING_SEED: Final = "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26"
_ML_DSA_PUBLIC: Final = "d666806e11cee19a7c989f7445f90dd419cf4d2d51db8c0fdb4c0f0a542238c9"
_ED25519_SEED: Final = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"
_ED25519_SIGNATURE: Final = (
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
)
_GCM_KEY: Final = "feffe9928665731c6d6a8f9467308308" * 2
_GCM_NONCE: Final = "cafebabefacedbaddecaf888"
_GCM_PLAIN: Final = (
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
)
_GCM_AAD: Final = "feedfacedeadbeeffeedfacedeadbeefabaddad2"
_GCM_SEALED: Final = (
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece"
    "0f4e1768cddf8853bb2d551b"
)
_ARGON2ID: Final = "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"
_HKDF_SHA256: Final = (
    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
)


@dataclass(frozen=True, slots=True)
class Check:
    """One algorithm and whether its known answer came out."""

    name: str
    is_good: bool


def require_primitives(checks: Sequence[Check]) -> None:
    """Refuse to go on with wrong primitives.

    Raises: IntegrityFault `integrity.selftest`, with the names of what failed.
    """
    failed = tuple(check.name for check in checks if not check.is_good)
    if failed:
        raise IntegrityFault("integrity.selftest", part=failed)


def check_primitives() -> tuple[Check, ...]:
    """Compute every known answer. A few milliseconds."""
    answers = (
        ("hkdf", _is_hkdf_right),
        ("aes_gcm", _is_aes_gcm_right),
        ("ed25519", _is_ed25519_right),
        ("ml_dsa", _is_ml_dsa_right),
        ("hpke", _is_hpke_right),
        ("argon2id", _is_argon2id_right),
    )
    return tuple(Check(name, holds(answer)) for name, answer in answers)


def holds(answer: Callable[[], bool]) -> bool:
    """True if the answer came out; an algorithm that is missing counts as a wrong answer."""
    try:
        return answer()
    except (UnsupportedAlgorithm, HostileInput, ValueError):
        return False


def _is_hkdf_right() -> bool:
    salt, info = bytes(range(13)), bytes(range(0xF0, 0xFA))
    return HKDF(SHA256(), 42, salt, info).derive(b"\x0b" * 22).hex() == _HKDF_SHA256


def _is_aes_gcm_right() -> bool:
    key, nonce, aad = (bytes.fromhex(text) for text in (_GCM_KEY, _GCM_NONCE, _GCM_AAD))
    sealed, plain = bytes.fromhex(_GCM_SEALED), bytes.fromhex(_GCM_PLAIN)
    return (
        seal_aead(key, nonce, plain, aad) == sealed
        and open_aead(key, nonce, sealed, aad) == plain
        and not holds(lambda: bool(open_aead(key, nonce, sealed, aad[1:])))
    )


def _is_ed25519_right() -> bool:
    key = SigningKey(bytes.fromhex(_ED25519_SEED), _COUNTING)
    message, signature = bytes.fromhex("af82"), bytes.fromhex(_ED25519_SIGNATURE)
    return (
        key.sign_ed25519(message) == signature
        and key.public.is_signed_ed25519(signature, message)
        and not key.public.is_signed_ed25519(signature, message + b"\x00")
    )


def _is_ml_dsa_right() -> bool:
    key = SigningKey(_COUNTING, _COUNTING)
    public, stored = key.public, ML_DSA_SIGNATURE
    return (
        sha256(public.ml_dsa).hexdigest() == _ML_DSA_PUBLIC
        and _is_signed(public, stored)
        and _is_signed(public, key.sign_ml_dsa(_ANSWER))
        and not public.is_signed_ml_dsa(stored, _ANSWER[1:])
    )


def _is_signed(public: PublicKey, signature: bytes) -> bool:
    return public.is_signed_ml_dsa(signature, _ANSWER)


def _is_hpke_right() -> bool:
    key = KemKey(bytes.fromhex(_X_WING_SEED))
    fresh = key.public.seal(BoxLabel.BOX, b"", _ANSWER)
    stored = HPKE_BOX
    return (
        key.open(BoxLabel.BOX, b"known answer", stored) == _ANSWER
        and key.open(BoxLabel.BOX, b"", fresh) == _ANSWER
        and key.open(BoxLabel.BOX, b"", stored) is None
    )


def _is_argon2id_right() -> bool:
    return argon2id(b"password", b"somesalt", KdfCost(256, 2, 1)).hex() == _ARGON2ID

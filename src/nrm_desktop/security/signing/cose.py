"""Signatures over received bytes: the Sig_structure of COSE_Sign1, one label per kind.

This module decides what exactly is signed and which kinds need both algorithms. It must not
parse payloads. Which algorithms a kind needs stands in one table and is never read from the
message, so nobody can strip the second signature.

Source: RFC 9052 section 4.4; COSE algorithm numbers -8 (EdDSA) and -49 (ML-DSA-65); sync.md
sections 4, 4.1 and 7.4. Threats: Q (later quantum computer), one statement shown as another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.statement import Signature, SignedStatement
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.primitives import PublicKey, SigningKey

ED25519_PROTECTED: Final = bytes.fromhex("a10127")
ML_DSA_PROTECTED: Final = bytes.fromhex("a1013830")
_CONTEXT: Final = "Signature1"

ED25519_ALONE: Final = frozenset({SignLabel.COMMIT, SignLabel.KEYBOX})
"""Kinds that are many or short-lived; all others carry Ed25519 and ML-DSA-65."""

KeyLookup = Callable[[bytes], PublicKey | None]
"""Gives the public key for a 16-byte key id, None if it is not known."""


def message_to_sign(label: SignLabel, protected: bytes, payload: bytes) -> bytes:
    """The bytes that the algorithm itself signs."""
    return cbor.encode((_CONTEXT, protected, label.value, payload))


def sign_once(label: SignLabel, key: SigningKey, payload: bytes) -> bytes:
    """Sign with Ed25519 alone. Shape: 64 bytes."""
    return key.sign_ed25519(message_to_sign(label, ED25519_PROTECTED, payload))


def is_signed_once(label: SignLabel, key: PublicKey, payload: bytes, signature: bytes) -> bool:
    """True if the Ed25519 signature covers the payload under this label."""
    return key.is_signed_ed25519(signature, message_to_sign(label, ED25519_PROTECTED, payload))


def sign(label: SignLabel, key: SigningKey, key_id: bytes, payload: bytes) -> Signature:
    """Sign with all that the label asks for."""
    ml_dsa = None
    if label not in ED25519_ALONE:
        ml_dsa = key.sign_ml_dsa(message_to_sign(label, ML_DSA_PROTECTED, payload))
    return Signature(key_id, sign_once(label, key, payload), ml_dsa)


def sign_statement(
    label: SignLabel, key: SigningKey, key_id: bytes, payload: bytes
) -> SignedStatement:
    """Make a statement with one signature."""
    return SignedStatement(payload, (sign(label, key, key_id, payload),))


def check_statement(
    label: SignLabel, statement: SignedStatement, key_of: KeyLookup
) -> frozenset[bytes]:
    """Check every signature whose key is known, and name these keys (step 6).

    Shape: ids of the keys that signed; a key that is not known is left out, so the caller sees
    whether enough of the right ones are there.
    Raises: HostileInput (step `signature`) when one of a known key is wrong or incomplete.
    """
    good = set()
    for one in statement.signatures:
        key = key_of(one.key)
        if key is None:
            continue
        if not _is_good(label, one, key, statement.payload):
            raise refuse(Step.SIGNATURE, label.value.decode("ascii"))
        good.add(one.key)
    return frozenset(good)


def check_signed_by(
    label: SignLabel, statement: SignedStatement, key: PublicKey, key_id: bytes
) -> bytes:
    """Give the payload if exactly this key signed it.

    Raises: HostileInput (step `signature`).
    """
    ids = [one.key for one in statement.signatures]
    good = check_statement(label, statement, {key_id: key}.get)
    if ids != [key_id] or good != {key_id}:
        raise refuse(Step.SIGNATURE, label.value.decode("ascii"))
    return statement.payload


def _is_good(label: SignLabel, one: Signature, key: PublicKey, payload: bytes) -> bool:
    if not is_signed_once(label, key, payload, one.ed25519):
        return False
    if label in ED25519_ALONE:
        return one.ml_dsa is None
    return one.ml_dsa is not None and key.is_signed_ml_dsa(
        one.ml_dsa, message_to_sign(label, ML_DSA_PROTECTED, payload)
    )

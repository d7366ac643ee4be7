"""Signed statements: a payload as bytes with one or more signatures beside it.

This module decides the envelope of everything that is signed apart from commits (which carry
their signature in their own array). It must not check signatures; `security.signing` does.

Source: sync.md sections 4.1, 7.3, 8 and 11; decisions.md 7 (no maps, hence not the outer array
of COSE_Sign1; what is signed is its Sig_structure all the same).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.cbor import Item
from nrm_desktop.app.wire.limits import BODY_BYTES, SIGNATURES_PER_STATEMENT

ED25519_BYTES: Final = 64
ML_DSA_BYTES: Final = 3309


@dataclass(frozen=True, slots=True)
class Signature:
    """One key's signature. Shape: `key` is the 16-byte id of a signer, root key or device."""

    key: bytes
    ed25519: bytes = field(repr=False)
    ml_dsa: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """A payload as received, and who signed it; nothing is proved until it is checked."""

    payload: bytes = field(repr=False)
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The bytes of the wire, signatures by rising key id."""
        ordered = sorted(self.signatures, key=lambda signature: signature.key)
        return cbor.encode((self.payload, [(one.key, one.ed25519, one.ml_dsa) for one in ordered]))


def decode_statement(data: bytes) -> SignedStatement:
    """Read an envelope. Raises: HostileInput."""
    payload, signatures = shape.fields(cbor.decode(data), "statement", 2)
    found = shape.each(signatures, "statement.signature", _read, SIGNATURES_PER_STATEMENT)
    shape.array(signatures, "statement.signature", SIGNATURES_PER_STATEMENT, 1)
    shape.ascending(tuple(one.key for one in found), "statement.signature")
    return SignedStatement(shape.some_octets(payload, "statement.payload", BODY_BYTES), found)


def _read(item: Item, what: str) -> Signature:
    key, ed25519, ml_dsa = shape.fields(item, what, 3)
    return Signature(
        shape.octets(key, what),
        shape.octets(ed25519, what, ED25519_BYTES),
        None if ml_dsa is None else shape.octets(ml_dsa, what, ML_DSA_BYTES),
    )

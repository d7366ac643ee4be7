"""The signature beside a table that left: which file, whose, and when it was given out.

This module decides the bytes that are signed. It must not check signatures, and must not read the
file that it names by its hash.

Source: standards.md ST11; docs/adr/0046; docs/format.md section 11.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.limits import CLOCK_MS, FORMAT
from nrm_desktop.app.wire.referral import Proof, read_proof

_HASH: Final = 32


@dataclass(frozen=True, slots=True)
class ReleaseSeal:
    """What is signed about a file (aad `nrm1/stat`). Units: `at_ms`, wall clock of the signer.

    Shape: `sha256` of the whole file; `proof` leads from the signer to the root.
    """

    sha256: bytes
    at_ms: int
    proof: Proof


def encode_release_seal(seal: ReleaseSeal) -> bytes:
    """The payload."""
    return cbor.encode((FORMAT, seal.sha256, seal.at_ms, (seal.proof.roots, seal.proof.acts)))


def decode_release_seal(payload: bytes) -> ReleaseSeal:
    """Read the payload. Raises: HostileInput."""
    parts = shape.structure(cbor.decode(payload), "release", 4)
    _, sha256, at, proof = parts
    return ReleaseSeal(
        shape.octets(sha256, "release.sha256", _HASH),
        shape.uint(at, "release.at", CLOCK_MS),
        read_proof(proof),
    )

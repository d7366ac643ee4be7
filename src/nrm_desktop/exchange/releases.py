"""Signing a table that leaves, and checking one that came.

This module decides that a signature belongs to exactly the bytes of a file. It never says that the
organisation in it is the one that somebody means: its card does, once two people compared it.

Source: standards.md ST11; docs/adr/0046.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from hmac import compare_digest

from nrm_desktop.app.exchange_ports import Origin, Seals, StatementKind
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.release_seal import (
    ReleaseSeal,
    decode_release_seal,
    encode_release_seal,
)
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged, encode_tagged


@dataclass(frozen=True, slots=True)
class ReleaseSigned:
    """Whose file it is, and when it was given out. Units: `at_ms`, wall clock of the signer."""

    origin: Origin
    at_ms: int


def seal_release(seals: Seals, data: bytes, at_ms: int) -> bytes:
    """Sign a file in the name of the acting user. Shape: the bytes of the file beside it."""
    seal = ReleaseSeal(hashlib.sha256(data).digest(), at_ms, seals.proof())
    statement = seals.sign(StatementKind.RELEASE, encode_release_seal(seal))
    return encode_tagged(FileTag.RELEASE, statement)


def check_release(seals: Seals, data: bytes, signature: bytes) -> ReleaseSigned:
    """Check the signature of a file.

    Raises: HostileInput `integrity.signature` where it belongs to other bytes, or was not made by
    whom it proves; `integrity.format`.
    """
    statement = decode_tagged(signature, FileTag.RELEASE)
    seal = decode_release_seal(statement.payload)
    origin = seals.check(StatementKind.RELEASE, statement, seal.proof)
    if not compare_digest(seal.sha256, hashlib.sha256(data).digest()):
        raise refuse(Step.SIGNATURE, "release.sha256")
    return ReleaseSigned(origin, seal.at_ms)

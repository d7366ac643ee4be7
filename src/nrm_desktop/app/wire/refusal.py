"""Why foreign bytes are not accepted: the step of the acceptance order that failed.

This module decides the words for the steps and the error code of each. It must not decide what
happens to refused bytes; and it never carries content, only the name of a place in a structure.

Source: sync.md section 5; codes as in cli.md section 3.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from nrm_desktop.domain.errors import HostileInput


class Step(StrEnum):
    """The steps of acceptance, in order; vectors and the verifier use the same words."""

    CONTAINER = "container"
    """Size, magic, version, suite, type, shape of the container or pack index (step 1)."""
    NAME = "name"
    """The content hash is not the name (step 2)."""
    AEAD = "aead"
    """Commitment, segments, padding or unpacking fail (step 2)."""
    CBOR = "cbor"
    """Not strict CBOR, or not the shape of the structure (step 3)."""
    PLACE = "place"
    """Scope or compartment is not that of the key that opened the object (step 4)."""
    GRANT = "grant"
    """The writer was not granted this place (step 5)."""
    SIGNATURE = "signature"
    """The signature does not cover the received bytes (step 6)."""
    CHAIN = "chain"
    """The place in the log is taken or wrong (steps 7 and 8)."""
    SEGMENTS = "segments"
    """Skeleton or segment is not the one whose hash was signed (step 9)."""


_CODES: Final = MappingProxyType(
    {
        Step.CONTAINER: "integrity.format",
        Step.NAME: "integrity.hash",
        Step.AEAD: "integrity.hash",
        Step.CBOR: "integrity.format",
        Step.PLACE: "integrity.place",
        Step.GRANT: "integrity.grant",
        Step.SIGNATURE: "integrity.signature",
        Step.CHAIN: "integrity.chain",
        Step.SEGMENTS: "integrity.hash",
    }
)


def refuse(step: Step, what: str) -> HostileInput:
    """Make the error for a failed step.

    Shape: `what` names the place in the structure (`header.seq`), never its content.
    """
    return HostileInput(_CODES[step], step=step.value, what=what)

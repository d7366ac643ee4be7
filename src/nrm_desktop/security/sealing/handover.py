"""Seals the 30 bits of a hand-over code into 55: short enough for the hand, and not to be made up.

The tag of 25 bits is made from the bits themselves and stands for the nonce too (a synthetic one,
as in RFC 5297): the same ticks on one day give the same code, which tells nobody anything. Whoever
guesses is right once in 33 million times, and what a right guess opens is a form without a name.

The key is one that every device of the organisation holds. This module decides the construction;
what the bits mean is `domain.handover`.

Source: docs/format.md section 17. Threats: a made-up code, a code read by somebody who finds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from nrm_desktop.domain.handover import TICK_BITS
from nrm_desktop.security.labels import MacLabel
from nrm_desktop.security.primitives import mac

TAG_BITS: Final = 25
CODE_BITS: Final = TAG_BITS + TICK_BITS
_TICK_BYTES: Final = 4
_TAG: Final = b"tag"
_STREAM: Final = b"stream"


def seal_ticks(key: bytes, ticks: int) -> int:
    """Seal 30 bits. Shape: 55 bits, the tag first."""
    tag = _tag(key, ticks)
    return tag << TICK_BITS | ticks ^ _stream(key, tag)


def open_ticks(keys: Iterable[bytes], code: int) -> int | None:
    """Open a code with any of these keys; None if none of them made it."""
    tag, sealed = code >> TICK_BITS, code & (1 << TICK_BITS) - 1
    for key in keys:
        ticks = sealed ^ _stream(key, tag)
        if _tag(key, ticks) == tag:
            return ticks
    return None


def _tag(key: bytes, ticks: int) -> int:
    made = mac(MacLabel.HANDOVER, key, _TAG, ticks.to_bytes(_TICK_BYTES, "big"))
    return int.from_bytes(made, "big") >> 8 * len(made) - TAG_BITS


def _stream(key: bytes, tag: int) -> int:
    made = mac(MacLabel.HANDOVER, key, _STREAM, tag.to_bytes(_TICK_BYTES, "big"))
    return int.from_bytes(made, "big") >> 8 * len(made) - TICK_BITS

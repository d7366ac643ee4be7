"""The slow hash behind the 24 digits that people compare by telephone.

This module decides its cost only; `app.fingerprints` makes digits of it. The cost is part of the
format: both sides must come to the same digits.

Source: sync.md section 12.3.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.security.primitives import argon2id
from nrm_desktop.security.suite import KdfCost

_COST: Final = KdfCost(64 * 1024, 3, 4)
_BYTES: Final = 16


def harden(secret: bytes, salt: bytes) -> bytes:
    """Argon2id at the fixed cost. Shape: 16 bytes."""
    return argon2id(secret, salt, _COST, _BYTES)

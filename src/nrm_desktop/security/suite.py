"""What suite 1 is made of, in numbers: how long keys, nonces and tags are, what a derivation costs.

This module decides sizes only and loads no library, so that a locked vault can be looked at without
any. The algorithms are in `primitives`.

Source: sync.md section 6; storage-security.md section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
ED25519_PUBLIC_BYTES: Final = 32
ML_DSA_PUBLIC_BYTES: Final = 1952
KEM_PUBLIC_BYTES: Final = 1216
HPKE_OVERHEAD: Final = 1120 + TAG_BYTES


@dataclass(frozen=True, slots=True)
class KdfCost:
    """What one Argon2id run costs. Units: `memory_kib` in KiB. Limits: `vault.cost`."""

    memory_kib: int
    passes: int
    lanes: int

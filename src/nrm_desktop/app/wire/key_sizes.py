"""How many bytes public keys have. Source: sync.md section 7.1 (suite 1)."""

from __future__ import annotations

from typing import Final

ED25519_PUBLIC: Final = 32
ML_DSA_PUBLIC: Final = 1952
KEM_PUBLIC: Final = 1216

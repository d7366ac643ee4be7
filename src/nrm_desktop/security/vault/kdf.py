"""Argon2id for key slots: from a passphrase to 32 bytes, at a cost that `cost` has accepted.

It must not know what is sealed.

Source: storage-security.md section 4.5. Threats: T1 (guessing at a copied file).
"""

from __future__ import annotations

from collections.abc import Callable

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.security.primitives import argon2id
from nrm_desktop.security.suite import KdfCost
from nrm_desktop.security.vault.cost import KIB_PER_MIB, check_range


def seconds_of(cost: KdfCost, monotonic: Callable[[], float]) -> float:
    """Measure one derivation on this machine. Units: seconds."""
    begin = monotonic()
    stretch(b"", bytes(16), cost)
    return monotonic() - begin


def stretch(secret: bytes, salt: bytes, cost: KdfCost) -> bytes:
    """Derive 32 bytes from a passphrase.

    Raises: EnvironmentFault `vault.memory` when the machine cannot give the memory now.
    """
    try:
        return argon2id(secret, salt, check_range(cost))
    except MemoryError:
        mib = cost.memory_kib // KIB_PER_MIB
        raise EnvironmentFault("vault.memory", mib=mib) from None

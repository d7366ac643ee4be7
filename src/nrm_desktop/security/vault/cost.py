"""How dear a guess must be: the cost of a new slot, and the ranges accepted from a file.

The cost follows the total memory of the machine, never the free memory of the moment, and it never
changes silently. This module derives nothing itself.

Source: storage-security.md sections 4.3 and 4.5. Threats: T1 (guessing at a copied file).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from nrm_desktop.domain.errors import HostileInput, Refused
from nrm_desktop.security.suite import KdfCost

KIB_PER_MIB: Final = 1024
FLOOR: Final = KdfCost(64 * KIB_PER_MIB, 3, 1)
CEILING: Final = KdfCost(2048 * KIB_PER_MIB, 20, 16)
_SMALL_MACHINE_BYTES: Final = 4 * 1024**3
_LARGE_KIB: Final = 256 * KIB_PER_MIB
_MOST_LANES: Final = 4
_TARGET_S: Final = 1.0


def check_range(cost: KdfCost) -> KdfCost:
    """Give back a cost read from a file, before anything is derived with it.

    Raises: HostileInput for what would be too weak, or would only exhaust the machine.
    """
    if not (
        FLOOR.memory_kib <= cost.memory_kib <= CEILING.memory_kib
        and FLOOR.passes <= cost.passes <= CEILING.passes
        and FLOOR.lanes <= cost.lanes <= CEILING.lanes
    ):
        raise HostileInput("integrity.header", what="slot.kdf")
    return cost


def check_wish(cost: KdfCost) -> KdfCost:
    """Give back a cost that a person asked for.

    Raises: Refused `policy.floor` below the floor or above what a slot may ask for.
    """
    try:
        return check_range(cost)
    except HostileInput:
        raise Refused("policy.floor", mib=FLOOR.memory_kib // KIB_PER_MIB) from None


def starting_cost(memory_bytes: int, cores: int) -> KdfCost:
    """The least cost of a new slot on a machine with this total memory and these cores."""
    is_small = memory_bytes <= _SMALL_MACHINE_BYTES
    memory_kib = FLOOR.memory_kib if is_small else _LARGE_KIB
    return KdfCost(memory_kib, FLOOR.passes, max(1, min(_MOST_LANES, cores)))


def calibrate(start: KdfCost, seconds_of: Callable[[KdfCost], float]) -> KdfCost:
    """Raise the passes until one derivation takes about a second; never below the start."""
    per_pass = max(seconds_of(start), 1e-3) / start.passes
    passes = min(CEILING.passes, max(start.passes, int(_TARGET_S / per_pass)))
    return KdfCost(start.memory_kib, passes, start.lanes)

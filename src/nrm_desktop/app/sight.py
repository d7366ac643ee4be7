"""What the asking user may see: the filter of every read, made from roles and key."""

from __future__ import annotations

from dataclasses import dataclass

from nrm_desktop.domain.ids import SignerId


@dataclass(frozen=True, slots=True)
class Sight:
    """What the asking user may see: whole compartments, and those with own entries only."""

    compartments: frozenset[int]
    own_only: frozenset[int] = frozenset()
    signer: SignerId | None = None

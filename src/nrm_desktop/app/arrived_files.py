"""A file from outside, as the one door for them tells it to the command line and to the window.

This module decides nothing; `sync.arrivals` says what a file is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ArrivalKind(StrEnum):
    """What a file is to us."""

    FOR_ME = "for_me"
    CARRIED = "carried_for_others"
    RECEIPT = "receipt"
    DAMAGED = "damaged"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file.

    Shape: `what` is pack, chunk, root, request, invitation, card, form_pack, release,
    packet, receipt, withdrawal, welcome or box; `missing` counts entries that devices name in it
    and that have not arrived yet.
    """

    file: str
    kind: ArrivalKind
    what: str = ""
    objects: int | None = None
    code: str = ""
    taken: bool = False
    missing: int = 0

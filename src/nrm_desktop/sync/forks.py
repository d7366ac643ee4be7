"""Two histories of one log: both are kept, and everybody is told.

Two commits with one number are a portable proof that a device was cloned, restored, or lies. This
module decides what follows at an exchange: both branches travel on, on every store, from the first
number that has two; the device is named to a person. What the branches say stands side by side
like any two answers given at the same time (`domain.registers`).

Source: sync.md section 13; docs/adr/0032. Threat: T18.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.sync_ports import ExchangeUnit
from nrm_desktop.app.wire.commit import ReceivedCommit

FORKED: Final = "fork"
_APPLIED: Final = "applied"


def is_second_history(unit: ExchangeUnit, commit: ReceivedCommit, outcome: str) -> bool:
    """True if a commit shows that its device lives, or lived, twice.

    Shape: `outcome` is what became of the commit. What we did not write ourselves under our own
    device id was written by a copy of us, also where it only goes on behind our last commit.
    """
    is_ours = commit.header.device == unit.desk.device
    return outcome == FORKED or (is_ours and outcome == _APPLIED)


def send_both_again(unit: ExchangeUnit, forks: Mapping[bytes, int]) -> None:
    """Let every store get both branches: what it holds is known by the number alone."""
    if not forks:
        return
    for store in unit.state.stores():
        memory = unit.state.at(store.mark)
        known = dict(memory.known(KnownKind.LOG))
        lower = {name: seq - 1 for name, seq in forks.items() if known.get(name, 0) >= seq}
        if lower:
            memory.add_known(KnownKind.LOG, {**known, **lower}, is_all=True)

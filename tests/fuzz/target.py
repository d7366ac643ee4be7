"""What a fuzz target is, and what may come out of one.

Decides what counts as a refusal, and that an accepted value is written again as the same bytes.

Source: storage-security.md section 22 (F11). Promise: P15.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fuzz.mutation import structured

from nrm_desktop.domain.errors import HostileInput


@dataclass(frozen=True, slots=True)
class Target:
    """One parser. Shape: `covers` names `module.function` of what it reaches from outside.

    `again` writes an accepted value; None where something of it is left out on purpose.
    """

    name: str
    read: Callable[[bytes], Any]
    seeds: tuple[bytes, ...]
    covers: tuple[str, ...]
    again: Callable[[Any], bytes] | None = None
    change: Callable[[bytes, int], bytes] = structured
    refusals: tuple[type[Exception], ...] = (HostileInput,)


def outcome(target: Target, data: bytes) -> str:
    """Read bytes from outside: "read" or "refused"; everything else comes out as an error."""
    try:
        value = target.read(data)
    except target.refusals:
        return "refused"
    if target.again is not None and target.again(value) != data:
        raise AssertionError(f"{target.name}: what was accepted has a second form")
    return "read"

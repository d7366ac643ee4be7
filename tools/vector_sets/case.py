"""What a test vector is: inputs, and either an output or the step that refuses them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from nrm_desktop.app.wire.cbor import Item

Json: TypeAlias = "str | int | bool | list[Json] | Mapping[str, Json] | None"
Inputs: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True)
class Case:
    """One vector to be. Shape: `refuse` names the step of format.md 1, None for a good one."""

    structure: str
    name: str
    inputs: Inputs
    refuse: str | None = None


def diagnose(item: Item) -> str:
    """Write an item in the diagnostic notation of RFC 8949 section 8."""
    if isinstance(item, tuple):
        return f"[{', '.join(map(diagnose, item))}]"
    if isinstance(item, bytes):
        return f"h'{item.hex()}'"
    return json.dumps(item, ensure_ascii=False)


def flip(data: bytes, place: int) -> bytes:
    """Change one bit."""
    changed = bytearray(data)
    changed[place // 8 % len(data)] ^= 1 << place % 8
    return bytes(changed)

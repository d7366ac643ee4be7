"""Versions of packs: which of two is the newer one.

A pack on the disk may call its version anything. A pack that travels is compared with what is
there, so its version has to be one to four numbers with dots; nothing is guessed from words.
"""

from __future__ import annotations

import re
from typing import Final

_VERSION: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}")


def version_of(text: str) -> tuple[int, ...] | None:
    """Read a version; None if it cannot be compared.

    Shape: numbers without zeros at the end, so that `1.2` and `1.2.0` are the same.
    """
    if _VERSION.fullmatch(text) is None:
        return None
    numbers = [int(part) for part in text.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def is_comparable(text: str) -> bool:
    """True for a version that a travelling pack may have."""
    return version_of(text) is not None


def is_newer(one: str, other: str) -> bool:
    """True if the first version comes after the second; any version after one without numbers."""
    new, old = version_of(one), version_of(other)
    return new is not None and (old is None or new > old)

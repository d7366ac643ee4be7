"""The recovery key as groups that people write down and type back.

This module decides the text form: 32 key bytes and 3 check bytes in 14 groups of four, so that a
mistyped key is refused before any file is touched. It must not open anything.

Source: storage-security.md section 4.7. Promises: P11. Threats: T26.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire.hashes import HashLabel, labelled_hash
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import CROCKFORD, plain_code
from nrm_desktop.security.primitives import is_equal
from nrm_desktop.security.suite import KEY_BYTES

GROUPS: Final = 14
_GROUP_CHARS: Final = 4
_CHECK_BYTES: Final = 3
_BITS: Final = 5
_DRAW_BYTES: Final = 8


def recovery_groups(key: bytes) -> tuple[str, ...]:
    """Write a recovery key as 14 groups of four characters."""
    number = int.from_bytes(key + _check(key), "big")
    count = GROUPS * _GROUP_CHARS
    text = "".join(CROCKFORD[number >> _BITS * place & 31] for place in reversed(range(count)))
    return tuple(text[i : i + _GROUP_CHARS] for i in range(0, count, _GROUP_CHARS))


def read_recovery_groups(typed: str) -> bytes:
    """Read a recovery key, forgiving case, blanks, hyphens and look-alike letters.

    Raises: Usage `usage.bad_group` with the `group` (1 to 14) that cannot be right; Usage
            `usage.bad_code` when the length or the check is wrong and nobody can say where.
    """
    plain = "".join(_groups_of(typed))
    if len(plain) != GROUPS * _GROUP_CHARS:
        raise Usage("usage.bad_code", what="recovery")
    for place, char in enumerate(plain):
        if char not in CROCKFORD:
            raise Usage("usage.bad_group", group=place // _GROUP_CHARS + 1)
    number = 0
    for char in plain:
        number = number << _BITS | CROCKFORD.index(char)
    whole = number.to_bytes(KEY_BYTES + _CHECK_BYTES, "big")
    key, check = whole[:KEY_BYTES], whole[KEY_BYTES:]
    if not is_equal(check, _check(key)):
        raise Usage("usage.bad_code", what="recovery")
    return key


def is_group(group: str, typed: str) -> bool:
    """True if somebody typed this group; read as forgivingly as a whole code."""
    return is_equal(group.encode("ascii"), plain_code(typed).encode("utf-8"))


def asked_groups(random: Randomness) -> tuple[int, int]:
    """Choose two groups to be typed back, counted from 1, the smaller first."""
    order = sorted(range(1, GROUPS + 1), key=lambda _: random(_DRAW_BYTES))
    first, second = sorted(order[:2])
    return first, second


def _groups_of(typed: str) -> list[str]:
    """The groups as they were typed; where all 14 are parted, a short or long one is named."""
    groups = [plain_code(group) for group in typed.replace("-", " ").split()]
    if len(groups) == GROUPS:
        for number, group in enumerate(groups, start=1):
            if len(group) != _GROUP_CHARS:
                raise Usage("usage.bad_group", group=number)
    return groups


def _check(key: bytes) -> bytes:
    return labelled_hash(HashLabel.RECOVERY, key)[:_CHECK_BYTES]

"""The recovery key as groups that people write down and type back.

This module decides the text form: 32 key bytes and 3 check bytes in 14 groups of four, so that a
mistyped key is refused before any file is touched. It must not open anything.

Source: storage-security.md section 4.7. Promises: P11. Threats: T26.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.app.wire.hashes import HashLabel, labelled_hash
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import CROCKFORD, plain_code
from nrm_desktop.security.suite import KEY_BYTES

GROUPS: Final = 14
_GROUP_CHARS: Final = 4
_CHECK_BYTES: Final = 3
_BITS: Final = 5


def recovery_groups(key: bytes) -> tuple[str, ...]:
    """Write a recovery key as 14 groups of four characters."""
    number = int.from_bytes(key + _check(key), "big")
    count = GROUPS * _GROUP_CHARS
    text = "".join(CROCKFORD[number >> _BITS * place & 31] for place in reversed(range(count)))
    return tuple(text[i : i + _GROUP_CHARS] for i in range(0, count, _GROUP_CHARS))


def read_recovery_groups(typed: str) -> bytes:
    """Read a recovery key, forgiving case, blanks, hyphens and look-alike letters.

    Raises: Usage `usage.bad_code` when a character is foreign, the length or the check is wrong.
    """
    plain = plain_code(typed)
    if len(plain) != GROUPS * _GROUP_CHARS or any(c not in CROCKFORD for c in plain):
        raise Usage("usage.bad_code", what="recovery")
    number = 0
    for char in plain:
        number = number << _BITS | CROCKFORD.index(char)
    whole = number.to_bytes(KEY_BYTES + _CHECK_BYTES, "big")
    key, check = whole[:KEY_BYTES], whole[KEY_BYTES:]
    if check != _check(key):
        raise Usage("usage.bad_code", what="recovery")
    return key


def _check(key: bytes) -> bytes:
    return labelled_hash(HashLabel.RECOVERY, key)[:_CHECK_BYTES]

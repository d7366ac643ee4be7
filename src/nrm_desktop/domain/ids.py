"""Identifiers of the domain: what they are made of and how people read them.

This module decides the shape of ids and of the case code. It never makes randomness: whoever
creates an id passes the random bytes in, so that tests can be deterministic.

Source: sync.md sections 2 and 3 (ids are 16 bytes, op ids come from commit hashes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

ScopeId = NewType("ScopeId", bytes)
"""16 bytes: a case id, or the id of the organisation."""
DeviceId = NewType("DeviceId", bytes)
SignerId = NewType("SignerId", bytes)
UserId = NewType("UserId", bytes)
RecordId = NewType("RecordId", bytes)
CommitId = NewType("CommitId", bytes)
"""32 bytes, H("nrm1/hdr", header)."""
FieldId = NewType("FieldId", str)
"""`form.field` or `form.group.field`; at most 64 characters of a-z, 0-9, `_` and `.`."""
FormId = NewType("FormId", str)
RecipientId = NewType("RecipientId", str)
"""Id of an entry of the directory; never a person's name."""

ID_BYTES = 16
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CODE_RANDOM = 7


@dataclass(frozen=True, slots=True, order=True)
class OpId:
    """Names one operation: first 16 bytes of its commit id, and its index in the skeleton.

    Derived from content and not from (device, sequence), so a cloned device cannot collide.
    """

    commit: bytes
    index: int

    def __str__(self) -> str:
        return f"{self.commit.hex()}:{self.index}"


def parse_op_id(text: str) -> OpId:
    """Read `COMMITHEX:INDEX`.

    Raises: ValueError when the text has another shape.
    """
    head, separator, index = text.partition(":")
    commit = bytes.fromhex(head)
    if not separator or len(commit) != ID_BYTES or not index.isdecimal():
        raise ValueError("not an operation id")
    return OpId(commit, int(index))


def read_hex(text: str) -> bytes | None:
    """Read an id that was written as lower-case hex into a value; None for anything else."""
    is_hex = len(text) % 2 == 0 and all(char in "0123456789abcdef" for char in text)
    return bytes.fromhex(text) if is_hex else None


def case_code(random: bytes) -> str:
    """Make a case code from at least 5 random bytes: seven characters and a check character.

    The code carries no fact about anybody and is safe to say on the phone. Shown as `XXXX-XXXX`.
    """
    number = int.from_bytes(random[:5], "big") >> 5
    digits = [(number >> (5 * place)) & 31 for place in reversed(range(_CODE_RANDOM))]
    text = "".join(CROCKFORD[digit] for digit in [*digits, check_value(digits)])
    return f"{text[:4]}-{text[4:]}"


def read_case_code(text: str) -> str:
    """Return the code as it is stored, forgiving case, blanks, hyphens and look-alike letters.

    Raises: ValueError when a character is foreign, the length is wrong or the check fails.
    """
    plain = plain_code(text)
    if len(plain) != _CODE_RANDOM + 1 or any(char not in CROCKFORD for char in plain):
        raise ValueError("not a case code")
    values = [CROCKFORD.index(char) for char in plain]
    if check_value(values[:-1]) != values[-1]:
        raise ValueError("the check character does not fit")
    return f"{plain[:4]}-{plain[4:]}"


def plain_code(typed: str) -> str:
    """Give the bare characters of a typed code: case, blanks, hyphens, look-alikes are forgiven."""
    return "".join(typed.upper().replace("-", " ").split()).translate(_LOOK_ALIKES)


def check_value(values: list[int], start: int = 0) -> int:
    """Sum a_i * alpha^i over GF(32), x^5 + x^2 + 1.

    Every single wrong character and every swap of neighbours changes the result.
    Source: sync.md section 14 (typed receipts use the same check).
    """
    total = start
    for position, value in enumerate(values, start=1):
        total ^= _times_alpha(value, position)
    return total


def _times_alpha(value: int, power: int) -> int:
    for _ in range(power):
        value <<= 1
        if value & 0b100000:
            value ^= 0b100101
    return value

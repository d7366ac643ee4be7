"""How valid bytes are changed so that reading reaches deep: the structure stays, a piece is wrong.

A CBOR text is taken apart, one to three of its nodes are changed, and it is put together again in
the one form that a strict reader accepts; byte strings that hold CBOR themselves are gone into.
Texts and other bytes are changed piece by piece. Everything follows from one number, so a failing
input can be made again.

Source: storage-security.md section 22 (F11).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from nrm_desktop.app.wire import cbor
from nrm_desktop.domain.errors import NrmError

U64 = (1 << 64) - 1
LEAVES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    23,
    24,
    255,
    256,
    U64,
    -1,
    -U64 - 1,
    b"",
    b"\x00",
    bytes(16),
    bytes(20),
    bytes(32),
    b"\xff" * 64,
    "",
    "x",
    "a.b",
    "\u202e",
    "\ud7ff\U0010ffff",
    "é",
    (),
    ((),),
    (0, 1, 2, 3),
    ((((((((((),),),),),),),),),),
)
TEXTS = (
    b"\x00", b"\n", b"[", b"]", b"{", b"}", b'"', b"\\", b"=", b",", b"[[", b"-", b"9" * 30,
    b"1e9", b"NaN", b"\xff", b"\xe2\x80\xae", b"true", b"null", b'"a" = ', b"../", b"CON",
)  # fmt: skip


def structured(seed: bytes, number: int) -> bytes:
    """Change a piece of valid bytes."""
    chance = random.Random(number)  # noqa: S311 - chooses where to break, no secret
    if chance.random() < 0.75:
        try:
            item = cbor.decode(seed)
        except NrmError:
            item = None
        if isinstance(item, tuple):
            return _encoded(item, chance) or _bytewise(seed, chance)
    return _bytewise(seed, chance)


def textual(seed: bytes, number: int) -> bytes:
    """Change a piece of a text."""
    chance = random.Random(number)  # noqa: S311 - chooses where to break, no secret
    data = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(data))
        size = chance.choice((0, 0, 1, 1, 3, 12))
        data[at : at + size] = chance.choice(TEXTS) * chance.choice((1, 1, 1, 40))
    return bytes(data)


def under(prefix: int, put_right: Callable[[bytes], bytes]) -> Callable[[bytes, int], bytes]:
    """Change the CBOR behind a head of so many bytes, and put lengths and sums right."""

    def change(seed: bytes, number: int) -> bytes:
        return put_right(seed[:prefix] + structured(seed[prefix:], number))

    return change


def _encoded(item: tuple, chance: random.Random) -> bytes | None:
    for _ in range(chance.randint(1, 3)):
        item = _changed(item, chance)
    try:
        return cbor.encode(item)
    except (NrmError, ValueError, OverflowError):
        return None


def _changed(item: Any, chance: random.Random) -> Any:
    if isinstance(item, tuple) and item and chance.random() < 0.85:
        at = chance.randrange(len(item))
        if chance.random() < 0.75:
            return (*item[:at], _changed(item[at], chance), *item[at + 1 :])
        return _rearranged(item, at, chance)
    if isinstance(item, bytes) and len(item) > 2 and chance.random() < 0.6:
        return _inside(item, chance)
    return chance.choice((*LEAVES, item))


def _rearranged(item: tuple, at: int, chance: random.Random) -> tuple:
    """Leave out, double, exchange or put in an element."""
    match chance.randrange(4):
        case 0:
            return item[:at] + item[at + 1 :]
        case 1:
            return item[:at] + (item[at],) * chance.choice((2, 2, 70)) + item[at + 1 :]
        case 2:
            other = chance.randrange(len(item))
            swapped = list(item)
            swapped[at], swapped[other] = swapped[other], swapped[at]
            return tuple(swapped)
        case _:
            return (*item[:at], chance.choice(LEAVES), *item[at:])


def _inside(item: bytes, chance: random.Random) -> bytes:
    try:
        inner = cbor.decode(item)
    except NrmError:
        return _bytewise(item, chance)
    if isinstance(inner, tuple):
        return _encoded(inner, chance) or item
    return _bytewise(item, chance)


def _bytewise(seed: bytes, chance: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(data))
        size = chance.choice((0, 1, 1, 1, 4, 8))
        data[at : at + size] = chance.randbytes(chance.choice((0, 1, 1, 1, 4, 8)))
    if chance.random() < 0.1:
        del data[chance.randint(0, len(data)) :]
    return bytes(data)

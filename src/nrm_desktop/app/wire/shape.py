"""Reading decoded CBOR into typed values: each function asks for one shape or refuses.

This module decides how a wrong type, length or size is named. It must not know any structure.
`what` is the name of the place (`header.seq`) that the refusal carries.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, Protocol, TypeVar

from nrm_desktop.app.wire.cbor import Item
from nrm_desktop.app.wire.limits import CBOR_ARRAY, CBOR_TEXT_BYTES, FIELD_ID_CHARS, FORMAT, U64
from nrm_desktop.app.wire.refusal import Step, refuse


class Sortable(Protocol):
    """What has an order."""

    def __lt__(self, other: Any, /) -> bool: ...


T = TypeVar("T")
S = TypeVar("S", bound=Sortable)
ID: Final = 16
_NAME: Final = re.compile(rf"[a-z0-9_.]{{1,{FIELD_ID_CHARS}}}")


def array(item: Item, what: str, most: int = CBOR_ARRAY, least: int = 0) -> tuple[Item, ...]:
    """Ask for an array of `least` to `most` elements."""
    if type(item) is not tuple or not least <= len(item) <= most:
        raise refuse(Step.CBOR, what)
    return item


def fields(item: Item, what: str, count: int) -> tuple[Item, ...]:
    """Ask for an array of exactly `count` elements."""
    return array(item, what, count, count)


def structure(item: Item, what: str, count: int) -> tuple[Item, ...]:
    """Ask for an array of exactly `count` elements that begins with our format number."""
    parts = fields(item, what, count)
    if type(parts[0]) is not int or parts[0] != FORMAT:
        raise refuse(Step.CBOR, f"{what}.format")
    return parts


def uint(item: Item, what: str, top: int = U64, least: int = 0) -> int:
    """Ask for an integer from `least` to `top`; a boolean is none."""
    if type(item) is not int or not least <= item <= top:
        raise refuse(Step.CBOR, what)
    return item


def octets(item: Item, what: str, size: int = ID) -> bytes:
    """Ask for a byte string of exactly `size` bytes."""
    if type(item) is not bytes or len(item) != size:
        raise refuse(Step.CBOR, what)
    return item


def some_octets(item: Item, what: str, most: int) -> bytes:
    """Ask for a byte string of 1 to `most` bytes."""
    if type(item) is not bytes or not 0 < len(item) <= most:
        raise refuse(Step.CBOR, what)
    return item


def text(item: Item, what: str, most: int = CBOR_TEXT_BYTES, least: int = 0) -> str:
    """Ask for a text of `least` to `most` characters."""
    if type(item) is not str or not least <= len(item) <= most:
        raise refuse(Step.CBOR, what)
    return item


def name(item: Item, what: str) -> str:
    """Ask for a field, form or code id: 1 to 64 characters of a-z, 0-9, `_` and `.`."""
    if type(item) is not str or not is_name(item):
        raise refuse(Step.CBOR, what)
    return item


@lru_cache(maxsize=4096)
def is_name(text: str) -> bool:
    """True for 1 to 64 characters of a-z, 0-9, `_` and `.`; the same few come again and again."""
    return _NAME.fullmatch(text) is not None


def optional(item: Item, what: str, read: Callable[[Item, str], T]) -> T | None:
    """Ask for null or what `read` asks for."""
    return None if item is None else read(item, what)


def each(item: Item, what: str, read: Callable[[Item, str], T], most: int) -> tuple[T, ...]:
    """Ask for an array whose every element is what `read` asks for."""
    return tuple(read(element, what) for element in array(item, what, most))


def ascending(items: tuple[S, ...], what: str) -> tuple[S, ...]:
    """Ask for strictly ascending order: no second order and no double exists."""
    if any(not left < right for left, right in pairwise(items)):
        raise refuse(Step.CBOR, what)
    return items

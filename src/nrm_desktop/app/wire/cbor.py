"""Strict deterministic CBOR: the only home of `cbor2`.

This module decides which byte strings are CBOR for us: arrays, integers, byte strings, texts,
booleans and null, in the shortest form, nothing after the end. Everything else (maps, floats,
tags, undefined, indefinite lengths, a longer form than needed) is refused, so that one value has
exactly one encoding. It must not know any structure.

`cbor2` is lax in all of that (it takes trailing bytes, long forms, tags), so a structural scan
runs first. The scan allocates nothing and counts items, hence no input can make the decoder
build more than the limits allow.

Source: RFC 8949 section 4.2.1; sync.md sections 4 and 19; decisions.md 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias, cast

import cbor2

from nrm_desktop.app.wire.limits import CBOR_ARRAY, CBOR_DEPTH, CBOR_ITEMS, CBOR_TEXT_BYTES
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.errors import HostileInput, ProgramFault

Item: TypeAlias = "int | bytes | str | bool | tuple[Item, ...] | None"
"""What decoding gives. Arrays come as tuples."""
Encodable: TypeAlias = "int | bytes | str | bool | Sequence[Encodable] | None"

_UINT, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _OTHER = range(8)
_SIMPLE: Final = frozenset({0xF4, 0xF5, 0xF6})
_SHORT_TOP: Final = 23
_LONG: Final = -2 - _SHORT_TOP
_WIDTHS: Final = {24: 1, 25: 2, 26: 4, 27: 8}  # RFC 8949 section 3: additional information


def _step_of(head: int) -> int:
    """Say what a first byte asks for: n bytes to skip, -1 - n for an array of n, or _LONG."""
    major, low = head >> 5, head & 31
    if head in _SIMPLE or (major in {_UINT, _NEGATIVE} and low <= _SHORT_TOP):
        return 0
    if major in {_BYTES, _TEXT} and low <= _SHORT_TOP:
        return low
    if major == _ARRAY and low <= _SHORT_TOP:
        return -1 - low
    return _LONG


_STEPS: Final = tuple(_step_of(head) for head in range(256))


def encode(item: Encodable) -> bytes:
    """Encode; one value has one encoding.

    Raises: ProgramFault when the result is not what `decode` would take: a limit is passed, or a
    type is not ours. Whoever calls has to check what people type against the limits before.
    """
    try:
        data = cbor2.dumps(item)
        _scan(data)
    except (cbor2.CBOREncodeError, HostileInput) as error:
        raise ProgramFault("program.fault", what="encode") from error
    return data


def encode_own(item: Encodable) -> bytes:
    """Encode what `decode` has let through, for the encrypted database: it is not scanned again."""
    return cbor2.dumps(item)


def decode(data: bytes) -> Item:
    """Decode one item that fills `data` to the last byte.

    Raises: HostileInput (step `cbor`) for anything but strict CBOR within the limits.
    """
    _scan(data)
    try:
        return cast(
            "Item",
            cbor2.loads(data, max_depth=CBOR_DEPTH, allow_indefinite=False, immutable=True),
        )
    except cbor2.CBORDecodeError as error:  # what is left: text that is not UTF-8
        raise refuse(Step.CBOR, "utf8") from error


def decode_own(data: bytes) -> Item:
    """Decode what `encode` made and the encrypted database kept, without the scan of `decode`.

    Never for bytes that came from outside, whoever signed them.
    Raises: HostileInput (step `cbor`) for what is no CBOR at all.
    """
    try:
        item: Item = cbor2.loads(data, max_depth=CBOR_DEPTH, immutable=True)
    except cbor2.CBORDecodeError as error:
        raise refuse(Step.CBOR, "own") from error
    return item


def count_elements(data: bytes) -> int:
    """The number of elements that the head of an array announces, without decoding it.

    Raises: HostileInput if it is no array.
    """
    try:
        step = _STEPS[data[0]]
        if step == _LONG:
            _, step = _long_head(data, 1)
    except IndexError:
        raise refuse(Step.CBOR, "cut") from None
    if step >= 0:
        raise refuse(Step.CBOR, "type")
    return -1 - step


def _scan(data: bytes) -> None:
    """Walk over the heads of all items without building any of them."""
    try:
        end = _walk(data)
    except IndexError:
        raise refuse(Step.CBOR, "cut") from None
    if end != len(data):
        raise refuse(Step.CBOR, "cut" if end > len(data) else "trailing")


def _walk(data: bytes) -> int:
    steps = _STEPS
    outer: list[int] = []
    position, waiting, items = 0, 1, 0
    while True:
        while not waiting:
            if not outer:
                return position
            waiting = outer.pop()
        waiting -= 1
        step = steps[data[position]]
        position += 1
        if step == _LONG:
            position, step = _long_head(data, position)
        if step >= 0:
            position += step
            continue
        outer.append(waiting)
        waiting = -1 - step
        items += waiting
        if len(outer) > CBOR_DEPTH or items > CBOR_ITEMS:
            raise refuse(Step.CBOR, "limit")


def _long_head(data: bytes, position: int) -> tuple[int, int]:
    """Read a head with its argument in following bytes; give the new position and the step."""
    head = data[position - 1]
    major, width = head >> 5, _WIDTHS.get(head & 31)
    if width is None or major > _ARRAY:
        raise refuse(Step.CBOR, "type")
    end = position + width
    if end > len(data):
        raise IndexError
    argument = int.from_bytes(data[position:end], "big")
    if argument <= (_SHORT_TOP if width == 1 else (1 << 4 * width) - 1):
        raise refuse(Step.CBOR, "long_form")
    if major in {_UINT, _NEGATIVE}:
        return end, 0
    if argument > (CBOR_ARRAY if major == _ARRAY else _string_limit(major)):
        raise refuse(Step.CBOR, "limit")
    return end, (-1 - argument if major == _ARRAY else argument)


def _string_limit(major: int) -> int:
    return CBOR_TEXT_BYTES if major == _TEXT else 1 << 32

"""Reads JSON that people or other programs hand in: strictly, within limits, or not at all.

Refused: what is no UTF-8, more than 4 MiB, deeper than 32, a key twice in one object, numbers with
a fraction or beyond 64 bits, NaN and infinity, half characters, anything behind the end. It never
says what stood there, only what is wrong and in which line.

Source: sync.md section 3 (no floats on the wire); the limits are our own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final, NoReturn, TypeAlias

from nrm_desktop.domain.errors import Usage

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"

MOST_BYTES: Final = 4 * 1024 * 1024
MOST_DEPTH: Final = 32
_LARGEST: Final = (1 << 63) - 1
_DIGITS: Final = 19
_OPENING, _CLOSING = frozenset(b"[{"), frozenset(b"]}")
_QUOTE, _ESCAPE = ord('"'), ord("\\")


def read_json(raw: bytes) -> Json:
    """Read one JSON text.

    Raises: Usage `usage.not_json` with `what` (a code) and, where it is known, `line`.
    """
    if len(raw) > MOST_BYTES:
        _refuse("too_large")
    _check_depth(raw)
    try:
        found: Json = json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_fraction,
            parse_constant=_constant,
        )
    except UnicodeDecodeError:
        _refuse("no_utf8")
    except json.JSONDecodeError as error:
        raise Usage("usage.not_json", what="syntax", line=error.lineno) from None
    _check_texts(found)
    return found


def _check_depth(raw: bytes) -> None:
    """Count brackets outside of strings: the parser would go as deep as the file asks it to."""
    depth, in_text, is_escaped = 0, False, False
    for byte in raw:
        if in_text:
            in_text = is_escaped or byte != _QUOTE
            is_escaped = byte == _ESCAPE and not is_escaped
        elif byte == _QUOTE:
            in_text = True
        elif byte in _OPENING:
            depth += 1
            if depth > MOST_DEPTH:
                _refuse("too_deep")
        elif byte in _CLOSING:
            depth -= 1


def _object(pairs: Sequence[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("double_key")
    return found


def _integer(text: str) -> int:
    # The length first: turning a million digits into a number takes a while.
    if len(text) > _DIGITS + 1 or not -_LARGEST - 1 <= int(text) <= _LARGEST:
        _refuse("number")
    return int(text)


def _fraction(_text: str) -> NoReturn:
    _refuse("number")


def _constant(_text: str) -> NoReturn:
    _refuse("number")


def _check_texts(found: Json) -> None:
    if isinstance(found, str):
        try:
            found.encode("utf-8")
        except UnicodeEncodeError:
            _refuse("half_character")
    elif isinstance(found, list):
        for each in found:
            _check_texts(each)
    elif isinstance(found, dict):
        for key, each in found.items():
            _check_texts(key)
            _check_texts(each)


def _refuse(what: str) -> NoReturn:
    raise Usage("usage.not_json", what=what)

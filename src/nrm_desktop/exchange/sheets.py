"""Spreadsheets of others: what is said to the program that reads them, and what it may answer.

This module decides the bytes on both pipes and checks an answer as if it came from outside. No
spreadsheet library is loaded here; a value is text, and a formula is the text of the formula.

Source: storage-security.md section 15. Promise: P16. Threat: T16.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.wire.limits import (
    SHEET_COLUMNS,
    SHEET_FILE_BYTES,
    SHEET_ROWS,
    SHEET_UNPACKED_BYTES,
)
from nrm_desktop.domain.errors import HostileInput

PROGRAM: Final = "nrm_desktop.exchange.foreign_sheets"
DONE, REFUSED = b"\x00", b"\x01"
COUNT: Final = struct.Struct(">I")
REASONS: Final = frozenset(
    {"damaged", "too_large", "too_many", "ratio", "nested", "dtd", "entities", "depth", "external"}
)
_WORD_BYTES: Final = 32
_SHEETS: Final = 256

Runner = Callable[[str, bytes, int], bytes]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. Shape: rows of texts; an empty cell is an empty text."""

    title: str
    rows: tuple[tuple[str, ...], ...] = field(repr=False)


def read_sheets(data: bytes, run: Runner) -> tuple[Sheet, ...]:
    """Read the sheets of an xlsx file in a process without keys.

    Shape: `run` starts a module as a confined program.
    Raises: HostileInput `integrity.too_large`, `integrity.preview`.
    """
    if len(data) > SHEET_FILE_BYTES:
        raise HostileInput("integrity.too_large", limit=SHEET_FILE_BYTES)
    answer = run(PROGRAM, data, SHEET_UNPACKED_BYTES)
    if answer[:1] != DONE:
        word = answer[1:_WORD_BYTES].decode("ascii", "replace")
        raise HostileInput("integrity.preview", why=word if word in REASONS else "damaged")
    reading = _Reading(answer)
    found = tuple(reading.sheet() for _ in range(reading.count(_SHEETS)))
    reading.must_be_at_end()
    return found


class _Reading:
    """Walks over an answer; anything that does not fit is a refusal."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._at = len(DONE)

    def sheet(self) -> Sheet:
        title = self._text()
        rows = tuple(self._row() for _ in range(self.count(SHEET_ROWS)))
        return Sheet(title, rows)

    def count(self, most: int) -> int:
        number = int.from_bytes(self._take(COUNT.size), "big")
        if number > most:
            raise _damaged()
        return number

    def must_be_at_end(self) -> None:
        if self._at != len(self._answer):
            raise _damaged()

    def _row(self) -> tuple[str, ...]:
        return tuple(self._text() for _ in range(self.count(SHEET_COLUMNS)))

    def _text(self) -> str:
        try:
            return self._take(self.count(SHEET_UNPACKED_BYTES)).decode("utf-8")
        except UnicodeDecodeError as error:
            raise _damaged() from error

    def _take(self, size: int) -> bytes:
        part = self._answer[self._at : self._at + size]
        if len(part) != size:
            raise _damaged()
        self._at += size
        return part


def _damaged() -> HostileInput:
    return HostileInput("integrity.preview", why="damaged")

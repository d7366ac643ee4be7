"""What is said to the program that decodes foreign pictures and pages, and what it may answer.

This module decides the bytes on both pipes and checks every figure of an answer before a byte of
it is used: the child is trusted as little as the file that it reads. No decoder is loaded here.

Source: storage-security.md sections 8 and 15. Promise: P16. Threat: T16.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final

from nrm_desktop.app.attachment_ports import Picture
from nrm_desktop.app.wire.limits import ATTACHMENT_BYTES
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.media import JPEG, PDF, PNG, SHOWN, WEBP, media_type_of

PROGRAM: Final = "nrm_desktop.documents.foreign"
SIDE: Final = 2_000
"""The longest side of what is painted. Units: pixels."""
PAGES: Final = 10_000
REQUEST: Final = struct.Struct(">BBI")
"""Verb, kind, page; the bytes of the file follow."""
ANSWER: Final = struct.Struct(">BIII")
"""0 done or 1 refused, then width, height and pages; pixels or the reason follow."""
PAINT, CLEAN = 1, 2
DONE, REFUSED = 0, 1
KINDS: Final = {1: JPEG, 2: PNG, 3: WEBP, 4: PDF}
REASONS: Final = frozenset({"damaged", "too_large", "no_page", "protected"})
_NUMBERS: Final = {kind: number for number, kind in KINDS.items()}
_RGBA: Final = 4
_WORD_BYTES: Final = 32

Runner = Callable[[str, bytes, int], bytes]


class ForeignPictures:
    """The Pictures port. Shape: `run` starts a module as a confined program."""

    def __init__(self, run: Runner) -> None:
        self._run = run

    def page(self, data: bytes, media_type: str, number: int) -> Picture:
        """Paint a page, counted from 0. Raises: HostileInput `integrity.preview`."""
        if media_type not in SHOWN or media_type_of(data) != media_type:
            raise _refused("damaged")
        most = ANSWER.size + SIDE * SIDE * _RGBA
        answer = self._run(PROGRAM, _request(PAINT, data, number), most)
        return read_picture(answer)

    def clean_photo(self, data: bytes) -> bytes:
        """Give a photo again without what cameras write into it.

        Raises: HostileInput `integrity.preview`.
        """
        answer = self._run(PROGRAM, _request(CLEAN, data, 0), ANSWER.size + ATTACHMENT_BYTES)
        _, _, _, rest = _read(answer)
        if media_type_of(rest) != JPEG:
            raise _refused("damaged")
        return rest


def read_picture(answer: bytes) -> Picture:
    """Read painted pixels; every figure has to fit the others."""
    width, height, pages, rest = _read(answer)
    is_sane = 0 < width <= SIDE and 0 < height <= SIDE and 0 < pages <= PAGES
    if not is_sane or len(rest) != width * height * _RGBA:
        raise _refused("damaged")
    return Picture(width, height, pages, rest)


def _request(verb: int, data: bytes, page: int) -> bytes:
    kind = _NUMBERS.get(media_type_of(data))
    if kind is None or len(data) > ATTACHMENT_BYTES or not 0 <= page < PAGES:
        raise _refused("damaged")
    return REQUEST.pack(verb, kind, page) + data


def _read(answer: bytes) -> tuple[int, int, int, bytes]:
    if len(answer) < ANSWER.size:
        raise _refused("damaged")
    state, width, height, pages = ANSWER.unpack_from(answer)
    rest = answer[ANSWER.size :]
    if state != DONE:
        word = rest[:_WORD_BYTES].decode("ascii", "replace")
        raise _refused(word if word in REASONS else "damaged")
    return width, height, pages, rest


def _refused(why: str) -> HostileInput:
    return HostileInput("integrity.preview", why=why)

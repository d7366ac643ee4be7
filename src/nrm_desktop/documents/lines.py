"""Pieces become lines: broken in logical order by measured width, then put in visual order.

Blanks at the end of a line are not drawn. That makes rule L1 of UAX 9 (their level falls back to
that of the paragraph) hold by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from nrm_desktop.documents.bidi import Direction, base_direction, visual_order
from nrm_desktop.documents.fonts import EM, FontSet
from nrm_desktop.documents.runs import Piece, Shaper


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text, ready to be drawn from left to right.

    Shape: `is_tall` is the same for all lines of a paragraph: letters of another script than the
    first font's need more room; `is_broken` says whether the paragraph has more lines than this,
    `is_first` whether it begins here.
    """

    pieces: tuple[Piece, ...]
    direction: Literal["ltr", "rtl"]
    is_tall: bool
    is_broken: bool
    is_first: bool

    def width(self, size: float) -> float:
        """How wide the line is. Units: those of the font size."""
        return sum(piece.width for piece in self.pieces) * size / EM


class Typesetter:
    """Breaks texts of one document into lines."""

    def __init__(self, fonts: FontSet, language: str) -> None:
        self._shaper = Shaper(fonts, language)
        self._first_faces = (fonts.regular[0], fonts.bold[0])

    def lines(
        self, text: str, width: float, size: float, *, is_bold: bool, direction: Direction = "auto"
    ) -> list[Line]:
        """Set a text of one or more paragraphs; each runs as its own first letter says.

        Units: `width` in those of the font size.
        """
        limit = int(width * EM / size)
        return [
            line
            for paragraph in _printable(text).splitlines()
            for line in self._paragraph(paragraph, limit, direction, is_bold=is_bold)
        ]

    def _paragraph(
        self, text: str, limit: int, direction: Direction, *, is_bold: bool
    ) -> Iterator[Line]:
        resolved = base_direction(text) if direction == "auto" else direction
        pieces = self._shaper.pieces(text, resolved, is_bold=is_bold)
        is_tall = any(piece.face not in self._first_faces for piece in pieces)
        rows = self._rows(pieces, limit)
        for row in rows:
            order = visual_order([piece.level for piece in row])
            shown = tuple(row[at] for at in order)
            yield Line(shown, resolved, is_tall, is_broken=len(rows) > 1, is_first=row is rows[0])

    def _rows(self, pieces: list[Piece], limit: int) -> list[list[Piece]]:
        """Fill rows greedily, word by word."""
        rows: list[list[Piece]] = [[]]
        used = 0
        words = list(_words(pieces))[::-1]
        while words:
            word = words.pop()
            rest: list[Piece] = []
            if used + _width(_ink(word)) > limit:
                if rows[-1]:
                    rows.append([])
                    used = 0
                word, rest = _cut(word, limit)
            rows[-1].extend(word)
            used += _width(word)
            words.extend([rest] if rest else [])
        return [_ink(row) for row in rows]


def _printable(text: str) -> str:
    """Make blanks of tabs, and replace what is no character at all (a lone surrogate)."""
    return text.replace("\t", " ").encode("utf-8", "replace").decode("utf-8")


def _words(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """Pieces up to a place where the line may break; blanks belong to the word before them."""
    word: list[Piece] = []
    for at, piece in enumerate(pieces):
        word.append(piece)
        next_is_blank = at + 1 < len(pieces) and pieces[at + 1].is_blank
        if piece.may_break and not next_is_blank:
            yield word
            word = []
    if word:
        yield word


def _ink(pieces: Sequence[Piece]) -> list[Piece]:
    """Leave out the blanks at the end."""
    end = len(pieces)
    while end and pieces[end - 1].is_blank:
        end -= 1
    return list(pieces[:end])


def _width(pieces: Sequence[Piece]) -> int:
    return sum(piece.width for piece in pieces)


def _cut(word: list[Piece], limit: int) -> tuple[list[Piece], list[Piece]]:
    """Cut a word that is wider than a line where the line is full, at least one character."""
    at, room = 0, limit
    while at < len(word) and word[at].width <= room:
        room -= word[at].width
        at += 1
    if at == len(word):
        return word, []
    count = _fitting_glyphs(word[at], room, at_least_one=at == 0)
    if count == 0:
        return word[:at], word[at:]
    head, tail = word[at].cut(count)
    return [*word[:at], head], [*([tail] if tail.glyphs else []), *word[at + 1 :]]


def _fitting_glyphs(piece: Piece, room: int, *, at_least_one: bool) -> int:
    """Count the logical glyphs that fit; marks go with the character that they stand on."""
    glyphs = piece.logical_glyphs
    starts = [at for at, glyph in enumerate(glyphs) if glyph.text and at] + [len(glyphs)]
    count = used = 0
    for start in starts:
        used += sum(glyph.advance for glyph in glyphs[count:start])
        if used > room and not (at_least_one and count == 0):
            break
        count = start
    return count

"""A paragraph becomes pieces: text of one direction and one font, shaped to glyphs.

A piece is what a line is made of: it never needs to be shaped again when the line is known, since
pieces end wherever a line may break. Characters that only steer the direction are not drawn.
What no font can show is drawn as a replacement character and still carries its own text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from nrm_desktop.documents.bidi import Direction, embedding_levels
from nrm_desktop.documents.bidi.characters import ISOLATES, REMOVED
from nrm_desktop.documents.fonts import FontFace, FontSet, Glyph

_JOINERS: Final = "\u200c\u200d"
_MARKS: Final = "\u200e\u200f\u061c"
_BREAK_HERE: Final = "\u200b"
_NO_BREAK_BLANKS: Final = "\u00a0\u2007\u202f"
_BREAK_AFTER: Final = frozenset("\u1361\u1362\u1363\u1364\u1365\u1366\u1367\u1368")
"""Ethiopic marks between words and sentences: Tigrinya may be written without blanks."""

_LONGEST: Final = 200
"""No piece has more characters: cutting a word of 100 000 letters must not take for ever."""

_BREAK_BETWEEN_LETTERS: Final = frozenset("-/\u2010\u2013\u2014")


@dataclass(frozen=True, slots=True)
class Piece:
    """Glyphs of one face and one direction, from left to right.

    Shape: `level` is that of UAX 9, odd for right-to-left; after the piece the line may break
    where `may_break` says so.
    Units: `width` in 1/1000 of the font size.
    """

    face: FontFace
    level: int
    glyphs: tuple[Glyph, ...]
    width: int
    may_break: bool
    is_blank: bool

    @property
    def logical_glyphs(self) -> tuple[Glyph, ...]:
        """The glyphs in the order in which their characters are read."""
        return self.glyphs[::-1] if self.level % 2 else self.glyphs

    def cut(self, count: int) -> tuple[Piece, Piece]:
        """Cut the piece after some of its logical glyphs; joined letters keep their shape."""
        glyphs = self.logical_glyphs
        return self._part(glyphs[:count]), self._part(glyphs[count:])

    def _part(self, glyphs: tuple[Glyph, ...]) -> Piece:
        width = sum(glyph.advance for glyph in glyphs)
        return replace(self, glyphs=glyphs[::-1] if self.level % 2 else glyphs, width=width)


@dataclass(frozen=True, slots=True)
class _Nature:
    """What holds for a character wherever it stands: the first face that has it, and its kind."""

    face: FontFace
    is_drawn: bool
    is_blank: bool
    is_attached: bool


@dataclass(slots=True)
class _Cell:
    """One character that is drawn."""

    character: str
    level: int
    face: FontFace
    is_blank: bool
    may_break: bool


class Shaper:
    """Shapes the paragraphs of one document, each word once.

    It lives as long as the rendering of that document: its memory holds words of a case.
    """

    def __init__(self, fonts: FontSet, language: str) -> None:
        self._fonts = fonts
        self._language = language
        self._known: dict[tuple[FontFace, str, bool], tuple[tuple[Glyph, ...], int]] = {}
        self._natures: dict[tuple[str, bool], _Nature] = {}

    def pieces(self, text: str, direction: Direction, *, is_bold: bool) -> list[Piece]:
        """Cut a paragraph into pieces, in logical order."""
        levels = embedding_levels(text, direction)
        natures = [self._nature(character, is_bold) for character in text]
        return [self._piece(group) for group in _groups(_cells(text, levels, natures))]

    def _piece(self, cells: list[_Cell]) -> Piece:
        first, last = cells[0], cells[-1]
        characters = "".join(cell.character for cell in cells)
        glyphs, width = self._shape(first.face, characters, first.level)
        return Piece(first.face, first.level, glyphs, width, last.may_break, first.is_blank)

    def _shape(self, face: FontFace, text: str, level: int) -> tuple[tuple[Glyph, ...], int]:
        is_rtl = level % 2 == 1
        key = (face, text, is_rtl)
        if key not in self._known:
            glyphs = face.shape(text, is_rtl=is_rtl, language=self._language)
            self._known[key] = (glyphs, sum(glyph.advance for glyph in glyphs))
        return self._known[key]

    def _nature(self, character: str, is_bold: bool) -> _Nature:  # noqa: FBT001 - half of a key
        key = (character, is_bold)
        if key not in self._natures:
            chain = self._fonts.chain(is_bold=is_bold)
            self._natures[key] = _Nature(
                face=next((face for face in chain if face.covers(character)), chain[0]),
                is_drawn=_is_drawn(character),
                is_blank=_is_blank(character),
                is_attached=_is_attached(character),
            )
        return self._natures[key]


def _cells(text: str, levels: list[int | None], natures: list[_Nature]) -> list[_Cell]:
    """Give each character that is drawn its level and its face."""
    cells: list[_Cell] = []
    level = 0
    for at, (character, nature) in enumerate(zip(text, natures, strict=True)):
        if not nature.is_drawn:
            if character == _BREAK_HERE and cells:
                cells[-1].may_break = True
            continue
        # A joiner has no level of its own: it belongs to the letter before it.
        level = level if (own := levels[at]) is None else own
        stays = nature.is_attached and cells and cells[-1].face.covers(character)
        face = cells[-1].face if stays else nature.face
        may_break = nature.is_blank or _may_break_after(text, at)
        cells.append(_Cell(character, level, face, nature.is_blank, may_break))
    return cells


def _groups(cells: list[_Cell]) -> Iterator[list[_Cell]]:
    """Cells that are shaped together: of one level, face and kind, with no break inside."""
    group: list[_Cell] = []
    for cell in cells:
        if group and (len(group) == _LONGEST or not _belongs(group[-1], cell)):
            yield group
            group = []
        group.append(cell)
    if group:
        yield group


def _belongs(before: _Cell, cell: _Cell) -> bool:
    if before.is_blank or cell.is_blank:
        return before.is_blank and cell.is_blank and before.level == cell.level
    same_run = before.level == cell.level and before.face is cell.face
    return same_run and not before.may_break


def _is_drawn(character: str) -> bool:
    if character in _JOINERS:
        return True
    kind = unicodedata.bidirectional(character)
    return kind not in REMOVED and kind not in ISOLATES and character not in _MARKS


def _is_attached(character: str) -> bool:
    """True for what stays with the font of the letter that it stands on."""
    return character in _JOINERS or unicodedata.category(character).startswith("M")


def _is_blank(character: str) -> bool:
    return unicodedata.category(character) == "Zs" and character not in _NO_BREAK_BLANKS


def _may_break_after(text: str, at: int) -> bool:
    if text[at] in _BREAK_AFTER:
        return True
    if text[at] not in _BREAK_BETWEEN_LETTERS:
        return False
    return text[max(0, at - 1) : at].isalpha() and text[at + 1 : at + 2].isalpha()

"""Strips of paper: lines of columns side by side, put one below another and broken into sheets.

A strip is never split. What must not stand alone at the foot of a sheet says that it keeps its
next strip. Everything is mirrored here, once, for documents that run from right to left.

Units: points; `x` from the left edge of the sheet, `y` from the top of the strip.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final, Literal

from nrm_desktop.documents.layout import DocumentLayout, TextStyle
from nrm_desktop.documents.lines import Line, Typesetter

Alignment = Literal["start", "centre", "end"]

_BASE_LINE: Final = 0.3
"""Where the base line lies below the middle of a line, in parts of the font size."""


@dataclass(frozen=True, slots=True)
class Column:
    """A part of the width of a sheet, measured from the edge where reading begins."""

    start: float
    width: float


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line with its place in the width and the height that it takes."""

    line: Line
    x: float
    height: float
    style: TextStyle
    space: float = 0.0
    """Empty space that the height includes, above the line."""

    @property
    def base_line(self) -> float:
        """How far the base line lies below the top."""
        return (self.height + self.space) / 2 + self.style.size * _BASE_LINE


@dataclass(frozen=True, slots=True)
class TextMark:
    """A line of text on its base line."""

    line: Line
    x: float
    y: float
    style: TextStyle


@dataclass(frozen=True, slots=True)
class BoxMark:
    """A filled box: a rule, a bar, a background."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class PatternMark:
    """A black-and-white square pattern; it is placed but never mirrored."""

    x: float
    y: float
    size: float
    rows: tuple[str, ...]


Mark = TextMark | BoxMark | PatternMark


@dataclass(frozen=True, slots=True)
class Strip:
    """A part of a sheet over its whole width.

    Shape: a gap holds no words and is left out at the head of a sheet; strips of one tint that
    follow each other share one background.
    """

    height: float
    marks: tuple[Mark, ...] = ()
    keeps_next: bool = False
    is_gap: bool = False
    is_tinted: bool = False


class Composer:
    """Sets texts into columns of one document."""

    def __init__(self, typesetter: Typesetter, layout: DocumentLayout, *, is_rtl: bool) -> None:
        self.layout = layout
        self._typesetter = typesetter
        self._is_rtl = is_rtl

    def left(self, column: Column) -> float:
        """The left edge of a column."""
        if self._is_rtl:
            return self.layout.page_width - column.start - column.width
        return column.start

    def own(
        self, text: str, style: TextStyle, column: Column, to: Alignment = "start"
    ) -> list[SetLine]:
        """Set a text of the document itself: it runs as the document does."""
        direction: Literal["ltr", "rtl"] = "rtl" if self._is_rtl else "ltr"
        lines = self._typesetter.lines(
            text, column.width, style.size, is_bold=style.is_bold, direction=direction
        )
        return [self._set(line, style, column, to) for line in lines]

    def told(self, text: str, style: TextStyle, column: Column) -> list[SetLine]:
        """Set what somebody told: each paragraph runs as its own first letter says.

        A paragraph of one line stands where the reader looks for it; a longer one begins on its
        own side, or it could not be read.
        """
        lines = self._typesetter.lines(text, column.width, style.size, is_bold=style.is_bold)
        placed = [self._set(line, style, column, self._side(line)) for line in lines]
        return [*placed[:1], *(self._spaced(line) for line in placed[1:])]

    def box(self, column: Column, y: float, height: float, colour: str) -> BoxMark:
        """A filled box over the width of a column."""
        return BoxMark(self.left(column), y, column.width, height, colour)

    def _spaced(self, line: SetLine) -> SetLine:
        """Set a paragraph that is not the first a little apart."""
        if not line.line.is_first:
            return line
        space = self.layout.paragraph_space
        return replace(line, height=line.height + space, space=space)

    def _side(self, line: Line) -> Alignment:
        is_foreign = (line.direction == "rtl") != self._is_rtl
        return "end" if line.is_broken and is_foreign else "start"

    def _set(self, line: Line, style: TextStyle, column: Column, to: Alignment) -> SetLine:
        room = column.width - line.width(style.size)
        at_left = (to == "start") != self._is_rtl
        shift = room / 2 if to == "centre" else 0 if at_left else room
        factor = self.layout.tall_line_height if line.is_tall else self.layout.line_height
        return SetLine(line, self.left(column) + shift, style.size * factor, style)


def side_by_side(*columns: Sequence[SetLine]) -> list[Strip]:
    """Put columns beside each other, line by line on common base lines."""
    strips = []
    for row in zip_longest(*columns):
        lines = [line for line in row if line is not None]
        base_line = max(line.base_line for line in lines)
        marks = tuple(TextMark(line.line, line.x, base_line, line.style) for line in lines)
        strips.append(Strip(max(line.height for line in lines), marks))
    return strips


def moved(mark: Mark, down: float) -> Mark:
    """The same mark, lower."""
    return replace(mark, y=mark.y + down)


def gap(height: float, *, keeps_next: bool = False) -> Strip:
    """An empty strip."""
    return Strip(height, keeps_next=keeps_next, is_gap=True)


def without_orphans(strips: Sequence[Strip]) -> list[Strip]:
    """Keep the first two and the last two strips of a text together."""
    last = len(strips) - 2
    return [
        replace(strip, keeps_next=strip.keeps_next or (at in {0, last} and at <= last))
        for at, strip in enumerate(strips)
    ]


def paginate(strips: Iterable[Strip], height: float) -> list[list[Strip]]:
    """Break strips into sheets whose bodies have that height.

    A group that is higher than a whole sheet is broken after all, where the sheet is full.
    """
    sheets: list[list[Strip]] = [[]]
    room = height
    for group in _kept_together(strips):
        needed = sum(strip.height for strip in group)
        for strip in group:
            is_full = max(needed, strip.height) > room
            if strip.is_gap and (is_full or not sheets[-1]):
                continue
            if is_full and sheets[-1]:
                sheets.append([])
                room = height
            needed = 0
            sheets[-1].append(strip)
            room -= strip.height
    return sheets


def _kept_together(strips: Iterable[Strip]) -> Iterable[list[Strip]]:
    group: list[Strip] = []
    for strip in strips:
        group.append(strip)
        if not strip.keeps_next:
            yield group
            group = []
    if group:
        yield group

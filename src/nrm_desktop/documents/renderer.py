"""A document's content becomes the bytes of a PDF, always the same for the same content.

Order on paper: danger to life, then the other sections as given, then what is not included, then
how to check the paper. The head of every sheet says which referral this is, for whom, why and
until when: never who the person is.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from nrm_desktop.documents.body import Body
from nrm_desktop.documents.flow import (
    BoxMark,
    Column,
    Composer,
    Mark,
    SetLine,
    Strip,
    TextMark,
    paginate,
    side_by_side,
)
from nrm_desktop.documents.fonts import FontSet
from nrm_desktop.documents.layout import A4, DocumentContent, DocumentLayout
from nrm_desktop.documents.lines import Typesetter
from nrm_desktop.documents.sheets import Book, Sheet

_FILE_TITLE: Final = "Document"
"""What a reader shows as the title of the file: nothing."""

_HEAD_SHARES: Final = (0.18, 0.30, 0.24, 0.17, 0.11)
_HEAD_GAP: Final = 10.0
_BELOW_HEAD: Final = 22.0
_RULE: Final = 0.8
_PANEL_PAD: Final = 9.0
_BAR: Final = 3.0
_BAND: Final = 20.0
_BAND_EDGE: Final = 16.0


def render(content: DocumentContent, fonts: FontSet, layout: DocumentLayout = A4) -> bytes:
    """Print a document to PDF."""
    typesetter = Typesetter(fonts, content.language)
    composer = Composer(typesetter, layout, is_rtl=content.direction == "rtl")
    return _Renderer(content, composer).pdf()


def unprintable(content: DocumentContent, fonts: FontSet) -> tuple[str, ...]:
    """List the characters of a document that paper would show as a replacement sign.

    The caller warns before it sends: the machine-readable part still holds them.
    """
    texts = [content.recipient, content.purpose, content.expires, content.prepared_on]
    for section in content.sections:
        texts.append(section.title)
        texts += [text for row in section.rows for text in (row.label, row.value, row.note)]
    texts += [text for kept in content.withheld for text in (kept.group, kept.reason)]
    return fonts.missing(set("".join(texts)))


class _Renderer:
    """Draws head, body and foot of the sheets of one document."""

    def __init__(self, content: DocumentContent, composer: Composer) -> None:
        self._content = content
        self._composer = composer
        self._layout = composer.layout
        self._full = Column(self._layout.side, self._layout.text_width)

    def pdf(self) -> bytes:
        head_height = sum(strip.height for strip in self._head(1, 1))
        body_top = self._layout.top + head_height + _BELOW_HEAD
        room = self._layout.page_height - self._layout.bottom - body_top
        pages = paginate(Body(self._content, self._composer).strips(), room)
        book = Book(self._layout.page_width, self._layout.page_height)
        for number, strips in enumerate(pages, start=1):
            sheet = book.new_sheet()
            self._draw_tints(sheet, strips, body_top)
            draw_strips(sheet, self._head(number, len(pages)), self._layout.top)
            draw_strips(sheet, strips, body_top)
            _draw_marks(sheet, self._frame(head_height), 0)
        return book.finish(_FILE_TITLE, self._content.language)

    def _head(self, page: int, pages: int) -> list[Strip]:
        content, texts = self._content, self._content.texts
        facts = [
            (texts.reference, content.reference, content.copy),
            (texts.recipient, content.recipient, ""),
            (texts.purpose, content.purpose, ""),
            (texts.expires if content.expires else "", content.expires, ""),
            (texts.page, texts.page_of.format(page=page, pages=pages), ""),
        ]
        width = self._full.width - _HEAD_GAP * (len(facts) - 1)
        start = self._full.start
        cells = []
        for fact, share in zip(facts, _HEAD_SHARES, strict=True):
            cells.append(self._cell(fact, Column(start, share * width)))
            start += share * width + _HEAD_GAP
        return side_by_side(*cells)

    def _cell(self, fact: tuple[str, str, str], column: Column) -> list[SetLine]:
        label, value, small = fact
        return [
            *self._composer.own(label, self._layout.head_label, column),
            *self._composer.told(value, self._layout.head_value, column),
            *self._composer.own(small, self._layout.head_label, column),
        ]

    def _frame(self, head_height: float) -> list[Mark]:
        """The rule below the head, the foot, and the bands of practice."""
        look, texts = self._layout, self._content.texts
        rule_y = look.top + head_height + 6
        foot_y = look.page_height - look.bottom + 8
        marks: list[Mark] = [self._composer.box(self._full, rule_y, _RULE, look.strong_rule)]
        marks += _lines_at(
            self._composer.own(texts.notice, look.head_label, self._full, "centre"), foot_y
        )
        if self._content.practice:
            for y in (_BAND_EDGE, look.page_height - _BAND_EDGE - _BAND):
                marks.append(self._composer.box(self._full, y, _BAND, look.band_tint))
                band = self._composer.own(texts.practice, look.band, self._full, "centre")
                marks += _lines_at(band, y + (_BAND - band[0].height) / 2)
        return marks

    def _draw_tints(self, sheet: Sheet, strips: Sequence[Strip], top: float) -> None:
        """One panel behind strips of danger to life that follow each other."""
        for is_tinted, group in groupby(strips, key=lambda strip: strip.is_tinted):
            height = sum(strip.height for strip in group)
            if is_tinted:
                panel = self._composer.box(
                    self._full, top - _PANEL_PAD, height + 2 * _PANEL_PAD, self._layout.danger_tint
                )
                bar = Column(self._full.start, _BAR)
                marks = [
                    panel,
                    self._composer.box(bar, panel.y, panel.height, self._layout.danger_bar),
                ]
                _draw_marks(sheet, marks, 0)
            top += height


def _lines_at(lines: Sequence[SetLine], top: float) -> list[TextMark]:
    marks = []
    for line in lines:
        marks.append(TextMark(line.line, line.x, top + line.base_line, line.style))
        top += line.height
    return marks


def draw_strips(sheet: Sheet, strips: Sequence[Strip], top: float) -> None:
    """Draw strips below one another, from a height on a sheet."""
    for strip in strips:
        _draw_marks(sheet, strip.marks, top)
        top += strip.height


def _draw_marks(sheet: Sheet, marks: Sequence[Mark], top: float) -> None:
    for mark in marks:
        if isinstance(mark, TextMark):
            origin = (mark.x, top + mark.y)
            sheet.show(mark.line, origin, mark.style.size, mark.style.colour)
        elif isinstance(mark, BoxMark):
            sheet.fill((mark.x, top + mark.y, mark.width, mark.height), mark.colour)
        else:
            sheet.fill_cells((mark.x, top + mark.y), mark.size, mark.rows)

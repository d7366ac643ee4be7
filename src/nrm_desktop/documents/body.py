"""The body of a document as strips: title, sections row by row, what is missing, the check.

It decides the order and what stays together; places and colours are the layout's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from nrm_desktop.documents.flow import (
    Column,
    Composer,
    Mark,
    PatternMark,
    Strip,
    gap,
    moved,
    side_by_side,
    without_orphans,
)
from nrm_desktop.documents.labels import qr_rows
from nrm_desktop.documents.layout import DocRow, DocSection, DocumentContent, TextStyle

_ROW_GAP: Final = 5.0
_SECTION_GAP: Final = 22.0
_PANEL_INSET: Final = 14.0
_QR_SIZE: Final = 62.0
_WORDS_PER_LINE: Final = 6
_HAIR: Final = 0.5
_RULE: Final = 0.8


class Body:
    """Composes the strips of one document."""

    def __init__(self, content: DocumentContent, composer: Composer) -> None:
        self._content = content
        self._composer = composer
        self._layout = composer.layout
        self._full = Column(self._layout.side, self._layout.text_width)

    def strips(self) -> Iterator[Strip]:
        """Everything below the head, in the order of reading."""
        yield from self._title()
        sections = sorted(self._content.sections, key=lambda section: not section.is_life_risk)
        for section in sections:
            yield from self._section(section)
        if self._content.withheld:
            yield from self._withheld()
        if self._content.fingerprint_words:
            yield from self._check()

    def _title(self) -> Iterator[Strip]:
        texts, look = self._content.texts, self._layout
        prepared = texts.prepared_on.format(date=self._content.prepared_on)
        yield from _kept(side_by_side(self._composer.own(texts.title, look.title, self._full)))
        yield from _kept(side_by_side(self._composer.own(prepared, look.label, self._full)))

    def _section(self, section: DocSection) -> Iterator[Strip]:
        column, style = self._full, self._layout.heading
        if section.is_life_risk:
            inset = 2 * _PANEL_INSET
            column = Column(self._full.start + _PANEL_INSET, self._full.width - inset)
            style = self._layout.danger_heading
        yield gap(_SECTION_GAP, keeps_next=True)
        strips = [*self._heading(section.title, style, column), *self._rows(section, column)]
        if section.is_one_piece:
            strips = [*_kept(strips[:-1]), *strips[-1:]]
        for strip in strips:
            yield replace(strip, is_tinted=section.is_life_risk)
        if section.is_life_risk:
            yield gap(_PANEL_INSET)

    def _heading(self, title: str, style: TextStyle, column: Column) -> Iterator[Strip]:
        yield from _kept(side_by_side(self._composer.own(title, style, column)))
        yield gap(2, keeps_next=True)
        yield Strip(_RULE, (self._composer.box(column, 0, _RULE, style.colour),), keeps_next=True)

    def _rows(self, section: DocSection, column: Column) -> Iterator[Strip]:
        for at, row in enumerate(section.rows):
            if at:
                yield replace(self._hair_line(column), keeps_next=True)
            yield gap(_ROW_GAP, keeps_next=True)
            yield from without_orphans(self._row(row, column))
            yield gap(_ROW_GAP)

    def _row(self, row: DocRow, column: Column) -> list[Strip]:
        look = self._layout
        label_width = column.width * look.label_share
        value_start = label_width + look.column_gap
        value_column = Column(column.start + value_start, column.width - value_start)
        label = self._composer.own(row.label, look.label, Column(column.start, label_width))
        value = self._composer.told(row.value, look.body, value_column)
        note = self._composer.own(row.note, look.note, value_column)
        return side_by_side(label, [*value, *note])

    def _hair_line(self, column: Column) -> Strip:
        return Strip(_HAIR, (self._composer.box(column, 0, _HAIR, self._layout.rule),), is_gap=True)

    def _withheld(self) -> Iterator[Strip]:
        texts, look = self._content.texts, self._layout
        rows = tuple(DocRow(kept.group, kept.reason) for kept in self._content.withheld)
        yield gap(_SECTION_GAP, keeps_next=True)
        yield from self._heading(texts.not_included, look.quiet_heading, self._full)
        yield gap(_ROW_GAP, keeps_next=True)
        hint = self._composer.own(texts.not_included_hint, look.note, self._full)
        yield from _kept(side_by_side(hint))
        yield gap(_ROW_GAP, keeps_next=True)
        yield from self._rows(DocSection("", rows), self._full)

    def _check(self) -> Iterator[Strip]:
        """Words and pattern on one strip: half of them would be of no use."""
        texts, look = self._content.texts, self._layout
        yield gap(_SECTION_GAP, keeps_next=True)
        yield from self._heading(texts.check, look.quiet_heading, self._full)
        yield gap(2 * _ROW_GAP, keeps_next=True)
        pattern = self._pattern()
        start = _QR_SIZE + look.column_gap if pattern else 0.0
        column = Column(self._full.start + start, self._full.width - start)
        words = self._composer.told(_in_lines(self._content.fingerprint_words), look.words, column)
        code = self._composer.own(self._content.short_code, look.label, column)
        hint = self._composer.own(texts.check_hint, look.note, column)
        yield _one_strip(side_by_side([*words, *code, *hint]), pattern)

    def _pattern(self) -> tuple[PatternMark, ...]:
        if not self._content.short_code:
            return ()
        left = self._composer.left(Column(self._full.start, _QR_SIZE))
        return (PatternMark(left, 0, _QR_SIZE, qr_rows(self._content.short_code)),)


def _kept(strips: Sequence[Strip]) -> list[Strip]:
    return [replace(strip, keeps_next=True) for strip in strips]


def _in_lines(words: Sequence[str]) -> str:
    return "\n".join(
        " ".join(words[at : at + _WORDS_PER_LINE]) for at in range(0, len(words), _WORDS_PER_LINE)
    )


def _one_strip(strips: Sequence[Strip], pattern: tuple[PatternMark, ...]) -> Strip:
    marks: list[Mark] = list(pattern)
    height = 0.0
    for strip in strips:
        marks += [moved(mark, height) for mark in strip.marks]
        height += strip.height
    return Strip(max(height, *(mark.size for mark in pattern)), tuple(marks))

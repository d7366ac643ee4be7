"""Sheets of paper: boxes and lines of glyphs at exact places, then the bytes of the PDF.

Everything in the file comes from what is drawn: no clock, no user, no host, no path, so that the
same drawing always gives the same bytes.

Units: points from the top left corner of the sheet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from reportlab.pdfbase import pdfdoc

from nrm_desktop.documents.embedding import EmbeddedFont, compressed_stream
from nrm_desktop.documents.fonts import EM, FontFace, Glyph
from nrm_desktop.documents.lines import Line
from nrm_desktop.documents.runs import Piece

_PDF_VERSION: Final = (1, 7)
_DATE: Final = "D:20000101000000Z"
"""Every document bears the same date: the true one is part of its content, where it belongs."""


class Book:
    """The sheets of one document, all of one size, and the fonts that they share."""

    def __init__(self, width: float, height: float) -> None:
        self._width = width
        self._height = height
        self._sheets: list[Sheet] = []
        self._fonts: dict[FontFace, EmbeddedFont] = {}

    def new_sheet(self) -> Sheet:
        """Add an empty sheet."""
        sheet = Sheet(self._height, self)
        self._sheets.append(sheet)
        return sheet

    def font(self, face: FontFace) -> EmbeddedFont:
        """The face as it is embedded in this document."""
        if face not in self._fonts:
            self._fonts[face] = EmbeddedFont(face, f"F{len(self._fonts) + 1}")
        return self._fonts[face]

    def finish(self, title: str, language: str) -> bytes:
        """Write the file."""
        document = pdfdoc.PDFDocument(
            compression=0, invariant=1, pdfVersion=_PDF_VERSION, lang=language
        )
        document.info.producer = document.info.creator = ""
        document.info.author = document.info.subject = ""
        document.info.title = title
        # Both would follow SOURCE_DATE_EPOCH otherwise: the environment must not show in the file.
        document.info._dateFormatter = lambda *_: _DATE  # noqa: SLF001 - there is no setter for it
        document.signature = hashlib.md5(usedforsecurity=False)
        for sheet in self._sheets:
            page = pdfdoc.PDFPage()
            page.pagewidth, page.pageheight = self._width, self._height
            page.Contents = compressed_stream(sheet.operators())
            page.Resources = pdfdoc.PDFResourceDictionary()
            page.Resources.basicFonts()
            document.addPage(page)
        fonts = document.idToObject[pdfdoc.BasicFonts].dict
        for font in self._fonts.values():
            fonts[font.name] = font.write(document)
        return bytes(document.GetPDFData(None))


class Sheet:
    """One sheet: collects the operators of its content."""

    def __init__(self, height: float, book: Book) -> None:
        self._height = height
        self._book = book
        self._operators: list[str] = []

    def fill(self, box: tuple[float, float, float, float], colour: str) -> None:
        """Fill a box. Shape: left, top, width, height."""
        left, top, width, height = box
        bottom = self._height - top - height
        self._operators.append(
            f"{_rgb(colour)} rg {left:.2f} {bottom:.2f} {width:.2f} {height:.2f} re f"
        )

    def fill_cells(self, origin: tuple[float, float], size: float, rows: Sequence[str]) -> None:
        """Fill the cells marked `1` of a black-and-white pattern in a square of that size."""
        left, top = origin
        cell = size / len(rows)
        boxes = [
            f"{left + column * cell:.3f} {self._height - top - (row + 1) * cell:.3f} "
            f"{length * cell:.3f} {cell:.3f} re"
            for row, marks in enumerate(rows)
            for column, length in _dark_runs(marks)
        ]
        self._operators.append(f"0 0 0 rg {' '.join(boxes)} f")

    def show(self, line: Line, origin: tuple[float, float], size: float, colour: str) -> None:
        """Draw a line of text. Shape: origin is the left end of its base line."""
        left, top = origin
        shown = [
            f"{_rgb(colour)} rg BT 1 0 0 1 {left:.2f} {self._height - top:.2f} Tm",
            *self._pieces(line.pieces, size),
            "ET",
        ]
        self._operators.append(" ".join(shown))

    def operators(self) -> bytes:
        """Everything drawn so far, as the content of a page."""
        return "\n".join(self._operators).encode("ascii")

    def _pieces(self, pieces: Sequence[Piece], size: float) -> list[str]:
        shown = []
        current = ""
        for piece in pieces:
            font = self._book.font(piece.face)
            if font.name != current:
                current = font.name
                shown.append(f"/{current} {size:g} Tf")
            shown += [_show_glyphs(font, piece.glyphs, size)]
        return shown


def _show_glyphs(font: EmbeddedFont, glyphs: Sequence[Glyph], size: float) -> str:
    """The operators for glyphs side by side; those that stand higher or lower are set apart."""
    shown = []
    row: list[str] = []
    rise = 0
    for glyph in glyphs:
        if glyph.dy != rise:
            shown += [_array(row), f"{glyph.dy * size / EM:.3f} Ts"]
            row, rise = [], glyph.dy
        if glyph.dx:
            row.append(str(-glyph.dx))
        row.append(f"<{font.encode(glyph)}>")
        back = glyph.dx + font.width(glyph) - glyph.advance
        if back:
            row.append(str(back))
    shown.append(_array(row))
    if rise:
        shown.append("0 Ts")
    return " ".join(shown)


def _array(row: list[str]) -> str:
    return f"[{''.join(row)}] TJ" if row else ""


def _dark_runs(marks: str) -> list[tuple[int, int]]:
    """Where runs of `1` begin and how long they are."""
    runs = []
    at = marks.find("1")
    while at >= 0:
        end = marks.find("0", at)
        end = len(marks) if end < 0 else end
        runs.append((at, end - at))
        at = marks.find("1", end)
    return runs


def _rgb(colour: str) -> str:
    """#RRGGBB as three numbers of a PDF."""
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.3g}" for at in (1, 3, 5))

"""Glyphs into a PDF file: the used part of each face, as a composite font.

Each pair of glyph and text gets a code of its own in the document, so that a reader who copies or
searches finds the very characters, also where several share one shape. Codes are given in order
of use: the same document always has the same bytes.

Source: ISO 32000-1, 9.7 (composite fonts) and 9.10.3 (ToUnicode).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from typing import Any, Final

from reportlab.pdfbase import pdfdoc

from nrm_desktop.documents.fonts import FontFace, Glyph

_BLOCK: Final = 100
"""A mapping block of a CMap may have at most 100 entries (CMap specification, 1.4.1)."""

_SYMBOLIC: Final = 4
_STEM: Final = 80
_CAP_HEIGHT: Final = 714
_CMAP_HEAD: Final = """\
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_CMAP_TAIL: Final = """\
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


class EmbeddedFont:
    """A face in one document: gives out codes while pages are drawn, then writes the font."""

    def __init__(self, face: FontFace, name: str) -> None:
        self.name = name
        """Name of the font in the resources of the pages."""
        self._face = face
        self._codes: dict[tuple[int, str], int] = {}

    def encode(self, glyph: Glyph) -> str:
        """Give the code of a glyph. Shape: four hexadecimal digits."""
        key = (glyph.number, glyph.text)
        return f"{self._codes.setdefault(key, len(self._codes) + 1):04X}"

    def width(self, glyph: Glyph) -> int:
        """How far the reader moves on by itself after the glyph."""
        return self._face.advance(glyph.number)

    def write(self, document: pdfdoc.PDFDocument) -> Any:
        """Add the font's objects to the document and give the reference to the font."""
        data, new_numbers = self._face.subset(number for number, _ in self._codes)
        base_name = f"/{_tag(data)}+{self._face.name}"
        descendant = pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/CIDFontType2",
                "BaseFont": base_name,
                "CIDSystemInfo": "<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>",
                "FontDescriptor": document.Reference(self._descriptor(base_name, data, document)),
                "W": self._widths(),
                "CIDToGIDMap": document.Reference(compressed_stream(self._glyph_map(new_numbers))),
            }
        )
        font = pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": base_name,
                "Encoding": "/Identity-H",
                "DescendantFonts": pdfdoc.PDFArray([document.Reference(descendant)]),
                "ToUnicode": document.Reference(compressed_stream(self._to_unicode().encode())),
            }
        )
        return document.Reference(font)

    def _descriptor(
        self, base_name: str, data: bytes, document: pdfdoc.PDFDocument
    ) -> pdfdoc.PDFDictionary:
        return pdfdoc.PDFDictionary(
            {
                "Type": "/FontDescriptor",
                "FontName": base_name,
                "Flags": _SYMBOLIC,
                "FontBBox": pdfdoc.PDFArray(self._face.bounds),
                "ItalicAngle": 0,
                "Ascent": self._face.ascent,
                "Descent": self._face.descent,
                "CapHeight": _CAP_HEIGHT,
                "StemV": _STEM,
                "FontFile2": document.Reference(compressed_stream(data, Length1=len(data))),
            }
        )

    def _widths(self) -> str:
        widths = " ".join(str(self._face.advance(number)) for number, _ in self._codes)
        return f"[1[{widths}]]"

    def _glyph_map(self, new_numbers: Mapping[int, int]) -> bytes:
        numbers = [0, *(new_numbers[number] for number, _ in self._codes)]
        return b"".join(number.to_bytes(2, "big") for number in numbers)

    def _to_unicode(self) -> str:
        entries = [
            f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>\n"
            for (_, text), code in self._codes.items()
            if text
        ]
        blocks = (entries[at : at + _BLOCK] for at in range(0, len(entries), _BLOCK))
        return _CMAP_HEAD + "".join(_block(block) for block in blocks) + _CMAP_TAIL


def _block(entries: list[str]) -> str:
    return f"{len(entries)} beginbfchar\n{''.join(entries)}endbfchar\n"


def _tag(data: bytes) -> str:
    """Six capital letters that name this subset (ISO 32000-1, 9.6.4)."""
    return "".join(chr(ord("A") + byte % 26) for byte in hashlib.sha256(data).digest()[:6])


def compressed_stream(content: bytes, **entries: int) -> pdfdoc.PDFStream:
    """A stream compressed by us: reportlab's own settings may be changed by its user."""
    dictionary = pdfdoc.PDFDictionary({**entries, "Filter": "/FlateDecode"})
    return pdfdoc.PDFStream(dictionary, zlib.compress(content), filters=[])

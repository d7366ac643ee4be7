"""Self-test of paper: do the shipped fonts load, and is a page made that can be read again?

It draws invented words only.

Source: cli.md section 2, checks `fonts` and `pdf`.
"""

from __future__ import annotations

from typing import Final

import pypdfium2

from nrm_desktop.documents.fonts import FontSet
from nrm_desktop.documents.layout import DocRow, DocSection, DocumentContent
from nrm_desktop.documents.renderer import render

_LEFT_TO_RIGHT: Final = "Harbour lantern"
_RIGHT_TO_LEFT: Final = "فانوس الميناء"


def check_page(fonts: FontSet) -> tuple[int, bool, bool]:
    """Make a page with both directions and open it again.

    Shape: number of pages, and whether the text of each direction was found in it.
    """
    rows = (DocRow("Sample", _LEFT_TO_RIGHT), DocRow("Sample", _RIGHT_TO_LEFT))
    content = DocumentContent(
        reference="R-SELF-TEST",
        recipient="-",
        purpose="-",
        expires="-",
        prepared_on="-",
        sections=(DocSection("Sample", rows),),
    )
    document = pypdfium2.PdfDocument(render(content, fonts))
    try:
        texts = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    plain = " ".join("".join(texts).split())
    return len(texts), _LEFT_TO_RIGHT in plain, _holds_letters(plain, _RIGHT_TO_LEFT)


def _holds_letters(text: str, words: str) -> bool:
    """Compare letters and not their order: readers differ in how they give back Arabic."""
    return set("".join(words.split())) <= set(text)

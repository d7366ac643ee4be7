"""Pages of our own documents as pictures: the very bytes that will be sent.

Only what this program rendered may come here. Foreign files are opened by a child process that
holds no keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pypdfium2

_POINTS_PER_INCH: Final = 72


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page. Shape: `rgba` holds four bytes per pixel, row by row from the top."""

    width: int
    height: int
    rgba: bytes


def page_pictures(pdf: bytes, dpi: int) -> list[PagePicture]:
    """Paint every page of a document."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_picture(page, dpi) for page in document]
    finally:
        document.close()


def _picture(page: pypdfium2.PdfPage, dpi: int) -> PagePicture:
    bitmap = page.render(
        scale=dpi / _POINTS_PER_INCH, rev_byteorder=True, prefer_bgrx=True, maybe_alpha=False
    )
    return PagePicture(bitmap.width, bitmap.height, bytes(bitmap.buffer))

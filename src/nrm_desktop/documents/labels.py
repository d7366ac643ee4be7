"""Short codes as a pattern that a phone or a scanner reads.

A label holds a short code only: never a name, a place or a word of a case.
"""

from __future__ import annotations

import segno


def qr_rows(code: str) -> tuple[str, ...]:
    """Draw a short code as a QR code.

    Shape: one text of `0` and `1` (dark) per row, square, without the quiet zone around it.
    Source: ISO/IEC 18004; error correction M, so that a fold in the paper does no harm.
    """
    symbol = segno.make_qr(code, error="m", boost_error=False)
    return tuple("".join("1" if cell else "0" for cell in row) for row in symbol.matrix)

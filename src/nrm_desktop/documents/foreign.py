"""Run as a program, and in no other way: decodes pictures and PDF that came from outside.

This module decides what is painted and at which size. It holds no key and knows no database; it is
started confined (`platforms.confined`), reads one request from standard input, writes one answer
to standard output and ends. Nobody may import it: decoders are loaded here.

- Only the decoder of the kind that was told is used, never what the bytes claim besides.
- The size of a picture is known before a pixel of it is decoded.
- A PDF is painted without forms, scripts or anything it asks for; the engine has no JavaScript.

Source: storage-security.md sections 8 and 15. Promise: P16. Threats: T13, T16.
"""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Callable
from typing import Final

import pypdfium2
from PIL import Image, ImageOps

from nrm_desktop.app.wire.limits import PICTURE_PIXELS
from nrm_desktop.documents.pictures import (
    ANSWER,
    CLEAN,
    DONE,
    KINDS,
    PAGES,
    PAINT,
    REFUSED,
    REQUEST,
    SIDE,
)
from nrm_desktop.domain.media import JPEG, PDF, PNG, WEBP

_FORMATS: Final = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_QUALITY: Final = 90
_WHITE: Final = (255, 255, 255)


class Refusal(Exception):
    """Why nothing is painted; one of `pictures.REASONS`."""


def main() -> None:
    """Answer one request."""
    Image.MAX_IMAGE_PIXELS = PICTURE_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    request = sys.stdin.buffer.read()
    sys.stdout.buffer.write(answer_to(request))
    sys.stdout.buffer.flush()


def answer_to(request: bytes) -> bytes:
    """Give the answer; whatever a decoder raises becomes a refusal."""
    try:
        verb, number, page = REQUEST.unpack_from(request)
        data = request[REQUEST.size :]
        return _VERBS[verb](data, KINDS[number], page)
    except Refusal as refusal:
        why = str(refusal)
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        why = "too_large"
    except Exception:  # noqa: BLE001 - decoders raise whatever they like at foreign bytes
        why = "damaged"
    return ANSWER.pack(REFUSED, 0, 0, 0) + why.encode("ascii")


def _paint(data: bytes, kind: str, page: int) -> bytes:
    picture, pages = _pdf_page(data, page) if kind == PDF else (_opened(data, kind), 1)
    picture.thumbnail((SIDE, SIDE))
    plain = picture.convert("RGBA")
    return ANSWER.pack(DONE, plain.width, plain.height, pages) + plain.tobytes()


def _clean(data: bytes, kind: str, _page: int) -> bytes:
    """Decode and write anew: only pixels go on, turned as the camera was held."""
    picture = _opened(data, kind)
    if picture.mode in {"RGBA", "LA", "PA", "P"}:
        layer = picture.convert("RGBA")
        picture = Image.new("RGB", layer.size, _WHITE)
        picture.paste(layer, mask=layer.getchannel("A"))
    plain = Image.frombytes("RGB", picture.size, picture.convert("RGB").tobytes())
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=_QUALITY)
    return ANSWER.pack(DONE, plain.width, plain.height, 1) + out.getvalue()


def _opened(data: bytes, kind: str) -> Image.Image:
    picture = Image.open(io.BytesIO(data), formats=[_FORMATS[kind]])
    if picture.width * picture.height > PICTURE_PIXELS:
        raise Refusal("too_large")
    picture.load()
    return ImageOps.exif_transpose(picture)


def _pdf_page(data: bytes, number: int) -> tuple[Image.Image, int]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Refusal("protected" if "password" in str(error).lower() else "damaged") from error
    pages = min(len(document), PAGES)
    if number >= pages:
        raise Refusal("no_page")
    page = document[number]
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise Refusal("damaged")
    # The scale follows the page: a page of a kilometre gives no more pixels than one of a hand.
    bitmap = page.render(
        scale=SIDE / max(width, height),
        may_draw_forms=False,
        rev_byteorder=True,
        prefer_bgrx=True,
        maybe_alpha=False,
    )
    raw = bytes(bitmap.buffer)
    picture = Image.frombuffer(
        "RGBX", (bitmap.width, bitmap.height), raw, "raw", "RGBX", bitmap.stride, 1
    )
    return picture.convert("RGB"), pages


_VERBS: Final[dict[int, Callable[[bytes, str, int], bytes]]] = {PAINT: _paint, CLEAN: _clean}

if __name__ == "__main__":
    main()

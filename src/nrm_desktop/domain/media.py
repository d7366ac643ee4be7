"""What kind of file some bytes are, told by the bytes and never by a name.

This module decides what is looked at as a picture, as pages or not at all. It decodes nothing: a
few bytes at known places are compared. What it does not know is "other": kept, never looked at.
Pictures that cannot be cleaned here are told apart, so that they are not kept as "other" (N11).

Source: storage-security.md sections 8 and 15; T16 (type sniffing).
"""

from __future__ import annotations

from typing import Final

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
WEBP: Final = "image/webp"
GIF: Final = "image/gif"
HEIF: Final = "image/heif"
"""Stills of telephones: HEIC, AVIF and their kin. Nearly all say where they were taken."""
PDF: Final = "application/pdf"
OFFICE: Final = "application/x-office"
OTHER: Final = "application/octet-stream"
WAV: Final = "audio/wav"
MP3: Final = "audio/mpeg"
OGG: Final = "audio/ogg"
M4A: Final = "audio/mp4"
AMR: Final = "audio/amr"
AAC: Final = "audio/aac"
MP4: Final = "video/mp4"
WEBM: Final = "video/webm"
AVI: Final = "video/x-msvideo"
PICTURES: Final = frozenset({JPEG, PNG, WEBP})
UNCLEANED: Final = frozenset({GIF, HEIF})
"""Pictures that no decoder here writes anew: what the camera put in would stay."""
SOUNDS: Final = frozenset({WAV, MP3, OGG, M4A, AMR, AAC})
VIDEOS: Final = frozenset({MP4, WEBM, AVI})
SHOWN: Final = PICTURES | {PDF}
"""What can be looked at as pixels."""
ENDINGS: Final = {
    JPEG: ".jpg",
    PNG: ".png",
    WEBP: ".webp",
    PDF: ".pdf",
    WAV: ".wav",
    MP3: ".mp3",
    OGG: ".ogg",
    M4A: ".m4a",
    AMR: ".amr",
    AAC: ".aac",
    MP4: ".mp4",
    WEBM: ".webm",
    AVI: ".avi",
}
"""Endings of names that files get from us; the others get `.bin`: nothing opens by itself."""
_ZIP: Final = b"PK\x03\x04"
_FIRST_NAME: Final = 30
_INSIDE_BYTES: Final = 4096
_PDF_WITHIN: Final = 1024
_STARTS: Final = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"OggS", OGG),
    (b"\x1a\x45\xdf\xa3", WEBM),
    (b"ID3", MP3),
    (b"\xff\xfb", MP3),
    (b"\xff\xf3", MP3),
    (b"\xff\xf2", MP3),
    (b"\xff\xf0", AAC),
    (b"\xff\xf1", AAC),
    (b"\xff\xf8", AAC),
    (b"\xff\xf9", AAC),
    (b"ADIF", AAC),
    (b"#!AMR", AMR),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
)
_OFFICE_NAMES: Final = (b"[Content_Types].xml", b"word/", b"xl/", b"_rels/", b"docProps/")
_STILL_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
)
_OPEN_DOCUMENT: Final = b"mimetypeapplication/vnd.oasis.opendocument."


def media_type_of(data: bytes) -> str:
    """Name the type of some bytes; `OTHER` for all that this program does not know."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"WAVE": WAV, b"AVI ": AVI}.get(data[8:12], OTHER)
    if data[4:8] == b"ftyp":
        return _of_brand(data[8:12])
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return PDF
    return OFFICE if _is_office(data) else OTHER


def ending_of(media_type: str) -> str:
    """The ending of the name under which a file of this type is written."""
    return ENDINGS.get(media_type, ".bin")


def _of_brand(brand: bytes) -> str:
    """Tell sound, still and moving pictures of one family apart."""
    if brand[:3] in {b"M4A", b"M4B"}:
        return M4A
    return HEIF if brand in _STILL_BRANDS else MP4


def _is_office(data: bytes) -> bool:
    if not data.startswith(_ZIP):
        return False
    inside = data[_FIRST_NAME:_INSIDE_BYTES]
    return inside.startswith((*_OFFICE_NAMES, _OPEN_DOCUMENT))

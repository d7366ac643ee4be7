"""What a file is, told by its bytes."""

import pytest

from nrm_desktop.domain.media import (
    AAC,
    AMR,
    AVI,
    GIF,
    HEIF,
    JPEG,
    M4A,
    MP3,
    MP4,
    OFFICE,
    OGG,
    OTHER,
    PDF,
    PNG,
    SHOWN,
    SOUNDS,
    UNCLEANED,
    WAV,
    WEBM,
    WEBP,
    ending_of,
    media_type_of,
)

STILLS = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis")
KNOWN = [
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", JPEG),
    (b"\x89PNG\r\n\x1a\n\x00", PNG),
    (b"RIFF\x00\x00\x00\x00WEBPVP8 ", WEBP),
    (b"RIFF\x00\x00\x00\x00WAVEfmt ", WAV),
    (b"RIFF\x00\x00\x00\x00AVI LIST", AVI),
    (b"RIFF\x00\x00\x00\x00ACON", OTHER),
    (b"\x1a\x45\xdf\xa3\x01", WEBM),
    (b"ID3\x04\x00", MP3),
    (b"\xff\xfb\x90\x00", MP3),
    (b"OggS\x00\x02", OGG),
    (b"\x00\x00\x00\x20ftypM4A \x00", M4A),
    (b"\x00\x00\x00\x20ftypisom\x00", MP4),
    *((b"\x00\x00\x00\x20ftyp" + brand + bytes(4), HEIF) for brand in STILLS),
    (b"#!AMR\n\x3c", AMR),
    (b"#!AMR-WB\n\x04", AMR),
    (b"\xff\xf1\x50\x80", AAC),
    (b"\xff\xf9\x50\x80", AAC),
    (b"ADIF\x00", AAC),
    (b"\xff\xfe<\x00", OTHER),
    (b"%PDF-1.7\n", PDF),
    (b"\n\n junk \n%PDF-1.4", PDF),
    (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml", OFFICE),
    (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text", OFFICE),
    (b"PK\x03\x04" + bytes(26) + b"anything.exe", OTHER),
    (b"MZ\x90\x00", OTHER),
    (b"<svg xmlns='http://www.w3.org/2000/svg'>", OTHER),
    (b"GIF89a", GIF),
    (b"GIF87a", GIF),
    (b"GIF90a", OTHER),
    (b"", OTHER),
]


@pytest.mark.threat("T16")
@pytest.mark.parametrize(
    ("data", "kind"), KNOWN, ids=[f"{k}-{n}" for n, (_, k) in enumerate(KNOWN)]
)
def test_a_type_is_told_by_the_bytes(data, kind):
    assert media_type_of(data) == kind


def test_only_pictures_and_pdf_can_be_looked_at_and_nothing_gets_an_ending_that_runs():
    assert {JPEG, PNG, WEBP, PDF} == SHOWN
    assert not SHOWN & SOUNDS
    assert not SHOWN & UNCLEANED
    assert [ending_of(kind) for kind in (PDF, OFFICE, OTHER, "x")] == [
        ".pdf",
        ".bin",
        ".bin",
        ".bin",
    ]

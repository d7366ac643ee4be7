"""Foreign pictures and PDF: painted by a confined program, or refused; the parent stays alive."""

from __future__ import annotations

import io
import struct
import zlib

import pikepdf
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from nrm_desktop.documents import pictures
from nrm_desktop.documents.pictures import SIDE, ForeignPictures, read_picture
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.media import JPEG, PDF, PNG, WEBP, media_type_of
from nrm_desktop.platforms.child import Children

SECRET_PLACE = b"48.2083 N 16.3731 E"


@pytest.fixture(scope="module")
def foreign():
    children = Children()
    yield ForeignPictures(children.ask)
    children.close()


def picture(kind: str, size=(64, 48), mode="RGB", colour=(200, 30, 60), **settings) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **settings)
    return out.getvalue()


def photo(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = SECRET_PLACE.decode()
    exif[0x0110] = "Camera of somebody"
    return picture("JPEG", exif=exif, comment=SECRET_PLACE)


def pdf(width: float = 200, height: float = 100, pages: int = 2) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width, height))
    for _ in range(pages):
        canvas.rect(10, 10, 50, 50, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is of this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(4096)))
        + chunk(b"IEND", b"")
    )


def encrypted_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


def pdf_with_script() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        action = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript, JS=b"app.alert(1); this.exportDataObject()"
        )
        document.Root.OpenAction = action
        document.save(out)
    return out.getvalue()


SHOWN = {
    "jpeg": (lambda: picture("JPEG"), (64, 48)),
    "grey jpeg": (lambda: picture("JPEG", mode="L", colour=9), (64, 48)),
    "cmyk jpeg": (lambda: picture("JPEG", mode="CMYK", colour=(1, 2, 3, 4)), (64, 48)),
    "png": (lambda: picture("PNG"), (64, 48)),
    "png with alpha": (lambda: picture("PNG", mode="RGBA", colour=(1, 2, 3, 4)), (64, 48)),
    "png of 16 bits": (lambda: picture("PNG", mode="I;16", colour=9), (64, 48)),
    "webp": (lambda: picture("WEBP"), (64, 48)),
    "picture wider than a screen": (lambda: picture("PNG", (4000, 10)), (SIDE, 5)),
    "pdf": (pdf, (SIDE, SIDE // 2)),
    "pdf with a page of kilometres": (lambda: pdf(14_000_000, 7_000_000), (SIDE, SIDE // 2 + 1)),
    "pdf that wants to run a script": (pdf_with_script, (SIDE, SIDE // 2)),
}
REFUSED = {
    "bomb of 100,000 by 100,000": (lambda: png_claiming(100_000, 100_000), "too_large"),
    "one pixel column too many": (lambda: png_claiming(40_000, 1001), "too_large"),
    "truncated jpeg": (lambda: picture("JPEG")[:300], "damaged"),
    "truncated png": (lambda: picture("PNG", (300, 300))[:60], "damaged"),
    "truncated webp": (lambda: picture("WEBP")[:20], "damaged"),
    "truncated pdf": (lambda: pdf()[:40], "damaged"),
    "jpeg that is only its beginning": (lambda: b"\xff\xd8\xff" + bytes(100), "damaged"),
    "png with a tail of noise": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "damaged"),
    "pdf of nothing": (lambda: b"%PDF-1.7\n%%EOF", "damaged"),
    "pdf with a password": (encrypted_pdf, "protected"),
}


@pytest.mark.threat("T16")
@pytest.mark.parametrize("name", SHOWN)
def test_what_is_sound_is_painted_in_another_process(foreign, name):
    make, size = SHOWN[name]
    data = make()
    shown = foreign.page(data, media_type_of(data), 0)
    assert (shown.width, shown.height) == size
    assert len(shown.rgba) == 4 * shown.width * shown.height


@pytest.mark.threat("T16")
@pytest.mark.threat("T13")
@pytest.mark.promise("P15")
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_hostile_is_refused_with_its_reason_and_the_next_file_is_shown(foreign, name):
    make, why = REFUSED[name]
    data = make()
    with pytest.raises(HostileInput) as told:
        foreign.page(data, media_type_of(data), 0)
    assert (told.value.code, told.value.params["why"]) == ("integrity.preview", why)
    assert foreign.page(picture("PNG"), PNG, 0).width == 64


def test_each_page_can_be_asked_for_and_none_behind_the_last(foreign):
    data = pdf(pages=3)
    assert [foreign.page(data, PDF, number).pages for number in (0, 2)] == [3, 3]
    with pytest.raises(HostileInput) as told:
        foreign.page(data, PDF, 3)
    assert told.value.params["why"] == "no_page"


def test_a_file_that_is_not_what_it_was_taken_for_is_not_even_handed_to_the_child():
    def run(*_: object) -> bytes:
        raise AssertionError("nothing may be started")

    with pytest.raises(HostileInput):
        ForeignPictures(run).page(b"MZ\x90 a program", PNG, 0)
    with pytest.raises(HostileInput):
        ForeignPictures(run).page(picture("PNG"), JPEG, 0)


@pytest.mark.promise("P16")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_comes_back_as_pixels_without_what_the_camera_wrote(foreign, kind):
    data = photo() if kind == "JPEG" else picture(kind, mode="RGBA", colour=(1, 2, 3, 128))
    clean = foreign.clean_photo(data)
    assert media_type_of(clean) == JPEG
    assert SECRET_PLACE not in clean
    with Image.open(io.BytesIO(clean)) as opened:
        assert (opened.size, dict(opened.getexif())) == ((64, 48), {})
        assert not {"exif", "comment", "icc_profile"} & set(opened.info)


def test_a_photo_held_sideways_is_turned_before_the_note_about_it_goes(foreign):
    with Image.open(io.BytesIO(foreign.clean_photo(photo(orientation=6)))) as opened:
        assert opened.size == (48, 64)


@pytest.mark.threat("T16")
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00" * 5,
        pictures.ANSWER.pack(0, 2, 2, 1) + bytes(15),
        pictures.ANSWER.pack(0, 2, 2, 1) + bytes(17),
        pictures.ANSWER.pack(0, SIDE + 1, 1, 1) + bytes(4 * (SIDE + 1)),
        pictures.ANSWER.pack(0, 0, 0, 1),
        pictures.ANSWER.pack(0, 1, 1, 0) + bytes(4),
        pictures.ANSWER.pack(1, 0, 0, 0) + "\u202e<b>anything</b>".encode(),
    ],
)
def test_an_answer_of_a_child_that_was_taken_over_is_refused(answer):
    with pytest.raises(HostileInput) as told:
        read_picture(answer)
    assert told.value.params == {"why": "damaged"}


def test_kinds_of_requests_are_those_that_can_be_shown():
    assert set(pictures.KINDS.values()) == {JPEG, PNG, WEBP, PDF}

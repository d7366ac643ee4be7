"""Password files, previews and codes."""

from __future__ import annotations

import subprocess

import pytest
from PIL import Image
from tests.unit.documents import samples

from nrm_desktop.documents.labels import qr_rows
from nrm_desktop.documents.preview import page_pictures
from nrm_desktop.documents.protect import protect
from nrm_desktop.documents.renderer import render
from nrm_desktop.domain.errors import Usage

PASSWORD = "стіл lamp 4"


@pytest.fixture
def opened(tool, tmp_path):
    """Ask poppler to open a file; gives the exit code and what it read."""

    def attempt(pdf: bytes, *options: str) -> tuple[int, str, str]:
        file = tmp_path / "d.pdf"
        file.write_bytes(pdf)
        command = [tool("pdftotext"), *options, str(file), "-"]
        done = subprocess.run(command, capture_output=True, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return attempt


def test_a_protected_document_opens_with_its_password_only(fonts, opened):
    locked = protect(render(samples.UKRAINIAN, fonts), PASSWORD)

    code, text, _ = opened(locked, "-upw", PASSWORD)
    assert (code, "Ґалина" in text) == (0, True)
    for options in ((), ("-upw", "other"), ("-opw", "")):
        code, text, complaint = opened(locked, *options)
        assert (code, text, "Incorrect password" in complaint) == (1, "", True)


def test_a_protected_document_is_encrypted_by_aes_256_of_revision_6(fonts, tool, tmp_path):
    file = tmp_path / "d.pdf"
    file.write_bytes(protect(render(samples.ENGLISH, fonts), PASSWORD))

    assert b"/R 6" in file.read_bytes()
    command = [tool("pdfinfo"), "-upw", PASSWORD, str(file)]
    info = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "algorithm:AES-256" in info


@pytest.mark.parametrize("password", ["", "  "])
def test_an_empty_password_is_refused(password):
    with pytest.raises(Usage):
        protect(b"", password)


def test_a_preview_shows_the_colours_of_the_very_bytes(fonts):
    (page,) = page_pictures(render(samples.UKRAINIAN, fonts), 72)

    picture = Image.frombytes("RGBA", (page.width, page.height), page.rgba)
    assert picture.size == (596, 842)
    assert picture.getchannel("A").getextrema() == (255, 255)
    assert (0xA1, 0x27, 0x1F, 255) in {colour for _, colour in picture.getcolors(100_000)}


def test_a_code_becomes_a_square_pattern_with_its_three_corner_marks():
    rows = qr_rows("7F3K-20QX-81MB")

    assert {len(row) for row in rows} == {len(rows)}
    corner = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    assert [row[:7] for row in rows[:7]] == corner
    assert [row[-7:] for row in rows[:7]] == corner
    assert [row[:7] for row in rows[-7:]] == corner

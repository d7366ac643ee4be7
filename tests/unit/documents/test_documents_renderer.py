"""A printed document: what can be read on it, what cannot, and that it is always the same."""

from __future__ import annotations

import dataclasses
import getpass
import hashlib
import os
import re
import socket
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from tests.unit.documents import samples

from nrm_desktop.documents.layout import A4, DocRow, DocSection, DocTexts
from nrm_desktop.documents.preview import page_pictures
from nrm_desktop.documents.renderer import render

ROOT = Path(__file__).parents[3]
NAME = "Oksana Tymchenko"


@pytest.fixture
def read(tool, tmp_path):
    """Read a PDF with poppler; options choose a part of the page."""
    program = tool("pdftotext")

    def text(pdf: bytes, *options: str) -> str:
        file = tmp_path / "d.pdf"
        file.write_bytes(pdf)
        command = [program, *options, str(file), "-"]
        done = subprocess.run(command, capture_output=True, check=True)
        return done.stdout.decode()

    return text


def with_name(content):
    identity = DocSection("Identity", (DocRow("Name", NAME, "said by the person"),))
    return dataclasses.replace(content, sections=(identity, *content.sections))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("english", ["Insulin, every day before noon", "(Олена)", "Not included", "sealed"]),
        ("ukrainian", ["Центр підтримки «Гавань»", "Ґалина", "о 8:00", "Не включено", "інсулін"]),
        ("arabic", ["+44 20 7946 0000", "Олена", "Safe House 12", "خطر", "نوفمبر"]),
        ("tigrinya", ["ትግርኛ", "ኢንሱሊን", "English", "Олена"]),
    ],
)
def test_the_words_of_a_document_can_be_found_and_copied(fonts, read, name, words):
    text = " ".join(read(render(samples.ALL[name], fonts)).split())

    assert [each for each in words if each not in text] == []


def test_danger_to_life_comes_first_whatever_order_was_given(fonts, read):
    text = read(render(samples.ENGLISH, fonts), "-l", "1")

    assert text.index("Danger to life") < text.index("What the service needs to know")


@pytest.mark.rule("S8")
def test_every_sheet_says_which_referral_for_whom_why_and_until_when_but_not_who(fonts, read):
    pdf = render(with_name(samples.ENGLISH), fonts)
    pages = read(pdf).split("\f")[:-1]

    head = ("-x", "0", "-y", "0", "-W", "596", "-H", "100")
    heads = [
        " ".join(read(pdf, "-f", str(page), "-l", str(page), *head).split())
        for page in range(1, len(pages) + 1)
    ]
    assert len(heads) == 3
    for number, text in enumerate(heads, start=1):
        facts = ["R-7F3K-20", "Harbour House", "Accommodation", "30 January 2027", "Copy 1 of 2"]
        assert [each for each in [*facts, f"{number} of 3"] if each not in text] == []
        assert NAME not in text
    assert NAME in pages[0]


def test_a_practice_copy_says_so_on_every_sheet_and_a_real_one_never(fonts, read):
    real = samples.ENGLISH
    practice = dataclasses.replace(real, practice=True)

    assert read(render(practice, fonts)).count(DocTexts().practice) == 2 * 3
    assert "PRACTICE" not in read(render(real, fonts))


def test_no_part_that_is_empty_leaves_a_heading_behind(fonts, read):
    bare = dataclasses.replace(
        samples.ENGLISH, withheld=(), fingerprint_words=(), short_code="", copy=""
    )

    text = read(render(bare, fonts))

    assert "Not included" not in text
    assert "Check this paper" not in text


def test_the_texts_of_a_document_can_be_translated_as_a_whole():
    assert DocTexts().translated(str.upper).not_included == "NOT INCLUDED"


def test_the_same_document_is_the_same_bytes_on_every_run_and_machine(fonts):
    script = (
        "import hashlib, pathlib, sys\n"
        "sys.path[:0] = ['src', '.']\n"
        "from nrm_desktop.documents.fonts import load_fonts\n"
        "from nrm_desktop.documents.renderer import render\n"
        "from tests.unit.documents.samples import ARABIC\n"
        "pdf = render(ARABIC, load_fonts(pathlib.Path('resources/fonts')))\n"
        "sys.stdout.write(hashlib.sha256(pdf).hexdigest())\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "86400", "TZ": "UTC+9"}

    elsewhere = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert elsewhere == hashlib.sha256(render(samples.ARABIC, fonts)).hexdigest()


@pytest.mark.threat("T7")
def test_nothing_of_user_host_or_folder_and_no_foreign_font_is_in_the_file(fonts):
    pdf = render(with_name(samples.ENGLISH), fonts)

    scanned = pdf + b"".join(streams(pdf))
    betraying = [getpass.getuser(), socket.gethostname(), str(ROOT), str(Path.home()), "Helvetica"]
    assert [each for each in betraying if each.encode() in scanned] == []
    assert NAME.encode() not in scanned
    assert b"D:20000101000000Z" in pdf


@pytest.mark.threat("T7")
def test_the_file_names_its_language_and_nothing_else_about_itself(fonts, tool, tmp_path):
    file = tmp_path / "d.pdf"
    file.write_bytes(render(samples.UKRAINIAN, fonts))

    command = [tool("pdfinfo"), str(file)]
    info = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    facts = dict(re.findall(r"^(\w+): *(.*)$", info, re.MULTILINE))
    assert facts["Title"] == "Document"
    assert {facts[key] for key in ("Author", "Creator", "Producer", "Subject")} == {""}
    assert b"/Lang (uk)" in file.read_bytes()


def streams(pdf: bytes) -> list[bytes]:
    found = re.findall(rb"stream\n(.*?)endstream", pdf, re.DOTALL)
    return [zlib.decompressobj().decompress(each) for each in found]


@pytest.mark.parametrize("name", samples.ALL)
def test_every_page_has_ink_and_keeps_its_margins_white(fonts, name):
    pages = page_pictures(render(samples.ALL[name], fonts), 36)

    for page in pages:
        rows = [
            page.rgba[at : at + page.width * 4] for at in range(0, len(page.rgba), page.width * 4)
        ]
        margin = int(A4.side * 36 / 72) - 2
        assert {row[: margin * 4] for row in rows} == {b"\xff" * margin * 4}
        assert {row[-margin * 4 :] for row in rows} == {b"\xff" * margin * 4}
        assert sum(row != b"\xff" * page.width * 4 for row in rows) > 60


def test_a_long_answer_runs_over_as_many_sheets_as_it_needs(fonts, read):
    account = DocSection("Account", (DocRow("Words", "afraid of him " * 3000),))
    long = dataclasses.replace(samples.ENGLISH, sections=(account,), withheld=())

    text = read(render(long, fonts))

    assert " ".join(text.split()).count("afraid") == 3000
    assert text.count("\f") > 6

"""Spreadsheets of others: cells as text by a confined program; hostile containers are refused."""

from __future__ import annotations

import datetime as dt
import io
import struct
import subprocess
import sys
import zipfile

import openpyxl
import pytest

from nrm_desktop.app.wire.limits import (
    SHEET_COLUMNS,
    SHEET_FILE_BYTES,
    SHEET_MEMBERS,
    SHEET_UNPACKED_BYTES,
    SHEET_XML_DEPTH,
)
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.exchange.sheets import Sheet, read_sheets
from nrm_desktop.platforms.child import Children


@pytest.fixture(scope="module")
def run():
    children = Children()
    yield children.ask
    children.close()


def book(*rows: tuple[object, ...]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


PLAIN = book(("name", "count"), ("x", 2))


def changed(member: str, content: bytes, data: bytes = PLAIN) -> bytes:
    """The same book with one member exchanged or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            if name != member:
                new.writestr(name, old.read(name))
        new.writestr(member, content)
    return out.getvalue()


def sheet_xml(inside: str, head: str = "") -> bytes:
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?>{head}<worksheet xmlns="{name}">{inside}</worksheet>'.encode()


def with_sheet(inside: str, head: str = "") -> bytes:
    return changed("xl/worksheets/sheet1.xml", sheet_xml(inside, head))


def renamed(ending: str) -> bytes:
    """The sheet lies under another ending, and holds a document type."""
    hostile = sheet_xml("", '<!DOCTYPE b SYSTEM "http://192.0.2.1/x.dtd">')
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as container:
        relations = container.read("xl/_rels/workbook.xml.rels")
    target = relations.replace(b"sheet1.xml", f"sheet1.{ending}".encode())
    return changed(
        f"xl/worksheets/sheet1.{ending}",
        hostile,
        changed("xl/_rels/workbook.xml.rels", target),
    )


def many_members(count: int) -> bytes:
    out = io.BytesIO(PLAIN)
    with zipfile.ZipFile(out, "a") as container:
        for number in range(count):
            container.writestr(f"m/{number}", b"")
    return out.getvalue()


def claiming_members(count: int) -> bytes:
    """A small archive whose end claims a million members; no list may be made of them."""
    data = bytearray(PLAIN)
    at = data.rfind(b"PK\x05\x06")
    data[at + 8 : at + 12] = struct.pack("<HH", 0xFFFF, 0xFFFF)
    data[at + 12 : at + 16] = struct.pack("<I", min(count * 46, 0xFFFFFFFE))
    return bytes(data)


def lying_about_size() -> bytes:
    """A member that claims to unpack to less than it does."""
    data = changed("xl/extra.bin", bytes(100_000))
    at = data.rfind(b"xl/extra.bin") - 46
    return data[: at + 24] + struct.pack("<I", 50) + data[at + 28 :]


BOMB = (
    ' <!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n else str()};" * 10}">' for n in range(9))
    + "]>"
)
DEEP = "<a>" * (SHEET_XML_DEPTH + 1) + "</a>" * (SHEET_XML_DEPTH + 1)
HOSTILE = {
    "entities that grow": (lambda: with_sheet("&a8;", BOMB), "dtd"),
    "an external document type": (
        lambda: with_sheet("", '<!DOCTYPE b SYSTEM "http://192.0.2.1/x.dtd">'),
        "dtd",
    ),
    "an external entity": (
        lambda: with_sheet("&a;", '<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        "dtd",
    ),
    "a document type in the relations": (
        lambda: changed("_rels/.rels", b'<!DOCTYPE b SYSTEM "x"><Relationships/>'),
        "dtd",
    ),
    "a document type under a name that is no xml": (lambda: renamed("dat"), "dtd"),
    "xml that is too deep": (lambda: with_sheet(DEEP), "depth"),
    "a member that unpacks to far more": (lambda: changed("xl/a.bin", bytes(5_000_000)), "ratio"),
    "a member that lies about its size": (lying_about_size, "damaged"),
    "more than all may unpack to": (
        lambda: changed("xl/a.bin", bytes(SHEET_UNPACKED_BYTES)),
        "too_large",
    ),
    "an archive inside": (lambda: changed("xl/embeddings/a.docx", PLAIN), "nested"),
    "one member too many": (lambda: many_members(SHEET_MEMBERS), "too_many"),
    "a million members by its own words": (lambda: claiming_members(10**6), "too_many"),
    "one column too many": (lambda: book(tuple(range(SHEET_COLUMNS + 1))), "too_large"),
    "no archive": (lambda: b"PK\x03\x04 and nothing else", "damaged"),
    "a cut archive": (lambda: PLAIN[:2000], "damaged"),
    "no workbook in it": (lambda: _archive_of("a.txt", b"x"), "damaged"),
    "xml that is none": (lambda: changed("xl/workbook.xml", b"<a><b></a>"), "damaged"),
}


def _archive_of(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        container.writestr(name, content)
    return out.getvalue()


def test_cells_come_back_as_text_row_by_row(run):
    day = dt.date(2026, 5, 4)
    data = book(("a", 1, 2.5, True), (day, None, "=SUM(A1:A9)", "ء"))
    assert read_sheets(data, run) == (
        Sheet(
            "Sheet",
            (("a", "1", "2.5", "TRUE"), ("2026-05-04T00:00:00", "", "=SUM(A1:A9)", "ء")),
        ),
    )


def test_a_sheet_at_the_limit_of_columns_is_read(run):
    (sheet,) = read_sheets(book(tuple(range(SHEET_COLUMNS))), run)
    assert len(sheet.rows[0]) == SHEET_COLUMNS


def test_a_link_to_the_outside_is_left_alone_and_its_text_is_read(run):
    made = openpyxl.Workbook()
    made.active["A1"] = "look here"
    made.active["A1"].hyperlink = "http://192.0.2.1/"
    out = io.BytesIO()
    made.save(out)
    assert read_sheets(out.getvalue(), run)[0].rows == (("look here",),)


def test_macros_are_no_reason_to_refuse_and_are_never_opened(run):
    data = changed("xl/vbaProject.bin", bytes(range(256)) * 8)
    assert read_sheets(data, run)[0].rows == (("name", "count"), ("x", "2"))


def test_what_a_sheet_claims_of_its_own_size_is_not_believed(run):
    cell = '<c t="inlineStr"><is><t>x</t></is></c>'
    inside = f'<dimension ref="A1:XFD1048576"/><sheetData><row>{cell}</row></sheetData>'
    assert read_sheets(with_sheet(inside), run)[0].rows == (("x",),)


@pytest.mark.threat("T16")
@pytest.mark.threat("T13")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_book_is_refused_with_its_reason_and_the_next_is_read(run, name):
    make, why = HOSTILE[name]
    with pytest.raises(HostileInput) as told:
        read_sheets(make(), run)
    assert (told.value.code, told.value.params["why"]) == ("integrity.preview", why)
    assert read_sheets(PLAIN, run)[0].title == "Sheet"


@pytest.mark.threat("T16")
def test_the_library_parses_through_the_careful_parser_alone():
    """With lxml installed (it comes with pikepdf) it would go past defusedxml."""
    code = "import nrm_desktop.exchange.foreign_sheets, openpyxl as o; print(o.LXML, o.DEFUSEDXML)"
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert said.stdout == "False True\n"


def test_a_picture_in_a_book_is_no_reason_to_refuse_it(run):
    picture = b"\x89PNG\r\n\x1a\n<not xml>" + bytes(range(256))
    assert read_sheets(changed("xl/media/image1.png", picture), run)[0].title == "Sheet"


@pytest.mark.threat("T16")
def test_a_file_past_the_limit_is_not_handed_to_a_child():
    def nobody(*_: object) -> bytes:
        raise AssertionError("nothing may be started")

    with pytest.raises(HostileInput) as told:
        read_sheets(bytes(SHEET_FILE_BYTES + 1), nobody)
    assert told.value.code == "integrity.too_large"


@pytest.mark.threat("T16")
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00",
        b"\x00\xff\xff\xff\xff",
        b"\x00\x00\x00\x00\x00more",
        b"\x00\x00\x00\x00\x01\x00\x00\x00\x01\xff\x00\x00\x00\x00",
        b"\x01\xe2\x80\xae anything",
    ],
)
def test_an_answer_of_a_child_that_was_taken_over_is_refused(answer):
    with pytest.raises(HostileInput) as told:
        read_sheets(PLAIN, lambda *_: answer)
    assert told.value.params == {"why": "damaged"}

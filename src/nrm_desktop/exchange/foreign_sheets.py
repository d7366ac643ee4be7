"""Run as a program, and in no other way: reads spreadsheets that came from outside.

This module decides what of an xlsx file is read: the texts of its cells. It is started confined
(`platforms.confined`), holds no key, writes one answer and ends. Nobody may import it.

The container is looked through before the spreadsheet library sees it: number and size of members
as they really unpack, the ratio, archives inside, and every XML member for document types,
entities and depth. Macros, links and embedded objects are never opened; nothing is fetched.

Source: storage-security.md section 15. Promise: P16. Threats: T13, T16.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
import zipfile
from datetime import date, datetime, time
from typing import Final
from xml.etree.ElementTree import ParseError  # the error alone; defusedxml raises it

# With lxml at hand, openpyxl would parse with it, and past defusedxml.
os.environ["OPENPYXL_LXML"] = "False"
import openpyxl
from defusedxml.common import DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden
from defusedxml.ElementTree import DefusedXMLParser

from nrm_desktop.app.wire.limits import (
    MIB,
    SHEET_COLUMNS,
    SHEET_MEMBERS,
    SHEET_RATIO,
    SHEET_ROWS,
    SHEET_UNPACKED_BYTES,
    SHEET_XML_DEPTH,
)
from nrm_desktop.exchange.sheets import COUNT, DONE, REFUSED

_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
_COMMENT_BYTES: Final = 1 << 16
_DIRECTORY_BYTES: Final = MIB
_ARCHIVES: Final = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_XML: Final = (".xml", ".rels", ".vml")
_SMALL: Final = 4_096
"""Below this size a high ratio is no bomb: a few blank cells pack that well."""


class Refusal(Exception):
    """Why nothing is read; one of `sheets.REASONS`."""


def main() -> None:
    """Answer one request: the bytes of a file."""
    warnings.simplefilter("ignore")  # the library warns of what it leaves out; we want no more
    answer = answer_to(sys.stdin.buffer.read())
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def answer_to(data: bytes) -> bytes:
    """Give the answer; whatever a library raises becomes a refusal."""
    try:
        look_through(data)
        return _sheets(data)
    except Refusal as refusal:
        why = str(refusal)
    except MemoryError:
        why = "too_large"
    except Exception:  # noqa: BLE001 - libraries raise whatever they like at foreign bytes
        why = "damaged"
    return REFUSED + why.encode("ascii")


def look_through(data: bytes) -> None:
    """Look at the container and every member before anything else does. Raises: Refusal."""
    _must_be_countable(data)
    total = 0
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        members = container.infolist()
        if len(members) > SHEET_MEMBERS:
            raise Refusal("too_many")
        for member in members:
            inside = _unpacked(container, member, SHEET_UNPACKED_BYTES - total)
            total += len(inside)
            if inside.startswith(_ARCHIVES):
                raise Refusal("nested")
            _must_be_plain(inside, is_xml=member.filename.casefold().endswith(_XML))


def _must_be_countable(data: bytes) -> None:
    """Read how many members there are where the archive says so, before a list is made of them."""
    at = data.rfind(_END, max(0, len(data) - _END_BYTES - _COMMENT_BYTES))
    if at < 0 or len(data) - at < _END_BYTES:
        raise Refusal("damaged")
    count = int.from_bytes(data[at + 10 : at + 12], "little")
    directory = int.from_bytes(data[at + 12 : at + 16], "little")
    if count > SHEET_MEMBERS or directory > _DIRECTORY_BYTES:
        raise Refusal("too_many")


def _unpacked(container: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    with container.open(member) as stream:
        inside = stream.read(most + 1)
    if len(inside) > most:
        raise Refusal("too_large")
    if len(inside) > max(_SMALL, SHEET_RATIO * member.compress_size):
        raise Refusal("ratio")
    return inside


class _Depth:
    """What the parser tells its events to; it builds nothing."""

    def __init__(self) -> None:
        self._depth = 0

    def start(self, _tag: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > SHEET_XML_DEPTH:
            raise Refusal("depth")

    def end(self, _tag: str) -> None:
        self._depth -= 1

    def close(self) -> None:
        """Nothing was built."""


def _must_be_plain(inside: bytes, *, is_xml: bool) -> None:
    """Look for what no member may hold; a name does not decide what is parsed as XML later.

    What is no XML at all, like a picture, passes where its name does not claim to be.
    """
    parser = DefusedXMLParser(target=_Depth(), forbid_dtd=True)
    try:
        parser.feed(inside)
        parser.close()
    except DTDForbidden:
        raise Refusal("dtd") from None
    except EntitiesForbidden:
        raise Refusal("entities") from None
    except ExternalReferenceForbidden:
        raise Refusal("external") from None
    except ParseError:
        if is_xml:
            raise


def _sheets(data: bytes) -> bytes:
    book = openpyxl.load_workbook(
        io.BytesIO(data), read_only=True, keep_vba=False, data_only=False, keep_links=False
    )
    parts = [b""]
    count = 0
    for sheet in book.worksheets:
        count += 1
        rows = [_row(row) for row in _within(sheet)]
        parts += [_text(sheet.title), COUNT.pack(len(rows)), *rows]
    parts[0] = DONE + COUNT.pack(count)
    return b"".join(parts)


def _within(sheet: openpyxl.worksheet._read_only.ReadOnlyWorksheet) -> list[tuple[object, ...]]:
    """The rows of a sheet; what a sheet claims of its own size is not believed."""
    sheet.reset_dimensions()
    rows: list[tuple[object, ...]] = []
    for row in sheet.iter_rows(values_only=True):
        if len(rows) == SHEET_ROWS or len(row) > SHEET_COLUMNS:
            raise Refusal("too_large")
        rows.append(row)
    return rows


def _row(row: tuple[object, ...]) -> bytes:
    return COUNT.pack(len(row)) + b"".join(_text(words_of(value)) for value in row)


def words_of(value: object) -> str:
    """A cell as text; a formula as it was written."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return str(value)


def _text(words: str) -> bytes:
    data = words.encode("utf-8", "replace")
    return COUNT.pack(len(data)) + data


if __name__ == "__main__":
    main()

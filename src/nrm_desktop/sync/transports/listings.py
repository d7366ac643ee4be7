"""What servers answer when they are asked for names: the XML of WebDAV and of S3.

This module decides what of such an answer is looked at. The document is never built: its tags are
heard one by one, with limits on depth, text and names; a document type or an entity is refused, so
nothing in it can grow. Names are only names: what could not be ours is not there.

Source: sync.md sections 9.3 and 19; RFC 4918 section 9.1; S3 ListObjectsV2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from defusedxml.ElementTree import DefusedXMLParser

from nrm_desktop.app.wire.limits import KIB, NAMES_PER_FOLDER
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.sync.transports.names import is_listed

_DEPTH: Final = 16
_SIZE_DIGITS: Final = 15
_TEXT_CHARS: Final = 4 * KIB
_DAV: Final = "{DAV:}"
_NAMED: Final = frozenset([f"{_DAV}href", f"{_DAV}getcontentlength", f"{_DAV}collection"])
_KEYED: Final = frozenset(["Key", "Size", "IsTruncated", "NextContinuationToken"])

Found = tuple[str, int]
"""The last part of a name, and a size."""
_Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class BucketPage:
    """One page of the names of a bucket. Shape: `token` asks for the next one; empty: the last."""

    found: tuple[tuple[str, int], ...]
    token: str


def read_multistatus(data: bytes) -> list[Found]:
    """Read the files of a folder from the answer of a WebDAV server, folders left out.

    Raises: HostileInput `integrity.format`, `integrity.too_large`.
    """
    rows, _ = _read(data, f"{_DAV}response", _NAMED)
    return list(_files(rows))


def read_bucket_page(data: bytes) -> BucketPage:
    """Read a page of names from the answer of an S3 server.

    Raises: HostileInput `integrity.format`, `integrity.too_large`.
    """
    rows, rest = _read(data, "Contents", _KEYED)
    found = tuple((row.get("Key", ""), _size(row.get("Size", ""))) for row in rows)
    is_cut = rest.get("IsTruncated", "").strip() == "true"
    token = rest.get("NextContinuationToken", "") if is_cut else ""
    if is_cut and not token:
        raise HostileInput("integrity.format", what="listing")
    return BucketPage(found, token)


def _files(rows: list[_Texts]) -> Iterator[Found]:
    for row in rows:
        try:
            path = unquote(urlsplit(row.get(f"{_DAV}href", "").strip()).path)
        except ValueError:
            continue
        name = path.rpartition("/")[2]
        if f"{_DAV}collection" not in row and is_listed(name):
            yield name, _size(row.get(f"{_DAV}getcontentlength", ""))


def _size(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= _SIZE_DIGITS):
        raise HostileInput("integrity.format", what="listing")
    return int(text)


def _read(data: bytes, row: str, wanted: frozenset[str]) -> tuple[list[_Texts], _Texts]:
    """Hear a document: the wanted texts of each row, and those outside of rows."""
    ear = _Ear(row, wanted)
    parser = DefusedXMLParser(target=ear, forbid_dtd=True)
    try:
        parser.feed(data)
        parser.close()
    except (SyntaxError, ValueError, LookupError) as error:  # not well formed, forbidden, encoding
        raise HostileInput("integrity.format", what="listing") from error
    return ear.rows, ear.rest


class _Ear:
    """Hears tags and keeps the texts that are wanted; the first of a kind in a row counts."""

    def __init__(self, row: str, wanted: frozenset[str]) -> None:
        self.rows: list[_Texts] = []
        self.rest: _Texts = {}
        self._row = row
        self._wanted = wanted
        self._into: _Texts = self.rest
        self._depth = 0
        self._text: list[str] | None = None
        self._chars = 0

    def start(self, tag: str, _attributes: object) -> None:
        """A tag opens."""
        self._depth += 1
        if self._depth > _DEPTH:
            raise HostileInput("integrity.too_large", limit=_DEPTH)
        if self._plain(tag) == self._row:
            self._into = {}
            self.rows.append(self._into)
            if len(self.rows) > NAMES_PER_FOLDER:
                raise HostileInput("integrity.too_large", limit=NAMES_PER_FOLDER)
        self._text = [] if self._plain(tag) in self._wanted else None
        self._chars = 0

    def data(self, text: str) -> None:
        """A piece of text."""
        if self._text is None:
            return
        self._chars += len(text)
        if self._chars > _TEXT_CHARS:
            raise HostileInput("integrity.too_large", limit=_TEXT_CHARS)
        self._text.append(text)

    def end(self, tag: str) -> None:
        """A tag closes."""
        self._depth -= 1
        if self._text is not None:
            text = "".join(self._text)
            if text or self._plain(tag) not in self._into:
                self._into.setdefault(self._plain(tag), text)
        self._text = None
        if self._plain(tag) == self._row:
            self._into = self.rest

    def close(self) -> None:
        """The document ends."""

    def _plain(self, tag: str) -> str:
        """Servers of S3 differ in the name space, those of WebDAV must not."""
        return tag if self._row.startswith(_DAV) else tag.rpartition("}")[2]

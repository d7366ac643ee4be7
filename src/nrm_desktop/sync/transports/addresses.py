"""Addresses of stores as people write them: a folder, a WebDAV server, a bucket.

This module decides which address is taken. No name and no password may stand in one, since an
address is shown, logged and copied. Without TLS only this machine or a private address is spoken
to: there the network is the organisation's own affair, elsewhere the password would be anybody's.

Source: cli.md section 8; sync.md section 9.3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address
from typing import Final, NoReturn
from urllib.parse import SplitResult, unquote, urlsplit

from nrm_desktop.domain.errors import Usage

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ODD: Final = re.compile(r"[\x00-\x20\x7f\\]")
_SCHEMES: Final = {"webdavs": "https", "webdav": "http", "https": "https", "http": "http"}
_USUAL_PORTS: Final = {"https": ":443", "http": ":80"}
_LONGEST: Final = 1_024


class StoreKind(Enum):
    """Which road an address means."""

    FOLDER = "folder"
    WEBDAV = "webdav"
    S3 = "s3"


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """An address that was looked at.

    Shape: `text` is its one form; `origin` of a WebDAV server is `https://host:port`; `top` is the
    bucket; `path` is what names begin with, plain, without slashes at its ends.
    """

    kind: StoreKind
    text: str
    origin: str = ""
    top: str = ""
    path: str = ""

    @property
    def has_no_tls(self) -> bool:
        """True if everything on the way can be read by others, but for what is sealed."""
        return self.origin.startswith("http:")


def address_of(text: str) -> StoreAddress:
    """Look at an address; a text without `://` is a folder.

    Raises: Usage `usage.bad_value`, with what would be allowed.
    """
    if "://" not in text:
        return StoreAddress(StoreKind.FOLDER, text)
    scheme = text.partition("://")[0]
    if scheme not in {"webdavs", "webdav", "s3"}:
        _refuse("an address that begins with webdavs:// or s3://, or a folder")
    parts = _split(text)
    path = _path(parts)
    if scheme == "s3":
        if parts.port is not None or not _BUCKET.fullmatch(parts.netloc):
            _refuse("s3://bucket or s3://bucket/prefix")
        plain = "/".join(["s3:/", parts.netloc, *([path] if path else [])])
        return StoreAddress(StoreKind.S3, plain, top=parts.netloc, path=path)
    origin = _origin(parts)
    whole = "/".join([f"{scheme}:/", origin.partition("://")[2], *([path] if path else [])])
    return StoreAddress(StoreKind.WEBDAV, whole, origin, path=path)


def endpoint_of(text: str) -> str:
    """Look at the address of an S3 server. Shape: `https://host:port`.

    Raises: Usage `usage.bad_value`.
    """
    if text.partition("://")[0] not in {"https", "http"}:
        _refuse("an address that begins with https://")
    parts = _split(text)
    if _path(parts):
        _refuse("the address of the server alone")
    return _origin(parts)


def _split(text: str) -> SplitResult:
    if len(text) > _LONGEST or _ODD.search(text):
        _refuse("an address without blanks")
    try:
        parts = urlsplit(text)
        _ = parts.port  # is read when it is asked for, and may be none
    except ValueError:
        _refuse("a server and a path")
    if "@" in parts.netloc:
        _refuse("an address without user or password")
    if not parts.hostname or parts.query or parts.fragment:
        _refuse("a server and a path")
    return parts


def _path(parts: SplitResult) -> str:
    found = [part for part in unquote(parts.path).split("/") if part]
    if any(part in {".", ".."} for part in found):
        _refuse("a path without dots for folders")
    return "/".join(found)


def _origin(parts: SplitResult) -> str:
    scheme = _SCHEMES[parts.scheme]
    if scheme == "http" and not _is_near(parts.hostname or ""):
        _refuse("an address with TLS, webdavs:// or https://; without it only a private one")
    host = parts.netloc.lower()
    return f"{scheme}://{host.removesuffix(_USUAL_PORTS[scheme])}"


def _is_near(host: str) -> bool:
    """True for this machine and for private addresses; a name could be anybody's tomorrow."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_private
    except ValueError:
        return False


def _refuse(allowed: str) -> NoReturn:
    raise Usage("usage.bad_value", what="store", allowed=allowed)

"""A WebDAV server as a store: Nextcloud, Apache, a router with a disk.

This module decides how folders are made and listed there; what is common to all servers is in
`http_objects`. Folders are made from the inside out, so that a store in use costs one request, and
the folder that the address names is never made: where it is gone, the store is gone.

Source: sync.md section 9.3; RFC 4918.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Final

from nrm_desktop.app.ports import Entry
from nrm_desktop.app.wire.limits import MIB
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.sync.transports.http_line import Ask, HttpLine, Reply, fault_of_status
from nrm_desktop.sync.transports.http_objects import HttpObjects
from nrm_desktop.sync.transports.listings import read_multistatus

_LISTING_BYTES: Final = 32 * MIB
_MADE, _THERE, _NO_PARENT, _MANY, _MISSING = 201, 405, 409, 207, 404
_QUESTION: Final = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/><D:getcontentlength/></D:prop>'
    b"</D:propfind>"
)


class NameAndPassword:
    """Shows a server who asks by a name and a password (fulfils `Signer`); nobody if both lack."""

    def __init__(self, name: str, password: str) -> None:
        pair = base64.b64encode(f"{name}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {pair}"} if name or password else {}

    def headers(self, _ask: Ask) -> Mapping[str, str]:
        """Give the headers that every request needs."""
        return self._headers

    def learns_from(self, _reply: Reply) -> bool:
        """A no is a no."""
        return False


class WebDavStore:
    """The Store port on a WebDAV server. Shape: `root` is encoded, without a slash at its end."""

    def __init__(self, line: HttpLine, root: str) -> None:
        self._line = line
        self._root = root
        self._objects = HttpObjects(line, root)
        self._folders: set[str] = set()

    def put(self, name: str, data: bytes) -> None:
        """Write a new name; the same bytes again are no error.

        Raises: HostileInput `integrity.hash` when other bytes lie there; EnvironmentFault.
        """
        self._objects.path_of(name)
        is_new = self._make(name.rpartition("/")[0])
        self._objects.put(name, data, is_new=is_new)

    def get(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """Read a range of at most 16 MiB."""
        return self._objects.get(name, start, end)

    def list(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """Names in the folder that `prefix` names, in order; nothing if there is none."""
        folder = prefix.removesuffix("/")
        reply = self._ask_for_names(f"{self._objects.path_of(folder)}/", "1")
        if reply.status == _MISSING:
            self._must_be_there()
            return
        self._folders.add(folder)
        for name, size in sorted(read_multistatus(reply.body)):
            full = f"{folder}/{name}"
            if full > after:
                yield Entry(full, size)

    def delete(self, name: str) -> None:
        """Remove; a missing name is no error."""
        self._objects.delete(name)

    def close(self) -> None:
        """Give the connection back."""
        self._line.close()

    def _make(self, folder: str) -> bool:
        """Make a folder if it may lack; True if nothing can be in it yet."""
        if not folder or folder in self._folders:
            return False
        status = self._mkcol(folder)
        if status == _NO_PARENT:
            parent = folder.rpartition("/")[0]
            if not parent:
                raise EnvironmentFault("store.missing")
            self._make(parent)
            status = self._mkcol(folder)
        if status not in {_MADE, _THERE}:
            raise fault_of_status(status)
        self._folders.add(folder)
        return status == _MADE

    def _mkcol(self, folder: str) -> int:
        return self._line.send(Ask("MKCOL", f"{self._objects.path_of(folder)}/")).status

    def _must_be_there(self) -> None:
        if self._ask_for_names(f"{self._root}/", "0").status == _MISSING:
            raise EnvironmentFault("store.missing")

    def _ask_for_names(self, path: str, depth: str) -> Reply:
        headers = {"Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
        ask = Ask("PROPFIND", path, headers=headers, body=_QUESTION, most=_LISTING_BYTES)
        reply = self._line.send(ask)
        if reply.status not in {_MANY, _MISSING}:
            raise fault_of_status(reply.status)
        return reply

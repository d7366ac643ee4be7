"""Write-once objects on a server: what WebDAV and S3 have in common.

This module decides how a name is written only once where no server can be relied on:
- We look first (one small request, and no 16 MiB over a slow line for nothing), and ask the server
  besides to create and not to replace. Servers that do not know that take the first step for it.
- The same bytes again are no error. A beginning of our bytes is an upload that was cut off on a
  server that keeps halves: it is written again. Anything else is refused and left as it is.

It must not know how a folder is made or listed.

Source: sync.md section 9.3; docs/adr/0028-one-http-line-for-both-network-stores.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from nrm_desktop.app.wire.limits import PACK_FILE_BYTES
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.sync.transports.http_line import Ask, HttpLine, fault_of_status
from nrm_desktop.sync.transports.names import is_cut_off, parts_of

_DONE: Final = frozenset([200, 201, 204])
_GONE: Final = frozenset([404, 410])
_HIDDEN: Final = 403
_EXISTS: Final = frozenset([409, 412])
_UNKNOWN: Final = 501
_WHOLE, _PART, _BEYOND = 200, 206, 416
_FROM: Final = re.compile(r"bytes ([0-9]{1,15})-")
_TYPE: Final = {"Content-Type": "application/octet-stream"}
_CREATE: Final = {"If-None-Match": "*"}
_SIZE_UNKNOWN: Final = -1
_SIZE_DIGITS: Final = 15


class HttpObjects:
    """Objects below one path of a server. Shape: `root` is encoded and has no slash at its end."""

    def __init__(self, line: HttpLine, root: str) -> None:
        self._line = line
        self._root = root

    def path_of(self, name: str) -> str:
        """Give the path of a name, encoded."""
        return "/".join([self._root, *parts_of(name)])

    def put(self, name: str, data: bytes, *, is_new: bool = False) -> None:
        """Write a new name. Shape: `is_new` where the folder was made just now.

        Raises: HostileInput `integrity.hash` when other bytes lie there; EnvironmentFault.
        """
        size = None if is_new else self._size_of(name)
        if size is None and self._create(name, data):
            return
        if size is not None and size > len(data):
            raise HostileInput("integrity.hash", what="store.name")
        if is_cut_off(self.get(name), data):
            self._write(name, data, {})

    def get(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """Read a range of at most 16 MiB.

        Raises: EnvironmentFault `store.missing` and as `HttpLine.send`; HostileInput.
        """
        path = self.path_of(name)
        if end is not None and end <= start:
            return b""
        is_whole = start == 0 and end is None
        most = PACK_FILE_BYTES if end is None else min(end - start, PACK_FILE_BYTES)
        last = "" if end is None else str(end - 1)
        wanted = {} if is_whole else {"Range": f"bytes={start}-{last}"}
        # A server that knows no ranges sends all of it: then we listen as far as we need to.
        ask = Ask("GET", path, headers=wanted, most=start + most, may_cut=end is not None)
        reply = self._line.send(ask)
        if reply.status == _BEYOND:
            return b""
        if reply.status == _WHOLE:
            return reply.body[start : start + most]
        if reply.status != _PART or is_whole:
            raise fault_of_status(reply.status)
        found = _FROM.match(reply.headers.get("content-range", ""))
        if found is None or int(found[1]) != start or len(reply.body) > most:
            raise HostileInput("integrity.format", what="range")
        return reply.body

    def delete(self, name: str) -> None:
        """Remove; a missing name is no error."""
        reply = self._line.send(Ask("DELETE", self.path_of(name)))
        if reply.status not in _DONE | _GONE:
            raise fault_of_status(reply.status)

    def _size_of(self, name: str) -> int | None:
        """Say how long an object is; None if there is none, as far as we are told."""
        reply = self._line.send(Ask("HEAD", self.path_of(name)))
        if reply.status in _GONE or reply.status == _HIDDEN:  # S3 hides what may not be listed
            return None
        if reply.status != _WHOLE:
            raise fault_of_status(reply.status)
        size = reply.headers.get("content-length", "")
        return int(size) if size.isdecimal() and len(size) <= _SIZE_DIGITS else _SIZE_UNKNOWN

    def _create(self, name: str, data: bytes) -> bool:
        """Write what is not there; False if it is there after all."""
        status = self._write(name, data, _CREATE, _EXISTS | {_UNKNOWN})
        if status == _UNKNOWN:  # the server knows no such condition; we have looked already
            status = self._write(name, data, {})
        return status not in _EXISTS

    def _write(
        self,
        name: str,
        data: bytes,
        condition: Mapping[str, str],
        accepted: frozenset[int] = frozenset(),
    ) -> int:
        ask = Ask("PUT", self.path_of(name), headers={**_TYPE, **condition}, body=data)
        status = self._line.send(ask).status
        if status not in _DONE | accepted:
            raise fault_of_status(status)
        return status


def encoded_path(path: str) -> str:
    """Encode the path of an address. Shape: no slash at its end; empty for the top."""
    parts = [quote(part, safe="") for part in path.split("/") if part]
    return "".join(f"/{part}" for part in parts)

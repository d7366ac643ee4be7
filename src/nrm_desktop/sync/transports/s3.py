"""An S3 bucket as a store: of a large provider, or an own server that speaks the same.

This module decides how a request is signed and how names are listed page by page; what is common to
all servers is in `http_objects`. The bucket stands in the path and not in the name of the host,
since own servers have one name. A laptop whose clock is wrong learns the time from the server: it
is used for signing and for nothing else.

Source: sync.md section 9.3; AWS Signature Version 4; S3 ListObjectsV2;
docs/adr/0028-one-http-line-for-both-network-stores.md.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import quote

from nrm_desktop.app.ports import Entry
from nrm_desktop.app.wire.limits import MIB, NAMES_PER_FOLDER
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.sync.transports.http_line import Ask, HttpLine, Reply, fault_of_status
from nrm_desktop.sync.transports.http_objects import HttpObjects, encoded_path
from nrm_desktop.sync.transports.listings import BucketPage, read_bucket_page
from nrm_desktop.sync.transports.names import is_listed, parts_of

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_PAGE_BYTES: Final = 4 * MIB
_PAGE_NAMES: Final = 1_000
_PAGES: Final = NAMES_PER_FOLDER // 100
"""A server that gives few names per page, again and again, is not listened to for ever."""
_OK, _FORBIDDEN = 200, 403
_SKEW: Final = timedelta(minutes=4)
"""Servers refuse from 15 minutes on, some from 5."""

Clock = Callable[[], datetime]


class S3Signer:
    """Signs requests with a key (fulfils `Signer`). Shape: `host` as it stands in the request."""

    def __init__(
        self, host: str, region: str, key: tuple[str, str], now: Clock = lambda: datetime.now(UTC)
    ) -> None:
        self._host = host
        self._region = region
        self._account, self._secret = key
        self._now = now
        self._offset = timedelta()

    def headers(self, ask: Ask) -> Mapping[str, str]:
        """Sign the method, the path, the query, the body and every header that counts."""
        moment = (self._now() + self._offset).strftime("%Y%m%dT%H%M%SZ")
        body = hashlib.sha256(ask.body).hexdigest()
        own = {"x-amz-content-sha256": body, "x-amz-date": moment}
        signed = {name.lower(): value for name, value in ask.headers.items()} | own
        signed["host"] = self._host
        names = ";".join(sorted(signed))
        lines = [f"{name}:{signed[name].strip()}" for name in sorted(signed)]
        request = "\n".join([ask.method, ask.path, ask.query, *lines, "", names, body])
        scope = f"{moment[:8]}/{self._region}/s3/aws4_request"
        hashed = hashlib.sha256(request.encode()).hexdigest()
        signature = self._sign(scope, f"{_ALGORITHM}\n{moment}\n{scope}\n{hashed}")
        return own | {
            "Authorization": f"{_ALGORITHM} Credential={self._account}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        }

    def learns_from(self, reply: Reply) -> bool:
        """Take the time of a server that refuses over, for signing; True if ours is far from it."""
        if reply.status != _FORBIDDEN:
            return False
        try:
            theirs = parsedate_to_datetime(reply.headers.get("date", ""))
        except ValueError:
            return False
        if theirs.tzinfo is None:
            return False
        offset = theirs - self._now()
        is_far = abs(offset - self._offset) > _SKEW
        if is_far:
            self._offset = offset
        return is_far

    def _sign(self, scope: str, text: str) -> str:
        key = f"AWS4{self._secret}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.digest(key, text.encode(), "sha256").hex()


class S3Store:
    """The Store port on a bucket.

    Shape: `prefix` is what names begin with, without slashes; `page_names` are asked for at once.
    """

    def __init__(
        self, line: HttpLine, bucket: str, prefix: str, page_names: int = _PAGE_NAMES
    ) -> None:
        self._line = line
        self._page_names = page_names
        self._bucket = encoded_path(bucket)
        self._top = f"{prefix}/" if prefix else ""
        self._objects = HttpObjects(line, f"{self._bucket}{encoded_path(prefix)}")

    def put(self, name: str, data: bytes) -> None:
        """Write a new name; the same bytes again are no error.

        Raises: HostileInput `integrity.hash` when other bytes lie there; EnvironmentFault.
        """
        self._objects.put(name, data)

    def get(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """Read a range of at most 16 MiB."""
        return self._objects.get(name, start, end)

    def list(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """Names in the folder that `prefix` names, in order; nothing if there is none.

        Raises: HostileInput `integrity.too_large` past 200,000 names.
        """
        folder = "/".join(parts_of(prefix.removesuffix("/"))) + "/"
        found: list[Entry] = []
        for page in self._pages(folder, after):
            for key, size in page.found:
                name = key.rpartition("/")[2]
                if is_listed(name) and f"{folder}{name}" > after:
                    found.append(Entry(f"{folder}{name}", size))
            if len(found) > NAMES_PER_FOLDER:
                raise HostileInput("integrity.too_large", limit=NAMES_PER_FOLDER)
        yield from sorted(found, key=lambda entry: entry.name)

    def delete(self, name: str) -> None:
        """Remove; a missing name is no error."""
        self._objects.delete(name)

    def close(self) -> None:
        """Give the connection back."""
        self._line.close()

    def _pages(self, folder: str, after: str) -> Iterator[BucketPage]:
        wanted = {"delimiter": "/", "list-type": "2", "prefix": f"{self._top}{folder}"}
        wanted["max-keys"] = str(self._page_names)
        if after:
            wanted["start-after"] = f"{self._top}{after}"
        for _ in range(_PAGES):
            query = "&".join(f"{name}={quote(wanted[name], safe='')}" for name in sorted(wanted))
            reply = self._line.send(Ask("GET", self._bucket, query, most=_PAGE_BYTES))
            if reply.status != _OK:
                raise fault_of_status(reply.status)
            page = read_bucket_page(reply.body)
            yield page
            if not page.token:
                return
            if page.token == wanted.get("continuation-token"):
                raise HostileInput("integrity.format", what="listing")
            wanted["continuation-token"] = page.token
        raise HostileInput("integrity.too_large", limit=_PAGES)

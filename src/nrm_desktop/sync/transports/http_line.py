"""One server, reached by HTTP under fixed rules: the only place that opens a connection.

This module decides what every network store has to obey:
- Waiting is limited per step and not in total: a link that moves a little is never cut off, one
  that stands still is given up after a minute.
- No redirect is followed, whereto it may point: what we send is for the server that was named.
- An answer is read up to a limit that the question set, never unpacked, never longer.
- Nothing is taken from the environment: no proxy, no password file, no certificate list.
- Certificates are checked against those of the system and of Mozilla, or only against the one
  that the organisation named for its own server.

It must not know what is asked for, and no address, name or credential leaves it in an error.

Source: sync.md section 9.3.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol

import httpx

from nrm_desktop.app.wire.limits import KIB, PACK_FILE_BYTES
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, Usage

_CONNECTIONS: Final = httpx.Limits(
    max_connections=1, max_keepalive_connections=1, keepalive_expiry=3
)
"""Kept for 3 s: servers close after 5, and a request that meets the closing is lost."""
_NOBODY: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody: for a line without TLS, that it never becomes one unseen."""
_TOLD_BYTES: Final = 64 * KIB
_AUTH: Final = frozenset([401, 403, 407])
_FULL: Final = frozenset([413, 507])
_CODES: Final = MappingProxyType(
    {404: "store.missing", 408: "store.timeout", 410: "store.missing", 504: "store.timeout"}
    | dict.fromkeys(_AUTH, "store.auth")
    | dict.fromkeys(_FULL, "store.full")
)
_REDIRECTS: Final = range(300, 400)
_FAILED: Final = 400

logging.getLogger("httpx").setLevel(logging.WARNING)  # it would note the address of each request


@dataclass(frozen=True, slots=True)
class Waits:
    """How long nothing may happen. Units: seconds, for connecting and for each step after it."""

    connect: float = 15.0
    idle: float = 60.0


@dataclass(frozen=True, slots=True)
class Ask:
    """One request.

    Shape: `path` and `query` are encoded already; an answer of more than `most` bytes is refused,
    or cut off there if `may_cut`.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    most: int = PACK_FILE_BYTES
    may_cut: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered. Shape: names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Signer(Protocol):
    """Shows a server who asks."""

    def headers(self, ask: Ask) -> Mapping[str, str]:
        """Give the headers that this request needs."""

    def learns_from(self, reply: Reply) -> bool:
        """True if a no taught how to ask better: then it is asked once more."""


class HttpLine:
    """A connection to one server. Shape: `origin` is `https://host:port`.

    `authority` is a certificate as text (PEM) that alone is trusted; empty: the usual ones.
    Raises: Usage `usage.bad_value` if it is none.
    """

    def __init__(
        self, origin: str, signer: Signer, waits: Waits | None = None, authority: str = ""
    ) -> None:
        waits = waits or Waits()
        self._origin = origin
        self._signer = signer
        self._client = httpx.Client(
            verify=_trusted(authority) if origin.startswith("https:") else _NOBODY,
            trust_env=False,
            follow_redirects=False,
            limits=_CONNECTIONS,
            timeout=httpx.Timeout(waits.idle, connect=waits.connect),
            headers={"Accept-Encoding": "identity", "User-Agent": "nrm-desktop"},
        )

    def send(self, ask: Ask) -> Reply:
        """Ask, and give the answer, also one that says no.

        Raises: EnvironmentFault `store.network`, `store.timeout`, `store.tls`, `store.redirect`;
                HostileInput `integrity.too_large`, `integrity.format`.
        """
        reply = self._once(ask)
        return self._once(ask) if self._signer.learns_from(reply) else reply

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def _once(self, ask: Ask) -> Reply:
        url = f"{self._origin}{ask.path}" + (f"?{ask.query}" if ask.query else "")
        headers = {**ask.headers, **self._signer.headers(ask)}
        with (
            _told_as_faults(),
            self._client.stream(ask.method, url, content=ask.body, headers=headers) as answer,
        ):
            if answer.status_code in _REDIRECTS:
                raise EnvironmentFault("store.redirect")
            told = {name.lower(): value for name, value in answer.headers.items()}
            return Reply(answer.status_code, MappingProxyType(told), _read(answer, ask))


def fault_of_status(status: int) -> EnvironmentFault:
    """Say what a server's no means for whoever can do something about it."""
    return EnvironmentFault(_CODES.get(status, "store.network"), status=status)


def _read(answer: httpx.Response, ask: Ask) -> bytes:
    is_no = answer.status_code >= _FAILED
    most = _TOLD_BYTES if is_no else ask.most
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise HostileInput("integrity.format", what="answer")  # what we never asked for
    found = bytearray()
    for piece in answer.iter_raw():
        found += piece
        if len(found) > most:
            if not (is_no or ask.may_cut):
                raise HostileInput("integrity.too_large", limit=most)
            break
    return bytes(found[:most])


def _trusted(authority: str) -> ssl.SSLContext:
    if not authority:
        context = httpx.create_ssl_context(trust_env=False)
        context.load_default_certs()
        return context
    try:
        return ssl.create_default_context(cadata=authority)
    except (ssl.SSLError, ValueError):
        allowed = "a certificate in PEM form"
        raise Usage("usage.bad_value", what="certificate", allowed=allowed) from None


@contextmanager
def _told_as_faults() -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        raise EnvironmentFault("store.timeout") from error
    except (httpx.TransportError, httpx.InvalidURL) as error:
        code = "store.tls" if _is_about_trust(error) else "store.network"
        raise EnvironmentFault(code) from error


def _is_about_trust(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False

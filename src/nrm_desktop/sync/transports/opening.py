"""Opening a server of an address: which adapter, with which key.

This module decides nothing else; it is loaded only where a server is used.
"""

from __future__ import annotations

from nrm_desktop.sync.transports.addresses import StoreAddress, StoreKind
from nrm_desktop.sync.transports.http_line import HttpLine, Waits
from nrm_desktop.sync.transports.http_objects import encoded_path
from nrm_desktop.sync.transports.s3 import S3Signer, S3Store
from nrm_desktop.sync.transports.webdav import NameAndPassword, WebDavStore


def open_server(
    address: StoreAddress,
    key: tuple[str, str],
    place: tuple[str, str] = ("", ""),
    authority: str = "",
    waits: Waits | None = None,
) -> WebDavStore | S3Store:
    """Give the adapter of a server; nothing is sent yet.

    Shape: `key` is a name and a password, or an access key; `place` is endpoint and region of S3;
    `authority` is a certificate (PEM) that alone is trusted.
    """
    if address.kind is StoreKind.S3:
        origin, region = place
        signer = S3Signer(origin.partition("://")[2], region, key)
        line = HttpLine(origin, signer, waits, authority)
        return S3Store(line, address.top, address.path)
    line = HttpLine(address.origin, NameAndPassword(*key), waits, authority)
    return WebDavStore(line, encoded_path(address.path))

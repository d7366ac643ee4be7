"""The stores of a vault: where they are, what opens them, and the adapter of an address.

This module decides that names, passwords and keys of servers lie in the encrypted database and
nowhere else: never in an address, an argument, a log or an error. The adapters of the network are
loaded when one is used, so that a start and a stick do without them.

Source: cli.md section 8; sync.md section 9.3.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from nrm_desktop.app.ports import Store, UnitOfWork
from nrm_desktop.app.wire import cbor
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, Phrase, Usage
from nrm_desktop.sync.transports.folder import FolderStore

if TYPE_CHECKING:
    from nrm_desktop.sync.transports.addresses import StoreAddress

_SETTING: Final = "stores"
_MOST: Final = 64
_SECRET_CHARS: Final = 1_024
_CERTIFICATE_CHARS: Final = 64 * 1024
_USUAL_REGION: Final = "us-east-1"
_PROBE: Final = "nrm1/probe"


@dataclass(frozen=True, slots=True)
class StoreAccess:
    """A server and what opens it.

    Shape: `account` and `secret` are a name and a password, or the two parts of an access key;
    `endpoint` and `region` are for S3 alone; `authority` is a certificate (PEM) that alone is
    trusted, for a server of the organisation's own.
    """

    address: str
    account: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    endpoint: str = ""
    region: str = ""
    authority: str = field(default="", repr=False)


def known_stores(session: Session) -> tuple[StoreAccess, ...]:
    """Give the servers that this vault knows, by their addresses in order."""
    kept = session.work.run(lambda unit: unit.setting(_SETTING))
    rows = cast("Sequence[Sequence[str]]", cbor.decode_own(kept) if kept else ())
    return tuple(StoreAccess(*row) for row in rows)


def keep_store(session: Session, access: StoreAccess) -> StoreAccess:
    """Keep a server, in place of what was known of this address. Shape: as it was kept.

    Raises: Usage `usage.bad_value`.
    """
    kept = _checked(access)
    others = [one for one in known_stores(session) if one.address != kept.address]
    if len(others) >= _MOST:
        raise Usage(
            "usage.bad_value", what="store", allowed=Phrase("at most {most} stores", most=_MOST)
        )
    _keep(session, [*others, kept], "store.add")
    return kept


def forget_store(session: Session, text: str) -> str:
    """Forget a server and what opens it. Shape: its address.

    Raises: Usage `usage.not_found`, `usage.bad_value`.
    """
    address = _looked_at(text).text
    known = known_stores(session)
    left = [one for one in known if one.address != address]
    if len(left) == len(known):
        raise Usage("usage.not_found", what="store", name=address)
    _keep(session, left, "store.remove")
    return address


def access_to(session: Session, text: str) -> StoreAccess | None:
    """What the vault knows of a server; None if nothing, also for a folder."""
    address = _looked_at(text).text if is_server(text) else ""
    return next((one for one in known_stores(session) if one.address == address), None)


def is_server(text: str) -> bool:
    """True for an address that is no folder."""
    return "://" in text


def has_no_tls(access: StoreAccess) -> bool:
    """True if the way to this server can be read by others."""
    return _looked_at(access.address).has_no_tls or access.endpoint.startswith("http:")


@contextmanager
def opened_store(session: Session, text: str, access: StoreAccess | None = None) -> Iterator[Store]:
    """Give the adapter of an address for one run, with what the vault knows if nothing is given.

    Raises: Usage `usage.bad_value` for no address, `usage.not_found` for a server that the vault
            does not know.
    """
    if not is_server(text):
        yield FolderStore(Path(text), session.safe.shell.files)
        return
    known = access or access_to(session, text)
    if known is None:
        raise Usage("usage.not_found", what="store", name=_looked_at(text).text)
    with _opened(_looked_at(text), _checked(known)) as store:
        yield store


def try_store(store: Store) -> tuple[str, ...]:
    """Try everything that an exchange needs of a store.

    Shape: the steps that went well; `delete` lacks where it is forbidden, which is no fault.
    Raises: EnvironmentFault, HostileInput from the step that did not go well.
    """
    name = f"{_PROBE}/{secrets.token_hex(8)}.part"
    data = secrets.token_bytes(64)
    list(store.list(_PROBE))
    try:
        store.put(name, data)
        store.put(name, data)
        if store.get(name) != data or store.get(name, 8, 24) != data[8:24]:
            raise HostileInput("integrity.hash", what="store.name")
        if not _is_refused(store, name, data[::-1]):
            raise HostileInput("integrity.hash", what="store.name")
    finally:
        may_delete = _may_delete(store, name)
    return ("list", "write", "read", "write_once", *(["delete"] if may_delete else []))


def _is_refused(store: Store, name: str, other: bytes) -> bool:
    try:
        store.put(name, other)
    except HostileInput:
        return True
    return False


def _may_delete(store: Store, name: str) -> bool:
    """Remove the probe; laptops in the field may well be forbidden to."""
    try:
        store.delete(name)
    except EnvironmentFault as fault:
        if fault.code != "store.auth":
            raise
        return False
    return True


def _looked_at(text: str) -> StoreAddress:
    from nrm_desktop.sync.transports.addresses import address_of  # noqa: PLC0415 - a light start

    return address_of(text)


def _checked(access: StoreAccess) -> StoreAccess:
    """Bring an access into its one form. Raises: Usage `usage.bad_value`."""
    from nrm_desktop.sync.transports import addresses  # noqa: PLC0415 - a light start

    address = addresses.address_of(access.address)
    if address.kind is addresses.StoreKind.FOLDER:
        raise Usage("usage.bad_value", what="store", allowed="a server; a folder needs no keeping")
    if max(len(access.account), len(access.secret)) > _SECRET_CHARS:
        raise Usage(
            "usage.bad_value",
            what="password",
            allowed=Phrase("{most} characters", most=_SECRET_CHARS),
        )
    if len(access.authority) > _CERTIFICATE_CHARS:
        raise Usage("usage.bad_value", what="certificate", allowed="a certificate in PEM form")
    if address.kind is addresses.StoreKind.WEBDAV:
        return replace(access, address=address.text, endpoint="", region="")
    region = access.region or _USUAL_REGION
    usual = f"https://s3.{region}.amazonaws.com"
    endpoint = addresses.endpoint_of(access.endpoint or usual)
    return replace(access, address=address.text, endpoint=endpoint, region=region)


@contextmanager
def _opened(address: StoreAddress, access: StoreAccess) -> Iterator[Store]:
    from nrm_desktop.sync.transports.opening import open_server  # noqa: PLC0415 - a light start

    store = open_server(
        address, (access.account, access.secret), (access.endpoint, access.region), access.authority
    )
    try:
        yield store
    finally:
        store.close()


def _keep(session: Session, stores: Sequence[StoreAccess], act: str) -> None:
    rows = [
        (one.address, one.account, one.secret, one.endpoint, one.region, one.authority)
        for one in sorted(stores, key=lambda one: one.address)
    ]

    def job(unit: UnitOfWork) -> None:
        unit.set_setting(_SETTING, cbor.encode(rows))
        unit.audit(act)

    session.work.run(job)

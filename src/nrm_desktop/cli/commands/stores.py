"""The servers of a vault: adding one with what opens it, listing, removing, trying.

A name and a password are never an argument: they come from the variables that scripts use, from the
second and third line of the passphrase file, or are typed. They are kept in the vault alone.

Source: cli.md section 8.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from types import MappingProxyType
from typing import Final

from nrm_desktop.bootstrap.session import Session
from nrm_desktop.bootstrap.stores import (
    StoreAccess,
    access_to,
    forget_store,
    has_no_tls,
    is_server,
    keep_store,
    known_stores,
    opened_store,
    try_store,
)
from nrm_desktop.cli.console import read_file
from nrm_desktop.cli.invocation import Invocation, Runners, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Usage

Json = dict[str, object]
_USER: Final = "NRM_STORE_USER"
_PASSWORD: Final = "NRM_STORE_PASSWORD"  # noqa: S105 - the name of a variable
_CERTIFICATE_BYTES: Final = 64 * 1024


def add(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Keep a server in the vault; nothing is sent to it."""
    authority = _certificate(arguments.authority)
    with call.vault() as vault:
        account, secret = _credentials(call)
        wanted = StoreAccess(
            arguments.address, account, secret, arguments.endpoint, arguments.region, authority
        )
        kept = keep_store(vault.session, wanted)
        _warn(call, kept)
    return Outcome(_row(kept), lines=[f"Kept: {kept.address}"])


def listed(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """Say which servers the vault knows, without what opens them."""
    with call.vault() as vault:
        sight_of(vault, "store.list")
        found = known_stores(vault.session)
    lines = [one.address for one in found]
    return Outcome({"stores": [_row(one) for one in found]}, lines=lines or ["No server is kept."])


def remove(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Forget a server; what lies there stays there."""
    with call.vault() as vault:
        address = forget_store(vault.session, arguments.address)
    return Outcome({"store": address}, lines=[f"Forgotten: {address}"])


def test(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Try everything that an exchange needs of a store, with a small file of no meaning."""
    with call.vault() as vault:
        access = access_for(call, vault.session, arguments.address)
        with opened_store(vault.session, arguments.address, access) as store:
            steps = try_store(store)
    data: Json = {"store": arguments.address, "steps": list(steps)}
    return Outcome(data, lines=["It works: " + ", ".join(steps)])


def access_for(call: Invocation, session: Session, address: str) -> StoreAccess | None:
    """Give what opens a store: what the vault knows, else what is given now; None for a folder.

    Raises: Usage `usage.bad_value`; Locked where nobody can type it.
    """
    if not is_server(address):
        return None
    access = access_to(session, address) or StoreAccess(address, *_credentials(call))
    _warn(call, access)
    return access


def _credentials(call: Invocation) -> tuple[str, str]:
    given = os.environ.get(_USER, ""), os.environ.get(_PASSWORD, "")
    if all(given):
        return given
    return call.further_secrets("Name at the server, or access key", "Password, or secret key")


def _certificate(file: str) -> str:
    if not file:
        return ""
    try:
        return read_file(Path(file), _CERTIFICATE_BYTES).decode("ascii")
    except UnicodeDecodeError:
        raise Usage("usage.bad_value", what="certificate", allowed="PEM") from None


def _warn(call: Invocation, access: StoreAccess) -> None:
    if has_no_tls(access):
        call.console.warn("store.no_tls")


def _row(access: StoreAccess) -> Json:
    return {
        "store": access.address,
        "endpoint": access.endpoint or None,
        "region": access.region or None,
        "own_certificate": bool(access.authority),
    }


COMMANDS: Runners = MappingProxyType(
    {"store add": add, "store list": listed, "store remove": remove, "store test": test}
)

"""Taking the keys of an erased case away from this device, so that no old stick opens it again.

This module decides when nothing of a case is left here: no value stands, none waits, and every
order about it was carried out. What was written by somebody who had not heard of the order is a
reason to keep the keys: it is not lost. Keys that come again later are not taken in again.

The file is free of them after the next `checkpoint`: the database runs with secure deletion.

Source: sync.md section 17, point 4. Promise: P14. Threat: T8.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.erasure import waiting_commits
from nrm_desktop.storage.statements import load_statements
from nrm_desktop.storage.trust import ENDED_KEYS, SqlTrustStore

_SQL: Final = load_statements("ended_keys")
_TIME_BYTES: Final = 8


def erased_scopes_with_keys(connection: Connection) -> tuple[ScopeId, ...]:
    """Cases about which there is an order, of which nothing is left here but keys."""
    found = (ScopeId(scope) for (scope,) in connection.execute(_SQL["scopes"]).fetchall())
    return tuple(scope for scope in found if is_empty(connection, scope))


def is_empty(connection: Connection, scope: ScopeId) -> bool:
    """True if nothing of a case stands or waits here, and no order about it does."""
    stands = connection.execute(_SQL["stands"], (scope,)).fetchone()
    waits = connection.execute(_SQL["open_orders"], (scope,)).fetchone()
    if stands is not None or waits is not None:
        return False
    return not any(
        part is not None
        for commit in waiting_commits(connection, scope)
        for part in commit.signed.segments
    )


def values_left(connection: Connection, scope: ScopeId) -> int:
    """How many answers of an erased case stand here, written without knowing of the order."""
    return int(connection.execute(_SQL["count"], (scope,)).fetchone()[0])


def done_since(connection: Connection, scope: ScopeId) -> int:
    """When the last order about a case was carried out here. Units: wall-clock milliseconds."""
    return int(connection.execute(_SQL["done"], (scope,)).fetchone()[0] or 0)


def kept_keyboxes(connection: Connection) -> list[tuple[bytes, bytes]]:
    """Keyboxes that are passed on: reference, signed."""
    return [(reference, signed) for reference, signed in connection.execute(_SQL["keyboxes"])]


def end_keys(
    connection: Connection, scope: ScopeId, keyboxes: Iterable[bytes], now_ms: int
) -> None:
    """Take all keys of a case away, with keyboxes that hold them; in the open transaction."""
    for reference in keyboxes:
        connection.execute(_SQL["drop_keybox"], (reference,))
    connection.execute(_SQL["drop_compartment_keys"], (scope,))
    connection.execute(_SQL["drop_epochs"], (scope,))
    SqlTrustStore(connection).set_secret(
        ENDED_KEYS + scope.hex(), now_ms.to_bytes(_TIME_BYTES, "big")
    )


def ended_at(connection: Connection, scope: ScopeId) -> int | None:
    """When the keys of a case were taken away here; None if they were not."""
    said = SqlTrustStore(connection).secret(ENDED_KEYS + scope.hex())
    return None if said is None else int.from_bytes(said, "big")

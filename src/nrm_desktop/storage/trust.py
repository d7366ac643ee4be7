"""Keys and trust statements of this device, in the encrypted database.

This module decides how they lie in tables. It must not know what an act says or a key opens:
bytes come in verified and go out as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from nrm_desktop.app.ports import EpochKey
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.storage.engine import Connection, Cursor
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("trust")
ENDED_KEYS: Final = "ended."
"""Secrets that say of which case, by its id, the keys were destroyed here, and when."""


class SqlTrustStore:
    """The TrustStore port on a connection; what it writes belongs to the open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def acts(self, scope: ScopeId | None = None) -> Sequence[bytes]:
        """Signed acts in order of arrival; of all scopes if none is named."""
        if scope is None:
            return tuple(row[0] for row in self._db.execute(_SQL["acts"]))
        return tuple(row[0] for row in self._db.execute(_SQL["acts_of_scope"], (scope,)))

    def add_act(self, act_id: bytes, scope: ScopeId, signed: bytes) -> bool:
        """Keep an act; False if it is already there."""
        return self._write("add_act", act_id, scope, signed).rowcount > 0

    def roots(self) -> Sequence[bytes]:
        """All root documents, by version."""
        return tuple(row[0] for row in self._db.execute(_SQL["roots"]))

    def add_root(self, version: int, signed: bytes) -> None:
        """Keep a root document."""
        self._write("add_root", version, signed)

    def epochs(self, scope: ScopeId | None = None) -> Sequence[EpochKey]:
        """Epoch keys, oldest first; of all scopes if none is named."""
        if scope is None:
            rows = self._db.execute(_SQL["epochs"])
        else:
            rows = self._db.execute(_SQL["epochs_of_scope"], (scope,))
        return tuple(
            EpochKey(ScopeId(place_scope), number, epoch, key, self._keys_at(place))
            for place, place_scope, number, epoch, key in rows.fetchall()
        )

    def add_epoch(self, epoch: EpochKey) -> bool:
        """Keep a key; compartment keys of a known epoch are joined. False if nothing is new.

        Keys of a case whose keys were destroyed here are not taken in again.
        """
        if self.secret(ENDED_KEYS + epoch.scope.hex()) is not None:
            return False
        known = self._db.execute(_SQL["epoch"], (epoch.scope, epoch.epoch)).fetchone()
        if known is None:
            row = (epoch.scope, epoch.epoch, epoch.number, epoch.key)
            place, is_new = self._write("add_epoch", *row).lastrowid, True
        else:
            place, is_new = known[0], known[1] is None and epoch.key is not None
            if is_new:
                self._write("set_epoch_key", epoch.key, place)
        for compartment, key in epoch.compartments:
            added = self._write("add_compartment_key", place, compartment, key)
            is_new = is_new or added.rowcount > 0
        return is_new

    def secret(self, name: str) -> bytes | None:
        """A secret of this device by name."""
        row = self._db.execute(_SQL["secret"], (name,)).fetchone()
        return row[0] if row else None

    def set_secret(self, name: str, value: bytes) -> None:
        """Keep a secret of this device."""
        self._write("set_secret", name, value)

    def secrets(self, prefix: str) -> Sequence[tuple[str, bytes]]:
        """Secrets whose names begin with the prefix, by name."""
        return tuple(self._db.execute(_SQL["secrets"], (prefix,)))

    def _write(self, statement: str, *row: object) -> Cursor:
        """Write inside the open transaction, and never outside of one."""
        if not self._db.in_transaction:
            raise EnvironmentFault("storage.transaction_lost")
        return self._db.execute(_SQL[statement], row)

    def _keys_at(self, place: int) -> tuple[tuple[int, bytes], ...]:
        return tuple(self._db.execute(_SQL["compartment_keys"], (place,)))

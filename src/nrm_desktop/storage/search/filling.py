"""Filling: making the search rows of cases that were there before, in small batches.

This module decides when a database needs filling - it is older than its search tables, or the
packs now search other fields - and how far it has come. It never decides what is kept (`index`).

A batch is one transaction on the bulk lane: a save waits for one batch at most, and start-up for
none. Cases go from the longest unchanged to the newest, so that the newest rows come last; a case
that is changed meanwhile is indexed by its own commit, and once more at its turn, to no effect.

Source: storage-security.md sections 6 and 9.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.search.index import SearchIndex, fields_kept, keep_fields
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("search")
_SETTINGS: Final = load_statements("records")
_PLACE: Final = "search.filled_to"
_DONE: Final = b"done"
_START: Final = (0).to_bytes(8, "big")
BATCH: Final = 20
"""Cases per batch: about 50 ms of a laptop's time."""


def prepare(connection: Connection, fields: Mapping[str, str]) -> bool:
    """Take over the searched fields; True if something is left to fill. In a transaction."""
    if fields_kept(connection) != dict(fields):
        keep_fields(connection, fields)
        _move_to(connection, _START)
    return not is_filled(connection)


def is_filled(connection: Connection) -> bool:
    """True if every case is in the index."""
    return _place(connection) == _DONE


def fill_some(connection: Connection, batch: int = BATCH) -> bool:
    """Index the next cases; True if more are left. In a transaction of the caller."""
    place = _place(connection) or _START
    if place == _DONE:
        return False
    after = (int.from_bytes(place[:8], "big"), place[8:])
    rows = connection.execute(_SQL["scopes_to_fill"], (*after, batch)).fetchall()
    index = SearchIndex(connection)
    for _, scope in rows:
        index.refresh_scope(ScopeId(scope))
    if len(rows) < batch:
        _move_to(connection, _DONE)
        return False
    changed, scope = rows[-1]
    _move_to(connection, changed.to_bytes(8, "big") + scope)
    return True


def _place(connection: Connection) -> bytes | None:
    row = connection.execute(_SETTINGS["setting"], (_PLACE,)).fetchone()
    return row[0] if row else None


def _move_to(connection: Connection, place: bytes) -> None:
    connection.execute(_SETTINGS["set_setting"], (_PLACE, place))

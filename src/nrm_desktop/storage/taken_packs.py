"""Form packs that were taken in, in the encrypted database: their signed bytes as they came.

This module decides how they lie in a table. It must not believe them: whoever loads one verifies
it anew. A database that an older program has made, on a medium that cannot be written, has none.

Source: docs/adr/0044. Promise: P10.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.domain.ids import UserId
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("form_packs")


@dataclass(frozen=True, slots=True)
class KeptPack:
    """One pack: the file as it came, when it was taken in and by whom. Units: milliseconds."""

    pack: str
    signed: bytes = field(repr=False)
    taken_ms: int
    taken_by: UserId


def kept_packs(connection: Connection) -> tuple[KeptPack, ...]:
    """All packs that were taken in, by id."""
    if connection.execute(_SQL["is_there"]).fetchone()[0] == 0:
        return ()
    rows = connection.execute(_SQL["all"]).fetchall()
    return tuple(KeptPack(pack, signed, at_ms, UserId(by)) for pack, signed, at_ms, by in rows)


def keep_pack(connection: Connection, kept: KeptPack) -> None:
    """Keep a pack in the place of an older version, in the open transaction."""
    row = (kept.pack, kept.signed, kept.taken_ms, kept.taken_by)
    connection.execute(_SQL["keep"], row)

"""Which forms people of this vault know: settings of the encrypted database.

This module decides under which names they lie, and that an outline goes once nobody needs it. What
it means is `app.known_forms`.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.app.known_forms import KnownForms, decode_known, encode_known
from nrm_desktop.domain.ids import UserId
from nrm_desktop.storage.cells import set_setting, setting
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.statements import load_statements
from nrm_desktop.storage.uow import transaction

_SQL: Final = load_statements("known_forms")
_KNOWN: Final = "forms.known."
_OUTLINE: Final = "forms.outline."


def known_forms(connection: Connection, user: UserId) -> KnownForms | None:
    """What somebody knows; None before the first unlocking."""
    raw = setting(connection, _KNOWN + user.hex())
    return None if raw is None else decode_known(raw)


def kept_outline(connection: Connection, name: str) -> bytes | None:
    """The outline of forms that somebody knows."""
    return setting(connection, _OUTLINE + name)


def keep_known(
    connection: Connection, user: UserId, known: KnownForms, outline: bytes | None = None
) -> None:
    """Keep what somebody knows, with the outline of the forms of now if there is none yet."""
    with transaction(connection):
        set_setting(connection, _KNOWN + user.hex(), encode_known(known))
        if outline is not None:
            set_setting(connection, _OUTLINE + known.now, outline)
        wanted = _wanted(connection)
        for (name,) in connection.execute(_SQL["named"], (f"{_OUTLINE}*",)).fetchall():
            if name.removeprefix(_OUTLINE) not in wanted:
                connection.execute(_SQL["drop"], (name,))


def _wanted(connection: Connection) -> frozenset[str]:
    rows = connection.execute(_SQL["values"], (f"{_KNOWN}*",)).fetchall()
    known = (decode_known(raw) for (raw,) in rows)
    return frozenset(name for one in known if one is not None for name in one.names)

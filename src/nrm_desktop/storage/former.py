"""What a vault forgets when its own organisation ends and it belongs to another one.

This module decides that cases, acts and the keys of cases stay as they are; roots, the keys of the
exchange, what is known of stores and form packs that were signed in it go, in the transaction that
brings the new ones.

Source: sync.md section 12.4; docs/adr/0033.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("former")
_OF_STORES: Final = ("stores", "checkpoints", "known", "objects", "keyboxes", "duties")
_FORMS: Final = "form_packs"


def leave_organisation(connection: Connection, secrets: Iterable[str]) -> None:
    """Forget an organisation, inside the open transaction.

    Shape: `secrets` are the beginnings of the names of its secrets.
    """
    connection.execute(_SQL["drop_roots"])
    for beginning in secrets:
        connection.execute(_SQL["drop_secrets"], (beginning,))
    for what in (*_OF_STORES, _FORMS):
        connection.execute(_SQL[f"drop_{what}"])

"""Drafts: words as they were typed, encrypted with the database, unsigned, never leaving it.

This module decides how a draft lies in its row. It never judges whether the words are valid: half
a date is kept like any other text. Only the typist may read a draft; whoever calls names the user.

Source: storage-security.md section 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from nrm_desktop.app.ports import Draft, DraftKey
from nrm_desktop.app.wire import cbor
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId, UserId
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("drafts")
_Fields = tuple[tuple[FieldId, int, str, int], ...]


def keep_draft(connection: Connection, draft: Draft) -> None:
    """Keep a draft, replacing the one of the same key."""
    key = draft.key
    row = (key.user, key.scope, key.record, draft.form, cbor.encode(draft.fields))
    connection.execute(_SQL["keep"], (*row, draft.kept_at_ms))


def drop_draft(connection: Connection, key: DraftKey) -> None:
    """Remove a draft; a missing one is no error."""
    connection.execute(_SQL["drop"], (key.user, key.scope, key.record))


def drafts_of(connection: Connection, user: UserId, scope: ScopeId | None) -> Sequence[Draft]:
    """The drafts of a user, newest first, of one scope or of all."""
    if scope is None:
        rows = connection.execute(_SQL["of_user"], (user,))
    else:
        rows = connection.execute(_SQL["of_user_in_scope"], (user, scope))
    return tuple(_draft(user, *row) for row in rows)


def drafts_in_scope(connection: Connection, scope: ScopeId) -> Sequence[Draft]:
    """The drafts of everybody in one scope: for erasing, never for showing."""
    rows = connection.execute(_SQL["of_scope"], (scope,))
    return tuple(_draft(UserId(user), *row) for user, *row in rows)


def _draft(user: UserId, *row: Any) -> Draft:
    scope, record, form, fields, kept_at_ms = row
    key = DraftKey(user, ScopeId(scope), RecordId(record))
    return Draft(key, form, cast("_Fields", cbor.decode(fields)), kept_at_ms)

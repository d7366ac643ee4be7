"""How files stand among those of their person, for lists: joins read by the form of their records.

This module reads; what joins mean decides `domain.joining`. What is passed on does not rest on it:
`app.person_files` reads joins by their fields, so that nothing can hide one.

Source: docs/adr/0045.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from nrm_desktop.app.queries import JoinedFile
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.joining import (
    ALONE,
    FORM,
    SAID_BY_A_JOIN,
    Join,
    OnePerson,
    joins_reached,
    joins_said,
    one_person,
)
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer
from nrm_desktop.storage.cells import json_list, scope_of_code
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.projections import answer_of
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("joins")
_FIELDS: Final = json_list(SAID_BY_A_JOIN)


def standing_of(connection: Connection, scope: ScopeId, code: str) -> OnePerson:
    """How a file stands. One that was never joined costs one look into an index."""
    own = _joins(connection, scope, code)
    if not own:
        return ALONE

    def read(name: str) -> list[Join] | None:
        try:
            other = scope_of_code(connection, name)
        except Usage:  # two cases came with this code
            return None
        return None if other is None else _joins(connection, other, name)

    joins, _ = joins_reached(code, own, read)
    return one_person(code, joins)


def joined_files(connection: Connection) -> tuple[JoinedFile, ...]:
    """Every file that is joined with another one, by its code."""
    rows = connection.execute(_SQL["joined"], (FORM,)).fetchall()
    found = (
        JoinedFile(ScopeId(scope), code, standing_of(connection, ScopeId(scope), code))
        for scope, code in rows
    )
    return tuple(one for one in found if one.standing.others)


def _joins(connection: Connection, scope: ScopeId, code: str) -> list[Join]:
    key = (scope, FORM, int(Compartment.CORE), _FIELDS)
    said: dict[RecordId, dict[FieldId, list[Answer]]] = defaultdict(dict)
    for record, field, data in connection.execute(_SQL["joins"], key).fetchall():
        answer = answer_of(data)
        if answer is not None:
            said[RecordId(record)].setdefault(FieldId(field), []).append(answer)
    return [one for joins in joins_said(code, said).values() for one in joins]

"""How files stand among those of their person, for lists: joins read by the form of their records.

This module reads; what joins mean decides `domain.joining`. What is passed on does not rest on it:
`app.person_files` reads joins by their fields, so that nothing can hide one.

Source: docs/adr/0045.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, partial
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from nrm_desktop.app.queries import JoinedFile
from nrm_desktop.domain.case import Pathway
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
        other = _only_one(connection, name)
        return None if other is None else _joins(connection, other, name)

    return one_person(code, *joins_reached(code, own, read))


def joined_files(connection: Connection) -> tuple[JoinedFile, ...]:
    """Every file that is joined with another one, by its code.

    One reading for all of them: no file is read by itself, however many there are. Where one half
    of a join is not here, the other one is enough.
    """
    rows = connection.execute(_SQL["every_join"], (FORM, int(Compartment.CORE), _FIELDS)).fetchall()
    own = {
        (ScopeId(scope), code): _read(code, [row[2:] for row in group])
        for (scope, code), group in groupby(rows, itemgetter(0, 1))
    }
    naming: dict[str, set[str]] = defaultdict(set)
    for one in (one for joins in own.values() for one in joins):
        naming[one.other].add(one.file)
    only = cache(partial(_only_one, connection))
    named = {(scope, code) for code in naming if (scope := only(code)) is not None}

    def read(name: str) -> list[Join] | None:
        scope = only(name)
        return None if scope is None else own.get((scope, name), [])

    found = (
        JoinedFile(
            scope, code, one_person(code, *joins_reached(code, own.get(key, ()), read, naming))
        )
        for key in sorted(named | own.keys(), key=itemgetter(1, 0))
        for scope, code in (key,)
    )
    return tuple(one for one in found if one.standing.others)


def child_in(connection: Connection, standing: OnePerson) -> tuple[str, ...]:
    """Other files of a person in which the steps for a child are on."""
    found = {
        code: connection.execute(_SQL["child"], (_only_one(connection, code),)).fetchone()
        for code in standing.others
    }
    return tuple(code for code, line in found.items() if line and line[0] == Pathway.CHILD)


def children_beside(connection: Connection) -> tuple[str, ...]:
    """Cases of somebody in whose other file the steps for a child are on. Shape: ids as hex."""
    return tuple(
        one.scope.hex().upper()
        for one in joined_files(connection)
        if child_in(connection, one.standing)
    )


def _only_one(connection: Connection, code: str) -> ScopeId | None:
    """The case of a code; none where two came with it, because nobody here can say which."""
    try:
        return scope_of_code(connection, code)
    except Usage:
        return None


def _joins(connection: Connection, scope: ScopeId, code: str) -> list[Join]:
    key = (scope, FORM, int(Compartment.CORE), _FIELDS)
    return _read(code, connection.execute(_SQL["joins"], key).fetchall())


def _read(code: str, rows: Iterable[Sequence[Any]]) -> list[Join]:
    """The joins that stand in a file. Shape: `rows` are record, field, answer."""
    said: dict[RecordId, dict[FieldId, list[Answer]]] = defaultdict(dict)
    for record, field, data in rows:
        answer = answer_of(data)
        if answer is not None:
            said[RecordId(record)].setdefault(FieldId(field), []).append(answer)
    return [one for joins in joins_said(code, said).values() for one in joins]

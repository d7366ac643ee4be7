"""Rows of the projections as the plain rows of the ports.

This module decides how a stored row becomes `Standing`, `CellRow` or `RecordRow`, and in which
order values stand: newest first for display, ties by id. It reads; it never filters by role.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from nrm_desktop.app.ports import CellRow, RecordRow, Standing
from nrm_desktop.app.wire.commit import CommitFlag, decode_header
from nrm_desktop.app.wire.hashes import HASH_BYTES
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.hlc import Hlc, hlc_from_int
from nrm_desktop.domain.ids import FieldId, OpId, RecordId, ScopeId
from nrm_desktop.domain.values import Answer
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.projections import answer_of
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("records")
_CLOCK_SUSPECT: Final = int(CommitFlag.CLOCK_SUSPECT)


def scope_of_code(connection: Connection, code: str) -> ScopeId | None:
    """Find a case by its code.

    Raises: Usage `usage.ambiguous_code` when two cases came with the same code.
    """
    rows = connection.execute(_SQL["scope_of_code"], (code,)).fetchall()
    if len(rows) > 1:
        raise Usage("usage.ambiguous_code", code=code)
    return ScopeId(rows[0][0]) if rows else None


def code_of_scope(connection: Connection, scope: ScopeId) -> str | None:
    """The code of a case."""
    row = connection.execute(_SQL["code_of_scope"], (scope,)).fetchone()
    return row[0] if row else None


def standing_in(
    connection: Connection, scope: ScopeId, record: RecordId, field: FieldId
) -> tuple[Standing, ...]:
    """What stands in a field of a record of this scope."""
    rows = connection.execute(_SQL["standing"], (scope, record, field))
    return _newest_first(tuple(map(_standing, rows)))


def register_in(
    connection: Connection, scope: ScopeId, record: RecordId, field: FieldId, compartment: int
) -> tuple[Standing, ...]:
    """What stands in a field within one compartment."""
    key = (scope, record, field, compartment)
    return _newest_first(tuple(map(_standing, connection.execute(_SQL["register"], key))))


def cells_in(connection: Connection, scope: ScopeId, form: str | None) -> tuple[CellRow, ...]:
    """All fields with a value, of a scope or of the records of one form in it."""
    if form is None:
        rows = connection.execute(_SQL["cells"], (scope,))
    else:
        rows = connection.execute(_SQL["cells_of_form"], (scope, form))
    return cell_rows(rows)


def cell_rows(rows: Iterable[Sequence[Any]]) -> tuple[CellRow, ...]:
    """Join rows of `standing` that come sorted by record, field and compartment."""
    found: list[CellRow] = []
    said: dict[bytes | None, Answer | None] = {None: None}
    moments: dict[int, Hlc] = {}
    last: tuple[object, ...] = ()
    for record, key, field, compartment, commit, index, data, hlc, signer, device, flags in rows:
        # A case is thousands of these, and most were said in the same words at the same moments.
        if data in said:
            answer = said[data]
        else:
            answer = said[data] = answer_of(data)
        moment = moments.get(hlc) or moments.setdefault(hlc, hlc_from_int(hlc))
        is_suspect = flags & _CLOCK_SUSPECT != 0
        one = Standing(OpId(commit, index), answer, moment, signer, device, is_suspect)
        standing: tuple[Standing, ...] = (one,)
        register = (record, field, compartment)
        if register == last:  # those of one register come one after the other
            standing = _newest_first((*found.pop().standing, one))
        last = register
        found.append(CellRow(record, key, field, compartment, standing))
    return tuple(found)


def records_in(connection: Connection, scope: ScopeId, form: str | None) -> tuple[RecordRow, ...]:
    """Opened records of a scope by order, ties by id; also closed ones."""
    if form is None:
        rows = connection.execute(_SQL["records"], (scope,))
    else:
        rows = connection.execute(_SQL["records_of_form"], (scope, form))
    return tuple(
        RecordRow(
            RecordId(record),
            key,
            None if parent is None else RecordId(parent),
            sort,
            chosen,
            bool(is_closed),
        )
        for record, key, parent, sort, chosen, is_closed in rows
    )


def opened_at(
    connection: Connection, scope: ScopeId, records: Collection[RecordId]
) -> dict[RecordId, Hlc]:
    """When records were opened, by the hybrid time of the commit that opened them."""
    named = json_list(record.hex().upper() for record in records)
    found: dict[RecordId, Hlc] = {}
    times: dict[bytes, Hlc] = {}
    for record, commit in connection.execute(_SQL["opened_by"], (scope, named)).fetchall():
        if commit not in times:
            missing = HASH_BYTES - len(commit)
            between = (commit + bytes(missing), commit + b"\xff" * missing)
            (header,) = connection.execute(_SQL["header_of"], between).fetchone()
            times[commit] = decode_header(header).hlc
        found[RecordId(record)] = times[commit]
    return found


def names_in(
    connection: Connection, form: str, field: FieldId, compartment: int
) -> tuple[tuple[ScopeId, str], ...]:
    """Texts that stand in a field of the records of a form, in any scope."""
    found = connection.execute(_SQL["names_in"], (form, field, compartment)).fetchall()
    said = ((ScopeId(scope), answer_of(data)) for scope, data in found)
    return tuple(
        (scope, answer.value)
        for scope, answer in said
        if answer is not None and isinstance(answer.value, str)
    )


def is_opened(connection: Connection, scope: ScopeId, record: RecordId, compartment: int) -> bool:
    """True if the record was opened in that compartment of the scope."""
    key = (record, scope, compartment)
    return connection.execute(_SQL["is_opened"], key).fetchone() is not None


def setting(connection: Connection, name: str) -> bytes | None:
    """A setting with case meaning."""
    row = connection.execute(_SQL["setting"], (name,)).fetchone()
    return row[0] if row else None


def set_setting(connection: Connection, name: str, value: bytes) -> None:
    """Keep a setting."""
    connection.execute(_SQL["set_setting"], (name, value))


def json_list(values: Iterable[int | str]) -> str:
    """Write a list as one parameter, for `json_each`."""
    return json.dumps(sorted(values))


def _newest_first(standing: tuple[Standing, ...]) -> tuple[Standing, ...]:
    if len(standing) == 1:
        return standing
    return tuple(sorted(standing, key=lambda each: (each.hlc, each.op), reverse=True))


def _standing(row: Sequence[Any]) -> Standing:
    """Read a row. A case is thousands of these: no step here that could be left out."""
    commit, index, answer, hlc, signer, device, flags = row
    op = OpId(commit, index)
    said = None if answer is None else answer_of(answer)
    return Standing(op, said, hlc_from_int(hlc), signer, device, flags & _CLOCK_SUSPECT != 0)

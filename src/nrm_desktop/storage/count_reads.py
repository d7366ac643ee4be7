"""The part of the Reader port that counts: some fields of all cases, in a few large steps.

This module decides what of a case is handed out for counting: what acts in the fields asked for, in
sight and not in a record that somebody closed, and the register of consents. Neither code nor id of
a case leaves it, but where people are linked. One statement reads a batch of cases; no case is read
by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from nrm_desktop.app.consent_register import register_from_cells
from nrm_desktop.app.counting_ports import CountAsked
from nrm_desktop.app.ends import passed_events
from nrm_desktop.app.ports import CellRow
from nrm_desktop.app.queries import Page
from nrm_desktop.domain.case import BIRTH_DATE, STATE, SUPPORT
from nrm_desktop.domain.consent import REGISTER_FORM
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.statistics import CountedCase, Said
from nrm_desktop.storage import cells as rows
from nrm_desktop.storage.engine import Connection, snapshot
from nrm_desktop.storage.joins import joined_files
from nrm_desktop.storage.lens import Lens, in_sight
from nrm_desktop.storage.notice_reads import NoticeReads
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("reader")
_ENDS: Final = frozenset({STATE, SUPPORT, BIRTH_DATE})
"""What may end a consent by itself (`app.ends`)."""
_CLOSED: Final = 12


class CountReads(NoticeReads):
    """Counts for one user, on the thread of its connection only."""

    def counted_cases(
        self, asked: CountAsked, limit: int, after: str | None = None
    ) -> Page[CountedCase]:
        """All cases with what acts in these fields; consents whatever the sight.

        Of joined files one may say no where another says yes: neither brings a consent.
        """
        with snapshot(self._db):
            scopes = counted_scopes(self._db, limit, after)
            if not scopes:
                return Page(())
            found = _batch(self._db, asked, bytes.fromhex(after or ""), scopes[-1])
            joined = frozenset(one.scope for one in joined_files(self._db))
        said = {ScopeId(scope): list(group) for scope, group in groupby(found, itemgetter(0))}
        counted = ((scope, _counted(said.get(scope, ()), asked, self._lens)) for scope in scopes)
        cases = tuple(
            replace(
                one,
                register=() if scope in joined else one.register,
                scope=scope if asked.is_linked else None,
            )
            for scope, one in counted
        )
        return Page(cases, scopes[-1].hex() if len(scopes) == limit else None)


def counted_scopes(connection: Connection, limit: int, after: str | None) -> Sequence[ScopeId]:
    """The next cases, by id."""
    key = (bytes.fromhex(after or ""), limit)
    return [ScopeId(scope) for (scope,) in connection.execute(_SQL["counted_scopes"], key)]


def _batch(
    connection: Connection, asked: CountAsked, after: bytes, last: ScopeId
) -> Iterator[Sequence[Any]]:
    fields = rows.json_list(asked.fields | _ENDS)
    key = {"begin": f"{REGISTER_FORM}.", "end": f"{REGISTER_FORM}.~"}
    return iter(
        connection.execute(
            _SQL["counted"], {**key, "fields": fields, "after": after, "last": last}
        ).fetchall()
    )


def _counted(found: Sequence[Sequence[Any]], asked: CountAsked, lens: Lens) -> CountedCase:
    cells = rows.cell_rows(row[1:_CLOSED] for row in found)
    closed = frozenset(RecordId(row[1]) for row in found if row[_CLOSED])
    return CountedCase(
        tuple(_said(cells, closed, asked, lens)),
        tuple(register_from_cells(cells, closed)),
        passed_events(cells, asked.today),
    )


def _said(
    cells: Iterable[CellRow], closed: frozenset[RecordId], asked: CountAsked, lens: Lens
) -> Iterator[Said]:
    counted = [one for one in cells if one.field in asked.fields and one.record not in closed]
    for cell in in_sight(counted, asked.sight):
        acting = lens.acting(cell.field, cell.standing)
        if acting.answer is not None:  # erased by order: nothing was said any more
            yield Said(cell.record, cell.field, acting.answer, acting.hlc.to_int())

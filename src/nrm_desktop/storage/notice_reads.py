"""The part of the Reader port about consents taken back: what a case owes, and which cases do.

This module decides which cases are looked into: those from which something left and in which a row
of the register was withdrawn or replaced; and those that a packet opened whose sender took
something back. What is owed decides `domain.notices`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from nrm_desktop.app.asked_to_stop import asked_to_stop, waiting_line
from nrm_desktop.app.notices import effects_of, notices_of, owed_line
from nrm_desktop.app.ports import CellRow
from nrm_desktop.app.queries import CaseNotices, Effects
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.stop_requests import AskedToStop
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.notices import Notice
from nrm_desktop.storage import cells as rows
from nrm_desktop.storage.engine import snapshot
from nrm_desktop.storage.lens import in_sight
from nrm_desktop.storage.search_reads import SearchReads
from nrm_desktop.storage.statements import load_statements

_SQL: Final = load_statements("reader")


class NoticeReads(SearchReads):
    """Reads notices for one user, on the thread of its connection only."""

    def notices(self, scope: ScopeId, sight: Sight) -> Sequence[Notice]:
        """Every notice of a case; none where the log is out of sight."""
        with snapshot(self._db):
            return notices_of(*self._stands(scope, sight))

    def effects(self, scope: ScopeId, sight: Sight, consents: Collection[RecordId]) -> Effects:
        """What taking these consents back does, as far as it can be seen."""
        with snapshot(self._db):
            cells, closed = self._stands(scope, sight)
            return effects_of(self._lens.forms, cells, consents, closed)

    def owed_notices(self, sight: Sight) -> Sequence[CaseNotices]:
        """Cases of which a recipient has to be told, by their codes."""
        with snapshot(self._db):
            found = self._db.execute(_SQL["taken_back"]).fetchall()
            lines = (
                owed_line(ScopeId(scope), code, notices_of(*self._stands(ScopeId(scope), sight)))
                for scope, code in found
            )
            return tuple(line for line in lines if line is not None)

    def asked_to_stop(self, scope: ScopeId, sight: Sight) -> Sequence[AskedToStop]:
        """What the sender of a packet asks to stop using in a case; none out of sight."""
        with snapshot(self._db):
            return asked_to_stop(*self._stands(scope, sight))

    def open_requests(self, sight: Sight) -> Sequence[CaseNotices]:
        """Cases in which nobody has answered such a request, by their codes."""
        with snapshot(self._db):
            found = self._db.execute(_SQL["asked_to_stop"]).fetchall()
            lines = (
                waiting_line(
                    ScopeId(scope), code, asked_to_stop(*self._stands(ScopeId(scope), sight))
                )
                for scope, code in found
            )
            return tuple(line for line in lines if line is not None)

    def _stands(
        self, scope: ScopeId, sight: Sight
    ) -> tuple[tuple[CellRow, ...], frozenset[RecordId]]:
        cells = tuple(in_sight(rows.cells_in(self._db, scope, None), sight))
        opened = rows.records_in(self._db, scope, None)
        return cells, frozenset(row.record for row in opened if row.is_closed)

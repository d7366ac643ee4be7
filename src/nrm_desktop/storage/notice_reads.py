"""The part of the Reader port about consents taken back: what a case owes, and which cases do.

This module decides which cases are looked into: those from which something left and in which a row
of the register was withdrawn or replaced; of a person with several files, one may say it of the
other; and those that a packet opened whose sender took something back. What is owed decides
`domain.notices`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from nrm_desktop.app.asked_to_stop import asked_to_stop, waiting_line
from nrm_desktop.app.families import Family, families
from nrm_desktop.app.notices import FileSeen, effects_of, files_seen, notices_of, owed_line
from nrm_desktop.app.person_files import files_of_person
from nrm_desktop.app.queries import CaseNotices, Effects
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.stop_requests import AskedToStop
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.notices import Notice
from nrm_desktop.storage import cells as rows
from nrm_desktop.storage.engine import snapshot
from nrm_desktop.storage.joins import joined_files
from nrm_desktop.storage.lens import in_sight
from nrm_desktop.storage.search_reads import SearchReads
from nrm_desktop.storage.statements import load_statements
from nrm_desktop.storage.unit_reads import UnitReads

_SQL: Final = load_statements("reader")


class NoticeReads(SearchReads):
    """Reads notices for one user, on the thread of its connection only."""

    def notices(self, scope: ScopeId, sight: Sight) -> Sequence[Notice]:
        """Every notice of a person; none where the log is out of sight."""
        with snapshot(self._db):
            return notices_of(self._stands(scope, sight), *self._beside(scope, sight))

    def effects(self, scope: ScopeId, sight: Sight, consents: Collection[RecordId]) -> Effects:
        """What taking these consents back does, as far as it can be seen."""
        with snapshot(self._db):
            own, beside = self._stands(scope, sight), self._beside(scope, sight)
            return effects_of(self._lens.forms, own, consents, beside)

    def owed_notices(self, sight: Sight) -> Sequence[CaseNotices]:
        """Cases of which a recipient has to be told, by their codes; a person stands there once."""
        with snapshot(self._db):
            people = families(joined_files(self._db))
            joined = {one.scope for person in people for one in person.files}
            alone = (
                owed_line(scope, code, notices_of(self._stands(scope, sight)))
                for scope, code in self._taken_back()
                if scope not in joined
            )
            together = (self._owed_of(person, sight) for person in people)
            lines = [line for line in (*alone, *together) if line is not None]
            return tuple(sorted(lines, key=lambda one: (one.code, one.scope)))

    def asked_to_stop(self, scope: ScopeId, sight: Sight) -> Sequence[AskedToStop]:
        """What the sender of a packet asks to stop using in a case; none out of sight."""
        with snapshot(self._db):
            seen = self._stands(scope, sight)
            return asked_to_stop(seen.cells, seen.closed)

    def open_requests(self, sight: Sight) -> Sequence[CaseNotices]:
        """Cases in which nobody has answered such a request, by their codes."""
        with snapshot(self._db):
            found = self._db.execute(_SQL["asked_to_stop"]).fetchall()
            lines = (self._waiting(ScopeId(scope), code, sight) for scope, code in found)
            return tuple(line for line in lines if line is not None)

    def _waiting(self, scope: ScopeId, code: str, sight: Sight) -> CaseNotices | None:
        seen = self._stands(scope, sight)
        return waiting_line(scope, code, asked_to_stop(seen.cells, seen.closed))

    def _taken_back(self) -> list[tuple[ScopeId, str]]:
        return [(ScopeId(scope), code) for scope, code in self._db.execute(_SQL["taken_back"])]

    def _owed_of(self, person: Family, sight: Sight) -> CaseNotices | None:
        """One line for all files of a person; they are read only where something may be owed."""
        told = [self._db.execute(_SQL["owes"], {"scope": one.scope}) for one in person.files]
        has_left, was_taken = map(any, zip(*(one.fetchone() for one in told), strict=True))
        if not (has_left and was_taken):
            return None
        own, *beside = (self._stands(one.scope, sight) for one in person.files)
        return owed_line(person.lead.scope, person.lead.code, notices_of(own, *beside))

    def _stands(self, scope: ScopeId, sight: Sight) -> FileSeen:
        cells = tuple(in_sight(rows.cells_in(self._db, scope, None), sight))
        opened = rows.records_in(self._db, scope, None)
        return FileSeen(cells, frozenset(row.record for row in opened if row.is_closed))

    def _beside(self, scope: ScopeId, sight: Sight) -> tuple[FileSeen, ...]:
        """The other files of the person. Joins are told by their fields: nothing hides one."""
        files = files_of_person(UnitReads(self._db), scope)
        return files_seen(files, lambda cells: in_sight(cells, sight))

"""What follows from consents taken back, read from a vault in memory."""

from nrm_desktop.app.asked_to_stop import asked_to_stop, waiting_line
from nrm_desktop.app.families import families
from nrm_desktop.app.notices import FileSeen, effects_of, files_seen, notices_of, owed_line
from nrm_desktop.app.person_files import files_of_person
from nrm_desktop.storage.lens import in_sight


class FakeNotices:
    """The part of the Reader port about notices; the reader it belongs to has the vault."""

    def notices(self, scope, sight):
        return notices_of(self._stands(scope, sight), *self._beside(scope, sight))

    def effects(self, scope, sight, consents):
        own, beside = self._stands(scope, sight), self._beside(scope, sight)
        return effects_of(self._lens.forms, own, consents, beside)

    def owed_notices(self, sight):
        scopes = {c.header.scope for c in self._vault.state.commits.values()}
        people = families(self.joined())
        joined = {one.scope for person in people for one in person.files}
        lines = [(one.scope, one.code) for s in scopes - joined if (one := self._line(s, None))]
        lines += [(person.lead.scope, person.lead.code) for person in people]
        owed = [owed_line(scope, code, self.notices(scope, sight)) for scope, code in lines]
        return tuple(sorted((one for one in owed if one is not None), key=lambda one: one.code))

    def asked_to_stop(self, scope, sight):
        seen = self._stands(scope, sight)
        return asked_to_stop(seen.cells, seen.closed)

    def open_requests(self, sight):
        scopes = {c.header.scope for c in self._vault.state.commits.values()}
        lines = [line for scope in scopes if (line := self._line(scope, None)) is not None]
        asked = [
            waiting_line(one.scope, one.code, self.asked_to_stop(one.scope, sight)) for one in lines
        ]
        return tuple(sorted((one for one in asked if one is not None), key=lambda one: one.code))

    def _stands(self, scope, sight):
        closed = frozenset(row.record for row in self._reads.records(scope) if row.is_closed)
        return FileSeen(tuple(in_sight(self._reads.cells(scope), sight)), closed)

    def _beside(self, scope, sight):
        files = files_of_person(self._reads, scope)
        return files_seen(files, lambda cells: in_sight(cells, sight))

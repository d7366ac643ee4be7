"""What follows from consents taken back, read from a vault in memory."""

from nrm_desktop.app.asked_to_stop import asked_to_stop, waiting_line
from nrm_desktop.app.notices import effects_of, notices_of, owed_line
from nrm_desktop.storage.lens import in_sight


class FakeNotices:
    """The part of the Reader port about notices; the reader it belongs to has the vault."""

    def notices(self, scope, sight):
        return notices_of(*self._stands(scope, sight))

    def effects(self, scope, sight, consents):
        cells, closed = self._stands(scope, sight)
        return effects_of(self._lens.forms, cells, consents, closed)

    def owed_notices(self, sight):
        scopes = {c.header.scope for c in self._vault.state.commits.values()}
        lines = [line for scope in scopes if (line := self._line(scope, None)) is not None]
        owed = [owed_line(one.scope, one.code, self.notices(one.scope, sight)) for one in lines]
        return tuple(sorted((one for one in owed if one is not None), key=lambda one: one.code))

    def asked_to_stop(self, scope, sight):
        return asked_to_stop(*self._stands(scope, sight))

    def open_requests(self, sight):
        scopes = {c.header.scope for c in self._vault.state.commits.values()}
        lines = [line for scope in scopes if (line := self._line(scope, None)) is not None]
        asked = [
            waiting_line(one.scope, one.code, self.asked_to_stop(one.scope, sight)) for one in lines
        ]
        return tuple(sorted((one for one in asked if one is not None), key=lambda one: one.code))

    def _stands(self, scope, sight):
        closed = frozenset(row.record for row in self._reads.records(scope) if row.is_closed)
        return tuple(in_sight(self._reads.cells(scope), sight)), closed

"""What a unit of work reads: the state as of this transaction, with what it has flushed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from nrm_desktop.app.ports import CellRow, RecordRow, Standing
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.storage import cells as rows
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.search.telling import told_elsewhere


class UnitReads:
    """The reading half of the UnitOfWork port."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def _look(self) -> Connection:
        """The connection, once everything is written that is to be read."""
        return self._db

    def scope_of_code(self, code: str) -> ScopeId | None:
        """Find a case by its code."""
        return rows.scope_of_code(self._look(), code)

    def code_of_scope(self, scope: ScopeId) -> str | None:
        """The code of a case."""
        return rows.code_of_scope(self._look(), scope)

    def standing(
        self, record: RecordId, name: FieldId, scope: ScopeId, compartment: int | None = None
    ) -> Sequence[Standing]:
        """What stands in a field of a record of this scope, or of one compartment in it."""
        if compartment is None:
            return rows.standing_in(self._look(), scope, record, name)
        return rows.register_in(self._look(), scope, record, name, compartment)

    def cells(self, scope: ScopeId, form: str | None = None) -> Sequence[CellRow]:
        """All fields with a value, of a scope or of the records of one form in it."""
        return rows.cells_in(self._look(), scope, form)

    def records(self, scope: ScopeId, form: str | None = None) -> Sequence[RecordRow]:
        """Opened records of a scope by order, ties by id; also closed ones."""
        return rows.records_in(self._look(), scope, form)

    def opened_at(self, scope: ScopeId, records: Collection[RecordId]) -> Mapping[RecordId, Hlc]:
        """When records of a scope were opened; those that are not opened are left out."""
        return rows.opened_at(self._look(), scope, records)

    def is_opened_in(self, scope: ScopeId, record: RecordId, compartment: int) -> bool:
        """True if the record-open op lies in that compartment's logs, or is queued for them."""
        return rows.is_opened(self._look(), scope, record, compartment)

    def names_in(self, form: str, name: FieldId, compartment: int) -> Sequence[tuple[ScopeId, str]]:
        """Texts that stand in a field of the records of a form, in any scope of this device."""
        return rows.names_in(self._look(), form, name, compartment)

    def is_told_elsewhere(self, scope: ScopeId, compartment: int, text: str) -> bool:
        """True if these words, in this order, stand in that compartment of another scope."""
        return told_elsewhere(self._look(), scope, compartment, text)

    def setting(self, name: str) -> bytes | None:
        """A setting with case meaning."""
        return rows.setting(self._look(), name)

"""The unit of work of a vault that is read-only: it reads, and every change is refused.

This module decides nothing about what may be read. It stands where a `SqlUnitOfWork` would, so
that looking and the disclosure engine work from a damaged or write-protected vault. An audit row
cannot be written there: it is left out, and the condition of the vault says so to the person
(`condition.not_recorded`), because a reading that nobody may know of must at least be known to
whoever reads.

Source: storage-security.md sections 11 and 12. Promises: P7, P18.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn

from nrm_desktop.app.ports import (
    CellRow,
    Draft,
    DraftKey,
    ReceivedForStorage,
    RecordRow,
    Standing,
    TakenIn,
    TrustStore,
)
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import FieldId, OpId, RecordId, ScopeId
from nrm_desktop.domain.ops import Op
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.storage.unit_reads import UnitReads


class ReadingUnit(UnitReads):
    """The UnitOfWork port without its writing half.

    Shape: `refusal` makes the error of every change; `must_be_sound` raises where a case is
    damaged, before anything of it is given.
    """

    def __init__(
        self,
        connection: Connection,
        refusal: Callable[[], NrmError],
        must_be_sound: Callable[[ScopeId], None],
    ) -> None:
        super().__init__(connection)
        self.trust: TrustStore = SqlTrustStore(connection)
        self._refusal = refusal
        self._must_be_sound = must_be_sound

    def standing(
        self, record: RecordId, name: FieldId, scope: ScopeId, compartment: int | None = None
    ) -> Sequence[Standing]:
        """What stands in a field of a sound case."""
        self._must_be_sound(scope)
        return super().standing(record, name, scope, compartment)

    def cells(self, scope: ScopeId, form: str | None = None) -> Sequence[CellRow]:
        """All fields with a value of a sound case."""
        self._must_be_sound(scope)
        return super().cells(scope, form)

    def records(self, scope: ScopeId, form: str | None = None) -> Sequence[RecordRow]:
        """Opened records of a sound case."""
        self._must_be_sound(scope)
        return super().records(scope, form)

    def audit(self, act: str, subjects: Sequence[bytes] = (), detail: str = "") -> None:
        """Leave the row out: there is no place for it, and the person is told."""

    def record(self, scope: ScopeId, compartment: int, op: Op) -> None:
        """Refuse."""
        self._refuse(scope, compartment, op)

    def adopt(self) -> None:
        """Refuse."""
        self._refuse()

    def flush(self) -> Sequence[OpId]:
        """Nothing can have been queued."""
        return ()

    def take_in(self, commit: ReceivedForStorage) -> TakenIn:
        """Refuse."""
        self._refuse(commit)

    def keep_draft(self, draft: Draft) -> None:
        """Refuse: the words stay on the screen."""
        self._refuse(draft)

    def drop_draft(self, key: DraftKey) -> None:
        """Refuse."""
        self._refuse(key)

    def set_setting(self, name: str, value: bytes) -> None:
        """Refuse."""
        self._refuse(name, value)

    def _refuse(self, *_changes: object) -> NoReturn:
        raise self._refusal()

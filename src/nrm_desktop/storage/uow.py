"""The unit of work: one user action is one transaction with one fsync, whole or absent (P2).

This module decides when a transaction begins and ends, and that nothing is acknowledged before
COMMIT returned. Journal, projections, audit row, draft and state lie in the same transaction. It
must not decide what an operation means (`projections`) or how a commit looks (`authoring`).

Used on the storage thread only. A transaction that ended behind our back (the engine rolls back by
itself on a full disk) is noticed at the next step, and nothing is written outside of one.

Source: storage-security.md section 6; architecture.md section 7, walk 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from nrm_desktop.app.ports import (
    Draft,
    DraftKey,
    ReceivedForStorage,
    TakenIn,
    TrustStore,
)
from nrm_desktop.domain.errors import EnvironmentFault, ProgramFault
from nrm_desktop.domain.ids import OpId, RecordId, ScopeId
from nrm_desktop.domain.ops import Op, OpenRecord
from nrm_desktop.storage import cells as rows
from nrm_desktop.storage import drafts
from nrm_desktop.storage.access_log import AuditAct, append_audit
from nrm_desktop.storage.authoring import Author, Authorship
from nrm_desktop.storage.engine import Connection, DatabaseError, fault_of, translated
from nrm_desktop.storage.intake import Intake, parsed
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.orders import are_any_ordered, as_ordered
from nrm_desktop.storage.pending import Pending
from nrm_desktop.storage.projections import Projector
from nrm_desktop.storage.retired import must_not_be_retired
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.storage.unit_reads import UnitReads

Place = tuple[ScopeId, int]


class SqlUnitOfWork(UnitReads):
    """The UnitOfWork port. It is made by `Transaction` and lives as long as one."""

    def __init__(self, connection: Connection, authorship: Authorship) -> None:
        super().__init__(connection)
        self.trust: TrustStore = SqlTrustStore(connection)
        self._by = authorship
        self._journal = Journal(connection, appends_alone=True)
        self._projector = Projector(connection, self._journal)
        self._author = Author(authorship, self._journal, self._projector)
        self._intake: Intake | None = None
        self._has_orders = False
        self._queue: list[tuple[Place, Op]] = []
        self._queued_opens: set[tuple[ScopeId, RecordId, int]] = set()
        self._commits_at_start = self._journal.state.commits

    def record(self, scope: ScopeId, compartment: int, op: Op) -> None:
        """Queue an operation; it is signed and applied by `flush` or at the end.

        Raises: IntegrityFault `integrity.identity` where this device must not sign any more.
        """
        self._must_be_open()
        must_not_be_retired(self._db, self._by.device)
        self._queue.append(((scope, compartment), op))
        if isinstance(op, OpenRecord):
            self._queued_opens.add((scope, op.record, compartment))

    def flush(self) -> Sequence[OpId]:
        """Sign and apply what is queued, one commit per (scope, compartment)."""
        self._must_be_open()
        self.settle()
        queue, self._queue = self._queue, []
        self._queued_opens.clear()
        groups: dict[Place, list[int]] = {}
        for index, (place, _) in enumerate(queue):
            groups.setdefault(place, []).append(index)
        ids: dict[int, OpId] = {}
        for (scope, compartment), indexes in groups.items():
            ops = [queue[index][1] for index in indexes]
            ids.update(zip(indexes, self._author.write(scope, compartment, ops), strict=True))
        self._journal.unwritten.write()
        return [ids[index] for index in range(len(queue))]

    def adopt(self) -> None:
        """Mark everything of this unit of work as adopted from a box."""
        self._author.adopt()

    def take_in(self, commit: ReceivedForStorage) -> TakenIn:
        """Add a verified commit of another device, and what waited for it.

        Raises: HostileInput `integrity.chain` when its predecessor stands at another place.
        """
        self._must_be_open()
        if self._intake is None:
            now_ms = self._by.clock.now_ms()
            self._intake = Intake(self._journal, Pending(self._db), self._projector, now_ms)
            self._has_orders = are_any_ordered(self._db)
        received = parsed(commit)
        ordered = as_ordered(self._db, received) if self._has_orders else received
        ops = getattr(commit, "ops", None) if ordered is received else None
        return self._intake.take_in(ordered, ops)

    def settle(self) -> None:
        """Write the commits that were taken in and what follows; before anything is read."""
        self._journal.unwritten.write()
        self._projector.settle()

    def is_opened_in(self, scope: ScopeId, record: RecordId, compartment: int) -> bool:
        """True if the record-open op lies in that compartment's logs, or is queued for them."""
        if (scope, record, compartment) in self._queued_opens:
            return True
        return super().is_opened_in(scope, record, compartment)

    def keep_draft(self, draft: Draft) -> None:
        """Keep words that are not yet committed, replacing the draft of the same key."""
        self._must_be_open()
        drafts.keep_draft(self._db, draft)

    def drop_draft(self, key: DraftKey) -> None:
        """Remove a draft, in the same transaction that commits its words."""
        self._must_be_open()
        drafts.drop_draft(self._db, key)

    def audit(self, act: str, subjects: Sequence[bytes] = (), detail: str = "") -> None:
        """Add a row to the audit chain: ids and codes only."""
        self._must_be_open()
        did = AuditAct(act, tuple(subjects), detail)
        append_audit(self._db, self._by.signer.user, self._by.clock.now_ms(), did)

    def set_setting(self, name: str, value: bytes) -> None:
        """Keep a setting."""
        self._must_be_open()
        rows.set_setting(self._db, name, value)

    def finish(self) -> None:
        """Flush what is queued and write the row of the start check; COMMIT is the next step."""
        self.flush()
        if self._journal.state.commits != self._commits_at_start:
            self._journal.save_state()

    def _look(self) -> Connection:
        self.settle()
        return self._db

    def _must_be_open(self) -> None:
        if not self._db.in_transaction:
            raise EnvironmentFault("storage.transaction_lost")


class Transaction:
    """BEGIN IMMEDIATE .. unit of work .. COMMIT, or ROLLBACK on any error.

    Raises: ProgramFault when a transaction is open already: there is one unit of work at a time.
    """

    def __init__(self, connection: Connection, authorship: Authorship) -> None:
        self._db = connection
        self._authorship = authorship

    def __enter__(self) -> SqlUnitOfWork:
        if self._db.in_transaction:
            raise ProgramFault("program.fault", what="unit_of_work")
        with translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._unit = SqlUnitOfWork(self._db, self._authorship)
            except BaseException:
                self._roll_back()
                raise
        return self._unit

    def __exit__(self, *raised: object) -> None:
        error = raised[1]
        try:
            if error is None:
                with translated():
                    self._unit.finish()
                    self._db.execute("COMMIT")
        finally:
            self._roll_back()
        if isinstance(error, DatabaseError):
            raise fault_of(error) from error

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            with suppress(DatabaseError):  # what went wrong before is what must be told
                self._db.execute("ROLLBACK")


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """A plain transaction on the storage thread, for what is not signed: keys and acts."""
    with translated():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

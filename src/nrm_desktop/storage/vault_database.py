"""The open database of a vault: one thread that writes, one that reads (P19, P24).

This module joins engine, migrations, threads and adapters. It decides nothing about content, and
it takes no lock: whoever opens a vault holds the `VaultLock` of the folder already.

Source: storage-security.md section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from nrm_desktop.app.ports import Draft, Reader, Sight, StopFlag, TrustStore, UnitOfWork
from nrm_desktop.app.queries import (
    AlikePerson,
    CaseFilter,
    CaseRow,
    CaseView,
    ConflictRow,
    ConsentRow,
    DirectoryRow,
    HistoryRow,
    Page,
    ReferralRow,
    SearchResult,
)
from nrm_desktop.domain.errors import EnvironmentFault, NrmError
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import ScopeId, UserId
from nrm_desktop.storage import engine
from nrm_desktop.storage.authoring import Authorship
from nrm_desktop.storage.engine import Connection, DatabaseKey
from nrm_desktop.storage.lens import Lens
from nrm_desktop.storage.migrate import migrate
from nrm_desktop.storage.names import DATABASE
from nrm_desktop.storage.reader import SqlReader
from nrm_desktop.storage.search.filling import fill_some, prepare
from nrm_desktop.storage.search.index import must_delete_safely, searched_fields
from nrm_desktop.storage.search.memory import NameMemory
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.storage.uow import Transaction, transaction
from nrm_desktop.storage.worker import DatabaseThread, Lane

Result = TypeVar("Result")


class VaultDatabase:
    """An open `vault.db`. Made by `create` or `open`; `close` ends both threads."""

    def __init__(self, path: Path, writing: DatabaseThread[Connection], key: DatabaseKey) -> None:
        self.names = NameMemory()
        """Folded names for the reading thread alone; dropped with the connections."""
        self._writing = writing
        self._writing.start()
        self._reading = DatabaseThread(
            "nrm-reader",
            lambda: engine.open_database(path, key, is_read_only=True),
            engine.close_database,
        )
        try:
            self._reading.start()
        except BaseException:
            self._writing.close()
            raise

    @classmethod
    def create(cls, folder: Path, key: DatabaseKey, now_ms: int) -> VaultDatabase:
        """Make a new database in a vault folder that has none.

        Raises: EnvironmentFault.
        """
        path = folder / DATABASE
        return cls(path, _writer(lambda: engine.create_database(path, key), now_ms), key)

    @classmethod
    def open(cls, folder: Path, key: DatabaseKey, now_ms: int) -> VaultDatabase:
        """Open the database of a vault folder and bring it to this program's schema.

        Raises: EnvironmentFault `storage.no_vault`, `storage.newer_version`; IntegrityFault.
        """
        path = folder / DATABASE
        return cls(path, _writer(lambda: engine.open_database(path, key), now_ms), key)

    def write(
        self, job: Callable[[Connection], Result], lane: Lane = Lane.PERSON
    ) -> Future[Result]:
        """Queue a job for the writing thread."""
        return self._writing.submit(job, lane)

    def read(self, job: Callable[[Connection], Result]) -> Future[Result]:
        """Queue a job for the reading thread."""
        return self._reading.submit(job)

    def work(self, authorship: Authorship) -> VaultWork:
        """Give the door for units of work of one author."""
        return VaultWork(self, authorship)

    def reader(self, lens: Lens) -> Reader:
        """Give the read models for one user, callable from any thread."""
        return VaultReader(self, lens)

    def with_trust(self, job: Callable[[TrustStore], Result]) -> Result:
        """Run a job on keys and acts in one transaction, before anybody can sign."""

        def run(connection: Connection) -> Result:
            with transaction(connection):
                return job(SqlTrustStore(connection))

        return self.write(run).result()

    def prepare_search(self, forms: FormSet) -> Future[None]:
        """Search the fields of these packs. Shape: its future is done once all cases are indexed.

        Nobody has to wait for it: cases from before are indexed in batches behind everything else.
        A vault that cannot be written is searched as it is.
        """
        done: Future[None] = Future()

        def begin(connection: Connection) -> bool:
            with transaction(connection):
                must_delete_safely(connection)
                return prepare(connection, searched_fields(forms))

        def fill(connection: Connection) -> bool:
            with transaction(connection):
                return fill_some(connection)

        def go_on(before: Future[bool]) -> None:
            """Queue the next batch; a closing vault or a failing disk ends it until next time."""
            try:
                if before.result():
                    self.write(fill, Lane.BULK).add_done_callback(go_on)
                else:
                    done.set_result(None)
            except (NrmError, CancelledError) as error:
                done.set_exception(error)

        try:
            self.write(begin).add_done_callback(go_on)
        except NrmError as error:
            done.set_exception(error)
        return done

    def provider(self) -> str:
        """The cryptographic library at work, for the About page and the start-up log."""
        return self.read(engine.provider).result()

    def checkpoint(self) -> None:
        """Write the WAL back and cut it: at lock, and after an erasure."""
        self.write(engine.checkpoint).result()

    def close(self) -> None:
        """End the running jobs, cancel the waiting ones, close both connections."""
        try:
            self._reading.close()
        finally:
            self.names.forget()
            self._writing.close()


class VaultWork:
    """The Work port: a job in one unit of work, done once this returns."""

    def __init__(self, database: VaultDatabase, authorship: Authorship) -> None:
        self._database = database
        self._authorship = authorship

    def run(self, job: Callable[[UnitOfWork], Result]) -> Result:
        """Give what the job gives, after its COMMIT. Its error comes out unchanged."""
        return self.submit(job).result()

    def submit(
        self, job: Callable[[UnitOfWork], Result], lane: Lane = Lane.PERSON
    ) -> Future[Result]:
        """Queue a job; its future is done after COMMIT."""

        def run(connection: Connection) -> Result:
            with Transaction(connection, self._authorship) as unit:
                return job(unit)

        return self._database.write(run, lane)

    def exchange(self, job: Callable[[UnitOfWork, Connection], Result]) -> Result:
        """Run a bulk job of the exchange, which also reads tables that no unit of work shows."""

        def run(connection: Connection) -> Result:
            with Transaction(connection, self._authorship) as unit:
                return job(unit, connection)

        return self._database.write(run, Lane.BULK).result()


class _VaultSearch:
    """The searching part of the Reader port from any thread."""

    def __init__(self, database: VaultDatabase, lens: Lens) -> None:
        self._database = database
        self._lens = lens

    def search(
        self, text: str, sight: Sight, limit: int, stop: StopFlag | None = None
    ) -> SearchResult:
        """Names, then texts, of all cases in sight."""
        return self._ask(lambda reader: reader.search(text, sight, limit, stop))

    def similar_names(self, scope: ScopeId, sight: Sight) -> Sequence[AlikePerson]:
        """Other cases whose person has a name spelled like those of this case."""
        return self._ask(lambda reader: reader.similar_names(scope, sight))

    def _ask(self, question: Callable[[SqlReader], Result]) -> Result:
        job = self._database.read(
            lambda found: question(SqlReader(found, self._lens, self._database.names))
        )
        return job.result()


class VaultReader(_VaultSearch):
    """The Reader port from any thread: each call runs on the reading thread."""

    def cases(
        self,
        wanted: CaseFilter,
        limit: int,
        after: str | None = None,
        sight: Sight | None = None,
    ) -> Page[CaseRow]:
        """Cases, newest change first. With a sight, only conflicts in it are counted."""
        return self._ask(lambda reader: reader.cases(wanted, limit, after, sight))

    def case(self, scope: ScopeId, sight: Sight) -> CaseView | None:
        """All that may be seen of a case; other compartments by name only."""
        return self._ask(lambda reader: reader.case(scope, sight))

    def scope_of_code(self, code: str) -> ScopeId | None:
        """Find a case by its code."""
        return self._ask(lambda reader: reader.scope_of_code(code))

    def history(
        self, scope: ScopeId, sight: Sight, limit: int, after: str | None = None
    ) -> Page[HistoryRow]:
        """Operations in causal order, newest last."""
        return self._ask(lambda reader: reader.history(scope, sight, limit, after))

    def conflicts(self, sight: Sight, scope: ScopeId | None = None) -> Sequence[ConflictRow]:
        """Fields with several standing values."""
        return self._ask(lambda reader: reader.conflicts(sight, scope))

    def consents(self, scope: ScopeId, today: str) -> Sequence[ConsentRow]:
        """The consent register of a case with the present state of each record."""
        return self._ask(lambda reader: reader.consents(scope, today))

    def referrals(self, scope: ScopeId, sight: Sight | None = None) -> Sequence[ReferralRow]:
        """Referrals out and in. With a sight, the log of disclosures only if it is in it."""
        return self._ask(lambda reader: reader.referrals(scope, sight))

    def directory(self, kind: str = "") -> Sequence[DirectoryRow]:
        """Services and contacts of the organisation."""
        return self._ask(lambda reader: reader.directory(kind))

    def drafts(self, user: UserId, scope: ScopeId | None = None) -> Sequence[Draft]:
        """Kept drafts of this user."""
        return self._ask(lambda reader: reader.drafts(user, scope))

    def setting(self, name: str) -> bytes | None:
        """A setting with case meaning."""
        return self._ask(lambda reader: reader.setting(name))


def _writer(opening: Callable[[], Connection], now_ms: int) -> DatabaseThread[Connection]:
    def open_migrated() -> Connection:
        connection = opening()
        try:
            migrate(connection, now_ms)
        except BaseException:
            connection.close()
            raise
        return connection

    return DatabaseThread("nrm-storage", open_migrated, _close_writer)


def _close_writer(connection: Connection) -> None:
    """Close also on a full or failing disk: what was committed is safe in the WAL."""
    with suppress(EnvironmentFault):
        engine.checkpoint(connection)
    engine.close_database(connection)

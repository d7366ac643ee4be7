"""The open database of a vault: one thread that writes, one that reads (P19, P24).

This module joins engine, migrations, threads and adapters. It decides nothing about content, and
it takes no lock: whoever opens a vault holds the `VaultLock` of the folder already.

Source: storage-security.md section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from nrm_desktop.app.condition import Condition, Reason, State, VaultCondition, refusal_of
from nrm_desktop.app.counting_ports import CountAsked
from nrm_desktop.app.families import beside
from nrm_desktop.app.ports import Draft, Reader, StopFlag, TrustStore, UnitOfWork
from nrm_desktop.app.queries import (
    AlikePerson,
    CaseFilter,
    CaseRow,
    CaseView,
    ClosedDay,
    ConflictRow,
    ConsentRow,
    DirectoryRow,
    HistoryRow,
    JoinedFile,
    Page,
    ReferralRow,
    RegisterView,
    SearchResult,
)
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.errors import EnvironmentFault, NrmError
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import FieldId, ScopeId, UserId
from nrm_desktop.domain.statistics import CountedCase
from nrm_desktop.storage import engine
from nrm_desktop.storage.authoring import Authorship
from nrm_desktop.storage.count_reads import counted_scopes
from nrm_desktop.storage.engine import Connection, DatabaseKey
from nrm_desktop.storage.lens import Lens
from nrm_desktop.storage.migrate import migrated
from nrm_desktop.storage.names import DATABASE
from nrm_desktop.storage.reader import SqlReader
from nrm_desktop.storage.reading_unit import ReadingUnit
from nrm_desktop.storage.search.filling import fill_some, prepare
from nrm_desktop.storage.search.index import must_delete_safely, searched_fields
from nrm_desktop.storage.search.memory import NameMemory
from nrm_desktop.storage.soundness import NoGuard, ScopeGuard, can_be_read
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.storage.uow import Transaction, transaction
from nrm_desktop.storage.vault_notices import VaultNotices
from nrm_desktop.storage.vault_threads import VaultThreads, writer
from nrm_desktop.storage.worker import Lane

Result = TypeVar("Result")


class VaultDatabase:
    """An open `vault.db`. Made by `create`, `open` or `open_read_only`.

    Shape: `condition` says what may be done with it; `guard` what of a damaged one may be shown.
    """

    def __init__(
        self,
        path: Path,
        key: DatabaseKey,
        condition: VaultCondition,
        opening: Callable[[], Connection] | None,
    ) -> None:
        self.names = NameMemory()
        """Folded names for the reading thread alone; dropped with the connections."""
        self.condition = condition
        self.guard: ScopeGuard = NoGuard()
        writing = writer(opening, condition) if opening is not None else None
        self.threads = VaultThreads(path, key, condition, writing)

    @classmethod
    def create(cls, folder: Path, key: DatabaseKey, now_ms: int) -> VaultDatabase:
        """Make a new database in a vault folder that has none.

        Raises: EnvironmentFault.
        """
        path = folder / DATABASE
        opening = migrated(lambda: engine.create_database(path, key), now_ms)
        return cls(path, key, VaultCondition(), opening)

    @classmethod
    def open(
        cls,
        folder: Path,
        key: DatabaseKey,
        now_ms: int,
        save_first: Callable[[], object] | None = None,
    ) -> VaultDatabase:
        """Open the database of a vault folder and bring it to this program's schema.

        Shape: `save_first` is called before an older schema is changed, beside the open file.
        Raises: what `save_first` raises; EnvironmentFault `storage.no_vault`,
        `storage.newer_version`; IntegrityFault.
        """
        path = folder / DATABASE
        opening = migrated(lambda: engine.open_database(path, key), now_ms, save_first)
        return cls(path, key, VaultCondition(), opening)

    def write(
        self, job: Callable[[Connection], Result], lane: Lane = Lane.PERSON
    ) -> Future[Result]:
        """Queue a job for the writing thread. Raises: what the condition of the vault says."""
        return self.threads.write(job, lane)

    def read(self, job: Callable[[Connection], Result]) -> Future[Result]:
        """Queue a job for the reading thread."""
        return self.threads.read(job)

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
        """End what is read, let a save end, cancel what waits, close both connections."""
        try:
            self.threads.close()
        finally:
            self.names.forget()


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
        """Queue a job; its future is done after COMMIT.

        In a read-only vault it reads, and its first change is refused.
        """
        if self._database.condition.is_read_only:
            return self._database.read(lambda found: self._look(found, job))

        def run(connection: Connection) -> Result:
            with Transaction(connection, self._authorship) as unit:
                return job(unit)

        return self._database.write(run, lane)

    def _look(self, connection: Connection, job: Callable[[UnitOfWork], Result]) -> Result:
        database = self._database
        unit = ReadingUnit(
            connection,
            lambda: refusal_of(database.condition.now),
            lambda scope: database.guard.must_be_sound(connection, scope),
        )
        with engine.translated():
            return job(unit)

    def exchange(self, job: Callable[[UnitOfWork, Connection], Result]) -> Result:
        """Run a bulk job of the exchange, which also reads tables that no unit of work shows."""

        def run(connection: Connection) -> Result:
            with Transaction(connection, self._authorship) as unit:
                return job(unit, connection)

        return self._database.write(run, Lane.BULK).result()


class _VaultSearch(VaultNotices):
    """The parts of the Reader port that search and count, from any thread."""

    def __init__(self, database: VaultDatabase, lens: Lens) -> None:
        self._database = database
        self._lens = lens

    def search(
        self, text: str, sight: Sight, limit: int, stop: StopFlag | None = None
    ) -> SearchResult:
        """Names, then texts, of all cases in sight."""
        found = self._ask(lambda reader: reader.search(text, sight, limit, stop))
        return replace(found, hits=tuple(hit for hit in found.hits if self._is_sound(hit.scope)))

    def similar_names(self, scope: ScopeId, sight: Sight) -> Sequence[AlikePerson]:
        """Other cases whose person has a name spelled like those of this case."""
        found = self._ask(lambda reader: reader.similar_names(scope, sight), scope)
        return tuple(one for one in found if self._is_sound(one.scope))

    def counted_cases(
        self, asked: CountAsked, limit: int, after: str | None = None
    ) -> Page[CountedCase]:
        """All cases with what acts in these fields.

        Raises: IntegrityFault `integrity.case`: a table without a damaged case would be wrong.
        """
        database = self._database

        def must_be_sound(found: Connection) -> None:
            for scope in counted_scopes(found, limit, after):
                database.guard.must_be_sound(found, scope)

        if database.condition.now.is_alarm:
            database.threads.ask(must_be_sound)
        return self._ask(lambda reader: reader.counted_cases(asked, limit, after))

    def joined(self) -> Sequence[JoinedFile]:
        """Files that are joined with another one, by their codes."""
        found = self._ask(lambda reader: reader.joined())
        return tuple(one for one in found if self._is_sound(one.scope))

    def _ask(self, question: Callable[[SqlReader], Result], scope: ScopeId | None = None) -> Result:
        """Ask the reading connection; of a damaged vault only what was verified before."""
        database = self._database

        def ask(found: Connection) -> Result:
            if scope is not None:
                database.guard.must_be_sound(found, scope)
            return question(SqlReader(found, self._lens, database.names))

        return database.threads.ask(ask)

    def _ask_person(self, question: Callable[[SqlReader], Result], scope: ScopeId) -> Result:
        """The same of every file of a person: a list without a damaged one would be wrong."""
        if self._database.condition.now.is_alarm:
            for one in self._ask(lambda reader: beside(reader.joined(), scope)):
                self._ask(lambda _: None, one)
        return self._ask(question, scope)

    def _is_sound(self, scope: ScopeId) -> bool:
        """False for a case that is damaged; its code is then named beside the list."""
        database = self._database
        if not database.condition.now.is_alarm:
            return True
        return database.threads.ask(lambda found: database.guard.is_sound(found, scope))


class VaultReader(_VaultSearch):
    """The Reader port from any thread: one call at a time uses the reading connection."""

    def cases(
        self,
        wanted: CaseFilter,
        limit: int,
        after: str | None = None,
        sight: Sight | None = None,
    ) -> Page[CaseRow]:
        """Cases, newest change first. With a sight, only conflicts in it are counted."""
        page = self._ask(lambda reader: reader.cases(wanted, limit, after, sight))
        return replace(page, rows=tuple(row for row in page.rows if self._is_sound(row.scope)))

    def case(self, scope: ScopeId, sight: Sight) -> CaseView | None:
        """All that may be seen of a case; other compartments by name only."""
        return self._ask(lambda reader: reader.case(scope, sight), scope)

    def closed_days(self, fields: Collection[FieldId], sight: Sight) -> Sequence[ClosedDay]:
        """Days that stand in these fields of closed cases, without reading the cases."""
        found = self._ask(lambda reader: reader.closed_days(fields, sight))
        return tuple(one for one in found if self._is_sound(one.scope))

    def scope_of_code(self, code: str) -> ScopeId | None:
        """Find a case by its code."""
        return self._ask(lambda reader: reader.scope_of_code(code))

    def history(
        self, scope: ScopeId, sight: Sight, limit: int, after: str | None = None
    ) -> Page[HistoryRow]:
        """Operations in causal order, newest last."""
        return self._ask(lambda reader: reader.history(scope, sight, limit, after), scope)

    def conflicts(self, sight: Sight, scope: ScopeId | None = None) -> Sequence[ConflictRow]:
        """Fields with several standing values."""
        found = self._ask(lambda reader: reader.conflicts(sight, scope), scope)
        return tuple(row for row in found if self._is_sound(row.scope))

    def consents(self, scope: ScopeId, today: str) -> Sequence[ConsentRow]:
        """The consent registers of a person, with the present state of each record."""
        return self._ask_person(lambda reader: reader.consents(scope, today), scope)

    def referrals(self, scope: ScopeId, sight: Sight | None = None) -> Sequence[ReferralRow]:
        """Referrals out and in. With a sight, the log of disclosures only if it is in it."""
        return self._ask(lambda reader: reader.referrals(scope, sight), scope)

    def directory(self, kind: str = "") -> Sequence[DirectoryRow]:
        """Services and contacts of the organisation."""
        return self._ask(lambda reader: reader.directory(kind), self._lens.organisation)

    def register(self, form: str, sight: Sight) -> RegisterView:
        """As the port says."""
        return self._ask(lambda reader: reader.register(form, sight), self._lens.organisation)

    def drafts(self, user: UserId, scope: ScopeId | None = None) -> Sequence[Draft]:
        """Kept drafts of this user."""
        return self._ask(lambda reader: reader.drafts(user, scope))

    def setting(self, name: str) -> bytes | None:
        """A setting with case meaning."""
        return self._ask(lambda reader: reader.setting(name))


def open_read_only(folder: Path, key: DatabaseKey, reason: Reason) -> VaultDatabase:
    """Open a database into which nothing can be written, for the reason that is given.

    Raises: as `VaultDatabase.open`; EnvironmentFault `storage.copy_first`,
    `storage.newer_version` where a newer program keeps it otherwise than this one can read.
    """
    condition = VaultCondition(Condition(State.READ_ONLY, (reason,)))
    database = VaultDatabase(folder / DATABASE, key, condition, None)
    if reason is Reason.NEWER_PROGRAM and not database.read(can_be_read).result():
        database.close()
        raise EnvironmentFault("storage.newer_version")
    return database

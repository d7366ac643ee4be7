"""The exchange with other devices, joined: a store, the desk, the database, the events.

This module decides which adapter an address means. Everything else is in `sync`, which is handed
ports; nothing here looks into what is exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

from nrm_desktop import __version__
from nrm_desktop.app.bus import Bus
from nrm_desktop.app.events import CasesChanged
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.sync_ports import ExchangeUnit
from nrm_desktop.app.sync_report import SyncDone
from nrm_desktop.app.wire.commit import ReceivedCommit
from nrm_desktop.bootstrap.anchoring import note_anchor
from nrm_desktop.bootstrap.arriving_packs import TravellingForms
from nrm_desktop.bootstrap.attachments import vault_chunks
from nrm_desktop.bootstrap.duties import do_duties
from nrm_desktop.bootstrap.ending_keys import end_keys_where_due
from nrm_desktop.bootstrap.exchange_desk import ExchangeDesk, ExchangeVerifier, RunMemory
from nrm_desktop.bootstrap.expiry import must_be_confirmed
from nrm_desktop.bootstrap.identity import end_identity, must_have_identity
from nrm_desktop.bootstrap.keeping import keep_backup
from nrm_desktop.bootstrap.obeying import forget_erased, is_few, obey_orders
from nrm_desktop.bootstrap.passing_on import pass_on_for_others
from nrm_desktop.bootstrap.quarantining import judge_work
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.bootstrap.stores import StoreAccess, opened_store
from nrm_desktop.domain.backup_plan import BIG_IMPORT
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.urgency import is_urgent
from nrm_desktop.storage.access_log import audit_head
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.exchange import SqlExchangeJournal, SqlSyncState, state_digest
from nrm_desktop.storage.quarantine import Holders
from nrm_desktop.storage.roomy import roomy
from nrm_desktop.sync.forks import FORKED
from nrm_desktop.sync.run import Office, exchange

Result = TypeVar("Result")
README: Final = (
    "This folder carries sealed files between the computers of one organisation.\n"
    "Without that organisation's keys nothing in it can be read. Please do not change it.\n"
)


_SAID_ROWS: Final = 200_000
"""So many rows of what devices say are remembered between two runs, most of them twice: in a
manifest part, and in all that the device says."""


@dataclass(frozen=True, slots=True)
class SyncWish:
    """How a run is wanted.

    Shape: `is_dry` plans it only; `with_attachments` lets attachments go over a slow line too;
    `takes_many` carries out orders to erase that a person was asked about; `access` opens a server
    that the vault does not know.
    """

    is_dry: bool = False
    with_attachments: bool = False
    takes_many: bool = False
    access: StoreAccess | None = None


class VaultExchange:
    """The ExchangeWork port of one run: jobs in the database, with a desk of that moment.

    Shape: `gone_chunks` are names of chunks whose attachments were erased in this run.
    """

    def __init__(self, session: Session, *, takes_many: bool = False) -> None:
        self._session = session
        self._takes_many = takes_many
        self._memory = RunMemory()
        if sum(map(len, session.said.values())) > _SAID_ROWS:
            session.said.clear()
        self.gone_chunks: list[bytes] = []

    def run(self, job: Callable[[ExchangeUnit], Result]) -> Result:
        """Give what the job gives, after its COMMIT."""

        def on_thread(uow: UnitOfWork, connection: Connection) -> Result:
            return job(self._unit(uow, connection))

        return self._session.work.exchange(on_thread)

    def look_ahead(self, commits: Sequence[ReceivedCommit]) -> None:
        """Check commits that are about to be judged, on the thread that asks."""
        self._memory.ahead.look(commits, self._session.roster.signer_key)

    def _unit(self, uow: UnitOfWork, connection: Connection) -> ExchangeUnit:
        session, memory = self._session, self._memory
        state = SqlSyncState(connection, session.readings)
        return ExchangeUnit(
            uow=uow,
            journal=SqlExchangeJournal(connection),
            state=state,
            said=session.said,
            verifier=ExchangeVerifier(session, uow.trust, state, memory, Holders(connection)),
            desk=ExchangeDesk(session, uow.trust, memory, audit_head(connection)),
            forms=TravellingForms(session, uow, connection),
            duties=lambda: do_duties(session, uow.trust, state, Holders(connection)),
            judge=lambda scopes: judge_work(session, uow, connection, scopes),
            obey=lambda: self._obey(uow, connection),
            may_take=lambda cases: self._takes_many or is_few(connection, cases),
        )

    def _obey(self, uow: UnitOfWork, connection: Connection) -> tuple[int, int]:
        obeyed = obey_orders(self._session, uow, connection, takes_many=self._takes_many)
        self.gone_chunks.extend(obeyed.chunks)
        return obeyed.done, obeyed.held_back


def synchronise(
    session: Session,
    address: str,
    bus: Bus,
    *,
    wish: SyncWish = SyncWish(),
    tell: Callable[[str], None] | None = None,
) -> SyncDone:
    """Exchange with the store at an address; what others changed is published afterwards.

    Shape: `tell` hears how far the run is: `reading`, `taking`, `writing`.
    Raises: Usage `usage.bad_value` for no address; EnvironmentFault, IntegrityFault as
            `sync.run.exchange`, and `integrity.identity` where the device needs a new one.
    """
    must_have_identity(session.safe)
    must_be_confirmed(session)
    try:
        work = VaultExchange(session, takes_many=wish.takes_many)
        with opened_store(session, address, wish.access) as store:
            with closing(vault_chunks(session)) as chunks, roomy(session.safe.database):
                office = replace(
                    office_of(session),
                    work=work,
                    chunks=chunks,
                    with_attachments=wish.with_attachments,
                )
                done = exchange(store, address, office, is_dry=wish.is_dry, tell=tell)
            if not wish.is_dry:
                passed_on = pass_on_for_others(session, address, store, work)
                done = replace(done, report=replace(done.report, passed_on=passed_on))
    except IntegrityFault as fault:
        if fault.code == "integrity.rollback" and not wish.is_dry:
            end_identity(session.safe)  # the store knows more of us than we do: sync.md section 13
        raise
    with suppress(EnvironmentFault):  # an anchor may lag behind; what was exchanged is kept
        note_anchor(session.safe)
    own = session.safe.device.id.hex()
    if any((one.kind, one.device) == (FORKED, own) for one in done.report.alarms):
        end_identity(session.safe)  # a copy of this laptop writes too: docs/adr/0032
    if done.report.erasures_done:
        forget_erased(session, work.gone_chunks)
    if not wish.is_dry:
        end_keys_where_due(session, work)
    if done.changed:
        bus.publish(CasesChanged(changed=done.changed))
    return done


def head_digest(session: Session) -> str:
    """Say in one word what stands in this vault: equal on devices that hold the same."""
    return session.safe.database.read(state_digest).result().hex()


def office_of(session: Session) -> Office:
    """Give what the exchange needs of an unlocked session."""
    context = session.context
    return Office(
        session.organisation,
        VaultExchange(session),
        context.clock,
        context.random,
        __version__,
        README,
        partial(_save_first, session),
        partial(_is_urgent, session.context.forms),
    )


def _is_urgent(forms: FormSet, name: str) -> bool:
    known = forms.find_field(name)
    return is_urgent(name, known.merge if known else "")


def _save_first(session: Session, at_most: int, count: Callable[[], int]) -> None:
    """Make a backup before much is taken in: what comes cannot be told to go again (P10)."""
    if at_most > BIG_IMPORT and count() > BIG_IMPORT:
        safe = session.safe
        keep_backup(safe.shell, safe.unlocked.keys, is_before=True)

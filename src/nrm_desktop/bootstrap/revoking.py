"""Ending a device or a person's signer: the act with its cut, new keys, and what follows here.

This module decides who may end what, and where the cut lies: at everything that was heard of the
subject, or at one checkpoint of the device. Everything is done in one transaction: the acts, a new
exchange key for the devices that stay, new keys of the scopes that we lead, and the judgement of
the work that lies here. Other leads follow at their next exchange; until then those cases are told
as "key still old".

A cut needs no key of a case: the names of logs are copied from the subject's checkpoints.

Source: sync.md sections 11 and 13; cli.md `device revoke`, `user remove`. Threats: T20, T22.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.ports import TrustStore, UnitOfWork
from nrm_desktop.app.sync_ports import KeyPlace, KeyRing, SyncState
from nrm_desktop.app.wire.checkpoint import Checkpoint
from nrm_desktop.bootstrap.duties import do_duties
from nrm_desktop.bootstrap.exchange_desk import ExchangeDesk, RunMemory
from nrm_desktop.bootstrap.exchange_keys import renew_exchange_key
from nrm_desktop.bootstrap.quarantining import Changed, judge_work
from nrm_desktop.bootstrap.rekeying import cases_held_by, old_scopes
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.acts import Cut, RemovalFacts, RemovalReason
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import ID_BYTES, DeviceId, ScopeId, SignerId
from nrm_desktop.security.identity.founding import act_chain
from nrm_desktop.security.roster.acts import ActPlace
from nrm_desktop.storage.access_log import audit_head
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.exchange import SqlExchangeJournal, SqlSyncState
from nrm_desktop.storage.quarantine import Holders, Quarantine
from nrm_desktop.sync.checkpoint import heads_of
from nrm_desktop.sync.said import state_of

LAST_SEEN: Final = "last-seen"
Row = tuple[bytes, int, bytes]


@dataclass(frozen=True, slots=True)
class Revoked:
    """What a removal came to.

    Shape: `checkpoint` is the newest one of the device that the cut rests on, None if none was
    heard of; `logs` counts the logs in the cut; `quarantined` the commits that are held here now;
    `exchange_key` is the number of the new key; `to_rekey` counts the scopes whose key was old,
    `rekeyed` those that have a new one already; `changed` are fields whose value is another now;
    `cases` are those of which the device was given keys.
    """

    subject: bytes
    reason: RemovalReason
    checkpoint: int | None
    logs: int
    quarantined: int
    exchange_key: int
    to_rekey: int
    rekeyed: int
    changed: Changed = frozenset()
    cases: tuple[ScopeId, ...] = ()


def find_device(session: Session, name: str) -> DeviceId:
    """Find a device that stands by the beginning of its id.

    Raises: Usage `usage.not_found`, also where several begin so; Refused `policy.own_device`.
    """
    devices = session.roster.powers.organisation.devices
    found = [one for one in devices if name and one.hex().startswith(name.strip().casefold())]
    if len(found) != 1:
        raise Usage("usage.not_found", what="device", name=name)
    if found[0] == session.safe.device.id:
        raise Refused("policy.own_device")
    return found[0]


def revoke_device(
    session: Session, name: str, reason: RemovalReason, cut: str = LAST_SEEN
) -> Revoked:
    """End a device, and as registrar everybody who signs on it.

    Shape: `cut` is `last-seen` or the number of a checkpoint of that device that was heard of.
    Raises: Refused `policy.role` for others than registrars, `policy.own_device`; Usage
    `usage.not_found`, `usage.bad_value`; as any writing.
    """
    _must_be_registrar(session)
    device = find_device(session, name)
    wanted = _counter(cut)

    def end(uow: UnitOfWork, connection: Connection) -> Revoked:
        job = _Removing(session, uow, connection)
        made = job.cut_of((device,), wanted)
        facts = [
            RemovalFacts(one, reason, made) for one in (device, *_registrars_on(session, device))
        ]
        return job.end(device, facts, "device.revoke")

    return session.work.exchange(end)


def revoke_signers(
    session: Session, signers: Sequence[SignerId], reason: RemovalReason
) -> Revoked | None:
    """End signers of a person; None for others than registrars, or where nothing is to be ended.

    What they signed up to now counts, as far as it was heard of or lies on this device. Every key
    that we give is renewed, since the person may have copied all that this device holds.
    """
    organisation = session.roster.powers.organisation
    ending = [one for one in signers if one in organisation.signers]
    if not ending or not _is_registrar(session):
        return None
    devices = {one for signer in ending for one in organisation.signer_devices_ever[signer]}

    def end(uow: UnitOfWork, connection: Connection) -> Revoked:
        job = _Removing(session, uow, connection)
        made = job.cut_of(sorted(devices), None)
        facts = [RemovalFacts(one, reason, made) for one in ending]
        return job.end(ending[0], facts, "signer.revoke", renews_all=True)

    return session.work.exchange(end)


class _Removing:
    """One removal in its transaction."""

    def __init__(self, session: Session, uow: UnitOfWork, connection: Connection) -> None:
        self._session = session
        self._uow = uow
        self._db = connection
        self._state = SqlSyncState(connection)
        self._checkpoint: int | None = None

    def cut_of(self, devices: Iterable[DeviceId], counter: int | None) -> Cut:
        """Where the work of devices ends: each log once per name, at its highest number.

        Raises: Usage `usage.bad_value` for a checkpoint of which nothing is known here.
        """
        ends: dict[bytes, Row] = {}
        for device in devices:
            found = [one for one in self._checkpoints(device) if counter in {None, one.counter}]
            if counter is not None and not found:
                raise Usage("usage.bad_value", option="--cut", value=str(counter))
            counters = [one.counter for one in found]
            self._checkpoint = max(counters, default=self._checkpoint)
            rows = [row for one in found for row in _named(self._state, one)]
            if counter is None:
                rows += _lying_here(self._keys(), SqlExchangeJournal(self._db), device)
            for row in rows:
                if row[0] not in ends or ends[row[0]][1] < row[1]:
                    ends[row[0]] = row
        return Cut(None, tuple(sorted(ends.values())))

    def end(
        self,
        subject: bytes,
        facts: Sequence[RemovalFacts],
        word: str,
        *,
        renews_all: bool = False,
    ) -> Revoked:
        """State the end, and do all that follows from it on this device."""
        session, trust = self._session, self._uow.trust
        self._state_acts(trust, facts)
        number = renew_exchange_key(session, trust, self._state)
        before = set(old_scopes(session, self._db))
        do_duties(session, trust, self._state, Holders(self._db), renews_all=renews_all)
        after = set(old_scopes(session, self._db))
        changed = judge_work(session, self._uow, self._db)
        self._uow.audit(word, (subject,), facts[0].reason.value)
        return Revoked(
            subject,
            facts[0].reason,
            self._checkpoint,
            len(facts[0].cut.logs),
            Quarantine(self._db).count(),
            number,
            len(before),
            len(before - after),
            changed,
            self._cases_of(subject),
        )

    def _cases_of(self, subject: bytes) -> tuple[ScopeId, ...]:
        ever = self._session.roster.powers.organisation.signer_devices_ever
        devices = {DeviceId(subject), *ever.get(SignerId(subject), ())}
        return cases_held_by(self._session, self._db, devices)

    def _state_acts(self, trust: TrustStore, facts: Sequence[RemovalFacts]) -> None:
        session = self._session
        scope: ScopeId = session.organisation
        heads = session.roster.powers.heads(scope)
        place = ActPlace(scope, scope, heads, session.context.clock.now_ms())
        made = act_chain(session.safe.signer, place, facts)
        for one in made:
            trust.add_act(one.act.act, scope, one.signed)
        session.roster.add_own(made)

    def _checkpoints(self, device: DeviceId) -> Iterator[Checkpoint]:
        for store in self._state.stores():
            checked = self._state.at(store.mark).checkpoints(device).get(device)
            if checked is not None:
                yield checked.checkpoint

    def _keys(self) -> KeyRing:
        desk = ExchangeDesk(self._session, self._uow.trust, RunMemory(), audit_head(self._db))
        return desk.keys()


def _named(state: SyncState, checkpoint: Checkpoint) -> Iterator[Row]:
    """The ends of logs that a checkpoint names; of cases that we do not know too."""
    for row in heads_of(state_of(state, checkpoint)):
        yield row.blind, row.seq, row.head[:ID_BYTES]


def _lying_here(keys: KeyRing, journal: SqlExchangeJournal, device: DeviceId) -> Iterator[Row]:
    """The ends of a device's logs in our own journal: more may have come by another way."""
    for head in journal.heads():
        place = KeyPlace(head.log.scope, head.log.compartment)
        if head.log.device == device and keys.holds(place):
            yield keys.blind(head.log), head.seq, head.commit[:ID_BYTES]


def _registrars_on(session: Session, device: DeviceId) -> list[SignerId]:
    """Signers on a device whose power as registrar does not rest on the device."""
    organisation = session.roster.powers.organisation
    return sorted(
        signer
        for signer, devices in organisation.signer_devices.items()
        if device in devices and organisation.is_registrar(signer)
    )


def _counter(cut: str) -> int | None:
    if cut == LAST_SEEN:
        return None
    if not cut.isdecimal():
        raise Usage("usage.bad_value", option="--cut", value=cut)
    return int(cut)


def _must_be_registrar(session: Session) -> None:
    if not _is_registrar(session):
        raise Refused("policy.role")


def _is_registrar(session: Session) -> bool:
    now_ms = session.context.clock.now_ms()
    return session.roster.powers.is_registrar(session.safe.signer.id, now_ms)

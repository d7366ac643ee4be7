"""Judging work by the acts that are known: what has no right to stand goes into quarantine.

This module decides when commits are judged (in the transaction that brought them, and wherever
something new is known of trust) and finds their place in a log, which is what a cut is compared
with. What follows from acts is decided by `domain.cuts` alone, so the same commits, acts and keys
come to the same, in whatever order they came.

A cut names the end of a log by hash: what leads to that end stands, and nothing else does, so a
branch that somebody makes later below the cut is held as well. Work of this very device that
nobody has certified yet stands here; elsewhere it waits.

Source: sync.md sections 5 (step 5) and 13. Threat: T22.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.acts import Act, Cut, RemovalFacts
from nrm_desktop.domain.authority import Place, Powers, Right
from nrm_desktop.domain.cuts import Covers
from nrm_desktop.domain.ids import CommitId, DeviceId, FieldId, ScopeId
from nrm_desktop.domain.scopes import LogKey
from nrm_desktop.security.identity.epochs import key_for
from nrm_desktop.security.sealing.derivation import log_blind
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.exchange import SqlSyncState
from nrm_desktop.storage.quarantine import InLog, Mark, Quarantine

VOID: Final = "void"
"""The reason of work that rests on a word which is worth nothing, without a removal of its own."""

Changed = frozenset[tuple[ScopeId, FieldId]]


def judge_work(
    session: Session,
    uow: UnitOfWork,
    connection: Connection,
    scopes: Collection[ScopeId] | None = None,
) -> Changed:
    """Judge the commits of these scopes, or of all of which something new is known.

    Shape: the fields in which something became current or ceased to be.
    """
    uow.flush()
    quarantine = Quarantine(connection)
    known = _Known(session, uow, connection)
    before = quarantine.known()
    changed: set[tuple[ScopeId, FieldId]] = set()
    for scope in quarantine.scopes() if scopes is None else scopes:
        mark = known.of(scope)
        if scopes is None and before.get(scope) == mark:
            continue
        changed |= {(scope, name) for name in _judge_scope(session, uow, quarantine, scope)}
        if before.get(scope) != mark:
            quarantine.set_known(scope, mark)
    return frozenset(changed)


class _Known:
    """Marks of all that decides which commits of a scope stand."""

    def __init__(self, session: Session, uow: UnitOfWork, connection: Connection) -> None:
        self._organisation = session.organisation
        self._acts = SqlSyncState(connection).act_ids()
        self._version = session.roster.root.newest.version
        self._epochs: dict[ScopeId, list[bytes]] = {}
        for epoch in uow.trust.epochs():
            self._epochs.setdefault(epoch.scope, []).append(epoch.epoch)

    def of(self, scope: ScopeId) -> bytes:
        mark = sha256(self._version.to_bytes(4, "big"))
        acts = (*self._acts.get(self._organisation, ()), *self._acts.get(scope, ()))
        for one in (*acts, *self._epochs.get(scope, ())):
            mark.update(one)
        return mark.digest()


def _judge_scope(
    session: Session, uow: UnitOfWork, quarantine: Quarantine, scope: ScopeId
) -> frozenset[FieldId]:
    powers = session.roster.powers
    if not powers.has_ended(scope) and not quarantine.marks(scope):
        return frozenset()
    own = session.safe.device.id
    wanted: dict[int, tuple[CommitId, Mark]] = {}
    for row, log in quarantine.logs(scope):
        judge = _Judge(powers, log, _blinds(uow, log), is_own=log.device == own)
        for one, mark in judge.marks(tuple(quarantine.commits(row))):
            wanted[one.place] = (one.commit, mark)
    return quarantine.write(scope, wanted)


def _blinds(uow: UnitOfWork, log: LogKey) -> frozenset[bytes]:
    """The names of a log in cuts, under every epoch whose key we hold."""
    keys = (key_for(epoch, log.compartment) for epoch in uow.trust.epochs(log.scope))
    return frozenset(log_blind(key, DeviceId(log.device)) for key in keys if key is not None)


@dataclass(slots=True)
class _Judge:
    """Judges the commits of one log."""

    powers: Powers
    log: LogKey
    blinds: frozenset[bytes]
    is_own: bool
    _rights: dict[bytes, Right] = field(default_factory=dict)

    def marks(self, commits: Sequence[InLog]) -> Iterator[tuple[InLog, Mark]]:
        chains = _Chains(commits, self.blinds)
        for one in commits:
            place = Place(one.signer, DeviceId(self.log.device), self.log.scope, self._number)
            reason = self._reason(place, chains, one)
            if reason:
                yield one, Mark(reason, self.powers.adopter(self.log.scope, one.commit))

    @property
    def _number(self) -> int:
        return self.log.compartment

    def _reason(self, place: Place, chains: _Chains, one: InLog) -> str:
        """Why a commit does not stand; empty if it does."""
        right = self._rights.get(place.signer)
        if right is None:
            right = self._rights[place.signer] = self.powers.may_write(place)
        if right is Right.HELD:
            return ""
        if right is not Right.ENDED:
            return VOID if not self.is_own and self.powers.footing(place).is_void else ""
        footing = self.powers.footing(place)
        covers = chains.covers(one)
        if footing.holds(covers):
            return ""
        return next((word for word in _words(footing.removals(), covers)), VOID)


def _words(removals: Sequence[Act], covers: Covers) -> Iterator[str]:
    for removal in removals:
        if isinstance(removal.facts, RemovalFacts) and not covers(removal.facts.cut):
            yield removal.facts.reason.value


class _Chains:
    """Which commits of a log lead to the end that a cut names."""

    def __init__(self, commits: Sequence[InLog], blinds: frozenset[bytes]) -> None:
        self._by_id = {one.commit: one for one in commits}
        self._blinds = blinds
        self._below: dict[tuple[int, bytes], frozenset[CommitId]] = {}

    def covers(self, one: InLog) -> Covers:
        def below(cut: Cut) -> bool:
            return any(
                one.seq <= seq and one.commit in self._chain(seq, head)
                for blind, seq, head in cut.logs
                if blind in self._blinds
            )

        return below

    def _chain(self, seq: int, head: bytes) -> frozenset[CommitId]:
        key = (seq, head)
        if key not in self._below:
            ends = [
                one
                for one in self._by_id.values()
                if one.seq == seq and one.commit.startswith(head)
            ]
            found: set[CommitId] = set()
            step = ends[0] if ends else None
            while step is not None and step.commit not in found:
                found.add(step.commit)
                step = self._by_id.get(CommitId(step.prev))
            self._below[key] = frozenset(found)
        return self._below[key]

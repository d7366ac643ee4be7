"""Quarantine for people: what lies there, and taking it over in the own name.

This module decides who sees and who adopts: whoever leads the case (a registrar for the registers
of the organisation), and only what lies in a compartment that the own roles show. An honest
colleague's work comes back that way after the laptop was lost; nothing is current before somebody
has looked at it, and nothing is deleted.

Source: sync.md section 13; docs/adr/0031. Threat: T22.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from nrm_desktop.app.events import CasesChanged
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.wire.commit import ops_of
from nrm_desktop.app.wire.limits import NAMES_IN_ACT
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.quarantining import Changed, judge_work
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.acts import AdoptionFacts
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.footing import certified_user
from nrm_desktop.domain.ids import ID_BYTES, FieldId, RecordId, ScopeId
from nrm_desktop.domain.ops import ValueOp
from nrm_desktop.domain.sealed import is_sealed
from nrm_desktop.domain.values import Answer
from nrm_desktop.security.identity.founding import act_chain
from nrm_desktop.security.roster.acts import ActPlace
from nrm_desktop.storage.cells import code_of_scope
from nrm_desktop.storage.engine import Connection, snapshot
from nrm_desktop.storage.lens import may_see
from nrm_desktop.storage.quarantine import Held, Quarantine


@dataclass(frozen=True, slots=True)
class HeldAnswer:
    """An answer in quarantine. Shape: `answer` is None where it was erased or withheld."""

    record: RecordId
    name: FieldId
    answer: Answer | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class HeldWork:
    """One save of somebody whose right had ended.

    Shape: `id` begins the id of its commit; `code` is empty for registers of the organisation;
    `reason` is that of the removal, or `void`; `answers` is empty unless this person may see them,
    `count` says how many there are. Units: `at_ms` by the clock of the laptop that wrote it.
    """

    id: bytes
    scope: ScopeId
    code: str
    compartment: int
    who: str
    device: str
    at_ms: int
    reason: str
    count: int
    may_adopt: bool
    answers: tuple[HeldAnswer, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was taken over, and how much is held still."""

    commits: int
    left: int


def held_work(vault: OpenVault) -> tuple[HeldWork, ...]:
    """All that is held on this device, in order of arrival; without contents for others."""

    def look(connection: Connection) -> list[tuple[Held, str]]:
        with snapshot(connection):
            return [
                (one, code_of_scope(connection, one.commit.header.scope) or "")
                for one in Quarantine(connection).held()
            ]

    # Who leads a case may have to be read from the database too, so it is asked afterwards.
    found = vault.database.read(look).result()
    return tuple(_row(vault, one, code) for one, code in found)


def held_one(vault: OpenVault, name: str) -> HeldWork:
    """One of them, by the beginning of its id.

    Raises: Usage `usage.not_found`; Refused `policy.role` for whoever may not see what is in it.
    """
    found = [one for one in held_work(vault) if name and one.id.hex().startswith(name.casefold())]
    if len(found) != 1:
        raise Usage("usage.not_found", what="quarantine", name=name)
    if not found[0].may_adopt:
        raise Refused("policy.role")
    return found[0]


def adopt_work(vault: OpenVault, works: Sequence[HeldWork]) -> Adopted:
    """Take work over, in the own name; everybody who shares the case hears of it.

    Raises: Refused `policy.role`; as any writing.
    """
    if not all(one.may_adopt for one in works):
        raise Refused("policy.role")
    session = vault.session
    by_scope: dict[ScopeId, set[bytes]] = defaultdict(set)
    for one in works:
        by_scope[one.scope].add(one.id)

    def adopt(uow: UnitOfWork, connection: Connection) -> tuple[Changed, int]:
        for scope, commits in by_scope.items():
            _state(session, uow, scope, commits)
            uow.audit("quarantine.adopt", (scope, *sorted(commits)))
        changed = judge_work(session, uow, connection, tuple(by_scope))
        return changed, Quarantine(connection).count()

    changed, left = session.work.exchange(adopt)
    if changed:
        vault.bus.publish(CasesChanged(changed=changed))
    return Adopted(len(works), left)


def _state(session: Session, uow: UnitOfWork, scope: ScopeId, commits: Iterable[bytes]) -> None:
    heads = session.roster.powers.heads(scope)
    place = ActPlace(session.organisation, scope, heads, session.context.clock.now_ms())
    made = act_chain(session.safe.signer, place, tuple(_portions(commits)))
    for one in made:
        uow.trust.add_act(one.act.act, scope, one.signed)
    session.roster.add_own(made)


def _portions(commits: Iterable[bytes]) -> Iterator[AdoptionFacts]:
    names = sorted(commits)
    for start in range(0, len(names), NAMES_IN_ACT):
        yield AdoptionFacts(frozenset(names[start : start + NAMES_IN_ACT]))


def _row(vault: OpenVault, held: Held, code: str) -> HeldWork:
    header = held.commit.header
    powers = vault.session.roster.powers
    leads = powers.is_lead(vault.session.safe.signer.id, header.scope)
    may_adopt = leads and may_see(vault.sight, header.compartment, header.signer)
    answers = [
        HeldAnswer(op.record, op.field, None if is_sealed(op.field) else op.answer)
        for op in ops_of(held.commit)
        if isinstance(op, ValueOp)
    ]
    facts = powers.organisation.certified_signer(header.signer)
    return HeldWork(
        held.commit.id[:ID_BYTES],
        header.scope,
        code,
        header.compartment,
        _badge(vault, facts.user if facts else b""),
        header.device.hex()[:8],
        header.hlc.wall_ms,
        held.reason,
        len(answers),
        may_adopt,
        tuple(answers) if may_adopt else (),
    )


def _badge(vault: OpenVault, user: bytes) -> str:
    """The badge of a person, also of one who has been removed."""
    facts = certified_user(vault.session.roster.powers.organisation, user)
    return facts.badge if facts else user.hex()[:8]

"""Acts: what trusted people state about users, devices, signers and grants.

This module decides the vocabulary of trust (sync.md section 11): which facts an act states and
which facts of the root document evaluation needs. It never checks a signature (that is
`security.roster.acts`) and never decides what an act is worth (that is `domain.authority`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NewType, TypeAlias

from nrm_desktop.domain.ids import DeviceId, ScopeId, SignerId, UserId

ActId = NewType("ActId", bytes)
"""16 bytes, H("nrm1/actid", payload)."""


class ActKind(IntEnum):
    """Kinds of acts. The numbers are those of the wire."""

    USER = 1
    DEVICE = 2
    SIGNER = 3
    GRANT = 4
    REMOVAL = 5
    ERASURE = 7
    ADOPTION = 9
    INVITE = 10
    MERGE = 11
    TEAM = 12


class GrantRole(IntEnum):
    """What a grant lets its holder do in a scope. The numbers are those of the wire."""

    READER = 1
    CONTRIBUTOR = 2
    LEAD = 3
    AUDITOR = 4

    @property
    def may_write(self) -> bool:
        """True if commits of the holder are accepted."""
        return self in {GrantRole.CONTRIBUTOR, GrantRole.LEAD}


class RemovalReason(StrEnum):
    """Why a power ends."""

    LOST = "lost"
    LEFT = "left"
    COMPROMISED = "compromised"
    NARROWED = "narrowed"


@dataclass(frozen=True, slots=True)
class UserFacts:
    """A person, known by badge, with the roles of the pack's role table."""

    user: UserId
    badge: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """An installation: its public keys and a label for people."""

    device: DeviceId
    ed25519: bytes
    mldsa65: bytes
    kem: bytes
    label: str


@dataclass(frozen=True, slots=True)
class SignerFacts:
    """One person on one device, with the public keys that sign for both."""

    signer: SignerId
    user: UserId
    device: DeviceId
    ed25519: bytes
    mldsa65: bytes


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """A place in a scope for a user.

    Shape: `is_opening` says that the id of the scope is bound to the issuer (the check is
    `app.wire.trust`): only such a grant may be the first of a case.
    """

    user: UserId
    role: GrantRole
    compartments: frozenset[int]
    is_opening: bool = False

    def covers(self, other: GrantFacts) -> bool:
        """True if whoever holds this may do all that the other grant allows."""
        is_as_strong = self.role.may_write or not other.role.may_write
        return is_as_strong and self.compartments >= other.compartments


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """Places of several colleagues in a case, by one act. Shape: nobody leads by it.

    What it is worth is what the same grants are worth one by one (`app.wire.act_team`).
    """

    grants: tuple[GrantFacts, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Up to where the work of a removed subject counts.

    Shape: a checkpoint counter of the device, or one (blind, sequence, head) per log.
    """

    checkpoint: int | None = None
    logs: tuple[tuple[bytes, int, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class RemovalFacts:
    """A power ends. Shape: `subject` is a user, device or signer id, or the id of a grant."""

    subject: bytes
    reason: RemovalReason
    cut: Cut = Cut()


@dataclass(frozen=True, slots=True)
class EraseFacts:
    """An order to erase values of a case (sync.md section 17).

    Shape: `values` are commits by the first 16 bytes of their id, each with the units of its
    segments; `second` is the signer of the person who ordered it as well, whose signature the act
    then carries too; `ground` is a code or words of the law, never of the case.
    """

    values: tuple[tuple[bytes, tuple[int, ...]], ...]
    ground: str
    second: SignerId | None = None


@dataclass(frozen=True, slots=True)
class InviteFacts:
    """A person is invited by name: a badge and roles, and the key by which a claim is known.

    Shape: `invite` is the id of that key, which signs the claim of whoever opened the file.
    """

    invite: bytes
    user: UserId
    badge: str
    roles: frozenset[str]
    ed25519: bytes
    mldsa65: bytes


@dataclass(frozen=True, slots=True)
class AdoptionFacts:
    """A lead takes over work from quarantine, in the own name. Shape: 16 bytes of each commit."""

    commits: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class MergeFacts:
    """A registrar takes in a vault that was begun alone, with the acts of its cases.

    Shape: `organisation` is the id of the provisional organisation that ends by it; `history` are
    its acts, which acts of the cases name in `after`: they count as seen and give no power.
    """

    organisation: ScopeId
    history: frozenset[ActId] = frozenset()


@dataclass(frozen=True, slots=True)
class OtherFacts:
    """An act of a kind that gives no power here; it is kept, as part of the graph."""

    kind: int


Facts: TypeAlias = (
    UserFacts
    | DeviceFacts
    | SignerFacts
    | GrantFacts
    | TeamFacts
    | RemovalFacts
    | EraseFacts
    | InviteFacts
    | AdoptionFacts
    | MergeFacts
    | OtherFacts
)


@dataclass(frozen=True, slots=True)
class Act:
    """One act whose signature has been checked.

    Shape: `after` names the newest acts that the issuer knew: of the organisation, and in a case
    also of that case. `not_after_ms` 0 is "without end".
    Units: wall-clock milliseconds as the issuer claims them; they limit new powers, they never
    order acts, and a wrong clock harms only the acts signed under it.
    """

    act: ActId
    scope: ScopeId
    facts: Facts
    issuer: SignerId
    after: tuple[ActId, ...] = ()
    at_ms: int = 0
    not_after_ms: int = 0


@dataclass(frozen=True, slots=True)
class Delegate:
    """A key that the root document trusts: a root key (`user` None), or a registrar.

    Shape: `since` are the acts known to the newest root document that lists the key: a removal
    among them or before them is overruled by that listing. `dropped` are the acts known to the
    first root document that no longer lists it: only these, and what came before them, count.
    """

    signer: SignerId
    user: UserId | None
    not_after_ms: int = 0
    since: tuple[ActId, ...] = ()
    dropped: tuple[ActId, ...] | None = None

    @property
    def is_root(self) -> bool:
        """True for a root key that may act alone."""
        return self.user is None


@dataclass(frozen=True, slots=True)
class RootFacts:
    """What all root documents of an organisation, walked in order, say.

    Shape: `case_roles` are roles that may open cases, of all versions, so that a later policy
    never takes a case from those who opened it.
    """

    organisation: ScopeId
    version: int
    delegates: tuple[Delegate, ...]
    case_roles: frozenset[str]


def handles(act: Act) -> frozenset[bytes]:
    """What a removal may name to end this act: ids of its user, device, signer, or its own."""
    match act.facts:
        case UserFacts(user=user):
            return frozenset({user})
        case DeviceFacts(device=device):
            return frozenset({device})
        case SignerFacts(signer=signer, user=user, device=device):
            return frozenset({signer, user, device})
        case GrantFacts(user=user):
            return frozenset({act.act, user})
        case InviteFacts(invite=invite):
            return frozenset({invite})
    return frozenset()


def subject_of(act: Act) -> bytes:
    """What a removal ends; empty for other acts."""
    return act.facts.subject if isinstance(act.facts, RemovalFacts) else b""


def grants_by_user(acts: Iterable[Act]) -> dict[UserId, tuple[tuple[ActId, GrantFacts], ...]]:
    """Grants by whom they are given to, each list by id."""
    found: dict[UserId, tuple[tuple[ActId, GrantFacts], ...]] = {}
    for act in sorted(acts, key=lambda act: act.act):
        if isinstance(act.facts, GrantFacts):
            user = act.facts.user
            found[user] = (*found.get(user, ()), (act.act, act.facts))
    return found


def is_grant_to_write(act: Act, user: UserId, compartment: int) -> bool:
    """True if an act grants a user to write in a compartment."""
    facts = act.facts
    return (
        isinstance(facts, GrantFacts)
        and facts.user == user
        and facts.role.may_write
        and compartment in facts.compartments
    )


def adoptions(acts: Iterable[Act]) -> dict[bytes, Act]:
    """Adopted commits by the beginning of their ids; of several adoptions the lowest id holds."""
    found: dict[bytes, Act] = {}
    for act in sorted(acts, key=lambda act: act.act, reverse=True):
        if isinstance(act.facts, AdoptionFacts):
            found |= dict.fromkeys(act.facts.commits, act)
    return found


def is_past(at_ms: int, not_after_ms: int) -> bool:
    """True if a power with this end had expired at that time; 0 is "without end"."""
    return bool(not_after_ms) and at_ms > not_after_ms

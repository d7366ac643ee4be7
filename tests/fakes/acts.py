"""Acts without signatures, for tests of what acts are worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256

from nrm_desktop.domain.acts import (
    Act,
    ActId,
    Cut,
    Delegate,
    DeviceFacts,
    Facts,
    GrantFacts,
    GrantRole,
    RemovalFacts,
    RemovalReason,
    RootFacts,
    SignerFacts,
    UserFacts,
)
from nrm_desktop.domain.authority import Place, Powers
from nrm_desktop.domain.case_authority import CaseAuthority
from nrm_desktop.domain.ids import DeviceId, ScopeId, SignerId, UserId
from nrm_desktop.domain.organisation_authority import OrganisationAuthority

ALL = frozenset(range(1, 11))


def ident(text: str) -> bytes:
    """A 16-byte id that reads well in a failure."""
    return text.encode()[:16].ljust(16, b".")


ORG = ScopeId(ident("organisation"))
CASE = ScopeId(ident("case-1"))
ROOT = SignerId(ident("root"))


def evaluate(root: RootFacts, acts: Iterable[Act]) -> Powers:
    """Give the powers that a set of acts makes, in whatever order they come."""
    by_scope: dict[ScopeId, list[Act]] = defaultdict(list)
    for act in acts:
        by_scope[act.scope].append(act)
    organisation = OrganisationAuthority(root, by_scope[root.organisation])
    return Powers(organisation, cache(lambda scope: CaseAuthority(organisation, by_scope[scope])))


def signer_of(user: str, device: str) -> SignerId:
    """The id of the signer that `World.join` makes."""
    return SignerId(ident(f"{user}@{device}"))


@dataclass
class World:
    """An organisation whose acts are written down one by one.

    `registrars` are (user, device) whose signers the root delegates to.
    """

    registrars: tuple[tuple[str, str], ...] = (("ada", "pc1"),)
    case_roles: frozenset[str] = frozenset({"case_manager"})
    acts: list[Act] = field(default_factory=list)
    delegates: list[Delegate] = field(default_factory=list)
    version: int = 1

    def __post_init__(self) -> None:
        self.delegates.append(Delegate(ROOT, None))
        for user, device in self.registrars:
            self.delegates.append(Delegate(signer_of(user, device), UserId(ident(user))))

    def act(
        self,
        facts: Facts,
        issuer: SignerId,
        scope: ScopeId = ORG,
        after: tuple[Act, ...] | None = None,
        at_ms: int = 0,
        not_after_ms: int = 0,
    ) -> Act:
        """State something; without `after` the issuer knows every act so far that it may name."""
        if after is None:
            after = tuple(a for a in self.acts if a.scope in {ORG, scope})
        names = tuple(sorted(a.act for a in after))
        seal = sha256(repr((facts, issuer, scope, names, at_ms, not_after_ms)).encode()).digest()
        made = Act(ActId(seal[:16]), scope, facts, issuer, names, at_ms, not_after_ms)
        self.acts.append(made)
        return made

    def user(self, name: str, *roles: str, by: SignerId, **how) -> Act:
        return self.act(UserFacts(UserId(ident(name)), name, frozenset(roles)), by, **how)

    def device(self, name: str, by: SignerId, **how) -> Act:
        return self.act(DeviceFacts(DeviceId(ident(name)), b"e", b"m", b"k", name), by, **how)

    def signer(self, user: str, device: str, by: SignerId, **how) -> Act:
        facts = SignerFacts(
            signer_of(user, device), UserId(ident(user)), DeviceId(ident(device)), b"e", b"m"
        )
        return self.act(facts, by, **how)

    def join(self, user: str, device: str, *roles: str, by: SignerId | None = None) -> SignerId:
        """Certify user, device and signer by the first registrar."""
        issuer = by or signer_of(*self.registrars[0])
        self.user(user, *roles, by=issuer)
        self.device(device, by=issuer)
        self.signer(user, device, by=issuer)
        return signer_of(user, device)

    def grant(
        self, user: str, role: GrantRole, comps: frozenset[int] = ALL, *, by: SignerId, **how
    ) -> Act:
        opening = how.pop("opening", False)
        return self.act(
            GrantFacts(UserId(ident(user)), role, comps, opening), by, how.pop("scope", CASE), **how
        )

    def open_case(self, user: str, device: str, **how) -> Act:
        return self.grant(user, GrantRole.LEAD, by=signer_of(user, device), opening=True, **how)

    def remove(self, subject: bytes, by: SignerId, reason: str = "left", **how) -> Act:
        cut = how.pop("cut", Cut())
        return self.act(RemovalFacts(subject, RemovalReason(reason), cut), by, **how)

    @property
    def root(self) -> RootFacts:
        return RootFacts(ORG, self.version, tuple(self.delegates), self.case_roles)

    def powers(self, acts: list[Act] | None = None) -> Powers:
        return evaluate(self.root, self.acts if acts is None else acts)

    def may(self, user: str, device: str, comp: int = 1, scope: ScopeId = CASE) -> str:
        place = Place(signer_of(user, device), DeviceId(ident(device)), scope, comp)
        return str(self.powers().may_write(place))


def founded(*more: str) -> World:
    """Ada (registrar, case manager) on pc1, and other case managers, each on an own laptop."""
    world = World()
    world.join("ada", "pc1", "case_manager")
    for name in more:
        world.join(name, f"pc-{name}", "case_manager")
    return world

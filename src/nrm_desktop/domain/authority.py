"""Authority: from a set of acts to who may do what. The riskiest part, hence pure and small.

This module decides which acts count, the same for every order of arrival (sync.md section 11):

1. An act counts if its issuer held the power in the act's own past.
2. Removal beats a concurrent grant: what a removed issuer stated counts only as far as the
   remover had seen it. A removal itself is judged by its own past alone, so it is not voided by
   a concurrent removal of its issuer.
3. Root keys outrank all: what they restore, a concurrent removal by anybody else does not end.
4. An issuer whose power had expired by the act's own time gives no new power. Commits never
   expire: local work is not stopped by a date.

Between scopes nothing tells which of two acts came first, so a removal in the organisation ends
the powers of its subject everywhere, but what that person had granted in a case stands until a
lead of the case removes it there. It must not check signatures and must not read a clock.
`organisation_authority` and `case_authority` carry the rules out; this module asks them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from nrm_desktop.domain.acts import Act, ActId, GrantFacts, GrantRole, SignerFacts
from nrm_desktop.domain.case_authority import CaseAuthority
from nrm_desktop.domain.cuts import Footing
from nrm_desktop.domain.footing import grants_ended, is_stated, was_granted, ways_of
from nrm_desktop.domain.ids import ID_BYTES, DeviceId, ScopeId, SignerId, UserId
from nrm_desktop.domain.organisation_authority import OrganisationAuthority


class Right(StrEnum):
    """What is known about a right to write."""

    HELD = "held"
    PENDING = "pending"
    """Signer, device, user or any grant in the scope is unknown yet: wait for acts."""
    MISSING = "missing"
    """Everybody is known, and the grants do not cover this place."""
    ENDED = "ended"
    """It was held and has been removed: the cut of the removal decides about a commit."""


@dataclass(frozen=True, slots=True)
class Place:
    """A commit's place: who wrote it, where it was written, and which log it belongs to."""

    signer: SignerId
    device: DeviceId
    scope: ScopeId
    compartment: int


@dataclass(frozen=True, slots=True)
class Membership:
    """A device that shall hold keys of a scope: by which grant, for which compartments."""

    device: DeviceId
    user: UserId
    grant: ActId
    compartments: frozenset[int]


CaseLookup = Callable[[ScopeId], CaseAuthority]
"""Gives the authority in a case, evaluated when it is first asked for; empty if none is known."""


class Powers:
    """Who may do what: the questions that others ask of authority."""

    def __init__(self, organisation: OrganisationAuthority, case_of: CaseLookup) -> None:
        self.organisation = organisation
        self._case_of = case_of

    def may_write(self, place: Place) -> Right:
        """Say whether a commit at this place is within the powers of its signer."""
        facts = self.organisation.signers.get(place.signer)
        if facts is None:
            return self._unknown(place.signer)
        if place.device not in self.organisation.signer_devices[place.signer]:
            return self._elsewhere(place)
        for known, subject in (
            (self.organisation.devices.keys(), place.device),
            (self.organisation.users.keys(), facts.user),
        ):
            if subject not in known:
                return self._unknown(subject)
        return self._granted(facts.user, place)

    def grants_of(self, user: UserId, scope: ScopeId) -> tuple[tuple[ActId, GrantFacts], ...]:
        """The standing grants of a user in a scope, by id."""
        return self._place_of(scope).grants.get(user, ())

    def is_registrar(self, signer: SignerId, now_ms: int = 0) -> bool:
        """True if the signer may certify; `now_ms` 0 leaves expiry out."""
        return self.organisation.is_registrar(signer, now_ms)

    def is_lead(self, signer: SignerId, scope: ScopeId) -> bool:
        """True if the signer may give keys and grants of a scope: lead, or registrar."""
        if self._is_organisation(scope):
            return self.is_registrar(signer)
        facts = self.organisation.signers.get(signer)
        return facts is not None and any(
            grant.role is GrantRole.LEAD for _, grant in self.grants_of(facts.user, scope)
        )

    def memberships(self, scope: ScopeId) -> tuple[Membership, ...]:
        """Devices that shall hold keys of a scope: each device on which a holder may sign."""
        devices = self._devices_by_user()
        return tuple(
            Membership(device, user, act, facts.compartments)
            for user, grants in sorted(self._place_of(scope).grants.items())
            if user in self.organisation.users
            for act, facts in grants
            for device in sorted(devices[user])
        )

    def members_ever(self, scope: ScopeId) -> frozenset[tuple[DeviceId, int]]:
        """Devices of everybody who ever had a place in a scope, with the compartments of it."""
        devices: dict[UserId, set[DeviceId]] = defaultdict(set)
        for act in self.organisation.counted:
            if isinstance(act.facts, SignerFacts):
                devices[act.facts.user].add(act.facts.device)
        return frozenset(
            (device, place)
            for act in self._place_of(scope).counted
            if isinstance(act.facts, GrantFacts)
            for device in devices[act.facts.user]
            for place in act.facts.compartments
        )

    def heads(self, scope: ScopeId) -> tuple[ActId, ...]:
        """What a new act of this scope names in `after`: newest acts of organisation and case."""
        newest = () if self._is_organisation(scope) else self._case_of(scope).graph.heads()
        return tuple(sorted((*newest, *self.organisation.graph.heads())))

    def erasures(self, scope: ScopeId) -> tuple[Act, ...]:
        """The orders to erase values of a case that count; none in the organisation scope."""
        return () if self._is_organisation(scope) else self._case_of(scope).erasures

    def footing(self, place: Place) -> Footing:
        """What a place rests on, with the removals that ended it; see `domain.cuts`."""
        where = self._place_of(place.scope)
        found = tuple(ways_of(self.organisation, place.signer, place.device))
        if found:
            acts = where.graph.ordered
            is_void = any(is_stated(acts, user) for user, _ in found)
        else:
            is_void = is_stated(self.organisation.graph.ordered, place.signer)
        ways = tuple((*way, grants_ended(where, user, place.compartment)) for user, way in found)
        return Footing(ways, is_void)

    def has_ended(self, scope: ScopeId) -> bool:
        """True if anything that ever counted may have ended for a scope."""
        organisation = self.organisation
        return (
            organisation.has_removals
            or any(one.dropped is not None for one in organisation.root.delegates)
            or self._place_of(scope).has_removals
        )

    def adopter(self, scope: ScopeId, commit: bytes) -> SignerId | None:
        """Who adopted a commit, by the beginning of its id; None if nobody did."""
        act = self._place_of(scope).adopted.get(commit[:ID_BYTES])
        return None if act is None else act.issuer

    def _granted(self, user: UserId, place: Place) -> Right:
        grants = self.grants_of(user, place.scope)
        if any(
            facts.role.may_write and place.compartment in facts.compartments for _, facts in grants
        ):
            return Right.HELD
        where = self._place_of(place.scope)
        if grants_ended(where, user, place.compartment):
            return Right.ENDED
        if grants:
            return Right.MISSING
        return Right.ENDED if was_granted(where, user) else Right.PENDING

    def _elsewhere(self, place: Place) -> Right:
        """A signer on a device where it does not stand: it did once, or may yet, or never will."""
        if place.device in self.organisation.signer_devices_ever[place.signer]:
            return Right.ENDED
        is_known = self.organisation.was_certified(place.device)
        return Right.MISSING if is_known else Right.PENDING

    def _unknown(self, subject: bytes) -> Right:
        return Right.ENDED if self.organisation.was_certified(subject) else Right.PENDING

    def _is_organisation(self, scope: ScopeId) -> bool:
        return scope == self.organisation.root.organisation

    def _place_of(self, scope: ScopeId) -> OrganisationAuthority | CaseAuthority:
        return self.organisation if self._is_organisation(scope) else self._case_of(scope)

    def _devices_by_user(self) -> dict[UserId, set[DeviceId]]:
        found: dict[UserId, set[DeviceId]] = defaultdict(set)
        for signer, facts in self.organisation.signers.items():
            on = self.organisation.signer_devices[signer]
            found[facts.user] |= {device for device in on if device in self.organisation.devices}
        return found

"""Authority in the organisation: users, devices, signers, and who may certify them.

This module applies the rules of `domain.authority` to the acts of the organisation scope. All of
them need a registrar or a root key, and those come from the root documents alone, so no chain of
acts has to be followed here. It must not look into cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TypeVar

from nrm_desktop.domain.act_graph import ActGraph
from nrm_desktop.domain.acts import (
    Act,
    AdoptionFacts,
    Delegate,
    DeviceFacts,
    InviteFacts,
    MergeFacts,
    RemovalFacts,
    RootFacts,
    SignerFacts,
    UserFacts,
    adoptions,
    grants_by_user,
    handles,
    is_past,
)
from nrm_desktop.domain.ids import DeviceId, SignerId, UserId

FactsT = TypeVar("FactsT", UserFacts, DeviceFacts, SignerFacts)
CERTIFICATES = (UserFacts, DeviceFacts, SignerFacts)


class OrganisationAuthority:
    """What the acts of the organisation are worth.

    Shape: `users`, `devices`, `signers` and `grants` (by user) are those that stand now;
    `signer_devices` says on which devices a signer stands, `signer_devices_ever` where it ever
    did: a restored laptop is a new device, and its people keep the keys in their slots
    (docs/adr/0020). `invitations` are those that were not withdrawn, by the id of their key; when
    they end says the act. `counted` are all acts that ever counted; `adopted` says by which act a
    commit was taken over from quarantine, by the beginning of its id; `merged` are organisations
    that ended when their vault was taken in, `history` the acts of them.
    """

    def __init__(self, root: RootFacts, acts: Iterable[Act]) -> None:
        self.root = root
        self.graph = ActGraph(acts)
        self._removals: dict[bytes, list[Act]] = defaultdict(list)
        self._collect_removals()
        counted = [act for act in self.graph.ordered if self._counts(act)]
        self._known = frozenset(
            _subject(act.facts) for act in counted if isinstance(act.facts, CERTIFICATES)
        )
        self._user_acts = _by_subject(counted, UserFacts)
        self._signer_acts = _by_subject(counted, SignerFacts)
        self.counted = tuple(counted)
        self.has_removals = bool(self._removals)
        merges = [act.facts for act in counted if isinstance(act.facts, MergeFacts)]
        self.merged = frozenset(merge.organisation for merge in merges)
        self.history = frozenset(name for merge in merges for name in merge.history)
        self.adopted = adoptions(act for act in counted if isinstance(act.facts, AdoptionFacts))
        standing = [act for act in counted if not self._is_ended(act)]
        self.users = {
            UserId(subject): self._merge_users(certificates)
            for subject, certificates in _by_subject(standing, UserFacts).items()
        }
        self.devices = {
            DeviceId(subject): self._newest(certificates)[0][1]
            for subject, certificates in _by_subject(standing, DeviceFacts).items()
        }
        self.signers = {
            SignerId(subject): self._newest(certificates)[0][1]
            for subject, certificates in _by_subject(standing, SignerFacts).items()
        }
        self.signer_devices = _devices_of_signers(standing)
        self.signer_devices_ever = _devices_of_signers(counted)
        self.grants = grants_by_user(standing)
        self.invitations = _invitations(standing)
        self.invitations_ever = _invitations(counted)

    def was_certified(self, subject: bytes) -> bool:
        """True if a user, device or signer was ever certified, also if it has ended."""
        return subject in self._known

    def certified_signer(self, signer: SignerId) -> SignerFacts | None:
        """What was certified of a signer, also if it has ended: old commits must stay readable."""
        certificates = self._signer_acts.get(signer)
        return self._newest(certificates)[0][1] if certificates else None

    def removals_of(self, subject: bytes) -> tuple[Act, ...]:
        """Removals that name a user, device, signer or grant."""
        return tuple(self._removals.get(subject, ()))

    def is_root(self, signer: SignerId) -> bool:
        """True if the signer is a root key that may act alone."""
        return any(delegate.is_root for delegate in self._delegates(signer))

    def is_registrar(self, signer: SignerId, now_ms: int = 0) -> bool:
        """True if a new act of this signer would count; `now_ms` 0 leaves expiry out."""
        return any(
            delegate.dropped is None
            and not is_past(now_ms, delegate.not_after_ms)
            and not self._hits(delegate)
            for delegate in self._delegates(signer)
        )

    def delegate_at(self, act: Act, past: int) -> Delegate | None:
        """The entry of the root under which an act was in its issuer's power (rules 1 and 4)."""
        for delegate in self._delegates(act.issuer):
            is_removed = any(past & self.graph.bit(hit.act) for hit in self._hits(delegate))
            if not is_removed and not is_past(act.at_ms, delegate.not_after_ms):
                return delegate if self._is_in_time(act, delegate) else None
        return None

    def identities(self, signer: SignerId, past: int) -> Iterator[UserId]:
        """Users for whom a signer stands, as far as an act with this past may rely on it.

        A certificate may be younger than an act that relies on it: a new user of a laptop
        without a registrar works at once. A removal that the act knew of ends it.
        """
        for act, facts in self._signer_acts.get(signer, ()):
            known = self.graph.past(act.act)
            if not any(self.is_removed(handle, past, known) for handle in handles(act)):
                yield facts.user

    def has_role(self, user: UserId, roles: AbstractSet[str], past: int) -> bool:
        """True if a certificate that was the newest for an act with this past has such a role."""
        certificates = self._user_acts.get(user, ())
        return any(
            facts.roles & roles
            and not any(
                past & self.graph.bit(newer.act) and self.graph.knows(newer.act, act.act)
                for newer, _ in certificates
            )
            for act, facts in certificates
        )

    def is_removed(self, subject: bytes, known: int, unknown: int) -> bool:
        """True if a removal of the subject lies in the first past and not in the second."""
        bits = (self.graph.bit(act.act) for act in self._removals.get(subject, ()))
        return any(known & bit and not unknown & bit for bit in bits)

    def _collect_removals(self) -> None:
        """In the order of the graph: a removal is judged by its own past alone."""
        for act in self.graph.ordered:
            past = self.graph.past(act.act)
            if isinstance(act.facts, RemovalFacts) and self.delegate_at(act, past) is not None:
                self._removals[act.facts.subject].append(act)

    def _counts(self, act: Act) -> bool:
        """Rule 2: what a removed issuer stated counts only as far as the remover had seen it."""
        delegate = self.delegate_at(act, self.graph.past(act.act))
        return delegate is not None and all(
            self.graph.knows(hit.act, act.act) for hit in self._hits(delegate)
        )

    def _is_in_time(self, act: Act, delegate: Delegate) -> bool:
        """True unless the root dropped the key before anybody it trusts had seen the act."""
        if delegate.dropped is None:
            return True
        return bool(self.graph.closure(delegate.dropped) & self.graph.bit(act.act))

    def _hits(self, delegate: Delegate) -> list[Act]:
        """Removals of a registrar, less those that a later root document overruled."""
        if delegate.user is None:
            return []
        overruled = self.graph.closure(delegate.since)
        named = (*self.removals_of(delegate.signer), *self.removals_of(delegate.user))
        return [act for act in named if not overruled & self.graph.bit(act.act)]

    def enders(self, act: Act) -> tuple[Act, ...]:
        """Removals that end a certificate or grant: it was not given knowing of them."""
        return tuple(
            removal
            for handle in sorted(handles(act))
            for removal in self._removals.get(handle, ())
            if not self.graph.knows(act.act, removal.act)
            and not self.outranks(act, removal, self.graph)
        )

    def _is_ended(self, act: Act) -> bool:
        return bool(self.enders(act))

    def outranks(self, act: Act, removal: Act, graph: ActGraph) -> bool:
        """Rule 3: an act of the root is ended by the root, or by somebody who knew of it."""
        return (
            self.is_root(act.issuer)
            and not self.is_root(removal.issuer)
            and not graph.knows(removal.act, act.act)
        )

    def _merge_users(self, certificates: list[tuple[Act, UserFacts]]) -> UserFacts:
        """Several newest certificates of one user: a role counts only if all of them give it."""
        newest = [facts for _, facts in self._newest(certificates)]
        return replace(newest[0], roles=frozenset.intersection(*(f.roles for f in newest)))

    def _newest(self, certificates: list[tuple[Act, FactsT]]) -> list[tuple[Act, FactsT]]:
        return sorted(
            (
                (act, facts)
                for act, facts in certificates
                if not any(self.graph.knows(later.act, act.act) for later, _ in certificates)
            ),
            key=lambda pair: pair[0].act,
        )

    def _delegates(self, signer: SignerId) -> Iterator[Delegate]:
        return (delegate for delegate in self.root.delegates if delegate.signer == signer)


def _devices_of_signers(acts: Iterable[Act]) -> dict[SignerId, frozenset[DeviceId]]:
    """On which devices each signer is certified."""
    found: dict[SignerId, frozenset[DeviceId]] = defaultdict(frozenset)
    for act in acts:
        if isinstance(act.facts, SignerFacts):
            found[act.facts.signer] |= {act.facts.device}
    return dict(found)


def _invitations(acts: Iterable[Act]) -> dict[bytes, tuple[Act, InviteFacts]]:
    """Invitations with their acts, by the id of their key."""
    return {
        act.facts.invite: (act, act.facts) for act in acts if isinstance(act.facts, InviteFacts)
    }


def _by_subject(acts: Iterable[Act], wanted: type[FactsT]) -> dict[bytes, list[tuple[Act, FactsT]]]:
    """Acts of one kind, by the user, device or signer that they are about."""
    found: dict[bytes, list[tuple[Act, FactsT]]] = defaultdict(list)
    for act in acts:
        if isinstance(act.facts, wanted):
            found[_subject(act.facts)].append((act, act.facts))
    return found


def _subject(facts: UserFacts | DeviceFacts | SignerFacts) -> bytes:
    match facts:
        case UserFacts(user=user):
            return user
        case DeviceFacts(device=device):
            return device
        case SignerFacts(signer=signer):
            return signer


def certified_ms(authority: OrganisationAuthority, device: DeviceId) -> int:
    """When a device was first certified, as its registrar's clock stood; 0 if it never was."""
    times = (
        act.at_ms
        for act in authority.counted
        if isinstance(act.facts, DeviceFacts) and act.facts.device == device
    )
    return min(times, default=0)


def present_signers(authority: OrganisationAuthority, user: UserId) -> tuple[SignerFacts, ...]:
    """The signers of a user that stand, of each laptop only the newest.

    An older one of the same laptop was replaced: its seed was lost, or is in other hands.
    """
    stands = [
        (act, act.facts)
        for act in authority.counted
        if isinstance(act.facts, SignerFacts)
        and act.facts.user == user
        and act.facts == authority.signers.get(act.facts.signer)
    ]
    return tuple(
        facts
        for act, facts in stands
        if not any(
            facts.device == other.device
            and facts.signer != other.signer
            and authority.graph.knows(later.act, act.act)
            for later, other in stands
        )
    )

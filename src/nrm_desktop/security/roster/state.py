"""The roster: what this device knows of root documents and acts, and the powers they make.

This module decides which acts are taken in, and answers for a commit: covered, unknown yet, or
refused. An act whose issuer is not known yet waits here and is tried again with every arrival,
so the order of arrival does not matter. It must not decide what acts are worth
(`domain.authority`), and it stores nothing: whoever hands acts in keeps their bytes.

Source: sync.md sections 5 and 11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from nrm_desktop.app.wire.act_team import separate
from nrm_desktop.app.wire.commit import CommitHeader
from nrm_desktop.app.wire.hashes import genesis
from nrm_desktop.app.wire.limits import ACTS_PER_SCOPE
from nrm_desktop.domain.acts import Act, ActId, GrantFacts, SignerFacts
from nrm_desktop.domain.authority import Place, Powers, Right
from nrm_desktop.domain.case_authority import CaseAuthority
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.footing import certified_device
from nrm_desktop.domain.ids import DeviceId, ScopeId, SignerId, UserId
from nrm_desktop.domain.organisation_authority import OrganisationAuthority
from nrm_desktop.security.primitives import PublicKey
from nrm_desktop.security.roster.acts import Former, SignedAct, check_act, read_own_act
from nrm_desktop.security.roster.roots import RootWalk, walk_roots
from nrm_desktop.security.signing.commits import CommitTrust, Coverage


@dataclass(frozen=True, slots=True)
class ActsTaken:
    """What became of arrived acts. Shape: `new` are to be stored; `waiting` came with no key."""

    new: tuple[SignedAct, ...] = ()
    waiting: int = 0
    refused: tuple[HostileInput, ...] = field(default=(), repr=False)


StoredActs = Callable[[ScopeId], Iterable[bytes]]
"""Gives the signed acts of one scope from the own database."""


class Roster:
    """Root documents and acts that were checked, with the powers they make now.

    Shape: `changes` counts up with everything that is taken in; the acts of a case are read and
    evaluated when it is first asked for, so unlocking costs the same with a hundred thousand
    cases. One thread at a time changes it (the exchange, or the writer of a save); others may ask
    meanwhile: what is iterated is copied first. `own` is the signer of this device before anybody
    has certified it: its signatures are known here and give no power before the certificate comes.
    `former` are organisations that ended in this one: acts of their cases count here.
    """

    def __init__(
        self, roots: Iterable[bytes], stored: StoredActs, former: Former = frozenset()
    ) -> None:
        self.root: RootWalk = walk_roots(roots)
        self._stored = stored
        self._brought = former
        self.former = former
        self._acts: dict[ScopeId, dict[ActId, Act]] = {}
        self._waiting: dict[bytes, None] = {}
        self.changes = 0
        self.own: SignerFacts | None = None
        self.powers: Powers = self._evaluate()

    @property
    def organisation(self) -> ScopeId:
        """The organisation's id, which is also its scope."""
        return self.root.organisation

    def act_ids(self) -> frozenset[ActId]:
        """Ids of the acts of the organisation scope: what a checkpoint commits to."""
        return frozenset(self._known(self.organisation))

    def renew(self, roots: Iterable[bytes]) -> None:
        """Take a longer chain of root documents. Raises: HostileInput; then nothing changed."""
        self.root = walk_roots(roots)
        self.changes += 1
        self.powers = self._evaluate()

    def read_again(self, roots: Iterable[bytes]) -> None:
        """Forget all that was taken in and ask the database: what kept it was undone."""
        self._acts.clear()
        self.renew(roots)

    def add_own(self, made: Iterable[SignedAct]) -> None:
        """Take acts that this device has just made; the caller stores them."""
        self._add(made)

    def take(self, arrived: Iterable[bytes]) -> ActsTaken:
        """Check acts from outside, those that waited included, until no more can be judged.

        What does not fit the limit is left out; it lies on the store and comes again.
        """
        for signed in arrived:
            if len(self._waiting) < ACTS_PER_SCOPE:
                self._waiting[signed] = None
        new: list[SignedAct] = []
        refused: list[HostileInput] = []
        while fresh := self._add(self._check_waiting(refused)):
            new += fresh
        return ActsTaken(tuple(new), len(self._waiting), tuple(refused))

    def signer_key(self, signer: bytes) -> PublicKey | None:
        """The public keys of a signer, a registrar or a root key; also of one that has ended."""
        known = self.root.keys.get(signer)
        if known is not None:
            return known
        facts = self.powers.organisation.certified_signer(SignerId(signer))
        if facts is None and self.own is not None and self.own.signer == signer:
            facts = self.own
        return None if facts is None else PublicKey(facts.ed25519, facts.mldsa65)

    def device_key(self, device: bytes) -> PublicKey | None:
        """The public keys of a device, which sign its checkpoints; also of one that has ended.

        What such a device names is looked at: its work may wait for somebody to adopt it.
        """
        facts = certified_device(self.powers.organisation, DeviceId(device))
        return None if facts is None else PublicKey(facts.ed25519, facts.mldsa65)

    def commit_trust(self) -> CommitTrust:
        """What the check of a commit asks; always by the powers of the moment it is asked."""
        return CommitTrust(self.signer_key, self.coverage)

    def coverage(self, header: CommitHeader) -> Coverage:
        """Say whether a commit lies within its signer's powers.

        A right that ended covers too: the commit takes its place in the log, and whether it
        stands or is held in quarantine is decided there, by the cut (`domain.cuts`).
        """
        place = Place(header.signer, header.device, header.scope, header.compartment)
        match self.powers.may_write(place):
            case Right.MISSING:
                return Coverage.REFUSED
            case Right.HELD | Right.ENDED if header.seq > 1 or self._begins_log(header):
                return Coverage.COVERED
        return Coverage.UNKNOWN

    def grant_of(self, user: UserId, scope: ScopeId) -> ActId | None:
        """The grant under which a user begins a log: one that stands, else one still to count.

        A new user of a laptop without a registrar works before the certificate arrives.
        """
        standing = self.powers.grants_of(user, scope)
        if standing:
            return standing[0][0]
        return min((act for act, facts in self._grants(scope) if facts.user == user), default=None)

    def _begins_log(self, header: CommitHeader) -> bool:
        """True if the first commit of a log names a grant of this scope that we know."""
        place = (header.scope, header.compartment, header.device)
        return any(genesis(*place, act) == header.prev for act, _ in self._grants(header.scope))

    def _grants(self, scope: ScopeId) -> list[tuple[ActId, GrantFacts]]:
        return [
            (name, act.facts)
            for name, act in tuple(self._known(scope).items())
            if isinstance(act.facts, GrantFacts)
        ]

    def _check_waiting(self, refused: list[HostileInput]) -> list[SignedAct]:
        """Judge each waiting act whose issuer is known by now."""
        checked: list[SignedAct] = []
        for signed in list(self._waiting):
            try:
                one = check_act(signed, self.organisation, self.signer_key, self.former)
            except HostileInput as error:
                refused.append(error)
                del self._waiting[signed]
                continue
            if one is not None:
                del self._waiting[signed]
                checked.append(one)
        return checked

    def _add(self, acts: Iterable[SignedAct]) -> list[SignedAct]:
        """Keep acts that are new, and evaluate again what they touch."""
        fresh: list[SignedAct] = []
        for one in acts:
            known = self._known(one.act.scope)
            if one.act.act not in known:
                known |= {act.act: act for act in separate(one.act)}
                self.changes += 1
                fresh.append(one)
        if any(one.act.scope == self.organisation for one in fresh):
            self.powers = self._evaluate()
        return fresh

    def _evaluate(self) -> Powers:
        """Evaluate the organisation; every case rests on it, so all of them are asked anew."""
        acts = tuple(self._known(self.organisation).values())
        organisation = OrganisationAuthority(self.root.facts, acts)
        self.former = self._brought | organisation.merged
        cases: dict[tuple[ScopeId, int], CaseAuthority] = {}

        def case_of(scope: ScopeId) -> CaseAuthority:
            """Kept by the number of acts: what was made while others came in serves once."""
            known = self._known(scope)
            found = cases.get((scope, len(known)))
            if found is None:
                acts = tuple(known.values())
                found = CaseAuthority(organisation, acts)
                cases[scope, len(acts)] = found
            return found

        return Powers(organisation, case_of)

    def _known(self, scope: ScopeId) -> dict[ActId, Act]:
        """The acts of a scope, read from the own database when first asked for."""
        known = self._acts.get(scope)
        if known is None:
            # The papers of an organisation that ended give no power here.
            stored = () if scope in self.former else self._stored(scope)
            own = (read_own_act(one, self.organisation, self.former).act for one in stored)
            # Whoever was first wins: another thread may have added an act of its own meanwhile.
            acts = {act.act: act for one in own for act in separate(one)}
            known = self._acts.setdefault(scope, acts)
        return known

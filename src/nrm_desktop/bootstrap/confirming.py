"""Who opened an invitation, for a registrar who decides whether they are certified.

This module decides when a claim may be certified: by one decision of a registrar, or, where several
laptops claim one invitation or a claim is late, only once its person has read out the digits or
words of the own claim. It must not make invitations (`bootstrap.inviting`).

Source: sync.md section 12.1; docs/adr/0027. Threats: T19.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from nrm_desktop.app.ports import TrustStore, UnitOfWork
from nrm_desktop.bootstrap.claims import KeptClaim, claims_in, forget_claim, kept_claims
from nrm_desktop.bootstrap.comparing import compared
from nrm_desktop.bootstrap.duties import do_duties
from nrm_desktop.bootstrap.exchange_keys import KEPT
from nrm_desktop.bootstrap.identity import must_have_identity
from nrm_desktop.bootstrap.session import EXCHANGE_KEYS, Session
from nrm_desktop.bootstrap.team import shares_lacking
from nrm_desktop.domain.acts import (
    DeviceFacts,
    Facts,
    InviteFacts,
    SignerFacts,
    UserFacts,
)
from nrm_desktop.domain.errors import HostileInput, Refused, Usage
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import DeviceId, UserId
from nrm_desktop.security.identity.founding import act_chain
from nrm_desktop.security.identity.keyboxes import Giver, give_exchange_keys
from nrm_desktop.security.roster.acts import ActPlace, SignedAct
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.exchange import SqlSyncState
from nrm_desktop.storage.quarantine import Holders

_LEAST_OF_ID: Final = 8


class ClaimState(StrEnum):
    """How far a claim is."""

    WAITING = "waiting"
    """One decision of a registrar certifies it."""
    HELD = "held"
    """Another laptop claims the same invitation: people have to compare."""
    LATE = "late"
    """It was made after the invitation had ended: people have to compare."""
    CERTIFIED = "certified"
    WITHDRAWN = "withdrawn"


_OPEN: Final = frozenset({ClaimState.WAITING, ClaimState.HELD, ClaimState.LATE})


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim, for whoever decides. Units: `made_ms` by the laptop's clock, `seen_ms` by ours."""

    invite: bytes
    badge: str
    roles: tuple[str, ...]
    device: DeviceId
    label: str
    made_ms: int
    seen_ms: int
    state: ClaimState


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation, with its claims."""

    invite: bytes
    badge: str
    roles: tuple[str, ...]
    expires_ms: int
    is_ended: bool
    claims: tuple[ClaimRow, ...]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Somebody who was certified."""

    user: UserId
    badge: str
    device: DeviceId
    acts: tuple[bytes, ...]


def invitations(session: Session) -> tuple[InvitationRow, ...]:
    """All invitations with their claims, as far as this device has heard; the newest first."""
    found = session.safe.database.read(claims_in).result()
    known = session.roster.powers.organisation
    now_ms = session.context.clock.now_ms()
    rows = []
    for act, facts in known.invitations_ever.values():
        claims = tuple(one for one in found if one.claim.invite == facts.invite)
        rows.append(
            InvitationRow(
                facts.invite,
                facts.badge,
                tuple(sorted(facts.roles)),
                act.not_after_ms,
                facts.invite not in known.invitations or now_ms > act.not_after_ms,
                tuple(_row(session, facts, one, claims) for one in claims),
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.expires_ms, row.badge, row.invite)))


def open_claims(session: Session) -> int:
    """How many people wait to be taken in by somebody who may; 0 for everybody else."""
    if not session.roster.powers.is_registrar(
        session.context.signer, session.context.clock.now_ms()
    ):
        return 0
    return sum(any(one.state in _OPEN for one in row.claims) for row in invitations(session))


def confirm(session: Session, name: str, typed: str = "") -> Confirmed:
    """Certify whoever opened an invitation: one decision of a registrar.

    Shape: `name` is a badge, or the begin of a device id; `typed` are the digits or words of the
    claim, needed where several laptops claim one invitation or the claim is late.
    Raises: Refused `policy.role`, `trust.second_claim`; Usage `usage.not_found`,
            `usage.ambiguous_item`; HostileInput `integrity.comparison` where the digits are of none
            of them; IntegrityFault `integrity.identity`.
    """
    must_have_identity(session.safe)
    now_ms = session.context.clock.now_ms()
    if not session.roster.powers.is_registrar(session.safe.signer.id, now_ms):
        raise Refused("policy.role")

    def job(unit: UnitOfWork, connection: Connection) -> tuple[InviteFacts, KeptClaim, list[bytes]]:
        asked = _asked(session, unit.trust, name)
        chosen = _chosen(session, asked, typed)
        made = _certify(session, unit.trust, asked.facts, chosen, now_ms)
        for other in asked.waiting:
            if other is not chosen:
                forget_claim(unit.trust, other)
        do_duties(session, unit.trust, SqlSyncState(connection), Holders(connection))
        unit.audit("invite.confirm", (asked.facts.user, chosen.claim.device_id))
        return asked.facts, chosen, [one.act.act for one in made]

    facts, chosen, acts = session.work.exchange(job)
    return Confirmed(facts.user, facts.badge, chosen.claim.device_id, tuple(acts))


def _row(
    session: Session, facts: InviteFacts, kept: KeptClaim, claims: tuple[KeptClaim, ...]
) -> ClaimRow:
    return ClaimRow(
        facts.invite,
        facts.badge,
        tuple(sorted(facts.roles)),
        kept.claim.device_id,
        kept.claim.label,
        kept.claim.made_ms,
        kept.seen_ms,
        _state(session, kept, len(claims)),
    )


def _state(session: Session, kept: KeptClaim, count: int) -> ClaimState:
    known, invite = session.roster.powers.organisation, kept.claim.invite
    if known.was_certified(kept.claim.signer_id):
        return ClaimState.CERTIFIED
    if invite not in known.invitations:
        return ClaimState.WITHDRAWN
    if count > 1:
        return ClaimState.HELD
    act, _ = known.invitations[invite]
    return ClaimState.LATE if kept.claim.made_ms > act.not_after_ms else ClaimState.WAITING


@dataclass(frozen=True, slots=True)
class _Asked:
    """The one invitation that is meant. Shape: `waiting` of its `claims` are to be decided."""

    facts: InviteFacts
    not_after_ms: int
    claims: tuple[KeptClaim, ...]
    waiting: tuple[KeptClaim, ...]

    def is_called(self, name: str) -> bool:
        """True if a typed badge, or the begin of a device id, means this invitation."""
        wanted = name.strip().casefold()
        devices = [one.claim.device_id.hex() for one in self.waiting]
        is_id = len(wanted) >= _LEAST_OF_ID and any(one.startswith(wanted) for one in devices)
        return is_id or self.facts.badge.casefold() == wanted


def _asked(session: Session, trust: TrustStore, name: str) -> _Asked:
    found = [one for one in _all(session, trust) if one.waiting and one.is_called(name)]
    if not found:
        raise Usage("usage.not_found", what="claim", name=name)
    if len(found) > 1:
        devices = [kept.claim.device_id.hex()[:8] for one in found for kept in one.waiting]
        raise Usage("usage.ambiguous_item", items=", ".join(devices))
    return found[0]


def _all(session: Session, trust: TrustStore) -> Iterator[_Asked]:
    for act, facts in session.roster.powers.organisation.invitations.values():
        claims = kept_claims(trust, facts.invite)
        waiting = [one for one in claims if _state(session, one, len(claims)) in _OPEN]
        yield _Asked(facts, act.not_after_ms, claims, tuple(waiting))


def _chosen(session: Session, asked: _Asked, typed: str) -> KeptClaim:
    """The claim that is meant: the only one, or the one whose person has read it out."""
    resources = session.safe.shell.resources
    if typed.strip():
        said = [one for one in asked.waiting if compared(resources, one.signed).is_said(typed)]
        if not said:
            raise HostileInput("integrity.comparison")
        return said[0]
    only = asked.waiting[0]
    if len(asked.claims) > 1 or only.claim.made_ms > asked.not_after_ms:
        raise Refused("trust.second_claim", badge=asked.facts.badge)
    return only


def _certify(
    session: Session, trust: TrustStore, facts: InviteFacts, kept: KeptClaim, now_ms: int
) -> tuple[SignedAct, ...]:
    claim, known = kept.claim, session.roster.powers.organisation
    is_taken = known.was_certified(claim.device_id) or known.was_certified(claim.signer_id)
    has_ended = known.was_certified(facts.user) and facts.user not in known.users
    if is_taken or has_ended:
        raise Refused("trust.claim_ended", badge=facts.badge)
    scope, powers = session.organisation, session.roster.powers
    place = ActPlace(scope, scope, powers.heads(scope), now_ms)
    made = act_chain(session.safe.signer, place, tuple(_facts(session, facts, kept)))
    for one in made:
        trust.add_act(one.act.act, scope, one.signed)
    session.roster.add_own(made)
    _give_exchange_keys(session, trust)
    return made


def _give_exchange_keys(session: Session, trust: TrustStore) -> None:
    """Give all exchange keys anew where there are several: the invitation may have held an old one.

    The box takes the place of ours of that number, and lies on stores beside those of others.
    """
    kept = trust.secrets(EXCHANGE_KEYS)
    if len(kept) > 1:
        keys = [(int(name.removeprefix(EXCHANGE_KEYS)), key) for name, key in kept]
        context = session.context
        giver = Giver(session.safe.signer, session.roster, Hlc(context.clock.now_ms()))
        signed = give_exchange_keys(giver, keys, context.random)
        trust.set_secret(f"{KEPT}{keys[-1][0]:06}", signed)


def _facts(session: Session, facts: InviteFacts, kept: KeptClaim) -> Iterator[Facts]:
    """What has to be stated: the person and the place only where they are not so already."""
    powers, claim = session.roster.powers, kept.claim
    user = UserFacts(facts.user, facts.badge, facts.roles)
    known = powers.organisation.users.get(facts.user)
    if known is None or known.roles != facts.roles:
        yield user
    device, signer = claim.device, claim.signer
    yield DeviceFacts(claim.device_id, device.ed25519, device.ml_dsa, claim.kem, claim.label)
    yield SignerFacts(claim.signer_id, facts.user, claim.device_id, signer.ed25519, signer.ml_dsa)
    held = (one for _, one in powers.grants_of(facts.user, session.organisation))
    yield from shares_lacking(session.context.forms.roles, user, held)

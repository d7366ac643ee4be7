"""Claims on invitations, as they lie in a vault and travel between devices.

This module decides which claims are kept: those that hold, and no more of one invitation than
people could ever compare. Nothing is certified here (`bootstrap.inviting`).

A claim is passed on by every device that has it, until its signer is certified: the stick that
brings it may never meet a registrar itself.

Source: sync.md section 12.1; docs/adr/0027. Threats: T19.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.ports import TrustStore
from nrm_desktop.app.sync_ports import Standing
from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.app.wire.invitation import Claim, decode_claim
from nrm_desktop.app.wire.limits import CLOCK_MS, STATEMENT_BYTES
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.security.identity.invitation import read_claim
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.trust import SqlTrustStore

CLAIM: Final = "claim."
"""With the id of the invitation and the name of the claim in hex: a claim, and when it came."""
CLAIMS_PER_INVITATION: Final = 16
_ASIDE: Final = b"\x80"


@dataclass(frozen=True, slots=True)
class KeptClaim:
    """A claim that holds. Units: `seen_ms` when this device first had it."""

    claim: Claim
    signed: bytes = field(repr=False)
    seen_ms: int


def keep_claim(trust: TrustStore, roster: Roster, signed: bytes, now_ms: int) -> Standing:
    """Keep a claim that holds; it waits while its invitation is unknown. Raises: HostileInput."""
    found = read_claim(signed, roster)
    if found is None:
        return Standing.WAITING
    place = CLAIM + found.claim.invite.hex() + "."
    name = place + name20(signed).hex()
    if trust.secret(name):
        return Standing.KNOWN
    if len(trust.secrets(place)) >= CLAIMS_PER_INVITATION:
        raise refuse(Step.CBOR, "claim.limit")
    trust.set_secret(name, cbor.encode((now_ms, signed)))
    return Standing.NEW


def kept_claims(trust: TrustStore, invite: bytes | None = None) -> tuple[KeptClaim, ...]:
    """All claims, or those on one invitation, the one that came first in front."""
    prefix = CLAIM if invite is None else f"{CLAIM}{invite.hex()}."
    found = [_read(value) for _, value in trust.secrets(prefix) if value != _ASIDE]
    return tuple(sorted(found, key=lambda one: (one.seen_ms, one.signed)))


def claims_in(connection: Connection) -> tuple[KeptClaim, ...]:
    """All claims in an open database."""
    return kept_claims(SqlTrustStore(connection))


def claims_to_pass_on(trust: TrustStore, roster: Roster) -> Sequence[bytes]:
    """Signed claims that nobody has settled yet, as far as this device has heard."""
    known = roster.powers.organisation
    return [
        one.signed
        for one in kept_claims(trust)
        if not known.was_certified(one.claim.signer_id) and one.claim.invite in known.invitations
    ]


def forget_claim(trust: TrustStore, kept: KeptClaim) -> None:
    """Put a claim aside for good: people have compared, and it is not the one.

    It is known not to be, so that it is not taken in again from another stick.
    """
    name = f"{CLAIM}{kept.claim.invite.hex()}.{name20(kept.signed).hex()}"
    trust.set_secret(name, _ASIDE)


def _read(value: bytes) -> KeptClaim:
    seen, signed = shape.fields(cbor.decode(value), "claim.kept", 2)
    statement = shape.some_octets(signed, "claim.kept", STATEMENT_BYTES)
    claim = decode_claim(decode_statement(statement).payload)
    return KeptClaim(claim, statement, shape.uint(seen, "claim.kept", CLOCK_MS))

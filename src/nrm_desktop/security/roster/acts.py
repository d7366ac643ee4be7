"""Acts made, signed and checked: from signed bytes to the facts that authority evaluates.

This module decides when the bytes of an act are believed to be its issuer's. It must not decide
what an act is worth (`domain.authority`), nor keep any.

Source: sync.md section 11. Threats: T19 (an act of another organisation, a signature stripped).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.statement import SignedStatement, decode_statement
from nrm_desktop.app.wire.trust import decode_act, encode_act
from nrm_desktop.domain.acts import Act, ActId, EraseFacts, Facts, GrantFacts
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.signing.cose import KeyLookup, check_statement

CASE_ALWAYS: Final = frozenset({int(Compartment.CORE)})
ORGANISATION_ALWAYS: Final = frozenset({int(Compartment.ORG_DIRECTORY), int(Compartment.ORG_PACKS)})
"""What every grant includes: grants and member lists are sealed under these compartments."""


@dataclass(frozen=True, slots=True)
class SignedAct:
    """An act with the bytes that prove it."""

    act: Act
    signed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ActPlace:
    """Where and when an act is made. Shape: `after` as `Powers.heads` gives them."""

    organisation: ScopeId
    scope: ScopeId
    after: tuple[ActId, ...]
    at_ms: int
    not_after_ms: int = 0


def make_act(
    issuer: SignerKeys,
    place: ActPlace,
    facts: Facts,
    nonce: bytes | None = None,
    second: SignerKeys | None = None,
) -> SignedAct:
    """Make and sign an act.

    Shape: `nonce` only in the grant that opens a case; `second` is the other person of an order
    that needs two.
    """
    draft = Act(
        act=ActId(b""),
        scope=place.scope,
        facts=facts,
        issuer=issuer.id,
        after=place.after,
        at_ms=place.at_ms,
        not_after_ms=place.not_after_ms,
    )
    payload = encode_act(place.organisation, draft, nonce)
    act = read_act(payload, place.organisation)
    statement = issuer.sign(SignLabel.ACT, payload)
    if second is not None:
        both = (*statement.signatures, *second.sign(SignLabel.ACT, payload).signatures)
        statement = SignedStatement(payload, both)
    return SignedAct(act, statement.encode())


def read_act(payload: bytes, organisation: ScopeId) -> Act:
    """Read the payload of an act of this organisation.

    Raises: HostileInput for an act of another one, or a grant without what all grants include.
    """
    made = decode_act(payload)
    if made.organisation != organisation:
        raise refuse(Step.PLACE, "act.organisation")
    facts = made.act.facts
    always = ORGANISATION_ALWAYS if made.act.scope == organisation else CASE_ALWAYS
    if isinstance(facts, GrantFacts) and not facts.compartments >= always:
        raise refuse(Step.GRANT, "act.grant")
    return made.act


def read_own_act(signed: bytes, organisation: ScopeId) -> SignedAct:
    """Read an act that was checked before it was stored here."""
    return SignedAct(read_act(decode_statement(signed).payload, organisation), signed)


def check_act(signed: bytes, organisation: ScopeId, key_of: KeyLookup) -> SignedAct | None:
    """Check the signatures of those an act needs; None while the key of one is unknown.

    Raises: HostileInput when the act is malformed, of another organisation, not signed by its
            issuer and the second person that it names, or when a signature is wrong.
    """
    statement = decode_statement(signed)
    act = read_act(statement.payload, organisation)
    needed = _signers_of(act)
    if not needed <= {one.key for one in statement.signatures}:
        raise refuse(Step.SIGNATURE, "act.issuer")
    good = check_statement(SignLabel.ACT, statement, key_of)
    return SignedAct(act, signed) if needed <= good else None


def _signers_of(act: Act) -> frozenset[bytes]:
    """Who has to have signed. The payload names the second person, so none can be cut off."""
    second = act.facts.second if isinstance(act.facts, EraseFacts) else None
    return frozenset({act.issuer} if second is None else {act.issuer, second})

"""Acts made, signed and checked: from signed bytes to the facts that authority evaluates.

This module decides when the bytes of an act are believed to be its issuer's. It must not decide
what an act is worth (`domain.authority`), nor keep any.

Source: sync.md section 11. Threats: T19 (an act of another organisation, a signature stripped).
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias

from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.statement import SignedStatement, decode_statement
from nrm_desktop.app.wire.trust import OrganisationAct, decode_act, encode_act
from nrm_desktop.domain.acts import Act, ActId, EraseFacts, Facts, GrantFacts, TeamFacts
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.signing.cose import KeyLookup, check_statement

Former: TypeAlias = AbstractSet[ScopeId]
"""Organisations that ended when their vault was taken into this one."""
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


_decoded = lru_cache(128)(decode_act)
"""An act is read when it comes, when it is kept and when orders are looked for in it."""


def read_act(payload: bytes, organisation: ScopeId, former: Former = frozenset()) -> Act:
    """Read the payload of an act of this organisation, or of a case that was brought into it.

    Raises: HostileInput for an act of another one, or a grant without what all grants include.
    """
    made = _decoded(payload)
    if made.organisation != organisation and not _is_brought(made, organisation, former):
        raise refuse(Step.PLACE, "act.organisation")
    facts = made.act.facts
    always = ORGANISATION_ALWAYS if made.act.scope == organisation else CASE_ALWAYS
    if isinstance(facts, TeamFacts) and made.act.scope == organisation:
        raise refuse(Step.GRANT, "act.team")
    places = facts.grants if isinstance(facts, TeamFacts) else (facts,)
    if any(isinstance(one, GrantFacts) and not one.compartments >= always for one in places):
        raise refuse(Step.GRANT, "act.grant")
    return made.act


def read_own_act(signed: bytes, organisation: ScopeId, former: Former = frozenset()) -> SignedAct:
    """Read an act that was checked before it was stored here."""
    return SignedAct(read_act(decode_statement(signed).payload, organisation, former), signed)


def check_act(
    signed: bytes, organisation: ScopeId, key_of: KeyLookup, former: Former = frozenset()
) -> SignedAct | None:
    """Check the signatures of those an act needs.

    Shape: None while the key of one is unknown, and for an act of a case of another organisation,
    which may be taken in by an act that has not come yet. `former` are those that were.
    Raises: HostileInput when the act is malformed, of another organisation, not signed by its
            issuer and the second person that it names, or when a signature is wrong.
    """
    statement = decode_statement(signed)
    made = _decoded(statement.payload)
    if _is_of_case(made, organisation) and made.organisation not in {organisation, *former}:
        return None
    act = read_act(statement.payload, organisation, former)
    needed = _signers_of(act)
    if not needed <= {one.key for one in statement.signatures}:
        raise refuse(Step.SIGNATURE, "act.issuer")
    good = check_statement(SignLabel.ACT, statement, key_of)
    return SignedAct(act, signed) if needed <= good else None


def _is_brought(made: OrganisationAct, organisation: ScopeId, former: Former) -> bool:
    """Of an organisation that ended only the acts of its cases count."""
    return made.organisation in former and _is_of_case(made, organisation)


def _is_of_case(made: OrganisationAct, organisation: ScopeId) -> bool:
    return made.act.scope not in {organisation, made.organisation}


def _signers_of(act: Act) -> frozenset[bytes]:
    """Who has to have signed. The payload names the second person, so none can be cut off."""
    second = act.facts.second if isinstance(act.facts, EraseFacts) else None
    return frozenset({act.issuer} if second is None else {act.issuer, second})

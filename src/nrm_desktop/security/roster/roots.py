"""Root documents: signing them, and walking from the first to the newest.

This module decides whether a chain of root documents is one organisation's: consecutive
versions, each signed by the threshold of its own keys and of those before. It makes of them the
facts that authority needs. It must not read a clock: expiry is warned of elsewhere.

Source: sync.md section 11. Threats: T18, T19 (a false organisation, an old root put back).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.statement import SignedStatement, decode_statement
from nrm_desktop.app.wire.trust import (
    RootDocument,
    decode_root,
    encode_root,
    organisation_id,
)
from nrm_desktop.domain.acts import Delegate, RootFacts
from nrm_desktop.domain.ids import ScopeId, SignerId
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.primitives import PublicKey
from nrm_desktop.security.signing.cose import check_statement, sign


@dataclass(frozen=True, slots=True)
class RootWalk:
    """All root documents of one organisation, walked.

    Shape: `first` is the payload of version 1, which the organisation's fingerprint is made of;
    `keys` are root keys and registrars of all versions, by id.
    """

    facts: RootFacts
    newest: RootDocument
    first: bytes = field(repr=False)
    keys: dict[bytes, PublicKey] = field(repr=False)

    @property
    def organisation(self) -> ScopeId:
        """The id of the organisation."""
        return self.facts.organisation

    @property
    def is_provisional(self) -> bool:
        """True while a single key could change the root: every screen of trust says so."""
        return self.newest.threshold == 1


def sign_root(document: RootDocument, keys: Sequence[SignerKeys]) -> bytes:
    """Sign a root document with these root keys."""
    payload = encode_root(document)
    signatures = tuple(sign(SignLabel.ROOT_DOCUMENT, k.key, k.id, payload) for k in keys)
    return SignedStatement(payload, signatures).encode()


def walk_roots(signed: Iterable[bytes]) -> RootWalk:
    """Check a chain of root documents from version 1 on.

    Raises: HostileInput when there is none, a version is missing, or a threshold is not reached.
    """
    documents: list[RootDocument] = []
    first = b""
    for one in signed:
        statement = decode_statement(one)
        document = decode_root(statement.payload)
        if document.version != len(documents) + 1:
            raise refuse(Step.CHAIN, "root.version")
        for judge in (document, *documents[-1:]):
            _check_threshold(statement, judge)
        first = first or statement.payload
        documents.append(document)
    if not documents:
        raise refuse(Step.CHAIN, "root.version")
    facts = RootFacts(
        organisation_id(first),
        len(documents),
        tuple(_delegates(documents)),
        frozenset(role for document in documents for role in document.case_roles),
    )
    keys = {key_id: key for document in documents for key_id, key in _keys(document)}
    return RootWalk(facts, documents[-1], first, keys)


def _check_threshold(statement: SignedStatement, judge: RootDocument) -> None:
    keys = dict(_root_keys(judge))
    good = check_statement(SignLabel.ROOT_DOCUMENT, statement, keys.get)
    if len(good) < judge.threshold:
        raise refuse(Step.SIGNATURE, "root.threshold")


def _root_keys(document: RootDocument) -> Iterator[tuple[bytes, PublicKey]]:
    return ((key.id, PublicKey(key.ed25519, key.ml_dsa)) for key in document.keys)


def _keys(document: RootDocument) -> Iterator[tuple[bytes, PublicKey]]:
    yield from _root_keys(document)
    for one in document.registrars:
        yield one.id, PublicKey(one.ed25519, one.ml_dsa)


def _listed(document: RootDocument) -> Iterator[Delegate]:
    """Keys that may issue acts: registrars, and a root key where one alone is enough."""
    for key in document.keys:
        if document.threshold == 1:
            yield Delegate(key.id, None, since=document.after)
    for one in document.registrars:
        yield Delegate(one.id, one.user, one.not_after_ms, since=document.after)


def _delegates(documents: list[RootDocument]) -> Iterable[Delegate]:
    """Each key as the newest document has it, and dropped ones with what was known then."""
    found: dict[tuple[SignerId, bool], Delegate] = {}
    for document in documents:
        listed = {(one.signer, one.is_root): one for one in _listed(document)}
        for place, delegate in found.items():
            if place not in listed and delegate.dropped is None:
                listed[place] = replace(delegate, dropped=document.after)
        found.update(listed)
    return found.values()

"""Root documents: thresholds, versions, who is delegate when (sync.md section 11)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakes.organisations import NOW_MS, Laptop

from nrm_desktop.app.wire.statement import SignedStatement, decode_statement
from nrm_desktop.app.wire.trust import (
    Registrar,
    RootDocument,
    RootKey,
    encode_root,
    organisation_id,
)
from nrm_desktop.domain.acts import ActId
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import UserId
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.roster.roots import sign_root, walk_roots
from nrm_desktop.security.signing.cose import sign

KEYS = [SignerKeys(bytes([n]) * 32) for n in range(1, 5)]
ADA, REX = SignerKeys(b"a" * 32), SignerKeys(b"r" * 32)
HEAD = ActId(b"head" * 4)


def _root_key(keys: SignerKeys) -> RootKey:
    return RootKey(keys.public.ed25519, keys.public.ml_dsa)


def _registrar(keys: SignerKeys, end: int = 0) -> Registrar:
    return Registrar(UserId(keys.id), keys.public.ed25519, keys.public.ml_dsa, end)


def _document(version: int, threshold: int, holders: list[SignerKeys], **more) -> RootDocument:
    given = {
        "registrars": (_registrar(ADA),),
        "case_roles": ("case_manager",),
        "after": (),
        **more,
    }
    return RootDocument(
        version=version,
        name="Blue House",
        keys=tuple(map(_root_key, holders)),
        threshold=threshold,
        intake=(),
        recovery=None,
        valid_until_ms=NOW_MS,
        **given,
    )


FIRST = sign_root(_document(1, 1, KEYS[:1]), KEYS[:1])


def test_a_provisional_root_has_one_key_that_may_act_and_its_registrars() -> None:
    walk = walk_roots([FIRST])
    assert walk.is_provisional
    assert walk.organisation == organisation_id(decode_statement(FIRST).payload)
    assert {d.signer: d.is_root for d in walk.facts.delegates} == {KEYS[0].id: True, ADA.id: False}
    assert walk.keys[ADA.id] == ADA.public


def test_the_next_root_needs_the_old_and_the_new_threshold() -> None:
    second = _document(2, 2, KEYS[1:4])
    enough = sign_root(second, [KEYS[0], KEYS[1], KEYS[3]])
    walk = walk_roots([FIRST, enough])
    assert not walk.is_provisional
    assert walk.facts.version == 2
    assert walk.organisation == walk_roots([FIRST]).organisation
    for holders in (KEYS[1:4], [KEYS[0], KEYS[1]], [KEYS[0]], [REX, *KEYS[1:3]]):
        with pytest.raises(HostileInput) as caught:
            walk_roots([FIRST, sign_root(second, holders)])
        assert caught.value.params["what"] == "root.threshold"


def test_one_key_listed_twice_counts_once() -> None:
    twice = _document(1, 2, [KEYS[0], KEYS[0]])
    with pytest.raises(HostileInput, match=r"integrity\.signature"):
        walk_roots([sign_root(twice, KEYS[:1])])


def test_versions_are_consecutive_from_the_first() -> None:
    second = sign_root(_document(2, 1, KEYS[:1]), KEYS[:1])
    third = sign_root(_document(3, 1, KEYS[:1]), KEYS[:1])
    assert walk_roots([FIRST, second, third]).newest.version == 3
    for chain in ([], [second], [FIRST, third], [FIRST, FIRST], [FIRST, second, second]):
        with pytest.raises(HostileInput, match=r"integrity\.chain"):
            walk_roots(chain)


def test_a_signature_of_another_kind_or_a_wrong_one_is_refused() -> None:
    payload = encode_root(_document(1, 1, KEYS[:1]))
    for label, keys in ((SignLabel.ACT, KEYS[0]), (SignLabel.ROOT_DOCUMENT, KEYS[1])):
        forged = sign(label, keys.key, KEYS[0].id, payload)
        with pytest.raises(HostileInput, match=r"integrity\.signature"):
            walk_roots([SignedStatement(payload, (forged,)).encode()])


def test_both_algorithms_are_needed() -> None:
    payload = encode_root(_document(1, 1, KEYS[:1]))
    whole = sign(SignLabel.ROOT_DOCUMENT, KEYS[0].key, KEYS[0].id, payload)
    with pytest.raises(HostileInput, match=r"integrity\.signature"):
        walk_roots([SignedStatement(payload, (replace(whole, ml_dsa=None),)).encode()])


def test_a_dropped_registrar_counts_as_far_as_the_root_had_seen_and_a_listed_one_is_renewed() -> (
    None
):
    second = _document(2, 1, KEYS[:1], registrars=(_registrar(REX, 99),), after=(HEAD,))
    facts = walk_roots([FIRST, sign_root(second, KEYS[:1])]).facts
    delegates = {d.signer: d for d in facts.delegates}
    assert delegates[ADA.id].dropped == (HEAD,)
    assert (delegates[REX.id].dropped, delegates[REX.id].since) == (None, (HEAD,))
    assert delegates[REX.id].not_after_ms == 99
    assert delegates[KEYS[0].id].since == (HEAD,)


def test_a_dropped_key_stays_where_it_was_dropped() -> None:
    later = ActId(b"more" * 4)
    second = _document(2, 1, KEYS[:1], registrars=(_registrar(REX),), after=(HEAD,))
    third = replace(second, version=3, after=(later,))
    chain = [FIRST, *(sign_root(one, KEYS[:1]) for one in (second, third))]
    delegates = {d.signer: d for d in walk_roots(chain).facts.delegates}
    assert delegates[ADA.id].dropped == (HEAD,)
    assert delegates[REX.id].since == (later,)


def test_a_root_key_no_longer_acts_alone_once_two_are_needed() -> None:
    second = sign_root(_document(2, 2, KEYS[1:3], after=(HEAD,)), KEYS[:3])
    delegates = {d.signer: d for d in walk_roots([FIRST, second]).facts.delegates if d.is_root}
    assert set(delegates) == {KEYS[0].id}
    assert delegates[KEYS[0].id].dropped == (HEAD,)


def test_a_role_that_once_could_open_cases_keeps_them() -> None:
    second = sign_root(_document(2, 1, KEYS[:1], case_roles=("shelter",)), KEYS[:1])
    facts = walk_roots([FIRST, second]).facts
    assert facts.case_roles == {"case_manager", "shelter"}


def test_every_flipped_bit_of_a_root_document_is_refused() -> None:
    whole = Laptop("ada").found().root
    for place in range(0, len(whole), 401):
        changed = bytearray(whole)
        changed[place] ^= 2
        with pytest.raises(HostileInput):
            walk_roots([bytes(changed)])

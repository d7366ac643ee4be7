"""Acts with real signatures, and the roster's answers (sync.md sections 5 and 11)."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from tests.fakes.organisations import NOW_MS, Laptop, colleague, office

from nrm_desktop.app.wire.commit import CommitHeader
from nrm_desktop.app.wire.hashes import case_id, genesis
from nrm_desktop.app.wire.limits import ACTS_PER_SCOPE, FORMAT
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.app.wire.trust import encode_act
from nrm_desktop.domain.acts import (
    GrantFacts,
    GrantRole,
    OtherFacts,
    RemovalFacts,
    RemovalReason,
    TeamFacts,
    UserFacts,
)
from nrm_desktop.domain.authority import Place, Right
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.roster.acts import (
    ORGANISATION_ALWAYS,
    ActPlace,
    check_act,
    make_act,
    read_own_act,
)
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.security.signing.commits import Coverage

pytestmark = pytest.mark.threat("T19")


def _place(laptop: Laptop, scope: ScopeId | None = None) -> ActPlace:
    own = laptop.roster.organisation
    return ActPlace(own, scope or own, laptop.roster.powers.heads(scope or own), NOW_MS)


def _header(laptop: Laptop, scope: ScopeId, comp: int = 1, seq: int = 1) -> CommitHeader:
    grant = laptop.roster.grant_of(laptop.user, scope) or bytes(16)
    return CommitHeader(
        device=laptop.device.id,
        signer=laptop.signer.id,
        scope=scope,
        compartment=comp,
        seq=seq,
        prev=genesis(scope, comp, laptop.device.id, grant),
        hlc=Hlc(NOW_MS),
        deps=(),
        forms=bytes(8),
        min_reader=0,
        flags=0,
        skeleton=bytes(32),
        segments=(),
    )


def _shared_case(ada: Laptop, ben: Laptop, comps: frozenset[int]) -> ScopeId:
    return ada.open_case(lambda: [GrantFacts(ben.user, GrantRole.CONTRIBUTOR, comps)])


def test_an_act_is_read_back_as_it_was_made() -> None:
    ada = office()
    facts = UserFacts(ada.user, "ben", frozenset({"health", "lawyer"}))
    made = make_act(ada.signer, _place(ada), facts)
    own = read_own_act(made.signed, ada.roster.organisation)
    checked = check_act(made.signed, ada.roster.organisation, ada.roster.signer_key)
    assert own == checked == made
    assert made.act.facts == facts
    assert made.act.after == ada.roster.powers.heads(ada.roster.organisation)


def test_an_act_of_an_unknown_issuer_waits() -> None:
    ada, eve = office(), Laptop("eve")
    made = make_act(eve.signer, _place(ada), UserFacts(eve.user, "eve", frozenset()))
    assert check_act(made.signed, ada.roster.organisation, ada.roster.signer_key) is None


def test_an_act_of_another_organisation_is_refused() -> None:
    ada, zoe = office(), office("zoe")
    made = make_act(zoe.signer, _place(zoe), UserFacts(zoe.user, "zoe", frozenset()))
    with pytest.raises(HostileInput, match=r"integrity\.place"):
        check_act(made.signed, ada.roster.organisation, zoe.roster.signer_key)


def test_an_act_signed_by_somebody_else_than_its_issuer_is_refused() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    made = make_act(ada.signer, _place(ada), UserFacts(ben.user, "ben", frozenset({"it"})))
    payload = decode_statement(made.signed).payload
    by_ben = ben.signer.sign(SignLabel.ACT, payload)
    as_ada = replace(by_ben, signatures=(replace(by_ben.signatures[0], key=ada.signer.id),))
    wrong_kind = ada.signer.sign(SignLabel.REQUEST, payload)
    one_algorithm = decode_statement(made.signed)
    stripped = replace(
        one_algorithm, signatures=(replace(one_algorithm.signatures[0], ml_dsa=None),)
    )
    for bad in (by_ben, as_ada, wrong_kind, stripped):
        with pytest.raises(HostileInput, match=r"integrity\.signature"):
            check_act(bad.encode(), ada.roster.organisation, ada.roster.signer_key)


def test_a_grant_without_what_all_grants_include_is_refused() -> None:
    ada = office()
    scope = ada.open_case()
    for where, comps in ((scope, {2}), (None, {65}), (None, {67, 66})):
        facts = GrantFacts(ada.user, GrantRole.READER, frozenset(comps))
        with pytest.raises(HostileInput, match=r"integrity\.grant"):
            make_act(ada.signer, _place(ada, where), facts)


def test_a_case_can_be_opened_only_under_the_id_bound_to_its_opener() -> None:
    """Nobody makes the first grant of somebody else's case."""
    ada = office()
    ben = colleague(ada, "ben")
    scope = ada.open_case()
    leading = GrantFacts(ben.user, GrantRole.LEAD, frozenset({1}))
    place = replace(_place(ben), scope=scope)
    with pytest.raises(HostileInput, match=r"integrity\.grant"):
        make_act(ben.signer, place, leading, nonce=bytes(16))
    plain = make_act(ben.signer, place, leading)
    assert ada.roster.take([plain.signed]).new == (plain,)
    assert not ada.roster.powers.is_lead(ben.signer.id, scope)
    own = case_id(ben.signer.id, bytes(16))
    assert make_act(ben.signer, replace(place, scope=own), leading, bytes(16)).act.scope == own


def test_acts_in_any_order_make_the_same_roster() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    scope = _shared_case(ada, ben, frozenset({1, 4}))
    acts = ada.trust.acts()
    for seed in range(6):
        shuffled = sorted(acts, key=lambda signed: sha256(bytes([seed]) + signed).digest())
        roster = Roster(ada.trust.roots(), lambda _: ())
        for signed in shuffled:
            roster.take([signed])
        assert roster.act_ids() == ada.roster.act_ids()
        assert roster.powers.memberships(scope) == ada.roster.powers.memberships(scope)
        assert roster.take(acts).new == ()


def test_what_cannot_be_judged_waits_and_bad_acts_stop_nothing() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    scope = ben.open_case()
    fresh = Roster(ada.trust.roots(), lambda _: ())
    opening = ben.trust.acts(scope)
    taken = fresh.take([*opening, b"\x00", *office("zoe").trust.acts()])
    assert (taken.new, taken.waiting, len(taken.refused)) == ((), 1, 5)
    assert not fresh.powers.is_lead(ben.signer.id, scope)
    taken = fresh.take(ada.trust.acts())
    assert taken.waiting == 0
    assert fresh.powers.is_lead(ben.signer.id, scope)


def test_own_acts_are_read_from_the_database_scope_by_scope() -> None:
    ada = office()
    cases = [ada.open_case() for _ in range(3)]
    asked: list[ScopeId] = []

    def stored(scope: ScopeId) -> list[bytes]:
        asked.append(scope)
        return ada.trust.acts(scope)

    roster = Roster(ada.trust.roots(), stored)
    assert asked == [roster.organisation]
    assert roster.powers.is_lead(ada.signer.id, cases[1])
    assert roster.powers.is_lead(ada.signer.id, cases[1])
    assert asked == [roster.organisation, cases[1]]


def test_commits_are_covered_pending_or_refused() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    scope = _shared_case(ada, ben, frozenset({1, 4}))
    ben.roster.take(ada.trust.acts())
    coverage = ada.roster.commit_trust().coverage
    assert coverage(_header(ben, scope, 4)) is Coverage.COVERED
    assert coverage(_header(ben, scope, 5)) is Coverage.REFUSED
    assert coverage(replace(_header(ben, scope), device=ada.device.id)) is Coverage.REFUSED
    assert coverage(replace(_header(ben, scope), scope=ScopeId(bytes(16)))) is Coverage.UNKNOWN
    stranger = replace(_header(ben, scope), signer=Laptop("eve").signer.id)
    assert coverage(stranger) is Coverage.UNKNOWN


def test_a_log_that_begins_under_a_grant_we_do_not_know_waits() -> None:
    ada = office()
    scope = ada.open_case()
    header = _header(ada, scope)
    odd = replace(header, prev=genesis(scope, 1, ada.device.id, bytes(16)))
    assert ada.roster.coverage(header) is Coverage.COVERED
    assert ada.roster.coverage(odd) is Coverage.UNKNOWN
    assert ada.roster.coverage(replace(odd, seq=2)) is Coverage.COVERED


@pytest.mark.promise("P12")
def test_commits_of_a_removed_user_are_left_to_the_cut_and_old_keys_stay_known() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    scope = _shared_case(ada, ben, frozenset({1}))
    ben.roster.take(ada.trust.acts())
    header = _header(ben, scope)
    removal = make_act(ada.signer, _place(ada), RemovalFacts(ben.user, RemovalReason.LEFT))
    ada.roster.add_own([removal])
    assert ada.roster.coverage(header) is Coverage.COVERED
    assert ada.roster.signer_key(ben.signer.id) == ben.signer.public
    place = Place(ben.signer.id, ben.device.id, scope, 1)
    assert ada.roster.powers.may_write(place) is Right.ENDED
    assert [act.act for act in ada.roster.powers.footing(place).removals()] == [removal.act.act]


def test_device_keys_are_known_for_checkpoints() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    assert ada.roster.device_key(ben.device.id) == ben.device.public
    assert ada.roster.device_key(bytes(16)) is None


def test_an_act_of_an_unknown_kind_is_kept_as_part_of_the_graph() -> None:
    ada = office()
    made = make_act(ada.signer, _place(ada), UserFacts(ada.user, "ada", frozenset({"it"})))
    payload = encode_act(ada.roster.organisation, made.act)
    odd = payload.replace(bytes((0x89, FORMAT, 1, 0x50)), bytes((0x89, FORMAT, 0x18, 99, 0x50)), 1)
    signed = ada.signer.sign(SignLabel.ACT, odd).encode()
    taken = ada.roster.take([signed])
    assert taken.new[0].act.facts == OtherFacts(99)
    assert taken.new[0].act.act in ada.roster.powers.heads(ada.roster.organisation)


def test_answers_follow_every_act_that_arrives() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    scope = ada.open_case()
    place = Place(ben.signer.id, ben.device.id, scope, 1)
    assert ada.roster.powers.may_write(place) is Right.PENDING
    share = GrantFacts(ben.user, GrantRole.CONTRIBUTOR, frozenset({1}))
    ada.roster.take([make_act(ada.signer, _place(ada, scope), share).signed])
    assert ada.roster.powers.may_write(place) is Right.HELD
    removal = RemovalFacts(ben.user, RemovalReason.LEFT)
    ada.roster.take([make_act(ada.signer, _place(ada), removal).signed])
    assert ada.roster.powers.may_write(place) is Right.ENDED
    assert ada.roster.powers.memberships(scope)[0].user == ada.user


def test_a_log_begins_under_a_grant_that_stands() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    scope = _shared_case(ada, ben, frozenset({1}))
    for comps in (frozenset({1, n}) for n in range(2, 7)):
        facts = GrantFacts(ben.user, GrantRole.CONTRIBUTOR, comps)
        ada.roster.add_own([make_act(ada.signer, _place(ada, scope), facts)])
    lowest = ada.roster.grant_of(ben.user, scope)
    assert lowest == min(act for act, _ in ada.roster.powers.grants_of(ben.user, scope))
    narrowed = RemovalFacts(lowest or b"", RemovalReason.NARROWED)
    ada.roster.add_own([make_act(ada.signer, _place(ada, scope), narrowed)])
    standing = [act for act, _ in ada.roster.powers.grants_of(ben.user, scope)]
    assert ada.roster.grant_of(ben.user, scope) == min(standing) != lowest
    assert ada.roster.grant_of(Laptop("eve").user, scope) is None


def test_no_more_acts_wait_than_the_limit() -> None:
    ada = office()
    odd = [number.to_bytes(3, "big") for number in range(ACTS_PER_SCOPE + 5)]
    assert len(ada.roster.take(odd).refused) == ACTS_PER_SCOPE


def _team_case(ada: Laptop, *people: Laptop) -> ScopeId:
    places = [GrantFacts(one.user, GrantRole.CONTRIBUTOR, frozenset({1, 2})) for one in people]
    order = sorted(places, key=lambda one: one.user)
    return ada.open_case(lambda: [TeamFacts(tuple(order))])


def test_a_team_is_worth_what_grants_one_by_one_are_worth() -> None:
    ada = office()
    ben, eve = colleague(ada, "ben"), colleague(ada, "eve")
    together = _team_case(ada, ben, eve)
    facts = [GrantFacts(o.user, GrantRole.CONTRIBUTOR, frozenset({1, 2})) for o in (ben, eve)]
    apart = ada.open_case(lambda: facts)

    def said(scope: ScopeId) -> list[object]:
        powers = ada.roster.powers
        rights = [
            powers.may_write(Place(one.signer.id, one.device.id, scope, comp))
            for one in (ada, ben, eve)
            for comp in (1, 2, 3)
        ]
        members = [(m.device, m.compartments) for m in powers.memberships(scope)]
        return [rights, sorted(members, key=str)]

    assert said(together) == said(apart)
    ben.roster.take(ada.trust.acts())
    assert ada.roster.coverage(_header(ben, together, 2)) is Coverage.COVERED
    assert ada.roster.coverage(_header(ben, together, 3)) is Coverage.REFUSED


def test_a_removal_of_one_place_leaves_the_others_of_its_act() -> None:
    ada = office()
    ben, eve = colleague(ada, "ben"), colleague(ada, "eve")
    scope = _team_case(ada, ben, eve)
    named = ada.roster.grant_of(ben.user, scope)
    assert named is not None
    removal = make_act(ada.signer, _place(ada, scope), RemovalFacts(named, RemovalReason.NARROWED))

    ada.roster.add_own([removal])

    rights = [
        ada.roster.powers.may_write(Place(one.signer.id, one.device.id, scope, 1))
        for one in (ben, eve)
    ]
    assert rights == [Right.ENDED, Right.HELD]


def test_a_colleague_who_gets_a_team_by_others_knows_the_same() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    scope = _team_case(ada, ben)

    assert ben.roster.grant_of(ben.user, scope) is None
    ben.roster.take(ada.trust.acts())

    assert ben.roster.grant_of(ben.user, scope) == ada.roster.grant_of(ben.user, scope)
    assert ben.roster.powers.heads(scope) == ada.roster.powers.heads(scope)


def test_nobody_leads_by_a_team_and_the_organisation_has_none() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    lead = TeamFacts((GrantFacts(ben.user, GrantRole.LEAD, frozenset({1})),))
    without_core = TeamFacts((GrantFacts(ben.user, GrantRole.READER, frozenset({2})),))
    scope = _team_case(ada, ben)
    team = TeamFacts((GrantFacts(ben.user, GrantRole.READER, ORGANISATION_ALWAYS),))
    for place, facts in ((scope, lead), (scope, without_core), (None, team)):
        with pytest.raises(HostileInput, match=r"integrity\.grant"):
            make_act(ada.signer, _place(ada, place), facts)

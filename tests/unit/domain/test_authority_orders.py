"""Who may order an erasure, and what authority remembers of those who have ended."""

from __future__ import annotations

import pytest
from tests.fakes.acts import ALL, CASE, ORG, ROOT, World, ident, signer_of

from nrm_desktop.domain.acts import (
    Act,
    ActId,
    AdoptionFacts,
    DeviceFacts,
    EraseFacts,
    GrantFacts,
    GrantRole,
    InviteFacts,
    MergeFacts,
    SignerFacts,
)
from nrm_desktop.domain.authority import Place, Right
from nrm_desktop.domain.footing import certified_device, certified_user
from nrm_desktop.domain.ids import DeviceId, ScopeId, SignerId, UserId
from nrm_desktop.domain.organisation_authority import certified_ms, present_signers

ADA = signer_of("ada", "pc1")
LEAD, OTHER, OFFICER = ("ben", "pc-ben"), ("cai", "pc-cai"), ("dot", "pc-dot")
VALUES = ((b"c" * 16, (1,)),)


@pytest.fixture
def world() -> World:
    """Ada certifies; Ben opens a case; Cai works in it; Dot is the data-protection officer."""
    made = World()
    made.join("ada", "pc1", "case_manager", by=signer_of("ada", "pc1"))
    made.join(*LEAD, "case_manager")
    made.join(*OTHER, "case_manager")
    made.join(*OFFICER, "dpo")
    made.open_case(*LEAD)
    return made


def order(world: World, by: tuple[str, str], second: SignerId | None = None, **how):
    return world.act(EraseFacts(VALUES, "asked for", second), signer_of(*by), CASE, **how)


def obeyed(world: World) -> tuple[ActId, ...]:
    return tuple(act.act for act in world.powers().erasures(CASE))


@pytest.mark.rule("N9")
def test_the_officer_orders_alone_and_a_lead_with_a_second_person(world: World) -> None:
    by_officer = order(world, OFFICER)
    by_two = order(world, LEAD, signer_of(*OTHER))
    assert {by_officer.act, by_two.act} == set(obeyed(world))


@pytest.mark.rule("N9")
def test_nobody_else_and_nobody_alone_orders_an_erasure(world: World) -> None:
    order(world, LEAD)  # alone
    order(world, LEAD, signer_of(*LEAD))  # with themselves
    order(world, OTHER, signer_of(*LEAD))  # does not lead the case
    order(world, LEAD, SignerId(ident("nobody")))  # with somebody unknown
    order(world, ("eve", "pc-eve"), signer_of(*LEAD))  # not certified
    world.grant("cai", GrantRole.LEAD, by=signer_of(*LEAD))
    assert obeyed(world) == ()


def test_the_same_person_on_a_second_laptop_is_no_second_person(world: World) -> None:
    world.device("pc-ben-2", by=signer_of("ada", "pc1"))
    world.signer("ben", "pc-ben-2", by=signer_of("ada", "pc1"))
    order(world, LEAD, signer_of("ben", "pc-ben-2"))
    assert obeyed(world) == ()


def test_an_order_in_the_organisation_is_none_of_a_case(world: World) -> None:
    order(world, OFFICER)
    assert world.powers().erasures(ORG) == ()


def test_an_order_stays_one_after_its_issuer_has_ended(world: World) -> None:
    """What was erased cannot come back, so no later arrival takes an order away."""
    earlier = order(world, LEAD, signer_of(*OTHER))
    world.remove(UserId(ident("ben")), by=signer_of("ada", "pc1"))
    assert obeyed(world) == (earlier.act,)


def test_whoever_was_removed_before_orders_nothing_any_more(world: World) -> None:
    world.remove(UserId(ident("ben")), by=signer_of("ada", "pc1"))
    order(world, LEAD, signer_of(*OTHER))
    assert obeyed(world) == ()


def test_a_lead_whose_place_was_taken_away_before_orders_nothing(world: World) -> None:
    grant = world.grant("cai", GrantRole.LEAD, by=signer_of(*LEAD))
    world.remove(grant.act, by=signer_of(*LEAD), scope=CASE)
    order(world, OTHER, signer_of(*LEAD))
    assert obeyed(world) == ()


def test_an_officer_whose_role_was_changed_before_orders_nothing_alone(world: World) -> None:
    world.user("dot", "case_manager", by=signer_of("ada", "pc1"))
    order(world, OFFICER)
    assert obeyed(world) == ()


def test_with_a_second_person_who_was_removed_before_nothing_is_erased(world: World) -> None:
    world.remove(UserId(ident("cai")), by=ADA)
    order(world, LEAD, signer_of(*OTHER))
    assert obeyed(world) == ()


def test_somebody_without_any_place_in_the_case_orders_nothing(world: World) -> None:
    order(world, OTHER, signer_of(*LEAD))
    ghost = world.signer("ghost", "pc1", by=ADA)
    assert ghost
    order(world, ("ghost", "pc1"), signer_of(*LEAD))
    assert obeyed(world) == ()


def test_an_officer_s_order_with_the_scope_of_the_organisation_erases_nothing(world: World) -> None:
    world.act(EraseFacts(VALUES, "asked for"), signer_of(*OFFICER), ORG)
    assert world.powers().erasures(ORG) == ()
    assert world.powers().erasures(CASE) == ()


# ---- who was removed gives nothing on ------------------------------------------------------------


def two_registrars() -> World:
    made = World(registrars=(("ada", "pc1"), ("rex", "pc-rex")))
    made.join("ada", "pc1", "case_manager")
    made.join("rex", "pc-rex", "case_manager")
    made.join(*LEAD, "case_manager")
    made.join(*OTHER, "case_manager")
    made.open_case(*LEAD)
    return made


def test_a_registrar_who_was_removed_before_takes_nobody_s_place_and_gives_none() -> None:
    world = two_registrars()
    world.remove(UserId(ident("rex")), by=ADA)
    grant = world.grant("cai", GrantRole.LEAD, by=signer_of("rex", "pc-rex"))
    lead = world.powers()._case_of(CASE).counted[0]
    world.remove(lead.act, by=signer_of("rex", "pc-rex"), scope=CASE)
    case = world.powers()._case_of(CASE)
    assert not case.has_removals
    assert grant.act not in {act.act for act in case.counted}
    assert world.may(*LEAD) == Right.HELD
    assert world.may(*OTHER) == Right.PENDING


def test_what_a_removed_lead_gave_on_behind_the_removal_gives_nothing_on_either() -> None:
    """Cai is made lead and removed; without knowing of it Cai makes Eve lead, who lets Dot in."""
    world = two_registrars()
    world.join("eve", "pc-eve", "case_manager")
    world.join("dot", "pc-dot", "case_manager")
    before = tuple(world.acts)
    to_cai = world.grant("cai", GrantRole.LEAD, by=signer_of(*LEAD))
    known = (*before, to_cai)
    world.remove(to_cai.act, by=signer_of(*LEAD), scope=CASE)
    to_eve = world.grant("eve", GrantRole.LEAD, by=signer_of(*OTHER), after=known)
    to_dot = world.grant(
        "dot", GrantRole.CONTRIBUTOR, by=signer_of("eve", "pc-eve"), after=(*known, to_eve)
    )
    counted = {act.act for act in world.powers()._case_of(CASE).counted}
    assert to_cai.act in counted
    assert not {to_eve.act, to_dot.act} & counted


def test_a_removal_in_the_organisation_ends_a_grant_that_did_not_know_of_it(world: World) -> None:
    earlier = world.grant("cai", GrantRole.CONTRIBUTOR, by=signer_of(*LEAD))
    removal = world.remove(UserId(ident("cai")), by=ADA)
    world.user("cai", "case_manager", by=ADA)
    later = world.grant("cai", GrantRole.CONTRIBUTOR, frozenset({1}), by=signer_of(*LEAD))
    case = world.powers()._case_of(CASE)
    assert [act.act for act in case.enders(earlier)] == [removal.act]
    assert case.enders(later) == ()


def test_a_word_of_no_worth_is_known_as_one(world: World) -> None:
    world.join("eve", "pc-eve", "case_manager", by=signer_of(*OTHER))
    stated = Place(signer_of("eve", "pc-eve"), DeviceId(ident("pc-eve")), CASE, 1)
    unheard = Place(signer_of("kim", "pc-kim"), DeviceId(ident("pc-kim")), CASE, 1)
    assert world.powers().footing(stated).is_void
    assert not world.powers().footing(unheard).is_void


def test_a_place_rests_on_its_own_device(world: World) -> None:
    removal = world.remove(DeviceId(ident("pc-cai")), by=ADA)
    other = world.remove(DeviceId(ident("pc-dot")), by=ADA)
    found = world.powers().footing(Place(signer_of(*OTHER), DeviceId(ident("pc-cai")), CASE, 1))
    ((_, devices, _, _),) = found.ways
    assert devices == ((removal,),)
    assert other not in found.removals()


def test_a_device_that_has_ended_ends_a_signer_that_was_certified_on_it_again(world: World) -> None:
    world.grant("cai", GrantRole.CONTRIBUTOR, by=signer_of(*LEAD))
    world.remove(DeviceId(ident("pc-cai")), by=ADA)
    world.signer("cai", "pc-cai", by=ADA)
    assert world.may(*OTHER) == Right.ENDED


# ---- what is remembered -------------------------------------------------------------------------


def test_whoever_ever_had_a_place_is_known_with_every_part_of_it(world: World) -> None:
    world.grant("cai", GrantRole.CONTRIBUTOR, frozenset({1, 4}), by=signer_of(*LEAD))
    world.remove(UserId(ident("cai")), by=signer_of("ada", "pc1"))
    ever = world.powers().members_ever(CASE)
    assert {(d, c) for d, c in ever if d == ident("pc-cai")} == {
        (DeviceId(ident("pc-cai")), 1),
        (DeviceId(ident("pc-cai")), 4),
    }
    assert {c for d, c in ever if d == ident("pc-ben")} == set(ALL)
    assert not [d for d, _ in ever if d == ident("pc-dot")]
    now = {member.device for member in world.powers().memberships(CASE)}
    assert now == {ident("pc-ben")}
    (member,) = world.powers().memberships(CASE)
    assert member.compartments == ALL


def test_somebody_with_two_laptops_has_a_place_on_both(world: World) -> None:
    world.device("pc-ben-2", by=ADA)
    world.signer("ben", "pc-ben-2", by=ADA)
    # A second signer of the same person on the first laptop, too.
    facts = SignerFacts(
        SignerId(ident("ben#3")), UserId(ident("ben")), DeviceId(ident("pc-ben")), b"e", b"m"
    )
    world.act(facts, ADA)
    devices = {member.device for member in world.powers().memberships(CASE)}
    assert devices == {ident("pc-ben"), ident("pc-ben-2")}


def test_invitations_adoptions_and_a_vault_that_was_taken_in_are_known(world: World) -> None:
    invite = InviteFacts(b"i" * 16, UserId(ident("kim")), "kim", frozenset(), b"e", b"m")
    stated = world.act(invite, ADA)
    adopted = world.act(AdoptionFacts(frozenset({b"c" * 16})), ADA)
    old = ScopeId(ident("alone"))
    world.act(MergeFacts(old, frozenset({ActId(b"h" * 16)})), ADA)
    organisation = world.powers().organisation
    assert organisation.invitations == {b"i" * 16: (stated, invite)}
    assert organisation.invitations_ever == organisation.invitations
    assert world.powers().adopter(ORG, b"c" * 32) == adopted.issuer
    assert organisation.merged == {old}


def test_acts_of_a_vault_that_was_taken_in_leave_no_gap_in_its_cases(world: World) -> None:
    name = ActId(b"h" * 16)
    world.act(MergeFacts(ScopeId(ident("alone")), frozenset({name})), ADA)
    facts = GrantFacts(UserId(ident("cai")), GrantRole.CONTRIBUTOR, frozenset({1}))
    names = tuple(sorted((name, *(act.act for act in world.acts))))
    world.acts.append(Act(ActId(b"g" * 16), CASE, facts, signer_of(*LEAD), names))
    assert world.may(*OTHER) == Right.HELD


def test_has_ended_says_whether_anything_ever_did(world: World) -> None:
    assert not world.powers().has_ended(CASE)
    grant = world.grant("cai", GrantRole.LEAD, by=signer_of(*LEAD))
    world.remove(grant.act, by=signer_of(*LEAD), scope=CASE)
    assert world.powers().has_ended(CASE)
    assert not world.powers().has_ended(ORG)
    world.remove(DeviceId(ident("pc-dot")), by=signer_of("ada", "pc1"))
    assert world.powers().has_ended(ORG)
    assert world.powers().has_ended(ScopeId(ident("case-2")))


def test_what_was_certified_stays_known_after_the_end(world: World) -> None:
    world.remove(DeviceId(ident("pc-cai")), by=signer_of("ada", "pc1"))
    world.remove(UserId(ident("cai")), by=signer_of("ada", "pc1"))
    organisation = world.powers().organisation
    assert organisation.certified_signer(signer_of(*OTHER)).user == ident("cai")
    assert organisation.certified_signer(SignerId(ident("nobody"))) is None
    device = certified_device(organisation, DeviceId(ident("pc-cai")))
    assert device is not None
    assert device.device == ident("pc-cai")
    assert certified_device(organisation, DeviceId(ident("pc-ben"))).device == ident("pc-ben")
    assert certified_device(organisation, DeviceId(ident("unheard"))) is None
    assert certified_user(organisation, ident("cai")).user == ident("cai")
    assert certified_user(organisation, ident("unheard")) is None


def test_the_newest_certificate_of_a_person_is_the_one_that_is_told(world: World) -> None:
    world.user("cai", "shelter", by=signer_of("ada", "pc1"))
    told = certified_user(world.powers().organisation, ident("cai"))
    assert told is not None
    assert told.roles == {"shelter"}


def test_the_newest_certificate_of_a_standing_device_is_told(world: World) -> None:
    world.act(DeviceFacts(DeviceId(ident("pc-cai")), b"e", b"m", b"k", "renamed"), ADA)
    told = certified_device(world.powers().organisation, DeviceId(ident("pc-cai")))
    assert told is not None
    assert told.label == "renamed"


def test_when_a_device_was_certified_first(world: World) -> None:
    world.device("pc-late", by=signer_of("ada", "pc1"), at_ms=9_000)
    world.device("pc-late", by=signer_of("ada", "pc1"), at_ms=7_000)
    world.device("pc-other", by=signer_of("ada", "pc1"), at_ms=5_000)
    organisation = world.powers().organisation
    assert certified_ms(organisation, DeviceId(ident("pc-late"))) == 7_000
    assert certified_ms(organisation, DeviceId(ident("unheard"))) == 0


def test_of_two_signers_on_one_laptop_the_newer_one_stands(world: World) -> None:
    ada = signer_of("ada", "pc1")
    before = present_signers(world.powers().organisation, UserId(ident("ben")))
    assert [one.signer for one in before] == [signer_of(*LEAD)]
    world.device("pc-ben-2", by=ada)
    world.signer("ben", "pc-ben-2", by=ada)
    both = present_signers(world.powers().organisation, UserId(ident("ben")))
    assert {one.device for one in both} == {ident("pc-ben"), ident("pc-ben-2")}
    newer = replaced(world, "ben", "pc-ben", ada)
    stands = present_signers(world.powers().organisation, UserId(ident("ben")))
    assert {one.signer for one in stands} == {newer, signer_of("ben", "pc-ben-2")}
    assert all(one.user == ident("ben") for one in stands)


def replaced(world: World, user: str, device: str, by: SignerId) -> SignerId:
    """A new signer on the same laptop: the seed of the older one was lost."""
    newer = SignerId(ident(f"{user}@{device}#2"))
    facts = SignerFacts(newer, UserId(ident(user)), DeviceId(ident(device)), b"e", b"m")
    world.act(facts, by)
    return newer


def test_a_registrar_leads_the_organisation_and_nobody_else_does(world: World) -> None:
    powers = world.powers()
    assert powers.is_lead(signer_of("ada", "pc1"), ORG)
    assert not powers.is_lead(signer_of(*LEAD), ORG)
    assert powers.is_lead(signer_of(*LEAD), CASE)
    assert powers.is_registrar(signer_of("ada", "pc1"))
    assert not powers.is_registrar(signer_of(*LEAD))
    assert powers.is_registrar(ROOT)

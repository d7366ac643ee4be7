"""What stands of the work of a removed person: the cut decides, a lead adopts (sync.md 13)."""

import itertools

import pytest
from tests.fakes.acts import CASE, ORG, World, founded, ident, signer_of

from nrm_desktop.domain.acts import AdoptionFacts, Cut, GrantRole
from nrm_desktop.domain.authority import Place, Right
from nrm_desktop.domain.ids import DeviceId

ADA = signer_of("ada", "pc1")
BEN = signer_of("ben", "pc-ben")
HERE = Place(BEN, DeviceId(ident("pc-ben")), CASE, 1)
HEALTH = Place(BEN, DeviceId(ident("pc-ben")), CASE, 5)
BLIND = ident("log")
CUT = Cut(None, ((BLIND, 3, ident("head")),))
LATER = Cut(None, ((BLIND, 9, ident("later")),))
pytestmark = pytest.mark.threat("T22")


def adopt(world: World, *commits: bytes, by: bytes, **how) -> None:
    world.act(AdoptionFacts(frozenset(commits)), by, CASE, **how)


def at(seq: int):
    """Where a commit of the one log lies: below a cut whose number is not smaller."""
    return lambda cut: any(blind == BLIND and seq <= most for blind, most, _ in cut.logs)


def stands(world: World, seq: int, place: Place = HERE) -> bool:
    return world.powers().footing(place).holds(at(seq))


def led_by_ada(role: GrantRole = GrantRole.CONTRIBUTOR) -> World:
    world = founded("ben", "cai")
    world.open_case("ada", "pc1")
    world.grant("ben", role, by=ADA)
    return world


SUBJECTS = {"user": ident("ben"), "device": ident("pc-ben"), "signer": BEN}


@pytest.mark.parametrize(
    ("subject", "scope"), [*((name, ORG) for name in SUBJECTS), ("user", CASE)]
)
def test_up_to_the_cut_it_stands_and_above_it_does_not(subject: str, scope) -> None:
    world = led_by_ada()
    world.remove(SUBJECTS[subject], by=ADA, scope=scope, cut=CUT)
    assert world.may("ben", "pc-ben") == Right.ENDED
    assert [stands(world, seq) for seq in (1, 3, 4)] == [True, True, False]


def test_of_two_removals_the_lower_cut_decides() -> None:
    world = led_by_ada()
    known = tuple(world.acts)
    org = tuple(act for act in known if act.scope == ORG)
    world.remove(ident("ben"), by=ADA, scope=ORG, after=org, cut=LATER)
    world.remove(ident("ben"), by=ADA, scope=CASE, after=known, cut=CUT)
    assert [stands(world, seq) for seq in (3, 4, 9)] == [True, False, False]


def test_who_is_taken_back_by_somebody_who_knew_of_the_removal_counts_again() -> None:
    world = led_by_ada()
    world.remove(ident("ben"), by=ADA, scope=CASE, cut=CUT)
    world.grant("ben", GrantRole.CONTRIBUTOR, by=ADA)
    assert world.may("ben", "pc-ben") == Right.HELD
    assert stands(world, 99)


def test_a_second_removal_does_not_bring_the_first_cut_back() -> None:
    world = led_by_ada()
    world.remove(ident("ben"), by=ADA, scope=CASE, cut=CUT)
    world.grant("ben", GrantRole.CONTRIBUTOR, by=ADA)
    world.remove(ident("ben"), by=ADA, scope=CASE, cut=LATER)
    assert [stands(world, seq) for seq in (5, 9, 10)] == [True, True, False]


def test_narrowing_ends_one_compartment_and_no_other() -> None:
    world = founded("ben")
    world.open_case("ada", "pc1")
    wide = world.grant("ben", GrantRole.CONTRIBUTOR, by=ADA)
    world.remove(wide.act, by=ADA, reason="narrowed", scope=CASE, cut=CUT)
    world.grant("ben", GrantRole.CONTRIBUTOR, frozenset({1}), by=ADA)
    assert world.may("ben", "pc-ben", 1) == Right.HELD
    assert world.may("ben", "pc-ben", 5) == Right.ENDED
    assert [stands(world, seq, HEALTH) for seq in (3, 4)] == [True, False]
    assert stands(world, 4)


def test_a_removal_without_a_cut_lets_nothing_stand() -> None:
    world = led_by_ada()
    world.remove(ident("ben"), by=ADA)
    assert not stands(world, 1)


ROLES = (None, *GrantRole)
WHENS = ("never", "before", "after", "concurrent")


@pytest.mark.parametrize(("role", "when"), list(itertools.product(ROLES, WHENS)))
def test_grant_matrix(role: GrantRole | None, when: str) -> None:
    """Role x writing x removal before, after or concurrent with the grant."""
    world = founded("ben")
    opening = world.open_case("ada", "pc1")
    org = tuple(act for act in world.acts if act.scope == ORG)
    seen = (*org, opening)
    if when == "before":
        world.remove(ident("ben"), by=ADA, scope=CASE, cut=CUT)
    if role is not None:
        after = None if when == "before" else seen
        world.grant("ben", role, by=ADA, after=after)
    if when == "concurrent":
        world.remove(ident("ben"), by=ADA, scope=CASE, after=seen, cut=CUT)
    if when == "after":
        world.remove(ident("ben"), by=ADA, scope=CASE, cut=CUT)
    assert world.may("ben", "pc-ben") == _expected(role, when)
    may_stand = role is not None and role.may_write
    is_open = when in {"never", "before"}
    assert stands(world, 1) == may_stand
    assert stands(world, 4) == (may_stand and is_open)


def _expected(role: GrantRole | None, when: str) -> Right:
    if role is None:
        return Right.PENDING
    if when in {"after", "concurrent"}:
        return Right.ENDED
    return Right.HELD if role.may_write else Right.MISSING


def test_a_lead_adopts_and_nobody_else() -> None:
    world = led_by_ada()
    world.grant("cai", GrantRole.CONTRIBUTOR, by=ADA)
    world.remove(ident("ben"), by=ADA, cut=CUT)
    commit = ident("commit")
    adopt(world, commit, by=signer_of("cai", "pc-cai"))
    adopt(world, commit, by=BEN)
    assert world.powers().adopter(CASE, commit + bytes(16)) is None
    adopt(world, commit, by=ADA)
    assert world.powers().adopter(CASE, commit + bytes(16)) == ADA
    assert world.powers().adopter(CASE, ident("other")) is None


def test_what_a_lead_adopted_unseen_by_who_removed_that_lead_does_not_count() -> None:
    world = led_by_ada(GrantRole.LEAD)
    known = tuple(act for act in world.acts if act.scope == CASE)
    adopt(world, ident("seen"), by=BEN)
    seen = world.acts[-1]
    world.remove(ident("ben"), by=ADA, scope=CASE, after=(seen,))
    adopt(world, ident("unseen"), by=BEN, after=known)
    assert world.powers().adopter(CASE, ident("seen")) == BEN
    assert world.powers().adopter(CASE, ident("unseen")) is None


def test_a_word_that_is_worth_nothing_is_void_and_an_unknown_signer_is_not() -> None:
    world = led_by_ada(GrantRole.LEAD)
    ben_leads = world.acts[-1]
    world.grant("cai", GrantRole.CONTRIBUTOR, by=BEN, after=(ben_leads,))
    cai = Place(signer_of("cai", "pc-cai"), DeviceId(ident("pc-cai")), CASE, 1)
    assert world.may("cai", "pc-cai") == Right.HELD
    world.remove(ident("ben"), by=ADA, scope=CASE, after=(ben_leads,))
    assert world.may("cai", "pc-cai") == Right.PENDING
    assert world.powers().footing(cai).is_void
    nobody = Place(signer_of("eve", "pc-eve"), DeviceId(ident("pc-eve")), CASE, 1)
    assert not world.powers().footing(nobody).is_void

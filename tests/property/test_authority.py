"""Authority over random histories: order has no influence, and power never comes from nowhere."""

from __future__ import annotations

import random
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes.acts import CASE, ORG, ROOT, World, ident, signer_of

from nrm_desktop.domain.acts import Act, AdoptionFacts, Cut, GrantFacts, GrantRole
from nrm_desktop.domain.authority import Place, Powers, Right
from nrm_desktop.domain.ids import DeviceId

PEOPLE = ("ada", "rex", "ben", "cai")
COMMIT = ident("commit")
REGISTRARS = (("ada", "pc-ada"), ("rex", "pc-rex"))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Two registrars, four people, one case; anybody states anything, knowing anything."""
    world = World(registrars=REGISTRARS)
    for name in PEOPLE:
        world.join(name, f"pc-{name}", "case_manager")
    world.open_case("ben", "pc-ben")
    for _ in range(draw(st.integers(0, 9))):
        _draw_act(draw, world)
    return world


def _draw_act(draw: st.DrawFn, world: World) -> None:
    name = draw(st.sampled_from(PEOPLE))
    issuer = draw(st.sampled_from([*(signer_of(n, f"pc-{n}") for n in PEOPLE), ROOT]))
    scope = draw(st.sampled_from([CASE, CASE, ORG]))
    known = [a for a in world.acts if a.scope in {ORG, scope}]
    after = tuple(draw(st.lists(st.sampled_from(known), max_size=3, unique_by=lambda a: a.act)))
    subject = draw(
        st.sampled_from(
            [ident(name), ident(f"pc-{name}"), signer_of(name, f"pc-{name}"), known[-1].act]
        )
    )
    match draw(st.sampled_from(["grant", "grant", "remove", "certify", "adopt"])):
        case "grant":
            role = draw(st.sampled_from([GrantRole.LEAD, GrantRole.CONTRIBUTOR]))
            world.grant(name, role, by=issuer, scope=scope, after=after)
        case "remove":
            cut = Cut(None, ((ident("log"), draw(st.integers(1, 4)), ident("head")),))
            world.remove(subject, by=issuer, scope=scope, after=after, cut=cut)
        case "adopt":
            world.act(AdoptionFacts(frozenset({COMMIT})), issuer, scope, after)
        case _:
            world.signer(name, f"pc-{name}", by=issuer, after=after)


def _seen(powers: Powers) -> tuple[object, ...]:
    """Everything that can be asked, as one value."""
    rights = tuple(powers.may_write(place) for place in _places())
    standing = tuple(
        powers.footing(place).holds(partial(_is_below, seq))
        for place in _places()
        for seq in range(1, 6)
    )
    void = tuple(powers.footing(place).is_void for place in _places())
    adopted = tuple(powers.adopter(scope, COMMIT) for scope in (CASE, ORG))
    leads = tuple(powers.is_lead(signer_of(n, f"pc-{n}"), CASE) for n in PEOPLE)
    decided = (standing, adopted)
    return rights, leads, powers.memberships(CASE), decided, void, powers.heads(CASE)


def _places() -> list[Place]:
    return [
        Place(signer_of(n, f"pc-{n}"), DeviceId(ident(f"pc-{n}")), scope, 1)
        for n in PEOPLE
        for scope in (CASE, ORG)
    ]


def _is_below(seq: int, cut: Cut) -> bool:
    return any(seq <= most for _, most, _ in cut.logs)


@pytest.mark.threat("T23")
@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_authority_is_independent_of_arrival_order(world: World, shuffler: random.Random) -> None:
    shuffled = list(world.acts)
    shuffler.shuffle(shuffled)
    assert _seen(world.powers(shuffled)) == _seen(world.powers())
    assert _seen(world.powers([*shuffled, *world.acts])) == _seen(world.powers())


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_a_removal_only_ever_takes_power_away(world: World) -> None:
    """R: whoever holds a right after a removal that names a person held it before."""
    before = _holders(world.powers())
    for name in PEOPLE:
        known = tuple(world.acts)
        added = world.remove(ident(name), by=signer_of("ada", "pc-ada"), after=_org(known))
        after = _holders(world.powers())
        assert after <= before
        world.acts.remove(added)


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_every_standing_grant_rests_on_a_chain_to_the_opener_or_the_root(world: World) -> None:
    """Nobody holds a place in a case unless somebody with power gave it."""
    powers = world.powers()
    acts = {act.act: act for act in world.acts}
    for member in powers.memberships(CASE):
        assert _has_origin(acts[member.grant], acts), "power came from nowhere"


@pytest.mark.threat("T19")
@given(worlds(), st.sampled_from(PEOPLE))
@settings(max_examples=150, deadline=None)
def test_an_outsider_gains_nothing_by_stating_things(world: World, friend: str) -> None:
    """Acts of a signer whom nobody certified change no answer."""
    before = _seen(world.powers())[:4]
    eve = signer_of("eve", "pc-eve")
    world.grant(friend, GrantRole.LEAD, by=eve)
    world.grant("eve", GrantRole.LEAD, by=eve, opening=True, after=())
    world.remove(ident("ben"), by=eve, scope=CASE)
    world.remove(ident("ada"), by=eve)
    world.user(friend, "it", by=eve)
    assert _seen(world.powers())[:4] == before


def _org(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    return tuple(act for act in acts if act.scope == ORG)


def _holders(powers: Powers) -> set[tuple[str, bytes]]:
    return {
        (name, scope)
        for name in PEOPLE
        for scope in (CASE, ORG)
        if powers.may_write(
            Place(signer_of(name, f"pc-{name}"), DeviceId(ident(f"pc-{name}")), scope, 1)
        )
        is Right.HELD
    }


def _has_origin(act: Act, acts: dict[bytes, Act]) -> bool:
    """The definition by its own words: an opening, a root's act, or a lead's in the past."""
    if act.issuer == ROOT or (isinstance(act.facts, GrantFacts) and act.facts.is_opening):
        return True
    return any(
        isinstance(earlier.facts, GrantFacts)
        and earlier.facts.role is GrantRole.LEAD
        and signer_of(_name(earlier), f"pc-{_name(earlier)}") == act.issuer
        and _has_origin(earlier, acts)
        for earlier in _past(act, acts)
        if earlier.scope == CASE
    )


def _name(act: Act) -> str:
    assert isinstance(act.facts, GrantFacts)
    return act.facts.user.decode().rstrip(".")


def _past(act: Act, acts: dict[bytes, Act]) -> list[Act]:
    found: dict[bytes, Act] = {}
    waiting = list(act.after)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = acts[name]
            waiting.extend(acts[name].after)
    return list(found.values())


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_a_right_that_is_held_lets_every_commit_stand_and_no_other_does(world: World) -> None:
    """The two views agree: `may_write` is what `footing` says of a commit above every cut."""
    powers = world.powers()
    for place in _places():
        is_held = powers.may_write(place) is Right.HELD
        assert powers.footing(place).holds(lambda _: False) == is_held

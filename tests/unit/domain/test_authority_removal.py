"""Authority after removals: rule 2 and rule 3 (sync.md sections 11 and 13)."""

import pytest
from tests.fakes.acts import CASE, ORG, ROOT, World, founded, ident, signer_of

from nrm_desktop.domain.acts import Delegate, GrantRole
from nrm_desktop.domain.authority import Place, Right
from nrm_desktop.domain.ids import DeviceId

ADA = signer_of("ada", "pc1")
BEN = signer_of("ben", "pc-ben")
pytestmark = pytest.mark.threat("T22")


def _led_by_ada_and_ben() -> World:
    world = founded("ben", "cai")
    world.open_case("ada", "pc1")
    world.grant("ben", GrantRole.LEAD, by=ADA)
    return world


@pytest.mark.promise("P12")
@pytest.mark.parametrize("subject", ["ben", "pc-ben"])
def test_a_removed_user_or_device_no_longer_writes(subject: str) -> None:
    world = _led_by_ada_and_ben()
    world.remove(ident(subject), by=ADA)
    assert world.may("ben", "pc-ben") == Right.ENDED
    members = {m.user for m in world.powers().memberships(CASE)}
    assert ident("ben") not in members


def test_a_removal_of_the_signer_leaves_the_user_on_other_devices() -> None:
    world = _led_by_ada_and_ben()
    world.join("ben", "pc2", "case_manager")
    world.remove(BEN, by=ADA)
    assert world.may("ben", "pc-ben") == Right.ENDED
    assert world.may("ben", "pc2") == Right.HELD


def test_removal_beats_a_concurrent_grant() -> None:
    world = founded("ben")
    opening = world.open_case("ada", "pc1")
    first = world.grant("ben", GrantRole.READER, by=ADA)
    world.grant("ben", GrantRole.CONTRIBUTOR, by=ADA, after=(opening,))
    world.remove(ident("ben"), by=ADA, scope=CASE, after=(first,))
    assert world.may("ben", "pc-ben") == Right.ENDED


def test_a_grant_that_knows_of_the_removal_restores() -> None:
    world = _led_by_ada_and_ben()
    world.remove(ident("ben"), by=ADA, scope=CASE)
    world.grant("ben", GrantRole.CONTRIBUTOR, by=ADA)
    assert world.may("ben", "pc-ben") == Right.HELD


def test_what_a_removed_lead_granted_later_does_not_count() -> None:
    world = _led_by_ada_and_ben()
    known = world.acts[-1]
    seen = world.grant("cai", GrantRole.READER, by=BEN)
    world.remove(ident("ben"), by=ADA, scope=CASE, after=(seen,))
    world.grant("cai", GrantRole.CONTRIBUTOR, by=BEN, after=(known,))
    grants = {facts.role for _, facts in world.powers().grants_of(ident("cai"), CASE)}
    assert grants == {GrantRole.READER}


def test_a_chain_that_rests_on_a_voided_lead_falls_with_it() -> None:
    world = _led_by_ada_and_ben()
    ben_leads = world.acts[-1]
    cai_leads = world.grant("cai", GrantRole.LEAD, by=BEN, after=(ben_leads,))
    world.join("dov", "pc-dov")
    world.grant("dov", GrantRole.CONTRIBUTOR, by=signer_of("cai", "pc-cai"), after=(cai_leads,))
    assert world.may("dov", "pc-dov") == Right.HELD
    world.remove(ident("ben"), by=ADA, scope=CASE, after=(ben_leads,))
    assert world.may("dov", "pc-dov") == Right.PENDING


@pytest.mark.parametrize("at_ms", range(6))
def test_leads_who_remove_each_other_are_both_removed(at_ms: int) -> None:
    """Whichever of the two has the lower id."""
    world = founded("ben", "cai")
    world.open_case("ben", "pc-ben")
    known = world.grant("cai", GrantRole.LEAD, by=BEN)
    world.remove(ident("cai"), by=BEN, scope=CASE, after=(known,), at_ms=at_ms)
    world.remove(ident("ben"), by=signer_of("cai", "pc-cai"), scope=CASE, after=(known,))
    assert world.may("cai", "pc-cai") == world.may("ben", "pc-ben") == Right.ENDED


def test_a_removed_lead_removes_nobody_after_knowing_it() -> None:
    world = _led_by_ada_and_ben()
    world.remove(ident("ben"), by=ADA, scope=CASE)
    world.remove(ident("ada"), by=BEN, scope=CASE)
    assert world.may("ada", "pc1") == Right.HELD


def test_the_opener_cannot_open_the_own_case_again_after_removal() -> None:
    world = _led_by_ada_and_ben()
    removal = world.remove(ident("ada"), by=BEN, scope=CASE)
    world.open_case("ada", "pc1", after=(), at_ms=5)
    world.open_case("ada", "pc1", after=(removal,))
    assert world.may("ada", "pc1") == Right.ENDED


def test_what_a_person_removed_by_the_office_had_granted_stays() -> None:
    world = _led_by_ada_and_ben()
    world.grant("cai", GrantRole.CONTRIBUTOR, by=BEN)
    world.remove(ident("ben"), by=ADA)
    assert world.may("cai", "pc-cai") == Right.HELD


def test_after_removal_by_the_office_no_act_that_knows_of_it_counts() -> None:
    world = _led_by_ada_and_ben()
    world.remove(ident("ben"), by=ADA)
    world.grant("cai", GrantRole.CONTRIBUTOR, by=BEN)
    assert world.may("cai", "pc-cai") == Right.PENDING


def test_a_narrowed_grant_is_ended_by_its_id() -> None:
    world = founded("ben")
    world.open_case("ada", "pc1")
    wide = world.grant("ben", GrantRole.CONTRIBUTOR, by=ADA)
    world.remove(wide.act, by=ADA, reason="narrowed", scope=CASE)
    world.grant("ben", GrantRole.CONTRIBUTOR, frozenset({1}), by=ADA)
    assert world.may("ben", "pc-ben", 5) == Right.ENDED
    assert world.may("ben", "pc-ben", 1) == Right.HELD


def test_a_removed_registrar_certifies_nobody_later_and_what_was_seen_stays() -> None:
    world = World(registrars=(("ada", "pc1"), ("rex", "pc2")))
    rex = signer_of("rex", "pc2")
    seen = world.user("ben", by=rex, after=())
    world.remove(ident("rex"), by=ADA, after=(seen,))
    world.user("eve", by=rex, after=(seen,))
    world.user("kim", by=rex)
    assert set(world.powers().organisation.users) == {ident("ben")}
    assert not world.powers().is_registrar(rex)


def test_registrars_who_remove_each_other_are_both_removed_until_the_root_speaks() -> None:
    world = World(registrars=(("ada", "pc1"), ("rex", "pc2")))
    rex = signer_of("rex", "pc2")
    by_rex = world.remove(ADA, by=rex, after=())
    world.remove(rex, by=ADA, after=())
    assert not world.powers().is_registrar(ADA)
    world.delegates[1] = Delegate(ADA, ident("ada"), since=(by_rex.act,))
    world.delegates[2] = Delegate(rex, ident("rex"), dropped=(by_rex.act,))
    assert world.powers().is_registrar(ADA)
    world.remove(ident("ada"), by=rex, after=())
    assert world.powers().is_registrar(ADA)
    world.user("ben", by=ADA)
    assert ident("ben") in world.powers().organisation.users


def test_what_the_root_restores_outranks_a_concurrent_removal() -> None:
    world = founded("ben")
    known = world.acts[-1]
    world.user("ben", "case_manager", by=ROOT, after=(known,))
    world.remove(ident("ben"), by=ADA, after=(known,))
    assert ident("ben") in world.powers().organisation.users
    world.remove(ident("ben"), by=ADA)
    assert ident("ben") not in world.powers().organisation.users


def test_nobody_removes_a_root_key() -> None:
    world = founded()
    world.remove(ROOT, by=ADA)
    world.user("ben", by=ROOT)
    assert ident("ben") in world.powers().organisation.users


def test_the_removals_that_touch_a_place_are_named_with_their_reason() -> None:
    world = _led_by_ada_and_ben()
    office = world.remove(ident("pc-ben"), by=ADA, reason="lost")
    case = world.remove(ident("ben"), by=ADA, reason="narrowed", scope=CASE)
    other = world.remove(ident("cai"), by=ADA, scope=ORG)
    place = Place(BEN, DeviceId(ident("pc-ben")), CASE, 1)
    named = world.powers().footing(place).removals()
    assert set(named) == {office, case}
    assert other not in named


def test_a_person_who_comes_back_needs_a_new_place_in_every_case() -> None:
    """Neither old grants nor what would rest on them revives with a new certificate."""
    world = _led_by_ada_and_ben()
    world.remove(ident("ben"), by=ADA)
    world.join("ben", "pc-ben", "case_manager")
    assert world.may("ben", "pc-ben") == Right.ENDED
    world.grant("cai", GrantRole.CONTRIBUTOR, by=BEN)
    assert world.may("cai", "pc-cai") == Right.PENDING
    world.grant("ben", GrantRole.LEAD, by=ADA)
    world.grant("cai", GrantRole.CONTRIBUTOR, by=BEN)
    assert world.may("ben", "pc-ben") == world.may("cai", "pc-cai") == Right.HELD


def test_a_removed_signer_grants_nothing_more_once_it_is_known() -> None:
    world = _led_by_ada_and_ben()
    world.join("ben", "pc2", "case_manager")
    world.remove(BEN, by=ADA)
    world.grant("cai", GrantRole.CONTRIBUTOR, by=BEN)
    assert world.may("cai", "pc-cai") == Right.PENDING
    world.grant("cai", GrantRole.CONTRIBUTOR, by=signer_of("ben", "pc2"))
    assert world.may("cai", "pc-cai") == Right.HELD


def test_a_lead_restored_by_the_root_outranks_a_concurrent_removal_in_the_case() -> None:
    world = _led_by_ada_and_ben()
    known = world.acts[-1]
    world.grant("cai", GrantRole.LEAD, by=ROOT, after=(known,))
    world.remove(ident("cai"), by=BEN, scope=CASE, after=(known,))
    assert world.powers().is_lead(signer_of("cai", "pc-cai"), CASE)


def test_the_root_removes_what_the_root_stated() -> None:
    world = founded("ben")
    known = world.acts[-1]
    world.user("ben", "case_manager", by=ROOT, after=(known,))
    world.remove(ident("ben"), by=ROOT, after=(known,))
    assert ident("ben") not in world.powers().organisation.users


def test_a_registrar_removes_in_a_case_without_leading_it() -> None:
    world = founded("ben", "cai")
    world.open_case("ben", "pc-ben")
    world.grant("cai", GrantRole.CONTRIBUTOR, by=BEN)
    world.remove(ident("cai"), by=ADA, scope=CASE)
    assert world.may("cai", "pc-cai") == Right.ENDED


def test_a_removed_registrar_who_knows_it_removes_nobody() -> None:
    world = World(registrars=(("ada", "pc1"), ("rex", "pc2")))
    world.user("ben", by=ADA)
    world.remove(ident("rex"), by=ADA)
    world.remove(ident("ben"), by=signer_of("rex", "pc2"))
    assert ident("ben") in world.powers().organisation.users

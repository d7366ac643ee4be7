"""Authority: certificates, grants and the right to write (sync.md section 11)."""

import pytest
from tests.fakes.acts import ALL, CASE, ORG, ROOT, World, founded, ident, signer_of

from nrm_desktop.domain.acts import Delegate, GrantRole
from nrm_desktop.domain.authority import Place, Right
from nrm_desktop.domain.ids import DeviceId

ADA = signer_of("ada", "pc1")
BEN = signer_of("ben", "pc-ben")


def test_an_unknown_signer_waits_and_is_not_refused() -> None:
    world = founded()
    assert world.may("ben", "pc-ben") == Right.PENDING


def test_the_opener_of_a_case_writes_everywhere_in_it() -> None:
    world = founded()
    world.open_case("ada", "pc1")
    assert {world.may("ada", "pc1", comp) for comp in ALL} == {Right.HELD}


def test_a_grant_covers_its_compartments_and_no_others() -> None:
    world = founded("ben")
    world.open_case("ada", "pc1")
    world.grant("ben", GrantRole.CONTRIBUTOR, frozenset({1, 4}), by=ADA)
    assert world.may("ben", "pc-ben", 4) == Right.HELD
    assert world.may("ben", "pc-ben", 5) == Right.MISSING


def test_a_reader_reads_and_does_not_write() -> None:
    world = founded("ben")
    world.open_case("ada", "pc1")
    grant = world.grant("ben", GrantRole.READER, frozenset({1}), by=ADA)
    assert world.may("ben", "pc-ben", 1) == Right.MISSING
    members = {(m.device, m.grant) for m in world.powers().memberships(CASE)}
    assert (ident("pc-ben"), grant.act) in members


def test_without_any_grant_in_the_scope_a_commit_waits() -> None:
    world = founded("ben")
    world.open_case("ada", "pc1")
    assert world.may("ben", "pc-ben") == Right.PENDING


def test_a_signer_on_another_device_than_certified_is_refused() -> None:
    world = founded("ben")
    world.open_case("ada", "pc1")
    place = Place(ADA, DeviceId(ident("pc-ben")), CASE, 1)
    assert world.powers().may_write(place) is Right.MISSING


def test_only_registrars_certify() -> None:
    world = founded("ben")
    world.join("eve", "pc-eve", "case_manager", by=BEN)
    assert ident("eve") not in world.powers().organisation.users
    assert world.may("eve", "pc-eve") == Right.PENDING


def test_a_contributor_cannot_grant() -> None:
    world = founded("ben", "cai")
    world.open_case("ada", "pc1")
    world.grant("ben", GrantRole.CONTRIBUTOR, by=ADA)
    world.grant("cai", GrantRole.CONTRIBUTOR, by=BEN)
    assert world.may("cai", "pc-cai") == Right.PENDING


def test_a_lead_made_by_a_lead_can_grant() -> None:
    world = founded("ben", "cai")
    world.open_case("ada", "pc1")
    world.grant("ben", GrantRole.LEAD, by=ADA)
    world.grant("cai", GrantRole.CONTRIBUTOR, by=BEN)
    assert world.may("cai", "pc-cai") == Right.HELD
    assert world.powers().is_lead(BEN, CASE)


def test_nobody_leads_a_case_by_granting_it_to_themselves() -> None:
    world = founded("ben")
    world.open_case("ada", "pc1")
    world.grant("ben", GrantRole.LEAD, by=BEN)
    world.grant("ben", GrantRole.LEAD, by=BEN, after=())
    assert not world.powers().is_lead(BEN, CASE)


def test_an_opening_after_other_acts_of_the_case_does_not_count() -> None:
    world = founded("ben")
    opening = world.open_case("ada", "pc1")
    world.grant("ben", GrantRole.LEAD, by=BEN, opening=True, after=(opening,))
    assert not world.powers().is_lead(BEN, CASE)


def test_opening_needs_a_role_that_may_open_cases() -> None:
    world = founded()
    world.join("ben", "pc-ben", "shelter")
    world.open_case("ben", "pc-ben")
    assert world.may("ben", "pc-ben") == Right.PENDING


def test_a_later_loss_of_the_opening_role_takes_no_case_away() -> None:
    world = founded("ben")
    world.open_case("ben", "pc-ben")
    world.user("ben", "shelter", by=ADA, after=tuple(a for a in world.acts if a.scope == ORG))
    assert world.powers().organisation.users[ident("ben")].roles == {"shelter"}
    assert world.may("ben", "pc-ben") == Right.HELD


def test_a_new_user_works_before_the_certificate_and_counts_after_it() -> None:
    world = founded()
    world.open_case("ben", "pc-ben", after=())
    assert world.may("ben", "pc-ben") == Right.PENDING
    world.join("ben", "pc-ben", "case_manager")
    assert world.may("ben", "pc-ben") == Right.HELD


def test_an_act_with_a_gap_in_its_past_waits_until_the_gap_is_filled() -> None:
    world = founded("ben")
    opening = world.open_case("ada", "pc1")
    grant = world.grant("ben", GrantRole.CONTRIBUTOR, by=ADA, after=(opening,))
    without = [act for act in world.acts if act != opening]
    assert world.powers(without).memberships(CASE) == ()
    assert grant.act in {m.grant for m in world.powers().memberships(CASE)}


def test_a_registrar_grants_in_the_organisation_and_not_in_a_case() -> None:
    world = founded("ben")
    world.grant("ben", GrantRole.CONTRIBUTOR, frozenset({65, 67}), by=ADA, scope=ORG)
    world.open_case("ben", "pc-ben")
    world.grant("ada", GrantRole.LEAD, by=ADA)
    assert world.may("ben", "pc-ben", 65, ORG) == Right.HELD
    assert world.may("ada", "pc1") == Right.PENDING


def test_a_root_key_restores_a_case_that_has_no_lead() -> None:
    world = founded("ben")
    world.open_case("ben", "pc-ben")
    world.remove(ident("ben"), by=ADA)
    world.grant("ada", GrantRole.LEAD, by=ROOT)
    assert world.may("ben", "pc-ben") == Right.ENDED
    assert world.powers().is_lead(ADA, CASE)


def test_an_expired_registrar_gives_no_new_power_and_old_ones_stay() -> None:
    world = World()
    world.delegates[1] = world.delegates[1].__class__(ADA, ident("ada"), not_after_ms=100)
    world.user("ben", by=ADA, at_ms=99)
    world.user("cai", by=ADA, at_ms=101)
    powers = world.powers()
    assert set(powers.organisation.users) == {ident("ben")}
    assert powers.is_registrar(ADA, 100)
    assert not powers.is_registrar(ADA, 101)


def test_an_expired_grant_still_writes_and_no_longer_grants() -> None:
    world = founded("ben", "cai")
    world.open_case("ada", "pc1")
    world.grant("ben", GrantRole.LEAD, by=ADA, not_after_ms=100)
    world.grant("cai", GrantRole.CONTRIBUTOR, by=BEN, at_ms=101)
    assert world.may("ben", "pc-ben") == Right.HELD
    assert world.may("cai", "pc-cai") == Right.PENDING


def test_two_certificates_at_once_give_only_the_roles_of_both() -> None:
    world = World()
    first = world.user("ben", "health", "case_manager", by=ADA, after=())
    world.user("ben", "lawyer", "case_manager", by=ADA, after=())
    assert world.powers().organisation.users[ident("ben")].roles == {"case_manager"}
    world.user("ben", "lawyer", by=ADA)
    assert world.powers().organisation.users[ident("ben")].roles == {"lawyer"}
    assert first in world.acts


def test_heads_name_what_nothing_follows() -> None:
    world = founded()
    opening = world.open_case("ada", "pc1")
    heads = world.powers().heads(CASE)
    assert opening.act in heads
    assert len(world.powers().heads(ORG)) == 1


def test_an_opening_for_somebody_else_or_with_another_role_does_not_count() -> None:
    world = founded("ben")
    world.grant("ben", GrantRole.LEAD, by=ADA, opening=True, after=())
    world.grant("ada", GrantRole.CONTRIBUTOR, by=ADA, opening=True, after=())
    assert world.powers().memberships(CASE) == ()


def test_a_known_loss_of_the_opening_role_ends_it() -> None:
    world = founded("ben")
    world.user("ben", "shelter", by=ADA)
    world.open_case("ben", "pc-ben")
    assert world.may("ben", "pc-ben") == Right.PENDING


@pytest.mark.parametrize("missing", ["user", "device"])
def test_without_a_certificate_of_user_or_device_a_signer_waits_and_gets_no_keys(
    missing: str,
) -> None:
    world = founded()
    world.open_case("ada", "pc1")
    world.signer("ben", "pc-ben", by=ADA)
    world.grant("ben", GrantRole.CONTRIBUTOR, by=ADA)
    rest = {
        "user": lambda: world.user("ben", by=ADA),
        "device": lambda: world.device("pc-ben", ADA),
    }
    rest.pop("device" if missing == "user" else "user")()
    assert world.may("ben", "pc-ben") == Right.PENDING
    assert {m.user for m in world.powers().memberships(CASE)} == {ident("ada")}
    rest[missing]()
    assert world.may("ben", "pc-ben") == Right.HELD
    assert {m.user for m in world.powers().memberships(CASE)} == {ident("ada"), ident("ben")}


def test_a_dropped_registrar_is_none() -> None:
    world = founded()
    world.delegates[1] = Delegate(ADA, ident("ada"), dropped=(world.acts[-1].act,))
    assert not world.powers().is_registrar(ADA)
    world.user("ben", by=ADA)
    assert set(world.powers().organisation.users) == {ident("ada")}

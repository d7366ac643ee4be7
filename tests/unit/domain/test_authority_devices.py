"""One signer on several devices: a restored laptop is a new device under the same people."""

from dataclasses import replace

import pytest
from tests.fakes.acts import CASE, World, founded, ident, signer_of

from nrm_desktop.domain.acts import GrantRole, SignerFacts
from nrm_desktop.domain.authority import Place, Right
from nrm_desktop.domain.ids import DeviceId

ADA, BEN = signer_of("ada", "pc1"), signer_of("ben", "pc-ben")
NEW = DeviceId(ident("pc-new"))
OLD = DeviceId(ident("pc-ben"))


@pytest.fixture
def world() -> World:
    world = founded("ben")
    world.open_case("ada", "pc1")
    world.grant("ben", GrantRole.CONTRIBUTOR, by=ADA)
    return world


def renewed(world: World) -> None:
    """Ada certifies Ben's new device, and his signer on it."""
    world.device("pc-new", by=ADA)
    known = world.powers().organisation.signers[BEN]
    assert isinstance(known, SignerFacts)
    world.act(replace(known, device=NEW), ADA)


def right(world: World, device: DeviceId) -> Right:
    return world.powers().may_write(Place(BEN, device, CASE, 1))


def test_what_is_written_on_a_device_nobody_knows_yet_waits(world):
    assert right(world, NEW) is Right.PENDING


def test_a_certified_second_device_writes_and_the_first_goes_on(world):
    renewed(world)

    assert right(world, NEW) is Right.HELD
    assert right(world, OLD) is Right.HELD


def test_both_devices_of_a_member_get_keys(world):
    renewed(world)

    devices = {each.device for each in world.powers().memberships(CASE)}
    assert {OLD, NEW} <= devices


@pytest.mark.threat("T19")
def test_a_device_that_is_known_for_somebody_else_is_refused(world):
    renewed(world)

    place = Place(ADA, NEW, CASE, 1)
    assert world.powers().may_write(place) is Right.MISSING


@pytest.mark.threat("T22")
def test_the_end_of_the_old_device_ends_nothing_on_the_new_one(world):
    renewed(world)
    world.remove(OLD, by=ADA, reason="lost")

    assert right(world, OLD) is Right.ENDED
    assert right(world, NEW) is Right.HELD
    assert OLD not in {each.device for each in world.powers().memberships(CASE)}


@pytest.mark.threat("T22")
def test_the_end_of_the_person_ends_both(world):
    renewed(world)
    world.remove(ident("ben"), by=ADA)

    assert right(world, OLD) is Right.ENDED
    assert right(world, NEW) is Right.ENDED

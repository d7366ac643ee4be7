"""To whom a notice may be sealed: the organisation that got the packet, and nobody else (R27)."""

import pytest
from tests.unit.exchange.world import Organisation

from nrm_desktop.app.exchange_ports import ReplyKeys
from nrm_desktop.app.handlers.registers import DirectoryEntry
from nrm_desktop.app.handlers.sealed_notices import card_for
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import ScopeId

pytestmark = pytest.mark.rule("R27")


@pytest.fixture(scope="module")
def lantern():
    return Organisation.founded("lantern")


@pytest.fixture(scope="module")
def keys(lantern):
    card = lantern.seals.own_card()
    return ReplyKeys(b"r" * 16, card.organisation, card.root, b"s" * 32, b"t" * 32)


def test_a_newer_card_of_the_same_organisation_is_good(lantern, keys):
    card = lantern.card()
    assert card_for(DirectoryEntry(cards=(card,)), keys) == card


def test_without_one_card_that_can_be_read_nothing_is_sealed(lantern, keys):
    for cards in ((), (b"damaged",), (lantern.card(), Organisation.founded("lantern").card())):
        with pytest.raises(Refused, match=r"policy\.no_card"):
            card_for(DirectoryEntry(cards=cards), keys)


def test_the_card_of_another_organisation_or_root_gets_nothing(lantern, keys):
    stranger = DirectoryEntry(cards=(Organisation.founded("other").card(),))
    with pytest.raises(Refused, match=r"policy\.notice_other_card"):
        card_for(stranger, keys)
    own = DirectoryEntry(cards=(lantern.card(),))
    for changed in (
        ReplyKeys(keys.reference, ScopeId(b"x" * 16), keys.root, keys.seed, keys.secret),
        ReplyKeys(keys.reference, keys.organisation, b"x" * 32, keys.seed, keys.secret),
    ):
        with pytest.raises(Refused, match=r"policy\.notice_other_card"):
            card_for(own, changed)

"""Keys of identities, founding, epochs, cases, keyboxes (sync.md 2, 7 and 11)."""

from __future__ import annotations

import pytest
from tests.fakes.clock import FakeClock
from tests.fakes.organisations import NOW_MS, Laptop, Stream, colleague, office

from nrm_desktop.app.wire.hashes import device_id, signer_id
from nrm_desktop.app.wire.keybox import decode_keybox, encode_keybox
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.domain.acts import GrantFacts, GrantRole, UserFacts
from nrm_desktop.domain.authority import Place, Right
from nrm_desktop.domain.errors import HostileInput, ProgramFault, Refused
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import UserId
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS
from nrm_desktop.security.identity.case_keys import CaseKeys, CaseOpener
from nrm_desktop.security.identity.epochs import key_for, new_epoch, newest_epoch, share_of
from nrm_desktop.security.identity.founding import act_chain, signer_facts
from nrm_desktop.security.identity.keyboxes import (
    Giver,
    give_exchange_keys,
    give_scope_keys,
    receive_keys,
)
from nrm_desktop.security.keys import DeviceKeys, DeviceSeeds, PersonSigner, SignerKeys
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.roster.acts import ActPlace
from nrm_desktop.security.sealing.derivation import compartment_key, epoch_id
from nrm_desktop.security.signing.cose import is_signed_once

ALL = frozenset(map(int, CASE_COMPARTMENTS))


def _giver(laptop: Laptop) -> Giver:
    return Giver(laptop.signer, laptop.roster, Hlc(NOW_MS))


def test_ids_follow_from_public_keys_and_keys_from_seeds() -> None:
    signer = SignerKeys(bytes(32))
    assert signer.id == signer_id(signer.public.ed25519)
    assert signer.public == SignerKeys(bytes(32)).public
    device = DeviceKeys(DeviceSeeds(bytes(32), b"\1" * 32, b"\2" * 32))
    assert device.id == device_id(device.public.ed25519)
    assert device.id != signer_id(device.public.ed25519)
    assert len({device.public.ed25519, signer.public.ed25519, device.kem.public.raw}) == 3


@pytest.mark.promise("P3")
def test_seeds_show_in_no_text_form() -> None:
    seeds = DeviceSeeds(b"A" * 32, b"B" * 32, b"C" * 32)
    assert "AAAA" not in repr(seeds)
    assert "0x" in repr(DeviceKeys(seeds))


def test_a_person_signs_commits_in_the_own_name() -> None:
    laptop = Laptop("ada")
    person = PersonSigner(laptop.signer, laptop.user)
    signature = person.sign_commit(b"header")
    assert (person.signer, person.user) == (laptop.signer.id, laptop.user)
    assert is_signed_once(SignLabel.COMMIT, laptop.signer.public, b"header", signature)
    assert not is_signed_once(SignLabel.ACT, laptop.signer.public, b"header", signature)


def test_a_founder_is_registrar_and_writes_in_the_whole_organisation() -> None:
    ada = Laptop("ada")
    made = ada.found()
    powers = ada.roster.powers
    assert ada.roster.organisation == made.organisation
    assert ada.roster.root.is_provisional
    assert powers.is_registrar(ada.signer.id, NOW_MS)
    assert not powers.is_registrar(ada.signer.id, NOW_MS + 366 * 24 * 3600 * 1000)
    rights = {
        powers.may_write(Place(ada.signer.id, ada.device.id, made.organisation, comp))
        for comp in range(65, 72)
    }
    assert rights == {Right.HELD}
    assert made.root_seed not in (made.root, *(one.signed for one in made.acts))
    assert repr(made.root_seed)[2:-1] not in repr(made)


def test_epochs_are_named_by_their_key_and_writers_choose_the_same() -> None:
    random = Stream("epochs")
    scope = office().open_case()
    first, second = new_epoch(scope, 1, random), new_epoch(scope, 2, random)
    rival = new_epoch(scope, 2, random)
    assert first.epoch == epoch_id(first.key or b"")
    assert newest_epoch([first, second, rival]) == max(second, rival, key=lambda e: e.epoch)
    assert newest_epoch([]) is None


def test_a_share_opens_its_compartments_and_no_sibling() -> None:
    epoch = new_epoch(office().open_case(), 1, Stream("share"))
    share = share_of(epoch, {1, 4}, CASE_COMPARTMENTS)
    assert share.key is None
    assert key_for(share, 4) == key_for(epoch, 4) == compartment_key(epoch.key, epoch.scope, 4)
    assert key_for(share, 5) is None
    assert share_of(epoch, ALL, CASE_COMPARTMENTS) == epoch
    assert share_of(share, {1, 4, 5}, CASE_COMPARTMENTS).compartments == share.compartments


def test_a_case_begins_with_its_opener_as_lead_a_key_and_those_it_is_shared_with() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    share = GrantFacts(ben.user, GrantRole.CONTRIBUTOR, frozenset({1, 4}))
    scope = ada.open_case(lambda: [share])
    powers = ada.roster.powers
    assert powers.is_lead(ada.signer.id, scope)
    assert powers.may_write(Place(ben.signer.id, ben.device.id, scope, 4)) is Right.HELD
    assert powers.may_write(Place(ben.signer.id, ben.device.id, scope, 5)) is Right.MISSING
    assert [one.scope for one in ada.trust.epochs(scope)] == [scope]
    assert len(ada.trust.acts(scope)) == 2
    assert ada.roster.grant_of(ben.user, scope) is not None


def test_whoever_has_no_opening_role_is_told_at_once() -> None:
    shelter = colleague(office(), "dov", "shelter")
    with pytest.raises(Refused, match=r"policy\.role"):
        shelter.open_case()
    assert not shelter.trust.epochs()


def test_a_user_without_certificate_opens_a_case_that_counts_later() -> None:
    """sync.md 2: a new user on a laptop without a registrar works at once."""
    ada = office()
    ben = colleague(ada, "ben")
    guest, user = SignerKeys(bytes(32)), Laptop("guest").user
    opener = CaseOpener(guest, user, tuple)
    scope = CaseKeys(opener, ben.roster, FakeClock(NOW_MS), ben.random).begin_case(ben.trust)
    place = Place(guest.id, ben.device.id, scope, 1)
    assert ben.roster.powers.may_write(place) is Right.PENDING
    assert ben.roster.powers.memberships(scope) == ()
    assert ben.roster.grant_of(user, scope) is not None
    own = ada.roster.organisation
    facts = (
        UserFacts(user, "guest", frozenset({"case_manager"})),
        signer_facts(guest, user, ben.device),
    )
    made = act_chain(ada.signer, ActPlace(own, own, ada.roster.powers.heads(own), NOW_MS), facts)
    ben.roster.take(one.signed for one in made)
    assert ben.roster.powers.may_write(place) is Right.HELD


def test_keys_reach_exactly_those_with_a_grant() -> None:
    ada = office()
    ben, cai = colleague(ada, "ben"), colleague(ada, "cai")
    shares = [
        GrantFacts(ben.user, GrantRole.CONTRIBUTOR, ALL),
        GrantFacts(cai.user, GrantRole.READER, frozenset({1, 10})),
    ]
    scope = ada.open_case(lambda: shares)
    epochs = ada.trust.epochs(scope)
    box = give_scope_keys(_giver(ada), scope, epochs, ada.random)
    for laptop in (ben, cai):
        laptop.roster.take(ada.trust.acts())
    whole = receive_keys(box, ben.device.kem, ben.roster)
    some = receive_keys(box, cai.device.kem, cai.roster)
    assert whole is not None
    assert whole.epochs == tuple(epochs)
    assert some is not None
    assert some.epochs[0].key is None
    assert dict(some.epochs[0].compartments) == {n: key_for(epochs[0], n) for n in (1, 10)}
    assert receive_keys(box, Laptop("eve").device.kem, ada.roster) is None


def test_exchange_keys_reach_every_device() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    box = give_exchange_keys(_giver(ada), [(1, bytes(32)), (2, b"\1" * 32)], ada.random)
    got = receive_keys(box, ben.device.kem, ben.roster)
    assert got is not None
    assert got.exchange_keys == ((1, bytes(32)), (2, b"\1" * 32))


def test_keys_from_somebody_who_is_not_lead_are_refused() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    scope = ada.open_case(lambda: [GrantFacts(ben.user, GrantRole.CONTRIBUTOR, ALL)])
    ben.roster.take(ada.trust.acts())
    forged = new_epoch(scope, 9, ben.random)
    box = give_scope_keys(_giver(ben), scope, [forged], ben.random)
    with pytest.raises(HostileInput, match=r"integrity\.grant"):
        receive_keys(box, ada.device.kem, ada.roster)
    stolen = give_exchange_keys(_giver(ben), [(9, bytes(32))], ben.random)
    with pytest.raises(HostileInput, match=r"integrity\.grant"):
        receive_keys(stolen, ada.device.kem, ada.roster)


def test_a_changed_keybox_or_one_signed_by_another_is_refused() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    box = give_exchange_keys(_giver(ada), [(1, bytes(32))], ada.random)
    payload = decode_statement(box).payload
    by_ben = ben.signer.sign(SignLabel.KEYBOX, payload).encode()
    other = encode_keybox(
        decode_keybox(payload).__class__(
            ada.signer.id, bytes(16), Hlc(1), decode_keybox(payload).slots
        )
    )
    moved = ada.signer.sign(SignLabel.ACT, other).encode()
    for bad in (by_ben, moved):
        with pytest.raises(HostileInput, match=r"integrity\.signature"):
            receive_keys(bad, ben.device.kem, ben.roster)


def test_an_unknown_issuer_waits() -> None:
    box = give_exchange_keys(_giver(office("zoe")), [(1, bytes(32))], Stream("x"))
    ada = office()
    assert receive_keys(box, ada.device.kem, ada.roster) is None


def test_an_epoch_under_a_wrong_name_is_refused() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    scope = ada.open_case(lambda: [GrantFacts(ben.user, GrantRole.CONTRIBUTOR, ALL)])
    ben.roster.take(ada.trust.acts())
    epoch = ada.trust.epochs(scope)[0]
    renamed = epoch.__class__(scope, 1, bytes(16), epoch.key)
    box = give_scope_keys(_giver(ada), scope, [renamed], ada.random)
    with pytest.raises(HostileInput) as caught:
        receive_keys(box, ben.device.kem, ben.roster)
    assert caught.value.params["what"] == "keybox.epoch"


def test_keys_are_not_given_without_the_key_of_the_member_list() -> None:
    ada = office()
    scope = ada.open_case()
    with pytest.raises(ProgramFault):
        give_scope_keys(_giver(ada), scope, [], ada.random)


def test_two_people_on_one_device_hold_what_both_are_granted() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    cai = SignerKeys(b"c" * 32)
    own = ada.roster.organisation
    place = ActPlace(own, own, ada.roster.powers.heads(own), NOW_MS)
    user = UserFacts(UserId(b"u" * 16), "cai", frozenset({"health"}))
    signer = signer_facts(cai, user.user, ben.device)
    ada.roster.add_own(act_chain(ada.signer, place, (user, signer)))
    shares = [
        GrantFacts(ben.user, GrantRole.CONTRIBUTOR, frozenset({1, 4})),
        GrantFacts(user.user, GrantRole.CONTRIBUTOR, frozenset({1, 5})),
    ]
    scope = ada.open_case(lambda: shares)
    box = give_scope_keys(_giver(ada), scope, ada.trust.epochs(scope), ada.random)
    got = receive_keys(box, ben.device.kem, ada.roster)
    assert got is not None
    assert [number for number, _ in got.epochs[0].compartments] == [1, 4, 5]

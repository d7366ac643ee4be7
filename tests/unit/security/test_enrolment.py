"""A second device joins: request, approval, welcome (sync.md 12.2)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakes.organisations import NOW_MS, PLACES, Laptop, colleague, office

from nrm_desktop.app.fingerprints import comparison_of
from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.app.wire.joining import Welcome, encode_request, encode_welcome
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.statement import SignedStatement
from nrm_desktop.app.wire.tagged import FileTag, encode_tagged
from nrm_desktop.domain.acts import UserFacts
from nrm_desktop.domain.authority import Place, Right
from nrm_desktop.domain.errors import HostileInput, Refused
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.security.identity.enrolment import (
    Approval,
    certify,
    open_welcome,
    read_request,
)
from nrm_desktop.security.identity.founding import act_chain, device_facts, signer_facts
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.primitives import KemPublic
from nrm_desktop.security.roster.acts import ActPlace
from nrm_desktop.security.sealing.boxes import seal_file
from nrm_desktop.security.signing.cose import sign

MANAGER = Approval(("case_manager",), PLACES, NOW_MS)


def _open(laptop: Laptop, welcome: bytes) -> object:
    return open_welcome(laptop.device, laptop.signer, laptop.request(), welcome)


def test_a_second_device_joins_and_both_know_the_same() -> None:
    ada, ben = office(), Laptop("ben")
    joined = ben.join(ada.welcome(ben.request(), "case_manager"))
    assert joined.user == ben.user
    assert joined.welcome.exchange_keys == ada.exchange_keys
    assert joined.welcome.path_key == ada.path_key
    assert ben.roster.act_ids() == ada.roster.act_ids()
    place = Place(ben.signer.id, ben.device.id, ada.roster.organisation, 65)
    for roster in (ada.roster, ben.roster):
        assert roster.powers.may_write(place) is Right.HELD
        assert roster.powers.organisation.users[ben.user].badge == "ben"


def test_both_sides_compare_the_same_bytes_by_voice() -> None:
    ada, ben = office(), Laptop("ben")
    request = ben.request()
    joined = ben.join(ada.welcome(request, "case_manager"))
    assert read_request(request).file == request
    assert joined.compared == ada.roster.root.first
    words = [f"word{n}" for n in range(2048)]
    said = comparison_of(ada.roster.root.first, lambda a, b: a[:16], words)
    assert said.is_said(" ".join(comparison_of(joined.compared, lambda a, b: a[:16], words).words))
    false = office("false")
    assert not said.is_said(
        " ".join(comparison_of(false.roster.root.first, lambda a, b: a[:16], words).words)
    )


def test_a_known_badge_is_that_persons_further_device() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    second = Laptop("ben's other laptop")
    second.badge = "ben"
    second.join(ada.welcome(second.request(), "case_manager"))
    assert second.user == ben.user
    devices = {m.device for m in ada.roster.powers.memberships(ada.roster.organisation)}
    assert devices == {ada.device.id, ben.device.id, second.device.id}


def test_other_roles_at_a_further_approval_are_stated_anew() -> None:
    ada = office()
    colleague(ada, "ben")
    second = Laptop("second")
    second.badge = "ben"
    second.join(ada.welcome(second.request(), "health"))
    assert ada.roster.powers.organisation.users[second.user].roles == {"health"}


def test_the_id_of_somebody_else_cannot_be_taken() -> None:
    ada, eve = office(), Laptop("eve")
    eve.user = ada.user
    with pytest.raises(HostileInput, match=r"integrity\.grant"):
        ada.welcome(eve.request(), "case_manager")


def test_a_device_is_certified_once() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    with pytest.raises(HostileInput, match=r"integrity\.grant"):
        ada.welcome(ben.request(), "case_manager")


@pytest.mark.promise("P11")
def test_a_person_who_came_back_is_certified_with_a_new_signer_on_the_same_device() -> None:
    """4.7: after a recovery the device stays, the signer is new, and the request is compared."""
    ada = office()
    ben = colleague(ada, "ben")
    back = Laptop("ben again")
    back.badge, back.device = "ben", ben.device
    devices = dict(ada.roster.powers.organisation.devices)
    back.join(ada.welcome(back.request(), "case_manager"))
    assert back.user == ben.user
    assert ada.roster.powers.organisation.devices == devices
    for signer in (ben.signer.id, back.signer.id):
        place = Place(signer, ben.device.id, ada.roster.organisation, 65)
        assert ada.roster.powers.may_write(place) is Right.HELD


def test_somebody_new_signs_on_a_laptop_that_is_known() -> None:
    """A laptop that several people share, none of whom keeps the keys: 4.6 and sync.md 12.2."""
    ada = office()
    ben = colleague(ada, "ben")
    dan = Laptop("dan")
    dan.device = ben.device
    devices = dict(ada.roster.powers.organisation.devices)
    dan.join(ada.welcome(dan.request(), "case_manager"))
    assert dan.user != ben.user
    assert ada.roster.powers.organisation.devices == devices
    for signer in (ben.signer.id, dan.signer.id):
        place = Place(signer, ben.device.id, ada.roster.organisation, 65)
        assert ada.roster.powers.may_write(place) is Right.HELD


@pytest.mark.threat("T19")
def test_a_known_device_is_asked_for_by_its_own_keys_alone() -> None:
    """Another key exchange key would have what is sealed to the laptop sealed to somebody else."""
    ada = office()
    ben, eve = colleague(ada, "ben"), Laptop("eve")
    asked = read_request(eve.request()).request
    known = read_request(ben.request()).request
    payload = encode_request(replace(asked, device=known.device))
    signatures = (
        sign(SignLabel.REQUEST, ben.device.key, ben.device.id, payload),
        sign(SignLabel.REQUEST, eve.signer.key, eve.signer.id, payload),
    )
    file = encode_tagged(FileTag.REQUEST, SignedStatement(payload, signatures))
    with pytest.raises(HostileInput, match=r"integrity\.grant"):
        ada.welcome(file, "case_manager")


@pytest.mark.threat("T19")
def test_a_signer_is_one_persons_on_a_known_device_too() -> None:
    ada = office()
    ben, cai = colleague(ada, "ben"), colleague(ada, "cai")
    ben.badge, ben.signer = "eve", cai.signer
    with pytest.raises(HostileInput, match=r"integrity\.grant"):
        ada.welcome(ben.request(), "case_manager")


def test_only_a_registrar_approves() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    with pytest.raises(Refused, match=r"policy\.role"):
        certify(ben.signer, ben.roster, read_request(Laptop("cai").request()), MANAGER)
    late = replace(MANAGER, at_ms=NOW_MS + 400 * 24 * 3600 * 1000)
    with pytest.raises(Refused, match=r"policy\.role"):
        certify(ada.signer, ada.roster, read_request(Laptop("cai").request()), late)


def test_a_request_needs_both_signatures_over_its_own_keys() -> None:
    ben, eve = Laptop("ben"), Laptop("eve")
    request = read_request(ben.request()).request
    payload = encode_request(request)
    by_device = sign(SignLabel.REQUEST, ben.device.key, ben.device.id, payload)
    by_signer = sign(SignLabel.REQUEST, ben.signer.key, ben.signer.id, payload)
    by_eve = sign(SignLabel.REQUEST, eve.signer.key, ben.signer.id, payload)
    act = sign(SignLabel.ACT, ben.signer.key, ben.signer.id, payload)
    swapped = encode_request(replace(request, kem=eve.device.kem.public.raw))
    for body, signatures in (
        (payload, (by_device,)),
        (payload, (by_device, by_eve)),
        (payload, (by_device, act)),
        (swapped, (by_device, by_signer)),
    ):
        file = encode_tagged(FileTag.REQUEST, SignedStatement(body, signatures))
        with pytest.raises(HostileInput, match=r"integrity\.signature"):
            read_request(file)
    good = encode_tagged(FileTag.REQUEST, SignedStatement(payload, (by_device, by_signer)))
    assert read_request(good).request == request


def test_every_flipped_bit_of_a_request_is_refused_or_changes_what_is_compared() -> None:
    file = Laptop("ben").request()
    for place in range(0, len(file), 613):
        changed = bytearray(file)
        changed[place] ^= 4
        with pytest.raises(HostileInput):
            read_request(bytes(changed))


def test_a_welcome_for_another_device_or_another_request_is_refused() -> None:
    ada, ben, eve = office(), Laptop("ben"), Laptop("eve")
    welcome = ada.welcome(ben.request(), "case_manager")
    with pytest.raises(HostileInput, match=r"integrity\.not_for_us"):
        _open(eve, welcome)
    with pytest.raises(HostileInput, match=r"integrity\.not_for_us") as caught:
        open_welcome(ben.device, ben.signer, b"an older request", welcome)
    assert caught.value.params == {"what": "welcome.request"}


def test_a_welcome_signed_by_somebody_who_is_no_registrar_is_refused() -> None:
    ada = office()
    ben, cai = colleague(ada, "ben"), Laptop("cai")
    joined = cai.join(ada.welcome(cai.request(), "case_manager"))
    payload = encode_welcome(joined.welcome)
    for signer, code in ((ben.signer, "signature"), (Laptop("eve").signer, "signature")):
        body = signer.sign(SignLabel.WELCOME, payload).encode()
        file = seal_file(
            ObjectType.WELCOME, body, [KemPublic(cai.device.kem.public.raw)], 70, cai.random
        )
        with pytest.raises(HostileInput, match=rf"integrity\.{code}"):
            _open(cai, file)


@pytest.mark.parametrize("lost", ["device", "signer"])
def test_a_welcome_that_does_not_certify_our_own_keys_is_refused(lost: str) -> None:
    ada, ben = office(), Laptop("ben")
    joined = ben.join(ada.welcome(ben.request(), "case_manager"))
    index = {"device": -3, "signer": -2}[lost]
    acts = joined.welcome.acts[:index]
    payload = encode_welcome(replace(joined.welcome, acts=acts))
    body = ada.signer.sign(SignLabel.WELCOME, payload).encode()
    file = seal_file(
        ObjectType.WELCOME, body, [KemPublic(ben.device.kem.public.raw)], 70, ben.random
    )
    with pytest.raises(HostileInput, match=r"integrity\.grant"):
        _open(ben, file)


def test_a_boxed_file_of_another_kind_is_no_welcome() -> None:
    ben = Laptop("ben")
    file = seal_file(
        ObjectType.BOX, b"body", [KemPublic(ben.device.kem.public.raw)], 70, ben.random
    )
    with pytest.raises(HostileInput) as caught:
        _open(ben, file)
    assert caught.value.params["what"] == "welcome.kind"


def test_a_welcome_with_a_false_act_is_refused_as_a_whole() -> None:
    ada, ben = office(), Laptop("ben")
    joined = ben.join(ada.welcome(ben.request(), "case_manager"))
    foreign = tuple(office("zoe").trust.acts())
    payload = encode_welcome(replace(joined.welcome, acts=(*joined.welcome.acts, *foreign)))
    body = ada.signer.sign(SignLabel.WELCOME, payload).encode()
    file = seal_file(
        ObjectType.WELCOME, body, [KemPublic(ben.device.kem.public.raw)], 70, ben.random
    )
    with pytest.raises(HostileInput, match=r"integrity\.signature"):
        _open(ben, file)


def _welcome_with(ada: Laptop, ben: Laptop, **changes: object) -> bytes:
    """A welcome that a registrar signed, but not as `make_welcome` would have made it."""
    roots, acts = tuple(ada.trust.roots()), tuple(ada.trust.acts())
    plain = Welcome(
        name20(ben.request()), ada.roster.organisation, roots, acts, bytes(32), (), (), ()
    )
    payload = encode_welcome(replace(plain, **changes))
    body = ada.signer.sign(SignLabel.WELCOME, payload).encode()
    to = [KemPublic(ben.device.kem.public.raw)]
    return seal_file(ObjectType.WELCOME, body, to, 70, ben.random)


@pytest.mark.parametrize("wrong", ["device of the signer", "ml_dsa", "kem"])
def test_certificates_with_a_swapped_key_or_device_are_refused(wrong: str) -> None:
    """Somebody changed the request on its way, and nobody compared."""
    ada, ben, eve = office(), Laptop("ben"), Laptop("eve")
    device = device_facts(ben.device, "laptop")
    signer = signer_facts(ben.signer, ben.user, ben.device)
    if wrong == "kem":
        device = replace(device, kem=eve.device.kem.public.raw)
    elif wrong == "ml_dsa":
        signer = replace(signer, mldsa65=eve.signer.public.ml_dsa)
    else:
        signer = replace(signer, device=ada.device.id)
    own = ada.roster.organisation
    place = ActPlace(own, own, ada.roster.powers.heads(own), NOW_MS)
    user = UserFacts(ben.user, "ben", frozenset({"case_manager"}))
    for one in act_chain(ada.signer, place, (user, device, signer)):
        ada.trust.add_act(one.act.act, own, one.signed)
    with pytest.raises(HostileInput, match=r"integrity\.grant"):
        _open(ben, _welcome_with(ada, ben))


def test_a_welcome_that_names_another_organisation_is_refused() -> None:
    ada, ben = office(), Laptop("ben")
    ada.welcome(ben.request(), "case_manager")
    assert _open(ben, _welcome_with(ada, ben))
    with pytest.raises(HostileInput, match=r"integrity\.signature"):
        _open(ben, _welcome_with(ada, ben, organisation=ScopeId(bytes(16))))


def test_a_further_device_needs_no_second_grant() -> None:
    ada = office()
    ben = colleague(ada, "ben")
    second = Laptop("second")
    second.badge = "ben"
    second.join(ada.welcome(second.request(), "case_manager"))
    assert len(ada.roster.powers.grants_of(ben.user, ada.roster.organisation)) == 1

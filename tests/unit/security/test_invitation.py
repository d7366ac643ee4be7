"""An invitation: what opens it, what it proves, what a claim proves (sync.md 12.1)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from tests.fakes.organisations import NOW_MS, PLACES, Laptop, office

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.invitation import (
    InvitationFile,
    Slowness,
    decode_claim,
    decode_invitation_file,
    encode_claim,
    encode_invitation_file,
)
from nrm_desktop.app.wire.statement import SignedStatement, decode_statement
from nrm_desktop.domain.acts import RemovalFacts, RemovalReason
from nrm_desktop.domain.errors import HostileInput, Locked, Refused, Usage
from nrm_desktop.domain.ids import UserId
from nrm_desktop.security.identity.enrolment import Approval, certify, read_request
from nrm_desktop.security.identity.invitation import (
    InviteGoods,
    InviteWish,
    MadeInvitation,
    make_claim,
    make_invitation,
    open_invitation,
    read_claim,
    read_digits,
)
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.roster.acts import ActPlace, make_act
from nrm_desktop.security.signing.cose import sign

DAY_MS = 24 * 3600 * 1000
END_MS = NOW_MS + 30 * DAY_MS


def _invited(registrar: Laptop, badge: str = "ben") -> MadeInvitation:
    wish = InviteWish(
        UserId(registrar.random(16)), badge, frozenset({"case_manager"}), NOW_MS, END_MS
    )
    goods = InviteGoods(
        tuple(registrar.trust.roots()),
        tuple(registrar.trust.acts(registrar.roster.organisation)),
        (),
        registrar.path_key,
        registrar.exchange_keys[-1],
    )
    made = make_invitation(registrar.signer, registrar.roster, wish, goods, registrar.random)
    registrar.trust.add_act(made.act.act.act, made.act.act.scope, made.act.signed)
    registrar.roster.add_own([made.act])
    return made


@cache
def _shared() -> tuple[Laptop, MadeInvitation]:
    ada = office()
    return ada, _invited(ada)


def _digits(made: MadeInvitation) -> str:
    return " ".join(made.secret)


def test_the_digits_open_it_and_bring_the_organisation():
    ada, made = _shared()

    opened = open_invitation(made.file, _digits(made), NOW_MS)

    assert opened.roster.organisation == ada.roster.organisation
    assert opened.roster.act_ids() == ada.roster.act_ids()
    assert (opened.facts.badge, opened.facts.roles) == ("ben", {"case_manager"})
    assert opened.body.exchange == (ada.exchange_keys[-1],)
    assert opened.body.path_key == ada.path_key


def test_the_secret_is_six_groups_of_four_digits_and_stands_nowhere_in_the_file():
    _, made = _shared()

    assert [len(group) for group in made.secret] == [4] * 6
    assert all(group.isascii() and group.isdecimal() for group in made.secret)
    assert "".join(made.secret).encode() not in made.file
    assert b"ben" not in made.file
    assert made.secret[0] not in repr(made)


@pytest.mark.parametrize("between", [" ", "-", "", "  - "])
def test_digits_may_be_typed_with_any_blanks(between):
    _, made = _shared()

    assert read_digits(between.join(made.secret)) == "".join(made.secret)


def test_digits_of_another_script_are_the_same_digits():
    assert read_digits("٠١٢٣ ٤٥٦٧ ٨٩٠١ ٢٣٤٥ ٦٧٨٩ ٠١٢٣") == "012345678901234567890123"


@pytest.mark.parametrize("typed", ["", "1234", "1234 " * 7, "abcd " * 6])
def test_what_are_not_24_digits_is_told_before_anything_is_derived(typed):
    with pytest.raises(Usage, match="bad_code"):
        read_digits(typed)


@pytest.mark.threat("T19")
def test_expired_or_wrong_secret_opens_nothing():
    _, made = _shared()
    wrong = "1" if made.secret[0][0] != "1" else "2"

    with pytest.raises(Locked, match=r"invite\.wrong_secret"):
        open_invitation(made.file, wrong + _digits(made)[1:], NOW_MS)
    with pytest.raises(Refused, match=r"trust\.expired"):
        open_invitation(made.file, _digits(made), END_MS + 1)
    assert open_invitation(made.file, _digits(made), END_MS).facts.badge == "ben"


@pytest.mark.threat("T19")
def test_an_invitation_of_somebody_who_is_no_registrar_is_not_made_and_not_believed():
    ada, ben = office(), Laptop("ben")
    ben.join(ada.welcome(ben.request(), "case_manager"))
    ben.exchange_keys, ben.path_key = ada.exchange_keys, ada.path_key

    with pytest.raises(Refused, match=r"policy\.role"):
        _invited(ben)


@pytest.mark.threat("T19")
def test_a_file_with_another_outside_opens_nothing():
    _, made = _shared()
    file = decode_invitation_file(made.file)

    for other in (
        replace(file, invite=bytes(16)),
        replace(file, sealed=file.sealed[:-1] + bytes([file.sealed[-1] ^ 1])),
    ):
        with pytest.raises(HostileInput):
            open_invitation(encode_invitation_file(other), _digits(made), NOW_MS)


@pytest.mark.threat("T14")
@pytest.mark.parametrize("cost", [(63, 3, 4), (4096, 3, 4), (64, 2, 4), (64, 99, 4), (64, 3, 64)])
def test_a_file_cannot_ask_for_a_cost_that_exhausts_the_machine_or_is_none(cost):
    outside = InvitationFile(bytes(16), bytes(16), Slowness(*cost), bytes(600))

    with pytest.raises(HostileInput):
        decode_invitation_file(encode_invitation_file(outside))


def test_a_withdrawn_invitation_is_known_as_such_and_stays_readable():
    ada = office()
    made = _invited(ada)
    heads = ada.roster.powers.heads(ada.roster.organisation)
    place = ActPlace(ada.roster.organisation, ada.roster.organisation, heads, NOW_MS)
    gone = make_act(ada.signer, place, RemovalFacts(made.facts.invite, RemovalReason.LEFT))
    ada.roster.add_own([gone])

    known = ada.roster.powers.organisation
    assert made.facts.invite not in known.invitations
    assert known.invitations_ever[made.facts.invite][1].badge == "ben"


def test_an_invitation_gives_nobody_any_power():
    ada, made = _shared()

    assert made.facts.user not in ada.roster.powers.organisation.users
    assert not ada.roster.powers.grants_of(made.facts.user, ada.roster.organisation)


def test_a_claim_proves_all_its_keys():
    ada, made = _shared()
    opened = open_invitation(made.file, _digits(made), NOW_MS)
    ben = Laptop("ben")
    signed = make_claim(SignerKeys(opened.body.seed), ben.device, ben.signer, "laptop", NOW_MS)

    found = read_claim(signed, ada.roster)

    assert found is not None
    assert (found.claim.device_id, found.claim.signer_id) == (ben.device.id, ben.signer.id)
    assert (found.claim.label, found.claim.made_ms) == ("laptop", NOW_MS)


def test_a_claim_on_an_invitation_that_is_not_known_waits():
    _, made = _shared()
    opened = open_invitation(made.file, _digits(made), NOW_MS)
    ben = Laptop("ben")
    signed = make_claim(SignerKeys(opened.body.seed), ben.device, ben.signer, "laptop", NOW_MS)

    assert read_claim(signed, office("else").roster) is None


@pytest.mark.threat("T19")
def test_a_claim_with_a_signature_less_or_of_another_is_refused():
    ada, made = _shared()
    invitation = SignerKeys(open_invitation(made.file, _digits(made), NOW_MS).body.seed)
    ben, eve = Laptop("ben"), Laptop("eve")
    signed = make_claim(invitation, ben.device, ben.signer, "laptop", NOW_MS)
    statement = decode_statement(signed)

    for left_out in range(3):
        some = statement.signatures[:left_out] + statement.signatures[left_out + 1 :]
        with pytest.raises(HostileInput):
            read_claim(SignedStatement(statement.payload, some).encode(), ada.roster)
    more = (*statement.signatures, sign(SignLabel.CLAIM, eve.signer.key, eve.signer.id, b"x"))
    with pytest.raises(HostileInput):
        read_claim(SignedStatement(statement.payload, more).encode(), ada.roster)
    other = encode_claim(replace(decode_claim(statement.payload), label="other"))
    with pytest.raises(HostileInput):
        read_claim(SignedStatement(other, statement.signatures).encode(), ada.roster)


def test_a_request_of_the_other_way_is_no_claim():
    ada, ben = office(), Laptop("ben")
    asked = read_request(ben.request())

    with pytest.raises(HostileInput):
        read_claim(cbor.encode((asked.file, ())), ada.roster)
    assert certify(ada.signer, ada.roster, asked, Approval(("case_manager",), PLACES, NOW_MS))

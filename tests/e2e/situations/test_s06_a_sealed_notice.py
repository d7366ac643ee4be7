"""S6 between two organisations: a sealed notice, what it asks there, the answer that comes back."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.office import aid_authority_and_stranger

from nrm_desktop.app.asked_to_stop import asked_to_stop
from nrm_desktop.app.commands import (
    FileReceipt,
    ImportReferral,
    IssueReferral,
    ReferralWish,
    WithdrawConsent,
)
from nrm_desktop.app.exchange_ports import WithdrawalWish
from nrm_desktop.app.handlers.sealed_notices import packet_keys
from nrm_desktop.app.notice_commands import (
    AnswerNotice,
    NoticeReplied,
    SendNotice,
    TakeNotice,
    TellRecipient,
)
from nrm_desktop.app.today import What, gather
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.bootstrap.arriving import look_at_arrivals, post_taker
from nrm_desktop.bootstrap.packets import SessionSeals, post_tools
from nrm_desktop.bootstrap.today import readings
from nrm_desktop.domain.disclosure import OWN_COPY, OWN_REQUEST, THE_PERSON
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, Refused, Usage
from nrm_desktop.domain.notices import Part
from nrm_desktop.domain.values import answered

pytestmark = [pytest.mark.rule("S6"), pytest.mark.rule("R27")]
NAME, STREET = "Qvarnia", "12 Hidden Lane, Seaview"


@pytest.fixture(scope="module")
def offices(tmp_path_factory):
    with aid_authority_and_stranger(tmp_path_factory.mktemp("offices")) as found:
        yield found


@pytest.fixture(scope="module")
def authority(offices):
    aid, lantern, _ = offices
    lantern.meet(aid, "psychosocial")
    return aid.meet(lantern, "identification_authority")


@pytest.fixture
def sent(offices, authority):
    """A case, and the packet that left under a yes of the person."""
    aid = offices[0]
    scope = aid.open_case(answered(value=False))
    aid.write(scope, "screening", {"screening.given_name": NAME, "screening.language": "uk"})
    asked = aid.ask(scope, authority, {"needs": "yes", "identity": "yes"})
    wish = ReferralWish(scope, authority, "refer")
    issued = aid.do(IssueReferral(wish=wish, way="packet", folder=str(aid.stick)))[0]
    return scope, issued, asked


@pytest.fixture
def taken_back(offices, sent):
    scope, issued, asked = sent
    back = WithdrawConsent(scope=scope, consents=tuple(row.record for row in asked.made))
    offices[0].do(back)
    return scope, issued


def notices(office, scope):
    return office.vault.reader.notices(scope, office.vault.sight)


def today(office, what):
    found = gather(readings(office.vault, office.vault.sight, 7)).waiting()
    return {one.scope: one.count for one in found if one.what is what}


def sends(office, scope, issued, authority, **more):
    """Write the sealed notice about a packet."""
    fields = {"scope": scope, "reference": issued.referral, "recipient": authority} | more
    return office.do(SendNotice(folder=str(office.stick), **fields))[0]


def asked_of(office, scope):
    return office.vault.reader.asked_to_stop(scope, office.vault.sight)


def test_it_is_told_shown_there_answered_and_the_answer_stands_here(offices, authority, taken_back):
    aid, lantern, _ = offices
    scope, issued = taken_back
    assert today(aid, What.NOTICE)[scope] == 1
    there = lantern.do(ImportReferral(path=issued.path))[0].scope

    went = sends(aid, scope, issued, authority)

    assert went.owed == 0
    assert scope not in today(aid, What.NOTICE)
    (notice,) = notices(aid, scope)
    assert [(one.way, one.reply) for one in notice.tellings] == [("sealed_notice", "none_yet")]

    (came,) = lantern.do(TakeNotice(path=went.path))
    assert (came.scope, came.reference, came.sender) == (there, issued.referral, "Harbour Aid")
    assert came.is_sender_verified
    assert Part("refer", "identity") in came.parts
    assert today(lantern, What.ASKED_TO_STOP)[there] == 1
    (asked,) = asked_of(lantern, there)
    assert (asked.packet, asked.parts, asked.is_open) == (issued.referral, came.parts, True)

    answer = AnswerNotice(
        scope=there, notice=came.notice, reply="erased", folder=str(lantern.stick)
    )
    back = lantern.do(answer)[0]
    assert there not in today(lantern, What.ASKED_TO_STOP)
    (replied,) = aid.do(FileReceipt(path=back.path))

    assert isinstance(replied, NoticeReplied)
    assert (replied.scope, replied.reply, replied.by) == (scope, "erased", "L-07")
    (notice,) = notices(aid, scope)
    assert (notice.is_owed, notice.last.way, notice.last.reply) == (
        False,
        "sealed_notice",
        "erased",
    )


def test_what_stays_there_comes_back_with_its_words_and_a_later_answer_beside_it(
    offices, authority, taken_back
):
    aid, lantern, _ = offices
    scope, issued = taken_back
    there = lantern.do(ImportReferral(path=issued.path))[0].scope
    came = lantern.do(TakeNotice(path=sends(aid, scope, issued, authority).path))[0]
    answer = AnswerNotice(
        scope=there, notice=came.notice, reply="keeps_part", folder=str(lantern.stick)
    )
    with pytest.raises(Refused, match=r"policy\.notice_words"):
        lantern.do(replace(answer, words="  "))
    with pytest.raises(Usage, match=r"usage\.bad_value"):
        lantern.do(replace(answer, reply="none_yet"))
    with pytest.raises(Usage, match=r"usage\.not_found"):
        lantern.do(replace(answer, notice=b"x" * 16, words="The bill."))

    first = lantern.do(replace(answer, words="The law asks for the bill."))[0]
    second = lantern.do(replace(answer, reply="erased"))[0]
    for path in (first.path, second.path, first.path):
        aid.do(FileReceipt(path=path))

    (notice,) = notices(aid, scope)
    assert [(one.reply, one.words) for one in notice.tellings] == [
        ("none_yet", ""),
        ("keeps_part", "The law asks for the bill."),
        ("erased", ""),
    ], "the same answer counts once"
    assert [one.reply for one in asked_of(lantern, there)[0].answers] == ["keeps_part", "erased"]


def test_the_door_for_arrivals_takes_in_notices_and_their_answers_by_itself(
    offices, authority, taken_back, tmp_path
):
    aid, lantern, _ = offices
    scope, issued = taken_back
    there = lantern.do(ImportReferral(path=issued.path))[0].scope
    for place in ("to lantern", "to aid"):
        (tmp_path / place).mkdir()
    went = sends(aid, scope, issued, authority)
    shutil.copy(went.path, tmp_path / "to lantern")

    (seen,) = arrives(lantern, tmp_path / "to lantern")
    assert (seen.what, seen.taken, seen.code) == ("withdrawal", True, "")
    (asked,) = asked_of(lantern, there)
    answer = AnswerNotice(
        scope=there, notice=asked.reply.reference, reply="erased", folder=str(tmp_path / "to aid")
    )
    lantern.do(answer)
    (seen,) = arrives(aid, tmp_path / "to aid")

    assert (seen.what, seen.taken) == ("receipt", True)
    (notice,) = notices(aid, scope)
    assert notice.last.reply == "erased"
    (unknown,) = arrives(aid, tmp_path / "to lantern")
    assert (unknown.what, unknown.taken) == ("withdrawal", False)


def arrives(office, folder):
    """What the door says of a folder, and takes in."""
    vault = office.vault
    taker = post_taker(vault, "test")
    return look_at_arrivals(vault.session, folder, taker, vault.bus, is_taking=True)


@pytest.mark.rule("N5")
@pytest.mark.rule("R26")
def test_it_holds_a_number_and_groups_and_nobody(offices, authority, taken_back):
    aid, lantern, _ = offices
    scope, issued = taken_back
    path = Path(sends(aid, scope, issued, authority).path)

    seeds = lantern.vault.work.run(lambda uow: [s for _, s in uow.trust.secrets("intake.")])
    seals = SessionSeals(lantern.vault.session)
    box = seals.open(ObjectType.WITHDRAWAL, path.read_bytes(), seeds)
    payload = decode_statement(box.body).payload

    code = aid.vault.work.run(lambda uow: uow.code_of_scope(scope))
    for secret in (NAME, STREET, code, scope):
        raw = secret if isinstance(secret, bytes) else secret.encode()
        assert raw not in payload
        assert raw not in path.read_bytes()
    assert b"identity" in payload
    assert code.lower() not in path.name.lower()


def test_a_packet_that_did_not_come_here_is_told_with_what_to_do(offices, authority, taken_back):
    aid, lantern, stranger = offices
    scope, issued = taken_back
    path = sends(aid, scope, issued, authority).path

    with pytest.raises(Refused, match=r"policy\.notice_unknown") as refused:
        lantern.do(TakeNotice(path=path))
    assert refused.value.params["referral"] == issued.referral
    with pytest.raises(HostileInput, match=r"integrity\.not_for_us"):
        stranger.do(TakeNotice(path=path))


def test_only_whoever_sent_the_packet_takes_something_of_it_back(offices, authority, taken_back):
    """Somebody who knows the number of a packet could else make its recipient erase it."""
    aid, lantern, stranger = offices
    scope, issued = taken_back
    there = lantern.do(ImportReferral(path=issued.path))[0].scope
    card = Path(lantern.card().path).read_bytes()  # it is public
    post = post_tools(stranger.vault.session).post
    forged = post.make_withdrawal(made_wish(aid, scope, issued), card)
    path = stranger.stick / forged.name
    path.write_bytes(forged.data)

    with pytest.raises(HostileInput, match=r"integrity\.signature"):
        lantern.do(TakeNotice(path=str(path)))
    assert asked_of(lantern, there) == ()


def made_wish(office, scope, issued):
    """What a notice about this packet says."""
    keys = office.vault.work.run(lambda uow: packet_keys(uow, scope, issued.referral))
    return WithdrawalWish(keys.reference, (Part("", ""),), 1, "2026-12-10")


def test_no_changed_byte_is_taken_in_and_the_same_notice_counts_once(
    offices, authority, taken_back, tmp_path
):
    aid, lantern, _ = offices
    scope, issued = taken_back
    there = lantern.do(ImportReferral(path=issued.path))[0].scope
    data = Path(sends(aid, scope, issued, authority).path).read_bytes()
    path = tmp_path / "q.nrm"
    for at in range(0, len(data), 257):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(HostileInput):
            lantern.do(TakeNotice(path=str(path)))
    path.write_bytes(data)

    assert [lantern.do(TakeNotice(path=str(path)))[0].is_duplicate for _ in range(2)] == [
        False,
        True,
    ]
    assert len(asked_of(lantern, there)) == 1


def test_a_file_that_left_another_way_and_a_card_of_others_get_no_sealed_notice(
    offices, authority, taken_back
):
    aid = offices[0]
    scope, issued = taken_back
    clinic = aid.add_service("health", "Harbour Clinic")
    asked = aid.ask(scope, clinic, {"identity": "yes"})
    wish = ReferralWish(scope, clinic, "refer")
    plain = frozenset({"PLAINTEXT"})
    paper = aid.do(IssueReferral(wish=wish, way="pdf", folder=str(aid.stick), confirmations=plain))[
        0
    ]
    aid.do(WithdrawConsent(scope=scope, consents=tuple(row.record for row in asked.made)))

    with pytest.raises(Refused, match=r"policy\.notice_no_packet"):
        sends(aid, scope, paper, clinic)
    with pytest.raises(Usage, match=r"usage\.not_found"):
        sends(aid, scope, issued, clinic)
    with pytest.raises(Usage, match=r"usage\.bad_value"):
        aid.do(
            TellRecipient(
                scope=scope, reference=issued.referral, recipient=authority, way="sealed_notice"
            )
        )


def test_a_card_that_nobody_compared_takes_a_word_as_it_did_for_the_packet(offices, authority):
    aid, _, stranger = offices
    other = aid.meet(stranger, "psychosocial", compare=False)
    scope = aid.open_case(answered(value=False))
    aid.write(scope, "screening", {"screening.given_name": NAME})
    asked = aid.ask(scope, other, {"identity": "yes"})
    word = frozenset({"UNVERIFIED"})
    wish = ReferralWish(scope, other, "refer")
    issued = aid.do(
        IssueReferral(wish=wish, way="packet", folder=str(aid.stick), confirmations=word)
    )[0]
    aid.do(WithdrawConsent(scope=scope, consents=tuple(row.record for row in asked.made)))

    with pytest.raises(Refused, match=r"confirm\.unverified"):
        sends(aid, scope, issued, other)
    assert sends(aid, scope, issued, other, confirmations=word).owed == 0
    assert authority != other


def test_a_medium_that_fails_has_told_nobody(offices, authority, taken_back):
    aid = offices[0]
    scope, issued = taken_back
    with pytest.raises(EnvironmentFault):
        aid.do(
            SendNotice(
                scope=scope,
                reference=issued.referral,
                recipient=authority,
                folder=str(aid.stick / "nowhere"),
            )
        )

    (notice,) = notices(aid, scope)
    assert notice.is_owed
    assert notice.tellings == ()


def test_while_telling_is_not_safe_no_notice_is_sealed(offices, authority, taken_back):
    aid = offices[0]
    scope, issued = taken_back
    told = TellRecipient(
        scope=scope,
        reference=issued.referral,
        recipient=authority,
        way="not_safe",
        words="The one who threatens works there.",
    )
    aid.do(told)

    with pytest.raises(Refused, match=r"policy\.notice_not_safe"):
        sends(aid, scope, issued, authority)


def test_keys_and_requests_of_a_packet_never_leave(offices, authority, taken_back):
    """The form of packets is written by the program, and no field of it goes anywhere."""
    aid, lantern, _ = offices
    scope, issued = taken_back
    there = lantern.do(ImportReferral(path=issued.path))[0].scope
    lantern.do(TakeNotice(path=sends(aid, scope, issued, authority).path))

    for office, case in ((aid, scope), (lantern, there)):
        cells = office.vault.work.run(lambda uow, case=case: list(uow.cells(case)))
        own = [cell for cell in cells if cell.field.startswith("packet.")]
        assert own
        wish = ReferralWish(case, THE_PERSON, OWN_COPY, OWN_REQUEST)
        found = office.vault.desk.preview(wish).disclosure
        said = {one.item.field for one in (*found.included, *found.withheld)}
        assert not {cell.field for cell in own} & said
    cells = lantern.vault.work.run(lambda uow: list(uow.cells(there)))
    assert len(asked_to_stop(cells)) == 1

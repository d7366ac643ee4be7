"""Notices that a consent was taken back: sealed to one, believed from one, and about nobody."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.exchange.world import Organisation

from nrm_desktop.app.exchange_ports import Answering, StatementKind, WithdrawalWish
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.withdrawal import (
    decode_withdrawal,
    encode_withdrawal,
    readable_parts,
)
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.notices import Part

pytestmark = pytest.mark.rule("R27")
AT = 1_795_000_000_000
PACKET = bytes(range(16))
WISH = WithdrawalWish(PACKET, (Part("refer", "identity"), Part("refer", "needs")), AT, "2026-12-10")
CODES = st.sampled_from(["", "refer", "legal", "identity", "needs", "a.b_c9"])


@pytest.fixture(scope="module")
def world():
    aid, lantern = Organisation.founded("aid"), Organisation.founded("lantern")
    return aid, lantern, aid.post.make_withdrawal(WISH, lantern.card())


@pytest.fixture(scope="module")
def said(world):
    """What the recipient reads."""
    _, lantern, made = world
    return opened(lantern, made.data).withdrawal


def opened(organisation, data):
    return organisation.post.open_withdrawal(data, [organisation.intake])


def test_what_was_taken_back_arrives_with_whose_it_is_and_where_to_answer(world):
    aid, lantern, made = world

    seen = opened(lantern, made.data)

    said = seen.withdrawal
    assert (said.reference, said.parts, said.at_ms) == (PACKET, WISH.parts, AT)
    assert said.answer_by == "2026-12-10"
    assert seen.origin.organisation == aid.seals.own_card().organisation
    assert seen.reply.reference == said.notice == made.keys.reference
    assert made.keys.organisation == lantern.seals.own_card().organisation
    assert made.name.startswith("q-")


def test_its_answer_is_a_receipt_of_the_one_who_got_it_and_no_other(world):
    aid, lantern, made = world
    reply = opened(lantern, made.data).reply
    answer = Answering("keeps_part", "The law asks for the bill.", "L-07", AT)

    back = lantern.post.make_answer(reply, answer)
    seen = aid.post.open_receipt(back.data, [made.keys])

    assert (seen.keys, seen.receipt.state) == (made.keys, "keeps_part")
    assert seen.receipt.reason == "The law asks for the bill."
    assert back.typed == (), "nothing is told in a few groups on the phone"
    stranger = Organisation.founded("stranger").post.make_answer(reply, answer)
    with pytest.raises(HostileInput, match=r"integrity\.signature"):
        aid.post.open_receipt(stranger.data, [made.keys])


def test_only_the_recipient_opens_it_and_no_byte_may_change(world):
    aid, lantern, made = world
    for other in (aid, Organisation.founded("stranger")):
        with pytest.raises(HostileInput, match=r"integrity\.not_for_us"):
            opened(other, made.data)
    for at in range(0, len(made.data), 97):
        changed = bytearray(made.data)
        changed[at] ^= 1
        with pytest.raises(HostileInput):
            opened(lantern, bytes(changed))


def test_who_signs_it_is_who_sends_it_and_whom_it_names_is_who_reads_it(world, said):
    aid, lantern, _ = world
    intake = lantern.seals.own_card().intake
    for changed, code in (
        (replace(said, sender=ScopeId(b"x" * 16)), "integrity.signature"),
        (replace(said, recipient=ScopeId(b"x" * 16)), "integrity.place"),
    ):
        statement = aid.seals.sign(StatementKind.WITHDRAWAL, encode_withdrawal(changed)).encode()
        data = aid.seals.seal(ObjectType.WITHDRAWAL, statement, intake)
        with pytest.raises(HostileInput, match=code):
            opened(lantern, data)


def test_a_receipt_or_a_packet_is_no_notice(world, said):
    aid, lantern, _ = world
    payload = encode_withdrawal(said)
    for kind, label in (
        (ObjectType.REFERRAL, StatementKind.WITHDRAWAL),
        (ObjectType.WITHDRAWAL, StatementKind.REFERRAL),
        (ObjectType.WITHDRAWAL, StatementKind.RECEIPT),
    ):
        statement = aid.seals.sign(label, payload).encode()
        data = aid.seals.seal(kind, statement, lantern.seals.own_card().intake)
        with pytest.raises(HostileInput):
            opened(lantern, data)


@given(st.lists(st.builds(Part, CODES, CODES), min_size=1, max_size=8))
def test_parts_come_back_in_one_order_each_once(said, parts):
    again = decode_withdrawal(encode_withdrawal(replace(said, parts=tuple(parts))))

    assert again.parts == tuple(sorted(set(parts)))


@pytest.mark.parametrize(
    "changes",
    [{"parts": ()}, {"answer_by": "soon"}, {"answer_by": "2026-13-40"}, {"answer_by": ""}],
    ids=str,
)
def test_a_notice_of_nothing_or_without_a_day_is_refused(said, changes):
    with pytest.raises(HostileInput):
        decode_withdrawal(encode_withdrawal(replace(said, **changes)))


def test_what_nobody_can_read_travels_as_all_of_it():
    parts = (Part("refer", "Olena, 12 Hidden Lane"), Part("refer", "identity"))

    assert readable_parts(parts) == (Part("refer", ""), Part("refer", "identity"))

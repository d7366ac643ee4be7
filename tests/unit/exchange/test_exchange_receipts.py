"""Receipts: file and telephone say the same; only the true recipient may answer."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.desk import base_forms
from tests.unit.exchange.world import Organisation, a_sheet

from nrm_desktop.app.exchange_ports import Answering, StatementKind
from nrm_desktop.app.wire.referral import Receipt, encode_receipt
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.errors import HostileInput, Usage
from nrm_desktop.domain.ids import CROCKFORD

STATES = tuple(one.code for one in base_forms().codelist("referral_state").codes)
AT = 1_795_000_000_000


@pytest.fixture(scope="module")
def world():
    """Sender, recipient, what the recipient knows of answering, what the sender kept."""
    aid, lantern = Organisation.founded("aid"), Organisation.founded("lantern")
    data, keys = aid.send(lantern)
    return aid, lantern, lantern.open(data).reply, keys


def answer(state: str, reason: str = "") -> Answering:
    return Answering(state, reason, "L-07", AT)


@pytest.mark.parametrize("state", ["received", "acknowledged", "refused", "done"])
def test_typed_receipt_equals_file_receipt(world, state):
    aid, lantern, reply, keys = world
    made = lantern.post.make_receipt(reply, answer(state, "because"))

    seen = aid.post.open_receipt(made.data, [keys])
    told = aid.post.read_typed(" ".join(made.typed), [keys])

    assert (seen.keys, seen.receipt.state) == (told.keys, told.state) == (keys, state)
    assert (seen.receipt.reason, seen.receipt.by, seen.receipt.at_ms) == ("because", "L-07", AT)
    assert made.name.startswith("q-")
    assert made.name.endswith(".nrm")


def test_arrived_read_and_answer_are_separate(world):
    """Each is a statement of its own with its own groups."""
    _, lantern, reply, _ = world
    kinds = ("received", "acknowledged", "accepted", "partly_accepted", "refused")

    groups = {lantern.post.make_receipt(reply, answer(state)).typed for state in kinds}

    assert len(groups) == len(kinds)


def test_a_state_that_is_in_no_list_is_no_answer(world):
    _, lantern, reply, _ = world
    with pytest.raises(Usage):
        lantern.post.make_receipt(reply, answer("perhaps"))


@given(st.data())
def test_mistyped_group_is_named(world, data):
    """One wrong character, or two neighbours swapped, in any group."""
    aid, lantern, reply, keys = world
    groups = list(lantern.post.make_receipt(reply, answer("accepted")).typed)
    number = data.draw(st.integers(0, 4))
    place = data.draw(st.integers(0, 3))
    char = data.draw(st.sampled_from(CROCKFORD))
    swap = data.draw(st.booleans())
    group = groups[number]
    if swap and place < 3:
        changed = group[:place] + group[place + 1] + group[place] + group[place + 2 :]
    else:
        changed = group[:place] + char + group[place + 1 :]
    groups[number] = changed
    if changed == group:
        assert aid.post.read_typed("-".join(groups), [keys]).state == "accepted"
        return

    with pytest.raises(Usage) as wrong:
        aid.post.read_typed("-".join(groups), [keys])

    assert wrong.value.params["group"] == number + 1


def test_a_typed_receipt_of_no_referral_of_ours_is_told(world):
    aid, lantern, reply, keys = world
    typed = " ".join(lantern.post.make_receipt(reply, answer("accepted")).typed)
    other = replace(keys, reference=bytes(15) + b"\x01")
    false = replace(keys, secret=bytes(32))

    for kept, code in ([other], "integrity.not_for_us"), ([false], "integrity.signature"):
        with pytest.raises(HostileInput) as refused:
            aid.post.read_typed(typed, kept)
        assert refused.value.code == code
    assert aid.post.read_typed(typed, [other, false, keys]).keys == keys


def test_a_receipt_opens_only_for_the_sender_of_the_packet(world):
    _, lantern, reply, keys = world
    made = lantern.post.make_receipt(reply, answer("received"))
    stranger = Organisation.founded("stranger")

    with pytest.raises(HostileInput) as refused:
        stranger.post.open_receipt(made.data, [replace(keys, seed=bytes(32))])

    assert refused.value.code == "integrity.not_for_us"


def test_nobody_answers_in_the_place_of_the_recipient(world):
    aid, _, reply, keys = world
    stranger = Organisation.founded("stranger")
    forged = stranger.post.make_receipt(reply, answer("accepted"))

    with pytest.raises(HostileInput) as refused:
        aid.post.open_receipt(forged.data, [keys])

    assert refused.value.code == "integrity.signature"


def test_an_answer_to_another_packet_is_none_to_this_one(world):
    aid, lantern, reply, keys = world
    receipt = Receipt(bytes(16), "accepted", "", AT, "L-07", lantern.seals.proof())
    statement = lantern.seals.sign(StatementKind.RECEIPT, encode_receipt(receipt)).encode()
    data = lantern.seals.seal(ObjectType.RECEIPT, statement, (reply.kem,))

    with pytest.raises(HostileInput) as refused:
        aid.post.open_receipt(data, [keys])

    assert refused.value.code == "integrity.signature"


def test_a_packet_is_no_receipt_and_no_byte_may_change(world):
    aid, lantern, reply, keys = world
    packet, _ = lantern.send(aid, a_sheet())
    made = lantern.post.make_receipt(reply, answer("received")).data
    changed = [
        made[:place] + bytes([made[place] ^ 1]) + made[place + 1 :]
        for place in range(0, len(made), len(made) // 40)
    ]

    for data in (packet, b"", *changed):
        with pytest.raises(HostileInput):
            aid.post.open_receipt(data, [keys])


def test_every_state_has_a_place_in_the_groups():
    assert len(STATES) <= 16

"""Boxes (sync.md 7.3): keys reach their recipients and nobody else learns who they are."""

from dataclasses import replace

import pytest
from tools.vector_sets import world as w

from nrm_desktop.app.wire.keybox import (
    SLOT_OVERHEAD,
    SLOT_UNIT,
    Epoch,
    ExchangeSlot,
    FileSlot,
    ScopeSlot,
    decode_boxed_file,
    decode_keybox,
    encode_boxed_file,
    encode_keybox,
    encode_slot,
)
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.errors import HostileInput, ProgramFault
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.security.labels import BoxLabel
from nrm_desktop.security.sealing.boxes import (
    make_keybox,
    open_file,
    open_keybox,
    open_slots,
    seal_file,
    seal_slot,
)

EPOCH = Epoch(3, w.named("epoch"), w.EPOCH_KEY)
PART = Epoch(3, w.named("epoch"), None, ((1, w.CORE_KEY), (5, w.HEALTH_KEY)))
SCOPE = ScopeSlot(w.ADA_ID, w.CASE, (EPOCH,))
EXCHANGE = ExchangeSlot(w.ADA_ID, w.ORGANISATION, ((1, w.EXCHANGE_KEY),))
POST, OFFICE = w.POST_KEM.public, w.OFFICE_KEM.public


def keybox(*slots, members=None):
    return make_keybox(w.ADA_ID, Hlc(w.NOW_MS), slots, members, w.stream("keybox"))


def boxed(kind=ObjectType.REFERRAL, body=b"what is said", to=(POST, OFFICE)):
    return seal_file(kind, body, to, w.BUCKET, w.stream("boxed"))


def step(data, key=w.POST_KEM):
    with pytest.raises(HostileInput) as caught:
        open_file(key, data)
    return caught.value.params.get("step", caught.value.code)


@pytest.mark.parametrize("slot", [SCOPE, ScopeSlot(w.ADA_ID, w.CASE, (EPOCH, PART)), EXCHANGE])
def test_each_recipient_gets_its_own_keys(slot):
    box = decode_keybox(encode_keybox(keybox((POST, slot), (OFFICE, SCOPE))))

    assert open_keybox(w.POST_KEM, box) == slot
    assert open_keybox(w.OFFICE_KEM, box) == SCOPE


@pytest.mark.threat("T22")
def test_nobody_else_gets_anything():
    assert open_keybox(w.OFFICE_KEM, keybox((POST, SCOPE))) is None


def test_a_slot_says_nothing_about_how_many_keys_it_carries():
    few = seal_slot(POST, ObjectType.KEYBOX, bytes(16), ScopeSlot(w.ADA_ID, w.CASE, (PART,)))
    full = seal_slot(POST, ObjectType.KEYBOX, bytes(16), SCOPE)

    assert len(few) == len(full) == SLOT_UNIT + SLOT_OVERHEAD


def test_a_slot_of_many_keys_fills_whole_units():
    keys = tuple((number, w.named(f"compartment {number}", 32)) for number in range(1, 64))
    slot = ScopeSlot(w.ADA_ID, w.CASE, (Epoch(1, bytes(16), None, keys),))

    sealed = seal_slot(POST, ObjectType.KEYBOX, bytes(16), slot)

    assert (len(sealed) - SLOT_OVERHEAD) % SLOT_UNIT == 0
    assert open_slots(w.POST_KEM, ObjectType.KEYBOX, bytes(16), [sealed]) == slot


def test_recipients_stand_in_no_order_that_tells_who_they_are():
    slots = [(POST, SCOPE), (OFFICE, EXCHANGE)]
    firsts = set()
    for turn in range(20):
        box = make_keybox(w.ADA_ID, Hlc(1), slots, None, w.stream(f"turn {turn}"))
        first = replace(box, slots=box.slots[:1])
        firsts.add(open_keybox(w.POST_KEM, first) is not None)

    assert firsts == {True, False}


@pytest.mark.threat("T19")
def test_a_slot_moved_into_another_box_or_kind_does_not_open():
    sealed = seal_slot(POST, ObjectType.KEYBOX, bytes(16), SCOPE)

    assert open_slots(w.POST_KEM, ObjectType.KEYBOX, b"\x01" * 16, [sealed]) is None
    assert open_slots(w.POST_KEM, ObjectType.WELCOME, bytes(16), [sealed]) is None


@pytest.mark.threat("T19")
def test_a_slot_of_another_issuer_is_refused():
    theirs = replace(keybox((POST, SCOPE)), issuer=w.BEN_ID)

    with pytest.raises(HostileInput) as caught:
        open_keybox(w.POST_KEM, theirs)

    assert caught.value.params["step"] == "signature"


def test_a_file_key_is_no_scope_key():
    box = keybox((POST, FileSlot(bytes(32))))

    with pytest.raises(HostileInput):
        open_keybox(w.POST_KEM, box)


@pytest.mark.parametrize("kind", [7, 8, 9, 11])
def test_a_boxed_file_opens_for_each_recipient(kind):
    data = boxed(ObjectType(kind))

    for key in (w.POST_KEM, w.OFFICE_KEM):
        opened = open_file(key, data)
        assert (opened.kind, opened.body) == (kind, b"what is said")
        assert opened.reference == decode_boxed_file(data).reference


def test_a_packet_for_another_organisation_does_not_open():
    assert step(boxed(to=(OFFICE,))) == "integrity.not_for_us"


def test_a_kind_that_is_never_boxed_is_not_made():
    with pytest.raises(ProgramFault):
        boxed(ObjectType.BUNDLE)


@pytest.mark.threat("T12")
def test_flipped_bits_of_a_boxed_file_are_refused():
    data = boxed(to=(POST,))
    for place in range(0, len(data) * 8, 7):
        flipped = bytearray(data)
        flipped[place // 8] ^= 1 << place % 8
        assert step(bytes(flipped))


def test_every_truncation_of_a_boxed_file_is_refused():
    data = boxed(to=(POST,))
    for size in range(0, len(data), 3):
        assert step(data[:size])


@pytest.mark.threat("T19")
def test_an_object_of_another_kind_inside_is_refused():
    inner, outer = (decode_boxed_file(boxed(ObjectType(kind))) for kind in (8, 9))
    swapped = encode_boxed_file(replace(outer, sealed=inner.sealed))

    assert step(swapped) == "container"


def test_a_slot_of_the_wrong_sort_in_a_boxed_file_is_refused():
    box = decode_boxed_file(boxed(to=(POST,)))
    slot = seal_slot(POST, box.kind, box.reference, SCOPE)

    assert step(encode_boxed_file(replace(box, slots=(slot,)))) == "aead"


def test_a_slot_that_opens_to_nonsense_is_refused():
    box = decode_boxed_file(boxed(to=(POST,)))
    context = bytes((box.kind,)) + box.reference + POST.id
    for plain in (b"", bytes(SLOT_UNIT), encode_slot(SCOPE)[:-1]):
        slot = POST.seal(BoxLabel.BOX, context, plain.ljust(SLOT_UNIT, b"\x01"))
        assert step(encode_boxed_file(replace(box, slots=(slot,)))) == "cbor"

"""Every payload (sync.md 7.3, 8, 11, 12, 14): read as it was written, else refused."""

from dataclasses import replace

import pytest
from tools.vector_sets import statements as s
from tools.vector_sets import world as w

from nrm_desktop.app.wire import cbor, keybox, referral, trust
from nrm_desktop.app.wire.hashes import case_id
from nrm_desktop.app.wire.joining import decode_request, root_fingerprint
from nrm_desktop.app.wire.limits import EPOCHS_PER_SLOT, FORMAT, MEMBERS_PER_SCOPE, SLOTS_PER_BOX
from nrm_desktop.app.wire.statement import Signature, SignedStatement
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged, encode_tagged, is_root_file
from nrm_desktop.domain.acts import ActId, GrantFacts, GrantRole, OtherFacts
from nrm_desktop.domain.errors import HostileInput, ProgramFault

SAMPLES = {sample.name: sample for sample in s.samples()}
ODD = [[[]]]
"""What stands nowhere in any structure, apart from the answers themselves."""
FREE = {("box", (3, 0, 1)), ("referral", (8, 0, 2, 2))}


def nodes(item, path=()):
    yield path, item
    if isinstance(item, tuple):
        for index, element in enumerate(item):
            yield from nodes(element, (*path, index))


def replaced(item, path, value):
    if not path:
        return value
    out = list(item)
    out[path[0]] = replaced(item[path[0]], path[1:], value)
    return out


@pytest.mark.parametrize("name", SAMPLES)
def test_every_structure_comes_back_as_it_was_made(name):
    sample = SAMPLES[name]

    assert sample.read(sample.data) == sample.value


@pytest.mark.threat("T17")
@pytest.mark.parametrize("name", SAMPLES)
def test_every_element_replaced_by_something_else_is_refused(name):
    sample = SAMPLES[name]
    item = cbor.decode(sample.data)
    for path, _ in nodes(item):
        if (name, path) in FREE:
            continue
        with pytest.raises(HostileInput):
            sample.read(cbor.encode(replaced(item, path, ODD)))


@pytest.mark.threat("T17")
@pytest.mark.parametrize("name", SAMPLES)
def test_every_array_with_an_element_more_or_less_is_refused(name):
    sample = SAMPLES[name]
    item = cbor.decode(sample.data)
    for path, node in nodes(item):
        if not isinstance(node, tuple) or (name, path) in FREE:
            continue
        with pytest.raises(HostileInput):
            sample.read(cbor.encode(replaced(item, path, [*node, ODD])))
    with pytest.raises(HostileInput):
        sample.read(cbor.encode(item[:-1]))


@pytest.mark.parametrize("name", SAMPLES)
def test_another_format_number_is_refused(name):
    sample = SAMPLES[name]
    item = cbor.decode(sample.data)
    for number in (FORMAT + 1, bool(FORMAT), str(FORMAT), None):
        with pytest.raises(HostileInput):
            sample.read(cbor.encode([number, *item[1:]]))


@pytest.mark.parametrize("name", SAMPLES)
def test_no_payload_is_read_as_another_structure(name):
    for other, sample in SAMPLES.items():
        if other.split()[0] != name.split()[0]:
            with pytest.raises(HostileInput):
                sample.read(SAMPLES[name].data)


def test_an_act_has_the_id_of_its_payload():
    payload = SAMPLES["act grant"].data

    assert trust.decode_act(payload).act.act == trust.act_id(payload)
    assert len(trust.act_id(payload)) == 16


def test_the_digest_of_acts_does_not_depend_on_their_order():
    ids = [ActId(w.named(f"act {number}")) for number in range(5)]

    assert trust.act_set_digest(frozenset(ids)) == trust.act_set_digest(frozenset(ids[::-1]))
    assert trust.act_set_digest(frozenset(ids[1:])) != trust.act_set_digest(frozenset(ids))


@pytest.mark.threat("T19")
def test_the_first_grant_of_a_case_is_bound_to_who_opens_it():
    opening = s.acts()["opening"]
    assert isinstance(opening.facts, GrantFacts)
    assert opening.facts.is_opening
    assert case_id(w.ADA_ID, w.NONCE) == w.CASE

    stolen = trust.encode_act(w.ORGANISATION, replace(opening, issuer=w.BEN_ID), w.NONCE)
    other = trust.encode_act(w.ORGANISATION, replace(opening, scope=w.OTHER_CASE), w.NONCE)

    for payload in (stolen, other):
        with pytest.raises(HostileInput) as caught:
            trust.decode_act(payload)
        assert caught.value.params["step"] == "grant"


def test_an_act_of_a_kind_that_nobody_knows_yet_is_kept_in_the_graph():
    item = list(cbor.decode(SAMPLES["act grant"].data))
    item[1], item[4] = 40, ["whatever", 1]

    found = trust.decode_act(cbor.encode(item)).act

    assert found.facts == OtherFacts(40)
    assert found.after == (w.GRANT,)
    with pytest.raises(ProgramFault):
        trust.encode_act(w.ORGANISATION, found)


@pytest.mark.parametrize(
    "body",
    [
        [w.ADA_USER, 0, [1], None],
        [w.ADA_USER, 5, [1], None],
        [w.ADA_USER, 1, [5, 1], None],
        [w.ADA_USER, 1, [1, 1], None],
        [w.ADA_USER, 1, [0], None],
        [w.ADA_USER, 1, list(range(1, 66)), None],
    ],
)
def test_a_grant_of_another_shape_is_refused(body):
    item = list(cbor.decode(SAMPLES["act grant"].data))
    item[4] = body

    with pytest.raises(HostileInput):
        trust.decode_act(cbor.encode(item))


def test_an_act_without_end_and_one_with_end_come_back():
    ending = replace(s.acts()["user"], not_after_ms=w.NOW_MS)

    found = trust.decode_act(trust.encode_act(w.ORGANISATION, ending)).act

    assert (found.not_after_ms, found.at_ms) == (w.NOW_MS, w.NOW_MS)
    assert GrantRole(1).may_write is False


def test_the_organisation_is_the_hash_of_its_first_root_document():
    payload = SAMPLES["root"].data

    assert trust.organisation_id(payload) == root_fingerprint(payload)[:16]


def test_a_threshold_of_more_keys_than_there_are_is_refused():
    with pytest.raises(HostileInput):
        trust.decode_root(trust.encode_root(replace(s.root(), threshold=2)))


def test_a_request_names_the_ids_that_it_asks_for():
    request = decode_request(SAMPLES["request"].data)

    assert (request.device_id, request.signer_id) == (w.POST_ID, w.ADA_ID)


@pytest.mark.parametrize("tag", FileTag)
def test_a_small_signed_file_says_what_it_is(tag):
    statement = SignedStatement(b"payload", (Signature(bytes(16), bytes(64)),))
    data = encode_tagged(tag, statement)

    assert decode_tagged(data, tag) == statement
    assert is_root_file(data) == (tag is FileTag.ROOT)
    for other in set(FileTag) - {tag}:
        with pytest.raises(HostileInput) as caught:
            decode_tagged(data, other)
        assert caught.value.params["step"] == "container"


@pytest.mark.parametrize("data", [b"", b"\x83", bytes(1 << 21), cbor.encode(["nrmroot", 1, b"x"])])
def test_a_small_signed_file_of_another_shape_is_refused(data):
    with pytest.raises(HostileInput):
        decode_tagged(data, FileTag.ROOT)


SLOTS = [
    keybox.ScopeSlot(w.ADA_ID, w.CASE, (keybox.Epoch(1, bytes(16), w.EPOCH_KEY),)),
    keybox.ExchangeSlot(w.ADA_ID, w.ORGANISATION, ((1, w.EXCHANGE_KEY), (9, bytes(32)))),
    keybox.FileSlot(bytes(32)),
]


@pytest.mark.parametrize("slot", SLOTS)
def test_the_plaintext_of_a_slot_fills_whole_units(slot):
    plain = keybox.encode_slot(slot)

    assert len(plain) % keybox.SLOT_UNIT == 0
    assert keybox.decode_slot(plain) == slot


def test_slots_of_every_length_can_be_padded():
    lengths = set()
    for count in range(EPOCHS_PER_SLOT):
        keys = tuple((number, bytes(32)) for number in range(count))
        plain = keybox.encode_slot(keybox.ExchangeSlot(w.ADA_ID, w.CASE, keys))
        lengths.add(len(plain))
        assert len(keybox.decode_slot(plain).keys) == count
    assert all(length % keybox.SLOT_UNIT == 0 for length in lengths)


def test_a_slot_that_is_too_large_is_not_made():
    keys = tuple((number, bytes(32)) for number in range(1000))

    with pytest.raises(ProgramFault):
        keybox.encode_slot(keybox.ExchangeSlot(w.ADA_ID, w.CASE, keys))


def padded(*parts):
    free = -len(cbor.encode([*parts, b""])) % keybox.SLOT_UNIT
    return cbor.encode([*parts, bytes(free - 2)])


@pytest.mark.parametrize(
    "plain",
    [
        cbor.encode([4, bytes(32), b""]),
        padded(4, bytes(31)),
        padded(3, bytes(32)),
        padded(4),
        padded(1, w.ADA_ID, w.CASE, [[1, bytes(16), 2, bytes(32)]]),
        padded(1, w.ADA_ID, w.CASE, [[1, bytes(16), 0, []]]),
        padded(1, w.ADA_ID, w.CASE, [[1, bytes(16), 1, [[5, bytes(32)], [1, bytes(32)]]]]),
        padded(2, w.ADA_ID, w.CASE, [[2, bytes(32)], [1, bytes(32)]]),
        padded(4, bytes(32))[:-1] + b"\x01",
        padded(9, w.ADA_ID, w.CASE, []),
    ],
)
def test_the_plaintext_of_a_slot_of_another_shape_is_refused(plain):
    with pytest.raises(HostileInput):
        keybox.decode_slot(plain)


def boxed(**changes):
    names = "tag format kind reference slots sealed"
    item = ["nrmbox", FORMAT, 8, bytes(16), [s.SLOT], b"object"]
    for name, value in changes.items():
        item[names.split().index(name)] = value
    return cbor.encode(item)


@pytest.mark.parametrize(
    "change",
    [
        {"tag": "nrmbux"},
        {"format": FORMAT + 1},
        {"format": bool(FORMAT)},
        {"kind": 1},
        {"kind": True},
        {"kind": "8"},
        {"reference": bytes(15)},
        {"slots": [s.SLOT[:-1]]},
        {"slots": [bytes(keybox.SLOT_OVERHEAD)]},
        {"slots": [s.SLOT] * (SLOTS_PER_BOX + 1)},
        {"sealed": b""},
    ],
)
def test_a_boxed_file_of_another_shape_is_refused(change):
    with pytest.raises(HostileInput):
        keybox.decode_boxed_file(boxed(**change))


def test_a_boxed_file_with_as_many_slots_as_the_limit_allows_is_read():
    found = keybox.decode_boxed_file(boxed(slots=[s.SLOT] * SLOTS_PER_BOX))

    assert len(found.slots) == SLOTS_PER_BOX


def test_a_boxed_file_that_is_too_large_is_refused_before_it_is_decoded():
    with pytest.raises(HostileInput) as caught:
        keybox.decode_boxed_file(bytes((16 << 20) + 1))

    assert caught.value.params["step"] == "container"


def test_a_member_list_up_to_its_limit_is_read_and_one_more_is_refused():
    row = keybox.Member(w.POST_ID, w.GRANT, (1,))
    rows = tuple(
        replace(row, grant=ActId(index.to_bytes(16, "big"))) for index in range(MEMBERS_PER_SCOPE)
    )
    full = replace(SAMPLES["members"].value, members=rows)

    assert keybox.decode_member_list(keybox.encode_member_list(full)) == full
    with pytest.raises(HostileInput):
        keybox.decode_member_list(
            keybox.encode_member_list(replace(full, members=(*rows, replace(row, grant=w.GRANT))))
        )


def nested(*parents):
    """Records numbered from 0, each with the number of the one it stands in."""
    ids = [bytes([number + 1]) * 16 for number in range(len(parents))]
    return tuple(
        referral.ReferredRecord(ids[number], "screening", None if at is None else ids[at], 0)
        for number, at in enumerate(parents)
    )


@pytest.mark.threat("T12")
@pytest.mark.parametrize(
    "records",
    [nested(0), nested(1, 0), nested(None, 0, 1, 2), nested(None) * 2],
    ids=["in itself", "in each other", "four deep", "twice"],
)
def test_records_of_a_referral_that_no_form_can_have_are_refused(records):
    sample = SAMPLES["referral"]
    data = referral.encode_referral(replace(sample.value, records=records))

    with pytest.raises(HostileInput) as caught:
        sample.read(data)

    assert caught.value.params["what"] == "referral.records"


@pytest.mark.threat("T12")
def test_consents_of_a_referral_stand_once_and_in_one_order():
    """Found by the fuzzer: a consent that stood twice was read, and written once."""
    sample = SAMPLES["referral"]
    item = cbor.decode(sample.data)
    place = 6

    for wrong in ((*item[place], item[place][0]), ((b"\xff" * 16, 2), *item[place])):
        with pytest.raises(HostileInput) as caught:
            sample.read(cbor.encode(replaced(item, (place,), wrong)))
        assert caught.value.params["what"] == "referral.consents"


def test_records_of_a_referral_may_stand_in_each_other_as_deep_as_forms_do():
    sample = SAMPLES["referral"]
    packet = replace(sample.value, records=nested(None, 0, 1))

    assert sample.read(referral.encode_referral(packet)) == packet

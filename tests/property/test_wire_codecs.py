"""Codecs under hypothesis: round trips, and foreign bytes raise one family only (F11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.vector_sets import statements as s
from tools.vector_sets import world as w

from nrm_desktop.app.wire import cbor, keybox, trust
from nrm_desktop.app.wire.bundle import decode_bundle
from nrm_desktop.app.wire.checkpoint import decode_checkpoint
from nrm_desktop.app.wire.commit import check_parts, decode_commit, ops_of
from nrm_desktop.app.wire.form_pack import TravellingPack, decode_form_pack, encode_form_pack
from nrm_desktop.app.wire.operations import keep_answer, kept_answer
from nrm_desktop.app.wire.pack_file import (
    PackedObject,
    range_reader,
    read_index,
    read_object,
    write_pack_file,
)
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import FieldId, OpId, RecordId, ScopeId
from nrm_desktop.domain.ops import OpenRecord, OpKind, Tombstone, ValueOp
from nrm_desktop.domain.values import Answer, AnswerState, Source
from nrm_desktop.security.sealing.boxes import open_file
from nrm_desktop.security.sealing.container import open_object, seal_object

U64 = (1 << 64) - 1
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-U64 - 1, U64)
    | st.binary(max_size=300)
    | st.text(max_size=100)
)
items = st.recursive(leaves, lambda inner: st.lists(inner, max_size=5).map(tuple), max_leaves=20)
ids = st.binary(min_size=16, max_size=16)
names = st.from_regex(r"[a-z0-9_]{1,20}\.[a-z0-9_]{1,20}", fullmatch=True)
op_ids = st.builds(OpId, ids, st.integers(0, 100))
seen = st.lists(op_ids, max_size=4, unique=True).map(lambda found: tuple(sorted(found)))
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=5)


@st.composite
def answers(draw):
    state = draw(st.sampled_from(AnswerState))
    value = draw(values) if state is AnswerState.ANSWERED else None
    asked_on = draw(st.sampled_from(["", "2026", "2026-05-14"]))
    marks = draw(st.integers(0, 3))
    return Answer(state, value, draw(st.sampled_from(Source)), asked_on, marks)


value_ops = st.builds(
    ValueOp,
    st.sampled_from([OpKind.SET, OpKind.SET_ADD, OpKind.ENTRY, OpKind.RESOLVE]),
    ids.map(RecordId),
    names.map(FieldId),
    answers(),
    seen,
    st.integers(0, 5),
)
other_ops = st.builds(
    OpenRecord,
    ids.map(RecordId),
    names,
    st.none() | ids.map(RecordId),
    st.integers(0, (1 << 32) - 1),
    st.sampled_from([None, 1]),
) | st.builds(Tombstone, ids.map(RecordId), seen)


def is_flat(item, depth=0):
    return depth <= 8 if not isinstance(item, tuple) else all(is_flat(x, depth + 1) for x in item)


@given(items.filter(is_flat))
def test_one_value_has_one_encoding_and_comes_back(item):
    data = cbor.encode(item)

    assert cbor.decode(data) == item
    assert cbor.encode(cbor.decode(data)) == data


@given(items.filter(is_flat))
def test_what_we_kept_ourselves_decodes_the_same_without_the_scan(item):
    data = cbor.encode(item)

    assert cbor.decode_own(data) == cbor.decode(data)


@pytest.mark.parametrize("data", [b"", b"\x83\x01", b"\xff", b"\x61\xff"])
def test_kept_bytes_that_are_no_cbor_are_refused_without_the_scan_too(data):
    with pytest.raises(HostileInput):
        cbor.decode_own(data)


@given(answers())
def test_a_kept_answer_comes_back_as_it_was(answer):
    assert kept_answer(keep_answer(answer)) == answer


@given(st.binary(max_size=200))
def test_bytes_are_strict_cbor_or_hostile_and_never_have_a_second_form(data):
    try:
        item = cbor.decode(data)
    except HostileInput:
        return
    assert cbor.encode(item) == data


@given(st.lists(value_ops | other_ops, min_size=1, max_size=8))
def test_any_operations_come_back_from_the_wire(ops):
    found = decode_commit(w.signed(w.draft(tuple(ops))).encode())

    check_parts(found)
    assert ops_of(found) == tuple(ops)


pack_files = st.dictionaries(
    st.from_regex(r"([a-z][a-z0-9_]{0,9}/)?[A-Za-z0-9][A-Za-z0-9_-]{0,9}\.toml", fullmatch=True),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=60),
    min_size=1,
    max_size=8,
)
versions = st.lists(st.integers(0, 999_999), min_size=1, max_size=4)
packs = st.builds(
    TravellingPack,
    ids.map(ScopeId),
    st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True),
    versions.map(lambda numbers: ".".join(map(str, numbers))),
    st.integers(0, (1 << 48) - 1),
    pack_files.map(lambda files: tuple(sorted(files.items()))),
)


@given(packs)
def test_any_form_pack_comes_back_from_the_wire_with_every_sign_of_its_texts(pack):
    payload = encode_form_pack(pack)

    assert decode_form_pack(payload) == pack
    assert encode_form_pack(decode_form_pack(payload)) == payload


READERS = {
    "commit": (decode_commit, w.signed(w.draft(w.varied())).encode()),
    "bundle": (decode_bundle, b"\x82\x00\x81\x41\x00"),
    "statement": (decode_statement, s.samples()[0].data),
    "checkpoint": (decode_checkpoint, next(x.data for x in s.samples() if x.name == "checkpoint")),
    "form pack": (decode_form_pack, encode_form_pack(s.forms())),
    "act": (trust.decode_act, next(x.data for x in s.samples() if x.name == "act grant")),
    "slot": (keybox.decode_slot, keybox.encode_slot(keybox.FileSlot(bytes(32)))),
    "boxed": (keybox.decode_boxed_file, cbor.encode(["nrmbox", 0, 8, bytes(16), [], b"x"])),
    "object": (
        lambda data: open_object(data, w.CORE_KEY),
        seal_object(ObjectType.BUNDLE, b"body", w.CORE_KEY, w.BUCKET, w.stream("fuzz")),
    ),
    "file": (lambda data: open_file(w.POST_KEM, data), b"\x86"),
}


@st.composite
def mutated(draw, whole):
    """A valid text with pieces changed, removed or doubled: reaches deeper than noise does."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        size = draw(st.integers(0, 8))
        data[at : at + size] = draw(st.binary(max_size=8))
    return bytes(data)


def outcome(name, foreign):
    """What reading gives: the code of the refusal, or "read"."""
    try:
        found = READERS[name][0](foreign)
        if name == "commit":
            ops_of(found)
    except HostileInput as error:
        return error.code
    return "read"


@pytest.mark.promise("P15")
@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
def test_foreign_bytes_give_a_value_or_hostile_input_and_nothing_else(name, data):
    foreign = data.draw(st.binary(max_size=400) | mutated(READERS[name][1]))

    assert outcome(name, foreign) == "read" or outcome(name, foreign).startswith("integrity.")


OBJECTS = [
    seal_object(ObjectType.BUNDLE, body, w.CORE_KEY, w.BUCKET, w.stream("pack"))
    for body in (b"one", b"two")
]
PACK = write_pack_file([PackedObject(data, 3) for data in OBJECTS])


@pytest.mark.promise("P15")
@given(mutated(PACK.data))
def test_a_changed_pack_file_gives_only_objects_that_were_in_it(data):
    read = range_reader(data)
    try:
        index = read_index(read, len(data), PACK.name)
    except HostileInput:
        return
    for row in index.rows:
        try:
            found = read_object(read, row)
        except HostileInput:
            continue
        assert found in OBJECTS


@given(st.binary(max_size=5000), st.integers(0, 0xFFFF))
def test_any_body_comes_back_from_its_seal(body, bucket):
    for kind in (ObjectType.BUNDLE, ObjectType.CHUNK):
        sealed = seal_object(kind, body, w.CORE_KEY, bucket, w.stream("property"))
        assert open_object(sealed, w.CORE_KEY).body == body

"""Commits on the wire (sync.md 3 and 4): what is written is read again, nothing else is."""

from dataclasses import replace

import pytest
from tools.vector_sets import crafted
from tools.vector_sets import world as w

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.bundle import encode_bundle
from nrm_desktop.app.wire.commit import (
    CommitFlag,
    Dep,
    build_unsigned,
    check_parts,
    decode_commit,
    decode_header,
    link_of,
    missing_units,
    op_ids,
    ops_of,
    parse_signed,
    without_units,
)
from nrm_desktop.app.wire.hashes import HashLabel, labelled_hash
from nrm_desktop.app.wire.limits import COMMIT_BYTES, DEPS_PER_COMMIT, FORMAT, READER_LEVEL
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.case import once_record
from nrm_desktop.domain.errors import HostileInput, ProgramFault
from nrm_desktop.domain.ids import DeviceId, FieldId, OpId
from nrm_desktop.domain.ops import UnknownOp, ValueOp
from nrm_desktop.domain.values import answered
from nrm_desktop.security.sealing.container import seal_object


def header_items(**changes):
    """The header of a small commit as a list, with some elements changed by name."""
    made = build_unsigned(w.draft(w.interview()), w.stream("header"))
    return crafted.header_items(made.header_bytes, **changes)


def test_a_commit_of_every_kind_is_read_as_it_was_written():
    commit = w.signed(w.draft(w.varied()))

    found = decode_commit(commit.encode())

    check_parts(found)
    assert ops_of(found) == w.varied()
    assert found.signed == commit
    assert found.header.log == w.CORE_LOG


def test_units_of_erasure_have_segments_of_their_own():
    found = w.received(w.draft(w.varied()))

    assert [ref.unit for ref in found.header.segments] == [0, 1, 2]


def test_the_id_is_the_hash_of_the_received_header():
    found = w.received(w.draft(w.interview()))

    assert found.id == labelled_hash(HashLabel.HEADER, found.signed.header_bytes)
    assert op_ids(found.id, 2) == [OpId(found.id[:16], 0), OpId(found.id[:16], 1)]


def test_the_same_values_twice_give_different_hashes_because_of_the_salt():
    one, two = (w.signed(w.draft(w.interview()), label=label) for label in ("a", "b"))

    assert one.skeleton_bytes == two.skeleton_bytes
    assert one.segments != two.segments
    assert one.header_bytes != two.header_bytes


def test_an_interview_of_ten_answers_sealed_alone_is_at_most_800_bytes():
    body = encode_bundle([w.signed(w.draft(w.interview()))])

    sealed = seal_object(ObjectType.BUNDLE, body, w.CORE_KEY, w.BUCKET, w.stream("size"))

    assert len(sealed) <= 800


def test_an_erased_unit_leaves_chain_and_other_values_whole():
    found = w.received(w.draft(w.varied()))

    erased = parse_signed(without_units(found, {1}))

    check_parts(erased)
    assert erased.id == found.id
    assert missing_units(erased) == (1,)
    values = [op.answer for op in ops_of(erased) if isinstance(op, ValueOp) and op.unit == 1]
    assert values == [None]
    assert sum(isinstance(op, ValueOp) and op.answer is None for op in ops_of(erased)) == 1


def test_a_commit_for_a_newer_program_is_kept_and_not_applied():
    newer = build_unsigned(w.draft(w.varied()), w.stream("newer"))
    header = cbor.encode(header_items(min_reader=READER_LEVEL + 1, skel=newer.header.skeleton))
    found = parse_signed(
        replace(w.signed(w.draft(w.interview())), header_bytes=header, segments=(b"x",))
    )
    found = replace(found, signed=replace(found.signed, skeleton_bytes=newer.skeleton_bytes))

    ops = ops_of(found)

    assert len(ops) == len(w.varied())
    assert all(isinstance(op, UnknownOp) for op in ops)


def test_flags_and_deps_come_back():
    deps = (Dep(DeviceId(bytes(16)), 4, bytes(16)), Dep(DeviceId(b"\xff" * 16), 1, bytes(16)))
    flags = CommitFlag.CLOCK_SUSPECT | CommitFlag.ADOPTED
    made = replace(w.draft(w.interview()), deps=deps[::-1], flags=flags)

    header = w.received(made).header

    assert header.deps == deps
    assert header.flags == 9


def test_a_form_that_exists_once_has_one_record_on_all_devices():
    record = once_record(w.CASE, "consent")

    assert record == labelled_hash(HashLabel.RECORD, w.CASE, b"consent")[:16]
    assert record != once_record(w.OTHER_CASE, "consent")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", FORMAT + 1),
        ("format", bool(FORMAT)),
        ("device", bytes(15)),
        ("device", "0123456789abcdef"),
        ("signer", bytes(17)),
        ("scope", None),
        ("comp", 0),
        ("comp", 65536),
        ("comp", True),
        ("seq", 0),
        ("seq", -1),
        ("seq", 1 << 32),
        ("prev", bytes(31)),
        ("hlc", -1),
        ("hlc", "soon"),
        ("deps", 0),
        ("deps", [[bytes(16), 1]]),
        ("deps", [[bytes(16), 0, bytes(16)]]),
        ("deps", [[bytes(16), 1, bytes(16)]] * 2),
        ("deps", [[b"\x02" * 16, 1, bytes(16)], [b"\x01" * 16, 1, bytes(16)]]),
        ("deps", [[w.POST_ID, 1, bytes(16)]]),
        ("forms", bytes(7)),
        ("min_reader", -1),
        ("flags", None),
        ("skel", bytes(16)),
        ("segs", [[0, 1, bytes(31)]]),
        ("segs", [[0, 0, bytes(32)]]),
        ("segs", [[1, 9, bytes(32)], [0, 9, bytes(32)]]),
        ("segs", [[0, 9, bytes(32)], [0, 9, bytes(32)]]),
        ("segs", [[unit, 9, bytes(32)] for unit in range(65)]),
    ],
)
def test_a_header_of_another_shape_is_refused(name, value):
    with pytest.raises(HostileInput) as caught:
        decode_header(cbor.encode(header_items(**{name: value})))

    assert caught.value.params["step"] == "cbor"


def test_a_header_with_an_element_more_or_less_is_refused():
    items = header_items()

    for wrong in ([*items, 0], items[:-1]):
        with pytest.raises(HostileInput):
            decode_header(cbor.encode(wrong))


def test_deps_up_to_the_limit_are_read_and_one_more_is_refused():
    deps = [[index.to_bytes(16, "big"), 1, bytes(16)] for index in range(DEPS_PER_COMMIT + 1)]

    assert len(decode_header(cbor.encode(header_items(deps=deps[:-1]))).deps) == DEPS_PER_COMMIT
    with pytest.raises(HostileInput):
        decode_header(cbor.encode(header_items(deps=deps)))


def test_a_commit_of_more_than_four_mebibytes_is_refused_before_it_is_decoded():
    with pytest.raises(HostileInput) as caught:
        decode_commit(bytes(COMMIT_BYTES + 1))

    assert caught.value.params["step"] == "container"


@pytest.mark.parametrize(
    "change",
    [
        {"header_bytes": b""},
        {"signature": bytes(63)},
        {"signature": bytes(65)},
        {"skeleton_bytes": b""},
        {"segments": ()},
        {"segments": (b"",)},
        {"segments": (b"a", b"b")},
    ],
)
def test_a_commit_of_another_shape_is_refused(change):
    wrong = replace(w.signed(w.draft(w.interview())), **change)

    with pytest.raises(HostileInput):
        decode_commit(wrong.encode())


@pytest.mark.parametrize("part", ["skeleton", "segment", "swapped"])
def test_a_part_that_is_not_the_signed_one_is_refused(part):
    found = w.received(w.draft(w.varied()))
    parts = found.signed
    changed = {
        "skeleton": replace(parts, skeleton_bytes=parts.skeleton_bytes[:-1] + b"\x00"),
        "segment": replace(parts, segments=(*parts.segments[:2], parts.segments[2] + b"\x00")),
        "swapped": replace(parts, segments=parts.segments[::-1]),
    }[part]

    with pytest.raises(HostileInput) as caught:
        check_parts(parse_signed(changed))

    assert caught.value.params["step"] == "segments"


def test_nothing_is_written_that_could_not_be_read_again():
    bad = replace(w.interview()[0], field=FieldId("Not A Field"))

    with pytest.raises(ProgramFault):
        build_unsigned(w.draft((bad,)), w.stream("bad"))


@pytest.mark.parametrize(
    "op", [replace(w.interview()[0], answer=None), UnknownOp(99, (99, b"kept")), None]
)
def test_an_operation_without_meaning_is_not_written(op):
    ops = () if op is None else (op,)

    with pytest.raises(ProgramFault):
        build_unsigned(w.draft(ops), w.stream("none"))


def test_an_answer_of_a_mebibyte_goes_and_a_larger_one_does_not():
    largest = w.set_op("screening.words", answered("a" * 1_048_576))

    assert w.received(w.draft((largest,))).id
    with pytest.raises(ProgramFault):
        w.received(w.draft((w.set_op("screening.words", answered("a" * 1_048_577)),)))


def test_link_of_a_header_is_what_reading_all_of_it_says():
    """Judging follows a log by predecessor and signer alone."""
    data = cbor.encode(header_items())
    whole = decode_header(data)
    assert link_of(data) == (whole.prev, whole.signer)
    for wrong in (b"", cbor.encode(7), cbor.encode(header_items()[:-1]), data[:40]):
        with pytest.raises(HostileInput):
            link_of(wrong)

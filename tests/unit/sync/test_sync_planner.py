"""What the other side lacks and what we lack; names on a store; what goes into one pack file."""

import os

import pytest

from nrm_desktop.app.sync_ports import JournalHead, KeyPlace, ObjectRow
from nrm_desktop.app.wire.checkpoint import HeadRow, LogWant, PackWant
from nrm_desktop.app.wire.hashes import tips_name
from nrm_desktop.app.wire.limits import CHECKPOINT_WANTS, PACK_FILE_BYTES
from nrm_desktop.app.wire.pack_file import IndexRow
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.ids import CommitId, DeviceId, ScopeId
from nrm_desktop.domain.scopes import Compartment, LogKey
from nrm_desktop.security.sealing.container import seal_object
from nrm_desktop.sync.pack_writer import Outgoing, pack
from nrm_desktop.sync.planner import answer, gaps, heads_by_log, log_name, tails_to_send, wants
from nrm_desktop.sync.shelf import HeadReader, spans_of
from nrm_desktop.sync.tree import (
    StoreTree,
    claimed_name,
    read_checkpoint_name,
    read_mark,
    read_root_name,
)

CASE, OWN, OTHER = ScopeId(b"c" * 16), DeviceId(b"1" * 16), DeviceId(b"2" * 16)
CORE = LogKey(CASE, Compartment.CORE, OWN)
HEALTH = LogKey(CASE, Compartment.HEALTH, OTHER)
TREE = StoreTree(CASE)


class CoreOnly:
    """A ring that holds the key of `core` alone."""

    exchange = KeyPlace(None, 1)

    def holds(self, place: KeyPlace) -> bool:
        return place == KeyPlace(CASE, Compartment.CORE)

    def seal(self, kind, body, place) -> bytes:
        return seal_object(kind, body, bytes(32), 1, os.urandom)


def at(log: LogKey, seq: int) -> JournalHead:
    return JournalHead(log, seq, CommitId(bytes(32)))


class Held:
    """A journal of one log: what it holds by number, its head last."""

    def __init__(self, seq: int = 0, ids=(), *, is_cut_off: bool = False) -> None:
        self._seq = seq
        self._ids = dict(ids)
        self._is_cut_off = is_cut_off

    def heads(self):
        return [at(CORE, self._seq)] if self._seq else []

    def ids_at(self, _: LogKey, seq: int):
        return [self._ids.get(seq, bytes(32))]

    tips = ids_at

    def is_cut_off(self, _: LogKey, seq: int) -> bool:
        assert seq == self._seq
        return self._is_cut_off


def lacking(device, rows, logs, journal):
    """`gaps` with the heads of that journal."""
    return gaps(device, rows, logs, heads_by_log(journal), journal)


def test_only_what_a_store_lacks_and_we_may_seal_is_sent():
    tails = tails_to_send([at(CORE, 5), at(HEALTH, 5)], {log_name(CORE): 3}, CoreOnly())

    assert [(tail.head.log, tail.after) for tail in tails] == [(CORE, 3)]
    assert tails_to_send([at(CORE, 5)], {log_name(CORE): 5}, CoreOnly()) == []


def test_a_gap_is_counted_from_what_we_have_and_unknown_names_are_passed_over():
    rows = [HeadRow(b"core", 7, bytes(16)), HeadRow(b"else", 9, bytes(16))]

    (gap,) = lacking(OTHER, rows, {b"core": CORE}, Held(4))

    assert (gap.from_seq, gap.count, gap.named_by) == (5, 3, OTHER)
    assert lacking(OTHER, rows, {b"core": CORE}, Held(7)) == []


def test_another_history_of_a_log_that_we_hold_as_far_is_a_gap_too():
    logs = {b"core": CORE}
    ours = Held(7, {4: b"ours" * 8})

    at_the_top = lacking(OTHER, [HeadRow(b"core", 7, b"else" * 4)], logs, ours)
    below = lacking(OTHER, [HeadRow(b"core", 4, b"else" * 4)], logs, ours)

    assert [(gap.from_seq, gap.count) for gap in (*at_the_top, *below)] == [(1, 1), (1, 1)]
    assert lacking(OTHER, [HeadRow(b"core", 4, b"ours" * 4)], logs, ours) == []


def test_what_waits_for_another_history_is_asked_for_from_its_beginning():
    rows = [HeadRow(b"core", 7, b"else" * 4)]

    (gap,) = lacking(OTHER, rows, {b"core": CORE}, Held(4, is_cut_off=True))

    assert (gap.from_seq, gap.count) == (1, 3)


def test_two_histories_have_a_name_that_whoever_lacks_one_cannot_have():
    one, two = b"1" * 32, b"2" * 32

    assert tips_name([one]) == one[:16]
    assert tips_name([one, two]) == tips_name([two, one])
    assert tips_name([one, two]) not in {one[:16], two[:16]}


def test_wishes_are_sorted_joined_and_limited():
    gap = lacking(OTHER, [HeadRow(b"core", 7, bytes(16))], {b"core": CORE}, Held())

    assert wants([b"b", b"a", b"b"], gap) == (PackWant(b"a"), PackWant(b"b"), LogWant(b"core", 1))
    many = (number.to_bytes(20, "big") for number in range(2000))
    assert len(wants(many, ())) == CHECKPOINT_WANTS


def test_a_wish_lowers_what_a_store_is_taken_to_hold():
    known = {log_name(CORE): 9}
    wished = [LogWant(b"core", 4), LogWant(b"else", 1), PackWant(b"ours"), PackWant(b"theirs")]

    asked = answer(wished, [b"ours"], {b"core": CORE}, known)

    assert asked.logs == {log_name(CORE): 3}
    assert asked.gone == {b"ours"}


def test_names_of_the_tree_are_read_back_and_foreign_ones_are_passed_over():
    data = b"sealed"
    name = TREE.checkpoint("a" * 16, 12, data)

    found = read_checkpoint_name(name)

    assert found is not None
    assert (found.folder, found.counter, found.name) == ("a" * 16, 12, name)
    assert read_root_name(TREE.root_document(3, data)) == 3
    assert read_mark(TREE.mark(b"m" * 16)) == b"m" * 16
    for odd in ("x.cp", name + ".part", name.upper(), "conflicted copy.cp", "desktop.ini"):
        assert read_checkpoint_name(odd) is None
        assert read_root_name(odd) is None
        assert read_mark(odd) is None


@pytest.mark.parametrize("name", ["root", "checkpoint", "pack", "mark"])
def test_every_name_fits_old_file_systems(name):
    made = {
        "root": TREE.root_document(999_999, b"x"),
        "checkpoint": TREE.checkpoint("a" * 16, 10**11, b"x"),
        "pack": TREE.pack_file(b"p" * 20),
        "mark": TREE.mark(b"m" * 16),
    }[name]

    assert all(len(part) <= 48 and part == part.lower() for part in made.split("/"))
    assert made.startswith("nrm1/")


def test_a_file_is_asked_for_its_name_only_if_somebody_kept_it():
    name = TREE.pack_file(b"p" * 20).rpartition("/")[2]

    assert claimed_name(name) == b"p" * 20
    assert claimed_name("from-the-office.nrmx") is None


def test_what_does_not_fit_into_one_pack_file_makes_a_second_and_the_urgent_go_first():
    large = [
        Outgoing(ObjectType.CHUNK, KeyPlace(CASE, 1), 4, bytes(4) + os.urandom(7 * 1024**2))
        for _ in range(3)
    ]
    urgent = Outgoing(ObjectType.ACT, CoreOnly.exchange, 1, b"act")

    packs = pack([*large, urgent], CoreOnly())

    assert [len(one.rows) for one in packs] == [3, 1]
    assert packs[0].rows[0].lane == 1
    assert all(len(one.data) <= PACK_FILE_BYTES for one in packs)
    assert pack([], CoreOnly()) == []


def test_the_beginning_of_a_pack_file_is_read_once_and_else_only_what_was_asked_for():
    data, asked = os.urandom(200_000), []

    def read(start: int, end: int) -> bytes:
        asked.append((start, end))
        return data[start:end]

    reader = HeadReader(read)

    for start, end in ((0, 16), (16, 1000), (60_000, 65_000), (60_000, 190_000)):
        assert reader(start, end) == data[start:end]
    assert asked == [(0, 65_536), (65_536, 190_000)]
    small = HeadReader(lambda start, end: data[:900][start:end])
    assert (small(0, 16), small(800, 1_000)) == (data[:16], data[800:900])


@pytest.mark.parametrize(
    ("places", "spans"),
    [
        ([(0, 10), (10, 20)], [(0, 30), (0, 30)]),
        ([(0, 10), (16_000, 10)], [(0, 16_010), (0, 16_010)]),
        ([(0, 10), (17_000, 10)], [(0, 10), (17_000, 17_010)]),
        ([(50, 10), (10, 20)], [(50, 60), (10, 30)]),
        ([(0, 40_000), (40_000, 40_000)], [(0, 40_000), (40_000, 80_000)]),
    ],
)
def test_objects_that_lie_close_together_cost_one_request(places, spans):
    rows = [
        ObjectRow(b"p" * 20, IndexRow(bytes(20), 1, 3, 1, bytes(14), offset, length))
        for offset, length in places
    ]

    found = spans_of(rows, 70_000)

    assert [found[row.pack, row.entry.offset] for row in rows] == spans
    assert spans_of([]) == {}

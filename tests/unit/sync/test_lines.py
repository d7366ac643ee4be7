"""How fast a line is decides how large a pack file may be, and whether attachments wait."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.store import FakeStore

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.limits import PACK_FILE_BYTES
from nrm_desktop.app.wire.pack_file import PackedObject
from nrm_desktop.app.wire.tagged import FileTag
from nrm_desktop.sync.metered import ENOUGH_BYTES, LineSpeed, MeteredStore, is_slow
from nrm_desktop.sync.pack_writer import any_size, portions


class SlowStore(FakeStore):
    """A store in memory behind a line of so many bytes a second, with its own clock."""

    def __init__(self, bytes_per_s: float, waiting_s: float = 0.0) -> None:
        super().__init__()
        self.now = 0.0
        self._rate = bytes_per_s
        self._waiting = waiting_s

    def put(self, name, data) -> None:
        self.now += self._waiting + len(data) / self._rate
        super().put(name, data)

    def get(self, name, start=0, end=None) -> bytes:
        data = super().get(name, start, end)
        self.now += self._waiting + len(data) / self._rate
        return data

    def list(self, prefix, after=""):
        found = list(super().list(prefix, after))
        self.now += self._waiting + sum(len(entry.name) for entry in found) / self._rate
        return iter(found)


def metered(store: SlowStore) -> MeteredStore:
    return MeteredStore(store, lambda: store.now)


def test_a_pack_file_ends_where_twenty_seconds_are_reached():
    store = metered(SlowStore(2_000))
    store.put("a", bytes(ENOUGH_BYTES))

    assert store.room() == 40_000
    assert is_slow(store.outward)


def test_a_fast_line_takes_whole_pack_files():
    store = metered(SlowStore(2_000_000))
    store.put("a", bytes(ENOUGH_BYTES))

    assert store.room() == PACK_FILE_BYTES
    assert not is_slow(store.outward)


def test_a_far_server_is_not_called_slow_for_its_waiting():
    store = metered(SlowStore(2_000_000, waiting_s=0.6))
    store.put("a", bytes(2_000))

    assert not is_slow(store.outward)
    assert 0 < store.room() < PACK_FILE_BYTES


def test_before_anything_went_what_came_tells_how_fast_the_line_is():
    slow = SlowStore(4_000)
    FakeStore.put(slow, "a", bytes(ENOUGH_BYTES))
    store = metered(slow)
    assert store.room() == ENOUGH_BYTES
    store.get("a")

    assert store.room() == 80_000


def test_a_line_that_takes_no_time_has_no_limit():
    line = LineSpeed()
    line.note(ENOUGH_BYTES, 0.0)

    assert line.bytes_per_s == float("inf")


@pytest.fixture
def objects():
    # A root document needs no key: its tag is enough for a row of the index.
    return [
        (number, PackedObject(cbor.encode((FileTag.ROOT.value, number, bytes(9_000))), 3))
        for number in range(10)
    ]


def test_the_speed_of_one_file_decides_on_the_next(objects):
    rooms = iter([10_000, 30_000, 1])

    made = [one.made_of for one in portions(objects, lambda: next(rooms, PACK_FILE_BYTES))]

    assert made == [(0,), (1, 2, 3), (4,), (5, 6, 7, 8, 9)]


def test_without_a_limit_one_run_makes_one_file(objects):
    (one,) = portions(objects, any_size)

    assert one.made_of == tuple(range(10))


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=40),
    st.lists(st.integers(0, 120), min_size=1, max_size=40),
)
def test_every_object_travels_once_in_order_and_no_file_is_larger_than_the_line_allows(
    sizes, rooms
):
    made = [
        (number, PackedObject(cbor.encode((FileTag.ROOT.value, number, bytes(size * 100))), 3))
        for number, size in enumerate(sizes)
    ]
    limits = itertools.chain((room * 100 for room in rooms), itertools.repeat(PACK_FILE_BYTES))
    asked = []

    def room() -> int:
        asked.append(next(limits))
        return asked[-1]

    files = []
    for portion in portions(made, room):
        files.append(portion)
        most = asked[len(files) - 1]
        assert len(portion.file.data) <= most or len(portion.made_of) == 1

    assert [one for portion in files for one in portion.made_of] == list(range(len(sizes)))

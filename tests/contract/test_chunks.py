"""One contract for chunks, on the fake and on the real `files.db`."""

from __future__ import annotations

import pytest
from tests.contract.vaults import KEY
from tests.fakes.attachments import FakeChunks
from tests.fakes.clock import FakeClock

from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault
from nrm_desktop.security.sealing.chunks import SealedChunk
from nrm_desktop.storage import engine
from nrm_desktop.storage.attachments import VaultChunks

DAY_MS = 86_400_000


def chunk(number: int) -> SealedChunk:
    data = bytes([number]) * 300
    return SealedChunk(name20(data), data)


CHUNKS = [chunk(number) for number in range(70)]
NAMES = [each.name for each in CHUNKS]


class RealChunks(VaultChunks):
    """Chunks in a file, which a test may spoil."""

    def spoil(self, name: bytes) -> None:
        self.close()
        connection = engine.open_database(self._path, KEY)
        connection.execute("UPDATE chunk SET bytes = zeroblob(9) WHERE name = ?", (name,))
        engine.close_database(connection)
        self._is_closed = False


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture(params=["fake", "real"])
def store(request, tmp_path, clock):
    if request.param == "fake":
        yield FakeChunks()
        return
    real = RealChunks(tmp_path / "files.db", KEY, clock, lambda: None)
    yield real
    real.close()


@pytest.fixture
def real(tmp_path, clock):
    real = RealChunks(tmp_path / "files.db", KEY, clock, lambda: None)
    yield real
    real.close()


def test_what_was_put_in_is_given_back_as_it_was(store):
    store.add(CHUNKS)
    store.add(CHUNKS[:2])
    assert [store.get(name) for name in NAMES] == [each.data for each in CHUNKS]


def test_what_is_not_here_is_told_in_order(store):
    assert store.missing(NAMES[:3]) == tuple(NAMES[:3])
    assert store.get(NAMES[0]) is None
    store.add(CHUNKS[1:2])
    assert store.missing(NAMES[:3]) == (NAMES[0], NAMES[2])


def test_what_was_dropped_is_gone_and_counted_once(store):
    assert store.drop(NAMES[:1]) == 0
    store.add(CHUNKS[:3])
    assert store.drop(NAMES[:2]) == 2
    assert store.drop(NAMES[:2]) == 0
    assert store.missing(NAMES[:3]) == tuple(NAMES[:2])


@pytest.mark.promise("P7")
def test_bytes_that_the_disk_changed_are_never_given(store):
    store.add(CHUNKS[:2])
    store.spoil(NAMES[0])
    with pytest.raises(IntegrityFault) as told:
        store.get(NAMES[0])
    assert told.value.code == "integrity.attachment"
    assert store.get(NAMES[1]) == CHUNKS[1].data


def test_a_vault_without_attachments_has_no_such_file(real, tmp_path):
    assert real.missing(NAMES[:1])
    assert real.get(NAMES[0]) is None
    assert real.clean_up(lambda _: False) == 0
    assert list(tmp_path.iterdir()) == []


def test_orphans_go_after_a_day_and_what_belongs_to_an_attachment_stays(real, clock):
    real.add(CHUNKS[:4])
    real.settle(NAMES[:1])
    assert real.clean_up(lambda _: False) == 0
    clock.move(DAY_MS + 1)
    real.add(CHUNKS[4:5])
    assert real.clean_up(lambda name: name == NAMES[1]) == 2
    assert real.missing(NAMES[:5]) == (NAMES[2], NAMES[3])
    clock.move(10 * DAY_MS)
    assert real.clean_up(lambda _: False) == 1
    assert real.missing(NAMES[:5]) == (NAMES[2], NAMES[3], NAMES[4])


@pytest.mark.promise("P18")
def test_a_full_disk_takes_no_attachment_and_gives_what_is_there(tmp_path, clock):
    is_full = False

    def may_grow() -> None:
        if is_full:
            raise EnvironmentFault("storage.rescue")

    store = VaultChunks(tmp_path / "files.db", KEY, clock, may_grow)
    store.add(CHUNKS[:1])
    is_full = True
    with pytest.raises(EnvironmentFault):
        store.add(CHUNKS[1:2])
    clock.move(2 * DAY_MS)
    assert store.clean_up(lambda _: False) == 0
    assert store.get(NAMES[0]) == CHUNKS[0].data
    store.close()


@pytest.mark.promise("P13")
def test_after_a_lock_nothing_is_given_and_no_wal_lies_there(real, tmp_path):
    real.add(CHUNKS[:1])
    real.close()
    with pytest.raises(EnvironmentFault) as told:
        real.get(NAMES[0])
    assert told.value.code == "storage.closed"
    assert [path.name for path in tmp_path.iterdir()] == ["files.db"]

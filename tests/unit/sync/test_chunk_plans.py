"""Which chunks travel: by the names of manifests, smallest attachment first, within limits."""

import hashlib

import pytest

from nrm_desktop.app.sync_ports import Attached, ObjectRow
from nrm_desktop.app.wire.attachment import Manifest
from nrm_desktop.app.wire.limits import CHUNK_BYTES, CHUNK_OBJECT_BYTES
from nrm_desktop.app.wire.pack_file import IndexRow
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.security.sealing.chunks import ChunkSealer
from nrm_desktop.sync.chunks import plan_chunks

SCOPE = ScopeId(b"s" * 16)


class Held:
    """Chunks that are here."""

    def __init__(self, *names: bytes) -> None:
        self.names = set(names)

    def missing(self, names):
        return tuple(name for name in names if name not in self.names)


def name(number: int) -> bytes:
    return number.to_bytes(20, "big")


def attached(*numbers: int) -> Attached:
    size = CHUNK_BYTES * len(numbers)
    names = tuple(map(name, numbers))
    return Attached(SCOPE, 1, Manifest("image/png", size, bytes(32), CHUNK_BYTES, names, bytes(32)))


def offered(number: int, length: int = 300_000, pack: bytes = b"p" * 20) -> ObjectRow:
    kind = ObjectType.CHUNK
    return ObjectRow(pack, IndexRow(name(number), kind, 4, 1, bytes(14), 64, length))


def test_what_is_here_goes_and_what_is_offered_comes():
    plan = plan_chunks(
        [attached(1), attached(2, 3), attached(4, 5)],
        [offered(3), offered(5), offered(9)],
        frozenset({name(4)}),
        Held(name(1), name(2), name(4), name(5)),
    )

    assert plan.going == (name(1), name(2))
    assert list(plan.coming) == [name(3)]
    assert list(plan.known) == [name(5)]


def test_what_nobody_attached_is_neither_taken_nor_sent():
    plan = plan_chunks([], [offered(9)], frozenset(), Held(name(9)))

    assert (plan.going, dict(plan.coming), dict(plan.known)) == ((), {}, {})


def test_a_chunk_in_two_files_is_asked_for_once_and_in_either():
    rows = [offered(1, pack=b"p" * 20), offered(1, pack=b"q" * 20)]

    plan = plan_chunks([attached(1)], rows, frozenset(), Held())

    assert dict(plan.coming) == {name(1): rows}


@pytest.mark.threat("T13")
@pytest.mark.parametrize(
    ("length", "count"), [(CHUNK_OBJECT_BYTES, 1), (CHUNK_OBJECT_BYTES + 1, 0)]
)
def test_what_is_too_large_for_a_chunk_is_not_fetched(length, count):
    plan = plan_chunks([attached(1)], [offered(1, length)], frozenset(), Held())

    assert len(plan.coming) == count


def test_a_full_chunk_with_its_padding_is_within_the_limit():
    sealer = ChunkSealer(lambda count: hashlib.shake_128(b"seed").digest(count))
    for size in (CHUNK_BYTES, CHUNK_BYTES - 5, 1):
        (sealed,) = sealer.seal(bytes(size), bytes(32), 1)
        assert len(sealed.data) <= CHUNK_OBJECT_BYTES

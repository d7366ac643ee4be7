"""Chunks are bound to their attachment and their place, and are sealed once."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes.signer import counting_random

from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.app.wire.limits import CHUNK_BYTES
from nrm_desktop.app.wire.sealed_object import ObjectType, read_object_header
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.security.sealing.chunks import ChunkSealer
from nrm_desktop.security.sealing.container import seal_object


def sealed(data: bytes):
    sealer = ChunkSealer(counting_random("chunks"))
    key = sealer.new_key()
    chunks = list(sealer.seal(data, key, 80))
    names = tuple(each.name for each in chunks)
    return sealer, chunks, sealer.manifest("image/png", data, key, names)


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=1, max_size=200), st.integers(1, 3000))
def test_what_was_sealed_is_opened_to_the_same(piece, times):
    data = piece * times
    sealer, chunks, manifest = sealed(data)
    opened = [sealer.open(each.data, manifest, at) for at, each in enumerate(chunks)]
    assert b"".join(opened) == data
    assert manifest.sha256 == sha256(data).digest()


@pytest.mark.parametrize(
    ("size", "count"),
    [(1, 1), (CHUNK_BYTES, 1), (CHUNK_BYTES + 1, 2), (3 * CHUNK_BYTES, 3)],
)
def test_chunks_are_cut_at_256_kib_and_named_by_their_sealed_bytes(size, count):
    _, chunks, manifest = sealed(bytes(size))
    assert [each.name for each in chunks] == [name20(each.data) for each in chunks]
    assert len(chunks) == len(manifest.names) == count
    headers = {read_object_header(each.data, len(each.data)).kind for each in chunks}
    assert headers == {ObjectType.CHUNK}


@pytest.mark.threat("T12")
def test_a_chunk_of_another_place_file_or_key_does_not_open():
    sealer, chunks, manifest = sealed(bytes(range(256)) * 4096)
    for index in range(len(chunks)):
        for place, chunk in enumerate(chunks):
            if place != index:
                with pytest.raises(HostileInput):
                    sealer.open(chunk.data, manifest, index)
    with pytest.raises(HostileInput):
        sealer.open(chunks[0].data, replace(manifest, key=bytes(32)), 0)


@pytest.mark.threat("T12")
def test_a_changed_or_cut_chunk_does_not_open():
    sealer, chunks, manifest = sealed(b"paper" * 100)
    data = chunks[0].data
    for at in (0, 6, 30, 90, len(data) - 1):
        flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(HostileInput):
            sealer.open(flipped, manifest, 0)
    with pytest.raises(HostileInput):
        sealer.open(data[:-1], manifest, 0)


@pytest.mark.threat("T12")
def test_an_object_of_another_type_or_size_under_the_same_key_is_no_chunk():
    sealer, _, manifest = sealed(b"paper")
    random = counting_random("other")
    body = bytes(4) + b"paper"
    for kind, content in ((ObjectType.BUNDLE, body), (ObjectType.CHUNK, body + b"x")):
        with pytest.raises(HostileInput):
            sealer.open(seal_object(kind, content, manifest.key, 80, random), manifest, 0)


@pytest.mark.promise("P3")
def test_neither_content_nor_key_is_in_the_text_of_a_chunk():
    _, chunks, manifest = sealed(b"paper" * 10)
    assert "paper" not in repr(chunks[0])
    assert manifest.key not in chunks[0].data

"""Bombs and crafted plaintexts (sync.md 6 and 19): sealed by somebody who has the key."""

import pytest
import zstandard
from tools.vector_sets import world as w
from tools.vector_sets.crafted import padded, sealed_plain

from nrm_desktop.app.wire.limits import BODY_BYTES
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.security.sealing.container import open_object

KEY = w.CORE_KEY
MIB = 1 << 20


def packed(size, **options):
    """A frame of `size` zeros, made in pieces so that the test itself stays small."""
    squeeze = zstandard.ZstdCompressor(level=3, **options).compressobj(
        **({"size": size} if options.get("write_content_size") else {})
    )
    pieces = [squeeze.compress(bytes(MIB)) for _ in range(size // MIB)]
    return b"".join([*pieces, squeeze.compress(bytes(size % MIB)), squeeze.flush()])


def refusal(packed_body):
    with pytest.raises(HostileInput) as caught:
        open_object(sealed_plain(padded(packed_body)), KEY)
    assert caught.value.code == "integrity.hash"
    return caught.value.params["what"]


@pytest.mark.threat("T13")
def test_a_bomb_without_stated_size_stops_at_the_limit():
    assert refusal(packed(BODY_BYTES + 1, write_content_size=False)) == "object.bomb"


@pytest.mark.threat("T13")
def test_a_bomb_with_stated_size_is_refused_before_it_is_unpacked():
    assert refusal(packed(100 * MIB, write_content_size=True)) == "object.frame"


def test_a_body_of_exactly_the_limit_opens():
    frame = packed(BODY_BYTES, write_content_size=False)

    opened = open_object(sealed_plain(padded(frame)), KEY)

    assert len(opened.body) == BODY_BYTES


def test_a_frame_that_asks_for_a_huge_window_is_refused():
    wide = zstandard.ZstdCompressionParameters(window_log=26, write_content_size=False)
    squeeze = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    frame = squeeze.compress(w.named("wide", 1000)) + squeeze.flush()

    assert refusal(frame) == "object.unpack"


def frame(body=b"a body", **options):
    return zstandard.ZstdCompressor(write_content_size=False, **options).compress(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no frame at all",
        frame()[:-1],
        frame() + b"\x00",
        frame() + frame(),
        frame() + bytes.fromhex("502a4d1804000000") + b"skip",
        frame(write_checksum=True),
        frame()[:5],
        frame()[:4],
    ],
)
def test_only_one_bare_frame_is_a_body(body):
    assert refusal(body) in {"object.frame", "object.unpack"}


@pytest.mark.parametrize(
    "plain",
    [
        b"\xff\xff\xff\xff".ljust(256, b"\x00"),
        (253).to_bytes(4, "big").ljust(256, b"\x00"),
        (4).to_bytes(4, "big") + b"abcd" + bytes(247) + b"\x01",
        (4).to_bytes(4, "big").ljust(272, b"\x00"),
        (4).to_bytes(4, "big").ljust(512, b"\x00"),
    ],
)
def test_padding_that_hides_something_or_has_another_length_is_refused(plain):
    with pytest.raises(HostileInput) as caught:
        open_object(sealed_plain(plain, ObjectType.CHUNK), KEY)

    assert caught.value.params["step"] == "aead"

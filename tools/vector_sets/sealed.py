"""Vectors of sealed objects and pack files."""

from __future__ import annotations

from collections.abc import Iterator

import zstandard
from tools.vector_sets import world as w
from tools.vector_sets.case import Case, flip
from tools.vector_sets.crafted import padded, sealed_plain

from nrm_desktop.app.wire.limits import FORMAT
from nrm_desktop.app.wire.pack_file import HEAD_BYTES, ROW_BYTES, PackedObject, write_pack_file
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.security.sealing.container import seal_object

BODIES = {"empty": b"", "short": b"a short body", "longer": b"many words " * 60}


def sealed(
    body: bytes = b"a short body", kind: ObjectType = ObjectType.BUNDLE, label: str = "one"
) -> bytes:
    """An object under the core key."""
    return seal_object(kind, body, w.CORE_KEY, w.BUCKET, w.stream(f"vector {label}"))


def cases() -> Iterator[Case]:
    """All vectors of this module."""
    yield from _opened()
    yield from _refused()
    yield from _crafted()
    yield from _packs()


def _case(name: str, data: bytes, refuse: str | None = None, key: bytes = w.CORE_KEY) -> Case:
    structure = "nrmb_refuse" if refuse else "nrmb_open"
    return Case(structure, name, {"object": data.hex(), "key": key.hex()}, refuse)


def _opened() -> Iterator[Case]:
    for name, body in BODIES.items():
        yield _case(f"bundle, {name} body", sealed(body))
    yield _case("chunk", sealed(b"\x00\x00\x00\x07raw bytes", ObjectType.CHUNK))
    two = w.named("two segments", 66_000)
    yield _case("two segments", sealed(two, ObjectType.CHUNK))
    for kind in (2, 3, 5, 6, 10, 12):
        yield _case(f"type {kind}", sealed(kind=ObjectType(kind)))


def _refused() -> Iterator[Case]:
    good = sealed()
    steps = {0: "container", 4: "container", 5: "container", 6: "container", 7: "container"}
    for byte in (0, 4, 5, 7, 8, 9, 10, 23, 24, 55, 56, 87, 88, 200, len(good) - 1):
        yield _case(f"one bit of byte {byte}", flip(good, byte * 8), steps.get(byte, "aead"))
    for number in (0, 17, 32, 64, 255):
        changed = good[:6] + bytes((number,)) + good[7:]
        yield _case(f"type byte {number}", changed, "container")
    yield _case("bundle relabelled as checkpoint", good[:6] + b"\x02" + good[7:], "aead")
    yield _case("suite 2", good[:5] + b"\x02" + good[6:], "container")
    yield _case("another version", good[:4] + bytes((FORMAT + 1,)) + good[5:], "container")
    for size in (0, 4, 88, 104, len(good) - 16, len(good) - 1):
        yield _case(f"cut to {size} bytes", good[:size], "container")
    yield _case("one byte more", good + b"\x00", "container")
    yield _case("another key", good, "aead", w.HEALTH_KEY)
    other = sealed(label="two")
    yield _case("header of another object", good[:88] + other[88:], "aead")
    yield _case("salt of another object", good[:24] + other[24:56] + good[56:], "aead")
    two = sealed(w.named("two segments", 66_000), ObjectType.CHUNK)
    first, last = two[88 : 88 + 65_552], two[88 + 65_552 :]
    yield _case("first segment twice", two[:88] + first + first[: len(last)], "aead")
    yield _case("last segment missing", two[:88] + first, "aead")


def _crafted() -> Iterator[Case]:
    def frame(body: bytes = b"a short body", **options: bool) -> bytes:
        return zstandard.ZstdCompressor(write_content_size=False, **options).compress(body)

    wide = zstandard.ZstdCompressionParameters(window_log=26, write_content_size=False)
    pieces = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    huge = pieces.compress(b"x") + pieces.flush()
    squeeze = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    bomb = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(65)) + squeeze.flush()
    sized = zstandard.ZstdCompressor().compress(bytes(1 << 20))
    bodies = {
        "bomb of 65 MiB without stated size": bomb,
        "frame with stated size": sized,
        "frame with checksum": frame(write_checksum=True),
        "frame that asks for a window of 64 MiB": huge,
        "no frame": b"no frame",
        "nothing": b"",
        "cut frame": frame()[:-1],
        "byte after the frame": frame() + b"\x00",
        "two frames": frame() + frame(),
        "skippable frame after the frame": frame() + bytes.fromhex("502a4d180100000000"),
    }
    for name, body in bodies.items():
        yield _case(name, sealed_plain(padded(body)), "aead")
    short = (4).to_bytes(4, "big")
    plains = {
        "length beyond the plaintext": b"\xff\xff\xff\xff".ljust(256, b"\x00"),
        "bytes in the padding": (short + b"abcd").ljust(255, b"\x00") + b"\x01",
        "more padding than due": short.ljust(512, b"\x00"),
    }
    for name, plain in plains.items():
        yield _case(name, sealed_plain(plain, ObjectType.CHUNK), "aead")


def _packs() -> Iterator[Case]:
    objects = [
        PackedObject(sealed(label="late"), 4),
        PackedObject(sealed(label="urgent"), 2),
        PackedObject(sealed(kind=ObjectType.CHECKPOINT), 3),
    ]
    pack = write_pack_file(objects)
    end = HEAD_BYTES + 3 * ROW_BYTES
    yield _pack("three objects", pack.data, pack.name)
    yield _pack("the same without a name", pack.data, None)
    yield _pack("one object", write_pack_file(objects[:1]).data, None)
    yield _pack("cut after the first object", pack.data[: pack.rows[1].offset], pack.name)
    yield _pack("one bit of an object", flip(pack.data, (end + 90) * 8), pack.name)
    yield _pack("another name", pack.data, bytes(20), "name")
    for byte in (0, 4, 5):
        yield _pack(f"one bit of byte {byte}", flip(pack.data, byte * 8), pack.name, "container")
    for byte in (11, 15, 16, 36, 38, 40):
        yield _pack(f"one bit of byte {byte}", flip(pack.data, byte * 8), pack.name, "name")
    for byte in (57, 61, 62, 63):
        yield _pack(f"one bit of byte {byte}", flip(pack.data, byte * 8), None, "container")
    yield _pack("lying type", flip(pack.data, 36 * 8), None)
    yield _pack("lying month", flip(pack.data, 39 * 8), None)
    yield _pack("cut inside the index", pack.data[: end - 1], pack.name, "container")
    yield _pack("longer than it says", pack.data + b"\x00", pack.name, "container")
    yield _pack("no objects", pack.data[:8] + bytes(4) + pack.data[12:], None, "container")
    yield _pack("nothing", b"", None, "container")


def _pack(name: str, data: bytes, own: bytes | None, refuse: str | None = None) -> Case:
    inputs = {"file": data.hex(), "name": own and own.hex()}
    return Case("pack_file", name, inputs, refuse)

"""Vectors of attachments: a manifest, and the chunks that it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from tools.vector_sets import world as w
from tools.vector_sets.case import Case, flip

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.attachment import Manifest, manifest_value
from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.app.wire.limits import CHUNK_SIZES
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.security.sealing.container import seal_object

CHUNK = min(CHUNK_SIZES)
KEY = bytes(range(32, 64))


def cases() -> Iterator[Case]:
    """All vectors of this module."""
    data = b"%PDF-1.7 an invented paper"
    sealed = chunk(data)
    manifest = manifest_of(data, [sealed])
    yield _case("one chunk", manifest, [sealed])
    yield _case("not here yet", manifest, [None])
    yield from _two_chunks()
    yield _case("another object", manifest, [chunk(data, label="other")], "name")
    yield _case("one bit of a chunk", manifest, [flip(sealed, 900)], "name")
    for name, other in (
        ("chunk of another place", chunk(data, 1)),
        ("chunk of another key", chunk(data, key=bytes(32))),
        ("a bundle in its place", chunk(data, kind=ObjectType.BUNDLE)),
        ("chunk that is too short", chunk(data[:-1])),
        ("chunk that is too long", chunk(data + b"!")),
    ):
        yield _case(name, manifest_of(data, [other]), [other], "aead")
    yield from _manifests(manifest)


def chunk(
    data: bytes,
    index: int = 0,
    key: bytes = KEY,
    kind: ObjectType = ObjectType.CHUNK,
    label: str = "",
) -> bytes:
    """A sealed chunk."""
    body = index.to_bytes(4, "big") + data
    return seal_object(kind, body, key, w.BUCKET, w.stream(f"chunk {index} {label}"))


def manifest_of(data: bytes, chunks: Sequence[bytes]) -> Manifest:
    """The manifest of what was sealed."""
    names = tuple(map(name20, chunks))
    return Manifest("application/pdf", len(data), sha256(data).digest(), CHUNK, names, KEY)


def _two_chunks() -> Iterator[Case]:
    data = w.named("two chunks", CHUNK + 5)
    sealed = [chunk(data[:CHUNK]), chunk(data[CHUNK:], 1)]
    manifest = manifest_of(data, sealed)
    yield _case("two chunks, the second is not here yet", manifest, [sealed[0], None])
    swapped = replace(manifest, names=manifest.names[::-1])
    yield _case("two chunks in the wrong order", swapped, [sealed[1], None], "aead")


def _manifests(manifest: Manifest) -> Iterator[Case]:
    changed = {
        "no bytes": replace(manifest, size=0),
        "more than 50 MiB": replace(manifest, size=(50 << 20) + 1),
        "one name too many": replace(manifest, names=manifest.names * 2),
        "no names": replace(manifest, names=()),
        "chunks of 128 KiB": replace(manifest, chunk_size=1 << 17),
        "short hash": replace(manifest, sha256=bytes(31)),
        "short key": replace(manifest, key=bytes(31)),
        "short name": replace(manifest, names=(bytes(19),)),
        "no media type": replace(manifest, media_type=""),
        "long media type": replace(manifest, media_type="x" * 65),
    }
    for name, one in changed.items():
        yield _case(name, one, [], "cbor")
    value = manifest_value(manifest)
    yield _raw("thumbnail of a newer program", cbor.encode([*value[:6], 1]), "cbor")
    yield _raw("one part too few", cbor.encode(value[:6]), "cbor")
    yield _raw("no array", cbor.encode("manifest"), "cbor")


def _case(
    name: str, manifest: Manifest, chunks: Sequence[bytes | None], refuse: str | None = None
) -> Case:
    given = [one and one.hex() for one in chunks]
    value = cbor.encode(manifest_value(manifest)).hex()
    return Case("attachment", name, {"value": value, "chunks": given}, refuse)


def _raw(name: str, value: bytes, refuse: str) -> Case:
    return Case("attachment", name, {"value": value.hex(), "chunks": []}, refuse)

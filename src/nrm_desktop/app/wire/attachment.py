"""The manifest of an attachment: what stands in the value of an `attach` operation.

This module decides which manifests are read. It knows nothing of chunks but their names.

Source: sync.md sections 15 and 19.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.wire import shape
from nrm_desktop.app.wire.cbor import Item
from nrm_desktop.app.wire.hashes import HASH_BYTES, NAME_BYTES
from nrm_desktop.app.wire.limits import (
    ATTACHMENT_BYTES,
    CHUNK_SIZES,
    MEDIA_TYPE_CHARS,
)
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.attachments import PARTS
from nrm_desktop.domain.values import Value

KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an attachment consists of. Its text form does not show its key.

    Shape: `names` of the sealed chunks in order. Units: `size` and `chunk_size` count plain bytes.
    """

    media_type: str
    size: int
    sha256: bytes
    chunk_size: int
    names: tuple[bytes, ...] = field(repr=False)
    key: bytes = field(repr=False)

    def chunk_bytes(self, index: int) -> int:
        """The plain size of one chunk: all are full but the last."""
        return min(self.chunk_size, self.size - index * self.chunk_size)


def manifest_value(manifest: Manifest) -> Value:
    """Give the value as it is attached; the last part is kept free for thumbnails."""
    return (
        manifest.media_type,
        manifest.size,
        manifest.sha256,
        manifest.chunk_size,
        manifest.names,
        manifest.key,
        None,
    )


def read_manifest(item: Item) -> Manifest:
    """Read a manifest that came with an operation.

    Raises: HostileInput (step `cbor`) where it is none, or too large, or does not add up.
    """
    media_type, size, sha256, chunk_size, names, key, reserved = shape.fields(item, "attach", PARTS)
    if reserved is not None:
        raise refuse(Step.CBOR, "attach.reserved")
    found = Manifest(
        shape.text(media_type, "attach.type", MEDIA_TYPE_CHARS, 1),
        shape.uint(size, "attach.size", ATTACHMENT_BYTES, 1),
        shape.octets(sha256, "attach.sha256", HASH_BYTES),
        _chunk_size(chunk_size),
        _names(names),
        shape.octets(key, "attach.key", KEY_BYTES),
    )
    if len(found.names) != -(-found.size // found.chunk_size):
        raise refuse(Step.CBOR, "attach.chunks")
    return found


def _chunk_size(item: Item) -> int:
    size = shape.uint(item, "attach.chunk_size")
    if size not in CHUNK_SIZES:
        raise refuse(Step.CBOR, "attach.chunk_size")
    return size


def _names(item: Item) -> tuple[bytes, ...]:
    most = ATTACHMENT_BYTES // min(CHUNK_SIZES)
    found = shape.array(item, "attach.names", most, 1)
    return tuple(shape.octets(name, "attach.names", NAME_BYTES) for name in found)

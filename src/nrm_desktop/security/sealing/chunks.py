"""Chunks of attachments: cut, sealed once under the key of their attachment, and opened again.

This module decides how a chunk is bound to its place. It must not know where chunks lie. A chunk
that stands at another place, or was cut or exchanged, does not open.

Source: sync.md sections 6 and 15; storage-security.md section 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire.attachment import KEY_BYTES, Manifest
from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.app.wire.limits import CHUNK_BYTES
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.security.sealing.container import open_object, seal_object

_INDEX_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class SealedChunk:
    """A chunk as it is stored and as it travels. Shape: `name` of its bytes."""

    name: bytes
    data: bytes = field(repr=False)


class ChunkSealer:
    """Seals and opens the chunks of attachments; makes the key of each new one."""

    def __init__(self, random: Randomness) -> None:
        self._random = random

    def new_key(self) -> bytes:
        """A key for one attachment; it stands in the manifest and nowhere else."""
        return self._random(KEY_BYTES)

    def seal(self, data: bytes, key: bytes, bucket: int) -> Iterator[SealedChunk]:
        """Cut and seal, one chunk at a time. Shape: `bucket` from `sealed_object.bucket_of`."""
        for index, start in enumerate(range(0, len(data), CHUNK_BYTES)):
            body = index.to_bytes(_INDEX_BYTES, "big") + data[start : start + CHUNK_BYTES]
            sealed = seal_object(ObjectType.CHUNK, body, key, bucket, self._random)
            yield SealedChunk(name20(sealed), sealed)

    def manifest(
        self, media_type: str, data: bytes, key: bytes, names: tuple[bytes, ...]
    ) -> Manifest:
        """Describe what was sealed."""
        return Manifest(media_type, len(data), sha256(data).digest(), CHUNK_BYTES, names, key)

    def open(self, sealed: bytes, manifest: Manifest, index: int) -> bytes:
        """Open the chunk that stands at a place of an attachment.

        Raises: HostileInput (step `aead`) for a chunk of another place, type, size or key.
        """
        opened = open_object(sealed, manifest.key)
        place, data = opened.body[:_INDEX_BYTES], opened.body[_INDEX_BYTES:]
        is_here = place == index.to_bytes(_INDEX_BYTES, "big")
        if opened.kind is not ObjectType.CHUNK or not is_here:
            raise refuse(Step.AEAD, "chunk.place")
        if len(data) != manifest.chunk_bytes(index):
            raise refuse(Step.AEAD, "chunk.size")
        return data

"""What a backup says it holds: a sealed note beside it, which its content is compared with.

This module decides the fields of the note and how it is read. It opens no database.

Source: storage-security.md section 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final

from nrm_desktop.app.file_ports import Files, NoteSeal
from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.cbor import Item
from nrm_desktop.app.wire.hashes import HASH_BYTES
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.errors import HostileInput, IntegrityFault
from nrm_desktop.storage.files_database import ChunkCount

MANIFEST: Final = "manifest"
_FIELDS: Final = 10
_CHUNK_FIELDS: Final = 3
_MOST_BYTES: Final = 4096
_PROGRAM_CHARS: Final = 64


class ChunkPlace(IntEnum):
    """Where the chunks of attachments lie that belong to a backup."""

    LEFT_OUT = 0
    INSIDE = 1
    """In a `files.db` of the backup's own folder."""
    SHARED = 2
    """In one `files.db` beside all backups of this device, to which rows are only added."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Shape: `digest` sums the heads of all logs; `schema` is the `user_version` of the database;
    `attachments` is what there was of chunks, None where they were left out.
    """

    made_at_ms: int
    size: int
    sha256: bytes
    header_sha256: bytes
    commits: int
    logs: int
    digest: bytes
    schema: int
    program: str
    attachments: ChunkCount | None = None
    place: ChunkPlace = ChunkPlace.LEFT_OUT

    @property
    def has_attachments(self) -> bool:
        """True if nothing that was attached is missing in it."""
        return self.attachments is not None


def encode_manifest(manifest: Manifest) -> bytes:
    """Write the note, before it is sealed."""
    count = manifest.attachments
    chunks = () if count is None else (count.chunks, count.bytes, count.digest)
    return cbor.encode(
        (
            manifest.made_at_ms,
            manifest.size,
            manifest.sha256,
            manifest.header_sha256,
            manifest.commits,
            manifest.logs,
            manifest.digest,
            manifest.schema,
            manifest.program,
            (manifest.place.value, *chunks),
        )
    )


def read_manifest(folder: Path, files: Files, seal: NoteSeal) -> Manifest:
    """Read the note of a backup.

    Raises: IntegrityFault `integrity.backup`; EnvironmentFault.
    """
    try:
        return _decode(seal.unseal(files.read_limited(folder / MANIFEST, _MOST_BYTES)))
    except HostileInput as error:
        raise IntegrityFault("integrity.backup", what="manifest") from error


def _decode(plain: bytes) -> Manifest:
    parts = shape.fields(cbor.decode(plain), "manifest", _FIELDS)
    place, attachments = _chunks(parts[9])
    return Manifest(
        shape.uint(parts[0], "manifest.made_at"),
        shape.uint(parts[1], "manifest.size"),
        shape.octets(parts[2], "manifest.sha256", HASH_BYTES),
        shape.octets(parts[3], "manifest.header", HASH_BYTES),
        shape.uint(parts[4], "manifest.commits"),
        shape.uint(parts[5], "manifest.logs"),
        shape.octets(parts[6], "manifest.digest", HASH_BYTES),
        shape.uint(parts[7], "manifest.schema"),
        shape.text(parts[8], "manifest.program", _PROGRAM_CHARS),
        attachments,
        place,
    )


def _chunks(item: Item) -> tuple[ChunkPlace, ChunkCount | None]:
    parts = shape.array(item, "manifest.chunks", 1 + _CHUNK_FIELDS, 1)
    try:
        place = ChunkPlace(shape.uint(parts[0], "manifest.place"))
    except ValueError:
        raise refuse(Step.CBOR, "manifest.place") from None
    if place is ChunkPlace.LEFT_OUT:
        return place, None
    chunks = shape.fields(parts[1:], "manifest.chunks", _CHUNK_FIELDS)
    return place, ChunkCount(
        shape.uint(chunks[0], "manifest.chunks"),
        shape.uint(chunks[1], "manifest.bytes"),
        shape.octets(chunks[2], "manifest.digest", HASH_BYTES),
    )

"""Ports of attachments: where chunks lie, who seals them, who looks at what came from outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nrm_desktop.app.sight import Sight
from nrm_desktop.app.wire.attachment import Manifest
from nrm_desktop.domain.ids import OpId, RecordId, ScopeId


class Sealed(Protocol):
    """A sealed chunk. Shape: `name` of its bytes."""

    @property
    def name(self) -> bytes: ...  # noqa: D102 - see class
    @property
    def data(self) -> bytes: ...  # noqa: D102 - see class


class ChunkSeals(Protocol):
    """Cuts and seals what is taken in, and opens it again."""

    def new_key(self) -> bytes:
        """A key for one attachment."""

    def seal(self, data: bytes, key: bytes, bucket: int) -> Iterator[Sealed]:
        """Cut and seal, one chunk at a time."""

    def manifest(
        self, media_type: str, data: bytes, key: bytes, names: tuple[bytes, ...]
    ) -> Manifest:
        """Describe what was sealed."""

    def open(self, sealed: bytes, manifest: Manifest, index: int) -> bytes:
        """Open the chunk of a place. Raises: HostileInput."""


class ChunkStore(Protocol):
    """Sealed chunks of this device; callable from any thread but the UI's."""

    def add(self, chunks: Sequence[Sealed]) -> None:
        """Put in chunks, committed when this returns; they wait until `settle`."""

    def get(self, name: bytes) -> bytes | None:
        """A chunk as it was put in; None if it is not here. Raises: IntegrityFault."""

    def missing(self, names: Sequence[bytes]) -> tuple[bytes, ...]:
        """Those of the chunks that are not here."""

    def settle(self, names: Sequence[bytes]) -> None:
        """Say that an attachment in the journal names these chunks."""

    def drop(self, names: Sequence[bytes]) -> int:
        """Delete chunks so that nothing is left of them; gives how many there were."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One attachment of a case as it stands in the journal.

    Shape: `manifest` None where the value was erased or cannot be read.
    """

    op: OpId
    record: RecordId
    compartment: int
    at_ms: int
    user: str
    label: str = ""
    note: str = ""
    manifest: Manifest | None = field(default=None, repr=False)


class AttachmentReader(Protocol):
    """Reads what is attached to cases."""

    def attached(self, scope: ScopeId, sight: Sight) -> Sequence[AttachedFile]:
        """Attachments of a case that are in sight, oldest first."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page of something foreign, as pixels. Shape: `rgba` row by row from the top."""

    width: int
    height: int
    pages: int
    rgba: bytes = field(repr=False)


class Pictures(Protocol):
    """Decodes what came from outside, in a process that holds no keys (P16)."""

    def page(self, data: bytes, media_type: str, number: int) -> Picture:
        """Paint a page, counted from 0.

        Raises: HostileInput `integrity.preview`; EnvironmentFault `storage.child`.
        """

    def clean_photo(self, data: bytes) -> bytes:
        """Give a photo again without what cameras write into it: place, time, device.

        Raises: as `page`.
        """

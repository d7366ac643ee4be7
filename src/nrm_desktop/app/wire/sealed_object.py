"""The outside of a sealed object "NRMB": what can be told and checked without a key.

This module decides the header bytes, the size arithmetic and the names of objects. It must not
decrypt; `security.sealing.container` does.

Source: sync.md section 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final

from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.app.wire.limits import FORMAT, OBJECT_BYTES
from nrm_desktop.app.wire.refusal import Step, refuse

MAGIC: Final = b"NRMB"
SUITE: Final = 1
KEY_ID_BYTES: Final = 14
SALT_BYTES: Final = 32
COMMITMENT_BYTES: Final = 32
HEADER_BYTES: Final = 88
TAG_BYTES: Final = 16
SEGMENT_PLAIN: Final = 65_536
SEGMENT_SEALED: Final = SEGMENT_PLAIN + TAG_BYTES
SMALLEST_PLAIN: Final = 256
_PREFIX_BYTES: Final = 24
_FIRST_YEAR: Final = 2020
_LAST_MS: Final = 4_102_444_800_000  # the year 2100: whatever a broken clock says


class ObjectType(IntEnum):
    """What is inside an object; the numbers of the wire."""

    BUNDLE = 1
    CHECKPOINT = 2
    MANIFEST_PART = 3
    CHUNK = 4
    KEYBOX = 5
    ACT = 6
    BOX = 7
    REFERRAL = 8
    RECEIPT = 9
    FORM_PACK = 10
    WELCOME = 11
    MEMBER_LIST = 12
    INVITATION = 13
    RECOVERY_REQUEST = 14
    RECOVERY_ANSWER = 15
    CLAIM = 16
    WITHDRAWAL = 18  # 17 stays free: a frozen vector shows that it is refused
    ROOT_DOCUMENT = 32
    SNAPSHOT = 64


NOT_SEALED: Final = frozenset({ObjectType.ROOT_DOCUMENT})
RESERVED: Final = frozenset({ObjectType.SNAPSHOT})
SEALED_TYPES: Final = frozenset(ObjectType) - NOT_SEALED - RESERVED


@dataclass(frozen=True, slots=True)
class ObjectHeader:
    """The first 88 bytes. Shape: `bucket` counts months since 2020-01 by the writer's clock."""

    kind: ObjectType
    bucket: int
    key_id: bytes
    salt: bytes
    commitment: bytes

    def prefix(self) -> bytes:
        """Bytes 0 to 23: what goes into the derivation of the object's key."""
        return object_prefix(self.kind, self.bucket, self.key_id)

    def encode(self) -> bytes:
        """All 88 bytes: the associated data of every segment."""
        return self.prefix() + self.salt + self.commitment


def object_prefix(kind: ObjectType, bucket: int, key_id: bytes) -> bytes:
    """Magic, version, suite, type, flags, bucket and key id."""
    return MAGIC + bytes((FORMAT, SUITE, kind, 0)) + bucket.to_bytes(2, "big") + key_id


def read_object_header(data: bytes, size: int) -> ObjectHeader:
    """Read the header of an object of `size` bytes; `data` may be its beginning only (step 1).

    Raises: HostileInput (step `container`).
    """
    if not is_possible_size(size):
        raise refuse(Step.CONTAINER, "object.size")
    if len(data) < HEADER_BYTES or data[:4] != MAGIC:
        raise refuse(Step.CONTAINER, "object.magic")
    if data[4] != FORMAT or data[5] != SUITE or data[7] != 0:
        raise refuse(Step.CONTAINER, "object.version")
    if data[6] not in SEALED_TYPES:
        raise refuse(Step.CONTAINER, "object.type")
    return ObjectHeader(
        kind=ObjectType(data[6]),
        bucket=int.from_bytes(data[8:10], "big"),
        key_id=data[10:_PREFIX_BYTES],
        salt=data[_PREFIX_BYTES : _PREFIX_BYTES + SALT_BYTES],
        commitment=data[_PREFIX_BYTES + SALT_BYTES : HEADER_BYTES],
    )


def is_possible_size(size: int) -> bool:
    """True if an object can have this size: whole segments of a padded plaintext."""
    if not HEADER_BYTES < size <= OBJECT_BYTES:
        return False
    whole, rest = divmod(size - HEADER_BYTES, SEGMENT_SEALED)
    if 0 < rest <= TAG_BYTES:
        return False
    plain = whole * SEGMENT_PLAIN + max(0, rest - TAG_BYTES)
    return padded_size(plain) == plain


def padded_size(size: int) -> int:
    """Padmé: round up so that at most about 12 % is added and few sizes exist; at least 256.

    Source: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", PETS 2019.
    """
    if size <= SMALLEST_PLAIN:
        return SMALLEST_PLAIN
    exponent = size.bit_length() - 1
    free_bits = exponent - exponent.bit_length()
    mask = (1 << free_bits) - 1
    return (size + mask) & ~mask


def bucket_of(now_ms: int) -> int:
    """The month of a wall clock, as it goes into key ids. Units: milliseconds since 1970 UTC."""
    now = datetime.fromtimestamp(max(0, min(now_ms, _LAST_MS)) / 1000, UTC)
    return max(0, (now.year - _FIRST_YEAR) * 12 + now.month - 1)


def check_name(data: bytes, name: bytes) -> None:
    """Compare an object with the name it was fetched by (step 2).

    Raises: HostileInput (step `name`).
    """
    if name20(data) != name:
        raise refuse(Step.NAME, "object.name")

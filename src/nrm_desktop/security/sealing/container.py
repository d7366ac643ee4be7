"""The sealed object "NRMB": compress, pad, encrypt in segments, commit to the key; and back.

This module decides how a body is sealed under a 32-byte key and when a sealed object is refused.
It must not parse a body. Order of opening: shape, key commitment, every segment, padding, and
only then unpacking, through a stream with a hard limit.

Source: sync.md section 6; RFC 8878 (zstd). Threats: S, N, M (bit flips, truncation, reordering,
one ciphertext under two keys, bombs).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

import zstandard

from nrm_desktop.app.wire.limits import BODY_BYTES, BUCKETS_PER_RUN, KIB, MIB
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import (
    COMMITMENT_BYTES,
    HEADER_BYTES,
    SALT_BYTES,
    SEGMENT_PLAIN,
    SEGMENT_SEALED,
    ObjectHeader,
    ObjectType,
    is_possible_size,
    object_prefix,
    padded_size,
    read_object_header,
)
from nrm_desktop.domain.errors import ProgramFault
from nrm_desktop.security.labels import KdfLabel
from nrm_desktop.security.primitives import hkdf, is_equal, open_aead, seal_aead
from nrm_desktop.security.sealing.derivation import key_id
from nrm_desktop.security.suite import KEY_BYTES

T = TypeVar("T")
_LEVEL: Final = 3
_WINDOW_BYTES: Final = 8 * MIB
_READ_BYTES: Final = 256 * KIB
_LENGTH_BYTES: Final = 4
_BLOCK_HEAD: Final = 3
_RUN_BLOCK: Final = 1


@dataclass(frozen=True, slots=True)
class OpenedObject:
    """What an object said. Shape: for a chunk, `body` is be32(index) and the raw bytes."""

    header: ObjectHeader
    body: bytes = field(repr=False)

    @property
    def kind(self) -> ObjectType:
        """The type of the object; callers refuse a type that they did not ask for."""
        return self.header.kind


def seal_object(
    kind: ObjectType, body: bytes, key: bytes, bucket: int, random: Callable[[int], bytes]
) -> bytes:
    """Seal a body under a key.

    Shape: `bucket` from `sealed_object.bucket_of`.
    Raises: ProgramFault when the result passes the limits; callers divide before.
    """
    packed = body if kind is ObjectType.CHUNK else _pack(body)
    plain = len(packed).to_bytes(_LENGTH_BYTES, "big") + packed
    plain = plain.ljust(padded_size(len(plain)), b"\x00")
    salt = random(SALT_BYTES)
    prefix = object_prefix(kind, bucket, key_id(key, bucket))
    object_key, commitment = _derive(key, salt, prefix)
    aad = prefix + salt + commitment
    sealed = aad + b"".join(
        seal_aead(object_key, nonce, part, aad) for nonce, part in _parts(plain, SEGMENT_PLAIN)
    )
    if not is_possible_size(len(sealed)) or len(body) > BODY_BYTES:
        raise ProgramFault("program.fault", what="object.size")
    return sealed


def open_object(data: bytes, key: bytes) -> OpenedObject:
    """Open an object with the key that its key id names (steps 1 and 2).

    Raises: HostileInput.
    """
    header = read_object_header(data, len(data))
    object_key, commitment = _derive(key, header.salt, header.prefix())
    if not is_equal(commitment, header.commitment):
        raise refuse(Step.AEAD, "object.commitment")
    aad = data[:HEADER_BYTES]
    sealed = _parts(data[HEADER_BYTES:], SEGMENT_SEALED)
    plain = b"".join(open_aead(object_key, nonce, part, aad) for nonce, part in sealed)
    packed = _unpad(plain)
    return OpenedObject(header, packed if header.kind is ObjectType.CHUNK else _unpack(packed))


class KeyTable(Generic[T]):
    """Finds the key that opens an object among all keys we hold.

    Shape: `held` gives (key, what the key stands for), for example the compartment of a scope.
    Ids are computed once per month that occurs; at most 64 months are looked at in one run.
    """

    def __init__(self, held: Iterable[tuple[bytes, T]]) -> None:
        self._held = tuple(held)
        self._tables: dict[int, dict[bytes, tuple[bytes, T]]] = {}

    def find(self, bucket: int, wanted: bytes) -> tuple[bytes, T] | None:
        """The key and its meaning; None means: sealed to others, carried for them.

        Raises: HostileInput (step `container`) when too many different months were asked for.
        """
        table = self._tables.get(bucket)
        if table is None:
            if len(self._tables) >= BUCKETS_PER_RUN:
                raise refuse(Step.CONTAINER, "object.bucket")
            table = {key_id(entry[0], bucket): entry for entry in self._held}
            self._tables[bucket] = table
        return table.get(wanted)


def _derive(key: bytes, salt: bytes, prefix: bytes) -> tuple[bytes, bytes]:
    both = hkdf(KdfLabel.OBJECT, key, salt, prefix, KEY_BYTES + COMMITMENT_BYTES)
    return both[:KEY_BYTES], both[KEY_BYTES:]


def _parts(data: bytes, size: int) -> Iterable[tuple[bytes, bytes]]:
    """Cut into segments, each with its nonce; the last one carries the mark that it is the last."""
    starts = range(0, len(data), size)
    for index, start in enumerate(starts):
        mark = int(index == len(starts) - 1)
        yield index.to_bytes(8, "big") + mark.to_bytes(4, "big"), data[start : start + size]


def _unpad(plain: bytes) -> bytes:
    end = _LENGTH_BYTES + int.from_bytes(plain[:_LENGTH_BYTES], "big")
    if end > len(plain) or padded_size(end) != len(plain) or any(plain[end:]):
        raise refuse(Step.AEAD, "object.padding")
    return plain[_LENGTH_BYTES:end]


def _pack(body: bytes) -> bytes:
    # Without content size: with it, python-zstandard ignores the limit when it unpacks.
    return zstandard.ZstdCompressor(
        level=_LEVEL, write_content_size=False, write_checksum=False, write_dict_id=False
    ).compress(body)


def _unpack(packed: bytes) -> bytes:
    body = bytearray()
    try:
        _must_be_one_frame(packed)
        unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES)
        with unpacker.stream_reader(packed) as stream:
            while part := stream.read(_READ_BYTES):
                body += part
                if len(body) > BODY_BYTES:
                    raise refuse(Step.AEAD, "object.bomb")
    except zstandard.ZstdError as error:
        raise refuse(Step.AEAD, "object.unpack") from error
    return bytes(body)


def _must_be_one_frame(packed: bytes) -> None:
    """Walk over the block heads of a frame without content size, checksum or dictionary."""
    facts = zstandard.get_frame_parameters(packed)
    if facts.content_size != zstandard.CONTENTSIZE_UNKNOWN or facts.has_checksum or facts.dict_id:
        raise refuse(Step.AEAD, "object.frame")
    position = zstandard.frame_header_size(packed)
    is_last = False
    while not is_last:
        head = int.from_bytes(packed[position : position + _BLOCK_HEAD], "little")
        if position + _BLOCK_HEAD > len(packed):
            raise refuse(Step.AEAD, "object.frame")
        is_last = bool(head & 1)
        position += _BLOCK_HEAD + (1 if head >> 1 & 3 == _RUN_BLOCK else head >> 3)
    if position != len(packed):
        raise refuse(Step.AEAD, "object.frame")

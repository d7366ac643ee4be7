"""Labelled hashes: SHA-256(label, a zero byte, data), so that no hash can serve as another.

This module decides how a label is put before data, and which labels belong to hashes. Keys,
signatures and their labels are at home in `security`.

Source: sync.md section 4 and 4.1; storage-security.md section 4.1.
"""

from __future__ import annotations

import base64
from collections.abc import Collection
from enum import Enum
from hashlib import sha256

from nrm_desktop.domain.ids import (
    ID_BYTES,
    CommitId,
    DeviceId,
    ScopeId,
    SignerId,
)

HASH_BYTES = 32
NAME_BYTES = 20
_NAME_CHARS = 32


class HashLabel(bytes, Enum):
    """Labels of the hash H(label, data)."""

    HEADER = b"nrm1/hdr"
    SKELETON = b"nrm1/skel"
    SEGMENT = b"nrm1/seg"
    GENESIS = b"nrm1/genesis"
    CHECKPOINT_ID = b"nrm1/cpid"
    ACT_ID = b"nrm1/actid"
    ACT_SET = b"nrm1/actset"
    ROOT = b"nrm1/root"
    DEVICE = b"nrm1/dev"
    SIGNER = b"nrm1/signer"
    KEM = b"nrm1/kem"
    RECORD = b"nrm1/rec"
    """`domain.case.once_record` makes these ids; the domain imports nothing of the wire."""
    ROW = b"nrm1/row"
    """`domain.case.row_beside` makes these."""
    CASE = b"nrm1/case"
    WORDS = b"nrm1/words"
    COMPARISON = b"nrm1/cmp"
    AUDIT = b"nrm1/audit"
    FILES_SALT = b"nrm1/files-salt"
    RECOVERY = b"nrm1/recovery"
    TIPS = b"nrm1/tips"
    GRANT = b"nrm1/grant"


def tips_name(tips: Collection[bytes]) -> bytes:
    """Name in 16 bytes how far a log is held: its last commit, or the last ones of all histories.

    Shape: `tips` are commit ids, at least one. Whoever lacks a history gets another name.
    """
    if len(tips) == 1:
        return next(iter(tips))[:ID_BYTES]
    return labelled_hash(HashLabel.TIPS, *sorted(tips))[:ID_BYTES]


def labelled(label: bytes, *parts: bytes) -> bytes:
    """Put label and zero byte before the parts; the zero byte keeps labels prefix-free."""
    return b"".join((label, b"\x00", *parts))


def labelled_hash(label: HashLabel, *parts: bytes) -> bytes:
    """H(label, data) with data given in parts. Shape: 32 bytes."""
    return sha256(labelled(label.value, *parts)).digest()


def commit_id(header: bytes) -> CommitId:
    """The id of a commit, from its header as received."""
    return CommitId(labelled_hash(HashLabel.HEADER, header))


def device_id(ed25519_public: bytes) -> DeviceId:
    """The id of a device, from its Ed25519 public key."""
    return DeviceId(labelled_hash(HashLabel.DEVICE, ed25519_public)[:ID_BYTES])


def signer_id(ed25519_public: bytes) -> SignerId:
    """The id of a signer (or of a root key), from its Ed25519 public key."""
    return SignerId(labelled_hash(HashLabel.SIGNER, ed25519_public)[:ID_BYTES])


def case_id(opener: SignerId, nonce: bytes) -> ScopeId:
    """The id of a case, bound to the signer who opens it: nobody else can make its first grant.

    Shape: `nonce` are 16 random bytes, published in that grant.
    """
    return ScopeId(labelled_hash(HashLabel.CASE, opener, nonce)[:ID_BYTES])


def genesis(scope: ScopeId, compartment: int, device: DeviceId, grant: bytes) -> bytes:
    """What the first commit of a log names as its predecessor.

    Shape: `grant` is the 16-byte id of the grant under which the log is begun.
    """
    return labelled_hash(HashLabel.GENESIS, scope, compartment.to_bytes(2, "big"), device, grant)


def name20(content: bytes) -> bytes:
    """The first 20 bytes of SHA-256: what names an object or, from its index, a pack file."""
    return sha256(content).digest()[:NAME_BYTES]


def base32(data: bytes) -> str:
    """Write bytes in base32, lower case, unpadded: a name that every file system takes."""
    return base64.b32encode(data).decode("ascii").lower().rstrip("=")


def file_name(name: bytes) -> str:
    """The 32 characters of a 20-byte name."""
    return base32(name)


def read_file_name(text: str) -> bytes:
    """Give the 20 bytes of a 32-character name.

    Raises: ValueError when the text is no such name.
    """
    if len(text) != _NAME_CHARS or text != text.lower():
        raise ValueError("not an object name")
    return base64.b32decode(text.upper())

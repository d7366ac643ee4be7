"""What a member with the keys could make on purpose: plaintexts and headers of any shape."""

from __future__ import annotations

from typing import Any

from tools.vector_sets import world as w

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.commit import ReceivedCommit, SignedCommit
from nrm_desktop.app.wire.sealed_object import ObjectType, object_prefix, padded_size
from nrm_desktop.security.labels import KdfLabel
from nrm_desktop.security.primitives import hkdf, seal_aead
from nrm_desktop.security.sealing.derivation import key_id
from nrm_desktop.security.signing.commits import sign_header

HEADER_NAMES = [
    "format",
    "device",
    "signer",
    "scope",
    "comp",
    "seq",
    "prev",
    "hlc",
    "deps",
    "forms",
    "min_reader",
    "flags",
    "skel",
    "segs",
]


def padded(packed: bytes) -> bytes:
    """The plaintext of an object with this packed body."""
    plain = len(packed).to_bytes(4, "big") + packed
    return plain.ljust(padded_size(len(plain)), b"\x00")


def sealed_plain(plain: bytes, kind: ObjectType = ObjectType.BUNDLE) -> bytes:
    """Seal a plaintext of any shape under the core key."""
    prefix = object_prefix(kind, w.BUCKET, key_id(w.CORE_KEY, w.BUCKET))
    salt = w.named("crafted", 32)
    both = hkdf(KdfLabel.OBJECT, w.CORE_KEY, salt, prefix, 64)
    aad = prefix + salt + both[32:]
    starts = range(0, len(plain), 65_536)
    out = aad
    for index, at in enumerate(starts):
        nonce = index.to_bytes(8, "big") + int(at == starts[-1]).to_bytes(4, "big")
        out += seal_aead(both[:32], nonce, plain[at : at + 65_536], aad)
    return out


def header_items(header: bytes, **changes: Any) -> list[Any]:
    """The elements of a header, some changed by name."""
    items: list[Any] = list(cbor.decode(header))  # type: ignore[arg-type]  # a header is an array
    for name, value in changes.items():
        items[HEADER_NAMES.index(name)] = value
    return items


def resigned(commit: ReceivedCommit, **changes: Any) -> SignedCommit:
    """A commit whose header was changed and signed anew by Ada."""
    header = cbor.encode(header_items(commit.signed.header_bytes, **changes))
    parts = commit.signed
    return SignedCommit(header, sign_header(w.ADA, header), parts.skeleton_bytes, parts.segments)

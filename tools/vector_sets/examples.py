"""The byte examples of docs/format.md, by name; a test compares them with the document."""

from __future__ import annotations

from tools.vector_sets import world as w

from nrm_desktop.app.wire import cbor, keybox
from nrm_desktop.app.wire.hashes import HashLabel, labelled_hash
from nrm_desktop.app.wire.pack_file import PackedObject, write_pack_file
from nrm_desktop.app.wire.sealed_object import ObjectType, object_prefix
from nrm_desktop.app.wire.statement import Signature, SignedStatement
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.sealing.container import seal_object
from nrm_desktop.security.sealing.derivation import key_id
from nrm_desktop.security.signing.cose import ED25519_PROTECTED, message_to_sign


def examples() -> dict[str, bytes]:
    """What stands in the fenced blocks `hex NAME`."""
    commit = w.chain(1)[0].signed
    sealed = seal_object(ObjectType.BUNDLE, b"", w.CORE_KEY, w.BUCKET, w.stream("example"))
    statement = SignedStatement(b"\x00", (Signature(bytes(16), bytes(64)),))
    return {
        "cbor": cbor.encode((0, -1, 300, b"\x01\x02", "é", True, None, ())),
        "labelled-hash": labelled_hash(HashLabel.HEADER, b"data"),
        "sig-structure": message_to_sign(SignLabel.COMMIT, ED25519_PROTECTED, b"\x01\x02"),
        "statement": statement.encode(),
        "skeleton": commit.skeleton_bytes,
        "segment": commit.segments[0] or b"",
        "header": commit.header_bytes,
        "commit-id": w.chain(1)[0].id,
        "object-prefix": object_prefix(ObjectType.BUNDLE, w.BUCKET, key_id(w.CORE_KEY, w.BUCKET)),
        "pack-index": write_pack_file([PackedObject(sealed, 3)]).data[:64],
        "slot": keybox.encode_slot(keybox.FileSlot(bytes(32)))[:40],
    }

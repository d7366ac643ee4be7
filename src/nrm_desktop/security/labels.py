"""Every label that separates one use of a key or hash from another: the complete list.

This module decides which labels exist. A new use needs a new label, and a label is never used
for two things. Labels of the hash H() are at home in `app.wire.hashes`, which needs no keys.

Source: sync.md section 4.1; storage-security.md section 4.1. Threats: swapping one signed or
sealed thing for another.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from nrm_desktop.app.wire.hashes import HashLabel


class SignLabel(bytes, Enum):
    """External data of every signature: says what kind of statement is signed."""

    COMMIT = b"nrm1/commit"
    CHECKPOINT = b"nrm1/cp"
    ACT = b"nrm1/act"
    ROOT_DOCUMENT = b"nrm1/rootdoc"
    KEYBOX = b"nrm1/kb"
    REFERRAL = b"nrm1/ref"
    RECEIPT = b"nrm1/rcp"
    WITHDRAWAL = b"nrm1/wdr"
    FORM_PACK = b"nrm1/formpack"
    RELEASE = b"nrm1/stat"
    REQUEST = b"nrm1/req"
    CLAIM = b"nrm1/claim"
    WELCOME = b"nrm1/wel"
    CARD = b"nrm1/card"
    INVITATION = b"nrm1/inv"
    SLOT = b"nrm1/slot-voucher"


class KdfLabel(bytes, Enum):
    """Labels of HKDF; they begin its info."""

    OBJECT = b"nrm1/obj"
    COMPARTMENT = b"nrm1/comp"
    SEED_ED25519 = b"nrm1/seed-ed"
    SEED_ML_DSA = b"nrm1/seed-mldsa"
    DATABASE = b"nrm1/db"
    FILES = b"nrm1/files"
    VAULT_HEADER = b"nrm1/vault-header"
    ANCHOR = b"nrm1/anchor"
    BACKUP = b"nrm1/backup"
    SLOT_KEK = b"nrm1/slot-kek"
    SHIFT = b"nrm1/shift"


class MacLabel(bytes, Enum):
    """Labels of HMAC; they begin its message."""

    KEY_ID = b"nrm1/kid"
    EPOCH = b"nrm1/epoch"
    BLIND = b"nrm1/blind"
    PATH = b"nrm1/path"
    RECEIPT_CODE = b"nrm1/rcode"
    HANDOVER = b"nrm1/hcode"
    KEY_FILE = b"nrm1/keyfile"
    FIDO2 = b"nrm1/fido2"
    LINKED = b"nrm1/link"


class BoxLabel(bytes, Enum):
    """Labels of HPKE; they begin its info."""

    BOX = b"nrm1/box"
    VAULT_DEK = b"nrm1/vault-dek"
    SLOT_VALUE = b"nrm1/slot-value"


class AadLabel(bytes, Enum):
    """Labels that stand in the associated data of an AEAD."""

    SLOT = b"nrm1/slot"


class ReservedLabel(bytes, Enum):
    """Labels of things that have a place in the format and no code yet."""

    SNAPSHOT = b"nrm1/snap"
    CANARY = b"nrm1/canary"
    SHORT_CODE = b"nrm1/sas"


LABEL_LISTS: Final = (
    HashLabel,
    SignLabel,
    KdfLabel,
    MacLabel,
    BoxLabel,
    AadLabel,
    ReservedLabel,
)
"""All lists, so that a test and `docs/format.md` can compare them."""

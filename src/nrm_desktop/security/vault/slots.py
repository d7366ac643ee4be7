"""Key slots as they lie in the header: what each holds, and its bytes.

This module decides the shape of a slot (suite 1). It opens nothing: that is `slot_locks`, and for
the slot of the office `office`.

Source: storage-security.md section 4.2. Threats: T9.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final

from nrm_desktop.app.wire import shape
from nrm_desktop.app.wire.cbor import Encodable, Item
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.security.suite import (
    HPKE_OVERHEAD,
    KEM_PUBLIC_BYTES,
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    KdfCost,
)
from nrm_desktop.security.vault.cost import check_range

SUITE: Final = 1
VAULT_ID_BYTES: Final = 16
SLOT_ID_BYTES: Final = 8
SIGNS: Final = 64
EXTRA_BYTES: Final = 1024
SALT_BYTES: Final = 16
_SEALED_BYTES: Final = 2 * KEY_BYTES + TAG_BYTES
WRAP_BYTES: Final = KEY_BYTES + HPKE_OVERHEAD
_COST_TOP: Final = (1 << 32) - 1


class SlotKind(IntEnum):
    """Kinds of slots; 4 (passphrase and FIDO2) is reserved and refused."""

    PASSPHRASE = 1
    RECOVERY = 2
    KEY_FILE = 3
    OFFICE = 5

    @property
    def is_stretched(self) -> bool:
        """True if a passphrase is typed, so that Argon2id stands before the key."""
        return self in {SlotKind.PASSPHRASE, SlotKind.KEY_FILE}


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot as it lies in the header.

    Shape: `sign` is the number of the word and picture on the lock screen; `cost` is None and
    `salt` empty where nothing is stretched; `nonce` and `sealed` are empty for an office slot.
    """

    id: bytes
    kind: SlotKind
    sign: int
    cost: KdfCost | None
    salt: bytes
    extra: bytes
    kem_public: bytes = field(repr=False)
    nonce: bytes = field(default=b"", repr=False)
    sealed: bytes = field(default=b"", repr=False)
    dek_wrap: bytes = field(default=b"", repr=False)

    @property
    def is_user(self) -> bool:
        """True if the slot belongs to a person and has a sign."""
        return self.kind.is_stretched

    def is_same_lock(self, other: Slot) -> bool:
        """True if the same secret opens both or neither."""
        return replace(self, dek_wrap=b"") == replace(other, dek_wrap=b"")


def slot_item(slot: Slot) -> Encodable:
    """The slot as it stands in the body of the header."""
    return (
        slot.id,
        slot.kind.value,
        slot.sign,
        cost_item(slot),
        slot.salt,
        slot.extra,
        slot.nonce,
        slot.sealed,
        slot.kem_public,
        slot.dek_wrap,
    )


def read_slot(item: Item, what: str) -> Slot:
    """Read a slot. Raises: HostileInput; costs out of range are refused before any use."""
    parts = shape.fields(item, what, 10)
    kind = _kind(parts[1], what)
    is_sealed = kind is not SlotKind.OFFICE
    return Slot(
        id=shape.octets(parts[0], what, SLOT_ID_BYTES),
        kind=kind,
        sign=shape.uint(parts[2], what, SIGNS - 1 if kind.is_stretched else 0),
        cost=_cost(parts[3], what, kind),
        salt=shape.octets(parts[4], what, SALT_BYTES if kind.is_stretched else 0),
        extra=_extra(parts[5], what),
        nonce=shape.octets(parts[6], what, NONCE_BYTES if is_sealed else 0),
        sealed=shape.octets(parts[7], what, _SEALED_BYTES if is_sealed else 0),
        kem_public=shape.octets(parts[8], what, KEM_PUBLIC_BYTES),
        dek_wrap=shape.octets(parts[9], what, WRAP_BYTES),
    )


def _kind(item: Item, what: str) -> SlotKind:
    try:
        return SlotKind(shape.uint(item, what))
    except ValueError:
        raise refuse(Step.CBOR, f"{what}.kind") from None


def _cost(item: Item, what: str, kind: SlotKind) -> KdfCost | None:
    parts = shape.fields(item, what, 3 if kind.is_stretched else 0)
    if not parts:
        return None
    memory, passes, lanes = (shape.uint(part, what, _COST_TOP) for part in parts)
    return check_range(KdfCost(memory, passes, lanes))


def _extra(item: Item, what: str) -> bytes:
    return b"" if item == b"" else shape.some_octets(item, what, EXTRA_BYTES)


def cost_item(slot: Slot) -> Encodable:
    """The cost of a slot as it stands in the header; empty where nothing is stretched."""
    cost = slot.cost
    return () if cost is None else (cost.memory_kib, cost.passes, cost.lanes)

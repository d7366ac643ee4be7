"""The key header: its bytes, and when a copy of it is sound.

This module decides the layout of `vault.hdr`, its limits, and the two checks: a sum that finds
damage before anything is unlocked (and proves nothing about an attacker), and a MAC that proves,
after unlocking, that nobody changed it. It must not read files and must not derive from a
passphrase; the costs of all slots are checked while reading.

Source: storage-security.md sections 4.2 and 4.3. Threats: T1, T9.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.limits import FORMAT, KIB, U32, U64
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.security.vault.slots import (
    SUITE,
    VAULT_ID_BYTES,
    Slot,
    read_slot,
    slot_item,
)

COPY_LIMIT: Final = 256 * KIB
_MAGIC: Final = b"NRMV"
_BODY_LIMIT: Final = 131_072
MOST_SLOTS: Final = 32
_WIPE_FEWEST: Final = 10
_HEAD: Final = 36
_HASH: Final = 32
_PAGE: Final = 4096


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says. Shape: `wipe_after` 0 is "off"."""

    counter: int
    vault_id: bytes
    dek_epoch: int
    slots: tuple[Slot, ...]
    wipe_after: int = 0

    @property
    def user_slots(self) -> tuple[Slot, ...]:
        """Slots that belong to people, in their order."""
        return tuple(slot for slot in self.slots if slot.is_user)

    def slot_of(self, slot_id: bytes) -> Slot | None:
        """Find a slot by its id."""
        return next((slot for slot in self.slots if slot.id == slot_id), None)


@dataclass(frozen=True, slots=True)
class SoundCopy:
    """A copy that is undamaged; who wrote it is known only after `is_authentic`."""

    header: Header
    raw: bytes = field(repr=False)
    _covered: int = field(repr=False)

    def is_authentic(self, mac_key: bytes) -> bool:
        """True if the holder of the data key wrote these bytes. Compares in constant time."""
        found = self.raw[self._covered : self._covered + _HASH]
        return hmac.compare_digest(found, _mac(mac_key, self.raw[: self._covered]))


def encode_header(header: Header, mac_key: bytes) -> bytes:
    """Write a header, complete with MAC, sum and padding."""
    body = _body(header)
    covered = b"".join(
        (
            _MAGIC,
            bytes((FORMAT, SUITE, 0, 0)),
            header.counter.to_bytes(8, "big"),
            header.vault_id,
            len(body).to_bytes(4, "big"),
            body,
        )
    )
    signed = covered + _mac(mac_key, covered)
    whole = signed + hashlib.sha256(signed).digest()
    return whole.ljust(_padded(len(whole)), b"\x00")


def decode_header(raw: bytes) -> SoundCopy:
    """Read a copy.

    Raises: HostileInput `integrity.header` unless magic, version, suite, lengths, padding, sum,
            the one possible encoding of the body and every limit hold.
    """
    try:
        covered = _covered_length(raw)
        _check_sum(raw, covered)
        header = _read_body(raw[_HEAD:covered], raw)
    except HostileInput as error:
        raise HostileInput("integrity.header", what=error.params.get("what")) from error
    return SoundCopy(header, raw, covered)


def is_of_newer_format(raw: bytes) -> bool:
    """True if a copy says that a newer program wrote it; nothing else of it is believed."""
    return raw[:4] == _MAGIC and raw[4:5] > bytes((FORMAT,))


def _covered_length(raw: bytes) -> int:
    """The bytes under the MAC: head and body."""
    length = int.from_bytes(raw[_HEAD - 4 : _HEAD], "big")
    if raw[:8] != _MAGIC + bytes((FORMAT, SUITE, 0, 0)) or length > _BODY_LIMIT:
        raise HostileInput("integrity.header", what="head")
    if len(raw) != _padded(_HEAD + length + 2 * _HASH):
        raise HostileInput("integrity.header", what="length")
    return _HEAD + length


def _check_sum(raw: bytes, covered: int) -> None:
    end = covered + _HASH
    if hashlib.sha256(raw[:end]).digest() != raw[end : end + _HASH]:
        raise HostileInput("integrity.header", what="sum")
    if any(raw[end + _HASH :]):
        raise HostileInput("integrity.header", what="padding")


def _read_body(body: bytes, raw: bytes) -> Header:
    epoch, wipe_after, slots = shape.fields(cbor.decode(body), "body", 3)
    shape.array(slots, "slots", MOST_SLOTS, 1)
    header = Header(
        counter=int.from_bytes(raw[8:16], "big"),
        vault_id=raw[16 : 16 + VAULT_ID_BYTES],
        dek_epoch=shape.uint(epoch, "dek_epoch", U32),
        slots=shape.each(slots, "slot", read_slot, MOST_SLOTS),
        wipe_after=shape.uint(wipe_after, "wipe_after", U32),
    )
    _check_whole(header)
    if _body(header) != body:
        raise HostileInput("integrity.header", what="canonical")
    return header


def _check_whole(header: Header) -> None:
    """What holds between the parts: nobody is locked out by a double id or sign."""
    ids = [slot.id for slot in header.slots]
    signs = [slot.sign for slot in header.user_slots]
    if len(set(ids)) != len(ids) or len(set(signs)) != len(signs):
        raise HostileInput("integrity.header", what="slot.double")
    if 0 < header.wipe_after < _WIPE_FEWEST or not 0 < header.counter < U64:
        raise HostileInput("integrity.header", what="limit")


def _body(header: Header) -> bytes:
    slots = [slot_item(slot) for slot in header.slots]
    return cbor.encode((header.dek_epoch, header.wipe_after, slots))


def _padded(size: int) -> int:
    return -(-size // _PAGE) * _PAGE


def _mac(key: bytes, covered: bytes) -> bytes:
    return hmac.digest(key, covered, "sha256")

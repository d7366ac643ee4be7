"""Keys and pseudonyms derived from keys: compartments, epochs, key ids, blinds, folder names.

This module decides which key follows from which and how a key or a log is named to outsiders.
Derivation goes one way only: nobody climbs from a compartment key to the epoch key or a sibling.

Source: sync.md sections 6, 7.2, 8, 9.1 and 14.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nrm_desktop.app.wire.hashes import base32
from nrm_desktop.app.wire.sealed_object import KEY_ID_BYTES
from nrm_desktop.domain.ids import ID_BYTES, DeviceId, ScopeId
from nrm_desktop.security.labels import KdfLabel, MacLabel
from nrm_desktop.security.primitives import hkdf, mac, macs
from nrm_desktop.security.suite import KEY_BYTES

_FOLDER_CHARS = 16
_RECEIPT_BYTES = 6
_PSEUDONYM_BYTES = 16


def compartment_key(epoch_key: bytes, scope: ScopeId, compartment: int) -> bytes:
    """The key of one compartment in one epoch of a scope."""
    return hkdf(KdfLabel.COMPARTMENT, epoch_key, scope, compartment.to_bytes(2, "big"), KEY_BYTES)


def epoch_id(epoch_key: bytes) -> bytes:
    """The 16-byte id of an epoch: two leads who rotate at once make two epochs."""
    return mac(MacLabel.EPOCH, epoch_key)[:ID_BYTES]


def key_id(key: bytes, bucket: int) -> bytes:
    """How a key is named in objects of one month: the store cannot group them by case for ever."""
    return mac(MacLabel.KEY_ID, key, bucket.to_bytes(2, "big"))[:KEY_ID_BYTES]


def log_blind(key: bytes, device: DeviceId) -> bytes:
    """How a device's log is named in checkpoints; `key` is the compartment key of the epoch."""
    return mac(MacLabel.BLIND, key, device)[:ID_BYTES]


def log_blinds(key: bytes, devices: Sequence[DeviceId]) -> Iterator[bytes]:
    """`log_blind` of each device, in order."""
    return (one[:ID_BYTES] for one in macs(MacLabel.BLIND, key, devices))


def device_folder_name(path_key: bytes, device: DeviceId) -> str:
    """How a device is named on a store: 16 characters of base32, not its id."""
    return base32(mac(MacLabel.PATH, path_key, device))[:_FOLDER_CHARS]


def receipt_code(secret: bytes, reference: bytes, state: str) -> bytes:
    """The 48 bits that prove a typed receipt."""
    return mac(MacLabel.RECEIPT_CODE, secret, reference, state.encode("ascii"))[:_RECEIPT_BYTES]


def pseudonym(key: bytes, recipient: str, years: tuple[int, int], scope: ScopeId) -> str:
    """How a person is named to one recipient for some years (ST10). Shape: 32 signs of hex.

    For another recipient, or other years, the same person has another one, and nobody can tell.
    """
    name = recipient.encode("utf-8")
    parts = (len(name).to_bytes(2, "big"), name, *(year.to_bytes(2, "big") for year in years))
    return mac(MacLabel.LINKED, key, *parts, scope)[:_PSEUDONYM_BYTES].hex()

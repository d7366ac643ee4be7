"""Small notes sealed under a key of the vault: how far it had come, what a backup holds.

This module decides the bytes of a sealed note: a random nonce, then AES-256-GCM bound to the
vault's id. One key per kind of note (`working_keys`). It must not know what a note says.

Source: storage-security.md sections 7 and 10. Promise: P8.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.security.primitives import open_aead, seal_aead
from nrm_desktop.security.suite import NONCE_BYTES, TAG_BYTES


@dataclass(frozen=True, slots=True)
class VaultNotes:
    """The NoteSeal port: seals and opens the notes of one kind. Its text form shows no key."""

    key: bytes = field(repr=False)
    vault_id: bytes
    random: Randomness = field(repr=False)

    def seal(self, plain: bytes) -> bytes:
        """Seal a note."""
        nonce = self.random(NONCE_BYTES)
        return nonce + seal_aead(self.key, nonce, plain, self.vault_id)

    def unseal(self, sealed: bytes) -> bytes:
        """Open a note. Raises: HostileInput if it was cut short, changed or is of another vault."""
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise refuse(Step.AEAD, "note.size")
        return open_aead(self.key, sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self.vault_id)

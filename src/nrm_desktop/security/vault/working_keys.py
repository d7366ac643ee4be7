"""Working keys: what is derived from the data key for each use, and nothing else of it.

This module decides which key serves what. The data key itself never leaves `security`.

Source: storage-security.md section 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.wire.hashes import HashLabel, labelled_hash
from nrm_desktop.security.labels import KdfLabel
from nrm_desktop.security.primitives import hkdf_expand

_SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class VaultKeys:
    """The working keys of an open vault. Its text form shows none of them.

    Shape: five 32-byte keys; each salt is the 16-byte head of a database.
    """

    vault_id: bytes
    db: bytes = field(repr=False)
    header: bytes = field(repr=False)
    anchor: bytes = field(repr=False)
    backup: bytes = field(repr=False)
    files: bytes = field(repr=False)

    @property
    def db_salt(self) -> bytes:
        """The first bytes of `vault.db`."""
        return self.vault_id

    @property
    def files_salt(self) -> bytes:
        """The first bytes of `files.db`: not those of `vault.db`, so neither passes for it."""
        return labelled_hash(HashLabel.FILES_SALT, self.vault_id)[:_SALT_BYTES]


def working_keys(dek: bytes, vault_id: bytes) -> VaultKeys:
    """Derive the working keys of a vault."""
    return VaultKeys(
        vault_id,
        db=hkdf_expand(KdfLabel.DATABASE, dek, vault_id),
        header=hkdf_expand(KdfLabel.VAULT_HEADER, dek, vault_id),
        anchor=hkdf_expand(KdfLabel.ANCHOR, dek, vault_id),
        backup=hkdf_expand(KdfLabel.BACKUP, dek, vault_id),
        files=hkdf_expand(KdfLabel.FILES, dek, vault_id),
    )

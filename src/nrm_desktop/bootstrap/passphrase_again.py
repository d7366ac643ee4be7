"""A passphrase that is typed once more while the vault is open: proof that its person is here.

This module decides that such a try counts as one at the lock screen: for the slot of that person
alone, before it is made, with the same growing wait. It opens no database.

Source: storage-security.md section 4.9. Threats: T2, T21, T22.
"""

from __future__ import annotations

from nrm_desktop.bootstrap.shell import Shell, header_copies
from nrm_desktop.bootstrap.typed_secrets import typed_secret
from nrm_desktop.security.vault.delays import Delays
from nrm_desktop.security.vault.opening import Unlocked, VaultDoor, unlock
from nrm_desktop.security.vault.slots import Slot


def opened_again(shell: Shell, slot: Slot, passphrase: str) -> Unlocked:
    """Open a person's slot with the passphrase that is typed now.

    Raises: Locked `vault.wrong_passphrase`, `vault.delay`, `vault.key_file_needed`; IntegrityFault
    where the header was changed.
    """
    delays = Delays(shell.files, shell.folder, shell.clock.monotonic_s)
    door = VaultDoor(header_copies(shell), delays)
    return unlock(door, typed_secret(shell, passphrase), slot.sign)

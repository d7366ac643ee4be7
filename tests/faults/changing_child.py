"""A child program that changes the passphrase of a vault through the program's own path.

Run: `python -m tests.faults.changing_child FOLDER`; it says CHANGED once that has returned.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.faults.saving_child import PASSPHRASE, say, shell_in

from nrm_desktop.bootstrap.safe import open_safe
from nrm_desktop.bootstrap.shell import header_copies
from nrm_desktop.security.vault.changes import change_secret
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.security.vault.passphrase import passphrase_bytes
from nrm_desktop.security.vault.slot_locks import SlotWish, user_kind

NEXT_PASSPHRASE = "nine slow boats beyond the reed"


def main(folder: str) -> int:
    shell = shell_in(Path(folder))
    safe = open_safe(shell, PASSPHRASE)
    secret = passphrase_bytes(NEXT_PASSPHRASE)
    wish = SlotWish(user_kind(secret), safe.unlocked.slot.sign, secret, FLOOR)
    change_secret(header_copies(shell), safe.unlocked, wish, os.urandom)
    say("CHANGED")
    safe.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

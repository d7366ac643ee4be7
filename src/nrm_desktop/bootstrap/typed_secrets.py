"""What somebody types and puts in to unlock: a passphrase, and a key file where there is one.

This module decides that a key file counts wherever it was named, and what a new passphrase must be
with and without one. A file is known by its SHA-256, so any file serves that does not change.

Source: storage-security.md sections 4.2 and 4.8.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from nrm_desktop.app.file_ports import Files
from nrm_desktop.app.wire.limits import MIB
from nrm_desktop.bootstrap.shell import Shell, word_list
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, Phrase, Usage
from nrm_desktop.security.vault.passphrase import (
    SHORTEST,
    SHORTEST_WITH_FILE,
    check_new,
    passphrase_bytes,
)
from nrm_desktop.security.vault.slot_locks import KeyedPassphrase, SlotSecret

KEY_FILE_MIB: Final = 64
_LEAST_BYTES: Final = 32


def typed_secret(shell: Shell, passphrase: str) -> SlotSecret:
    """Give what opens a slot: the passphrase, with the key file if one was named.

    A slot that wants no file is opened by the passphrase alone, whatever was named.
    """
    typed = passphrase_bytes(passphrase)
    return KeyedPassphrase(typed, shell.key_file) if shell.key_file else typed


def check_new_passphrase(shell: Shell, passphrase: str, local: Iterable[str] = ()) -> None:
    """Accept a new passphrase; eight characters are enough together with a key file.

    Raises: Refused `policy.floor`.
    """
    shortest = SHORTEST_WITH_FILE if shell.key_file else SHORTEST
    check_new(passphrase, word_list(shell, "too_common"), local, shortest=shortest)


def key_file_digest(files: Files, path: Path) -> bytes:
    """Read a key file. Shape: its SHA-256.

    Raises: Usage `usage.not_found` if there is none, `usage.bad_value` if it is too large or holds
    so little that it could be guessed; EnvironmentFault.
    """
    try:
        data = files.read_limited(path, KEY_FILE_MIB * MIB)
    except EnvironmentFault as fault:
        if fault.code != "storage.missing":
            raise
        raise Usage("usage.not_found", what="key file", name=path.name) from None
    except HostileInput:
        raise _bad_file() from None
    if len(data) < _LEAST_BYTES:
        raise _bad_file()
    return hashlib.sha256(data).digest()


def _bad_file() -> Usage:
    allowed = Phrase("a file of {least} bytes to {most} MiB", least=_LEAST_BYTES, most=KEY_FILE_MIB)
    return Usage("usage.bad_value", what="key file", allowed=allowed)

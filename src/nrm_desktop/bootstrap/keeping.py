"""The backups that lie inside a vault folder: made by the keys alone, before anybody works.

This module joins the copying, the plan of what stays and the folder they lie in. It needs the
shell and the keys of the vault, no session: so a migration can be preceded by one.

Source: storage-security.md section 10. Promise: P10.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from nrm_desktop import __version__
from nrm_desktop.app.ports import StopFlag
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.domain.backup_plan import KeptBackup, newest_of, next_counter, what_to_drop
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.platforms.reading_back import digest_on_medium
from nrm_desktop.security.vault.copies import HeaderCopies
from nrm_desktop.security.vault.notes import VaultNotes
from nrm_desktop.security.vault.working_keys import VaultKeys
from nrm_desktop.storage.backup import BackupTools, BackupWish, MadeBackup, create_backup
from nrm_desktop.storage.backup_manifest import ChunkPlace
from nrm_desktop.storage.backup_shelf import BackupShelf, day_of
from nrm_desktop.storage.engine import DatabaseKey

_MONTH_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class KeptNow:
    """A backup inside the vault folder, made just now."""

    path: Path
    made: MadeBackup


def keep_backup(
    shell: Shell, keys: VaultKeys, *, is_before: bool = False, stop: StopFlag | None = None
) -> KeptNow:
    """Make a backup inside the vault folder, and drop old ones once it is checked."""
    shelf = BackupShelf(shell.folder, shell.files)
    shelf.tidy()
    kept, now_ms = shelf.kept(), shell.clock.now_ms()
    new = KeptBackup(next_counter(kept), day_of(now_ms), is_before)
    wish = BackupWish(now_ms, ChunkPlace.SHARED, is_full=_is_new_month(kept, new), stop=stop)
    made = create_backup(shell.folder, shelf.path_of(new), backup_tools(shell, keys), wish)
    shelf.drop(what_to_drop((*kept, new), new))
    return KeptNow(shelf.path_of(new), made)


def backup_tools(shell: Shell, keys: VaultKeys) -> BackupTools:
    """Give what makes and opens a backup; its manifest is sealed under a key of its own."""
    return BackupTools(
        database_key(keys),
        VaultNotes(keys.backup, keys.vault_id, shell.random),
        shell.files,
        DatabaseKey(keys.files, keys.files_salt),
        digest_on_medium,
        __version__,
        header=partial(_header_that_opens, shell, keys),
    )


def database_key(keys: VaultKeys) -> DatabaseKey:
    """Give what opens the database of a vault or of its backup."""
    return DatabaseKey(keys.db, keys.db_salt)


def _header_that_opens(shell: Shell, keys: VaultKeys, vault: Path) -> bytes:
    """Give the newest copy of the key header that is ours: a backup is opened by nothing else.

    Raises: IntegrityFault where there is none.
    """
    for copy in HeaderCopies(shell.files, vault).read().copies:
        if copy.sound.is_authentic(keys.header):
            return copy.sound.raw
    raise IntegrityFault("integrity.backup", what="header")


def _is_new_month(kept: tuple[KeptBackup, ...], new: KeptBackup) -> bool:
    """True where the shared chunks were not read as a whole for a month, by whatever clock."""
    newest = newest_of(kept)
    return newest is None or newest.day // _MONTH_DAYS != new.day // _MONTH_DAYS

"""A new data key for a vault: databases, header, anchor and backups, so that a cut does no harm.

This module decides the order, and how a start goes on from where somebody was cut off:

1. both databases are written beside themselves under the new key, and verified; 2. the anchor and
an alarm are sealed for the new key, beside themselves; 3. the header is written: the deciding
write; 4. these notes, backups and databases follow. Before 3 the old state opens and what lies
beside goes; after it the new one does, and 4 is finished by the next start that opens the vault,
by whatever secret.

The backups made so far open by the old key. They are put aside whole, so that a person can decide
about them; the first one under the new key is made at once. No vault may be open meanwhile.

Source: storage-security.md section 4.6. Promise: P12. Threat: T22.
"""

from __future__ import annotations

import itertools
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.bootstrap.keeping import database_key, keep_backup
from nrm_desktop.bootstrap.shell import Shell, header_copies
from nrm_desktop.bootstrap.starting import alarm_name
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, IntegrityFault, NrmError
from nrm_desktop.platforms.renaming import take_name
from nrm_desktop.security.vault.changes import SlotChoice, next_data_key, write_rotated
from nrm_desktop.security.vault.notes import VaultNotes
from nrm_desktop.security.vault.opening import Unlocked, opened_now
from nrm_desktop.security.vault.working_keys import VaultKeys, working_keys
from nrm_desktop.storage.backup_shelf import FOLDER as BACKUPS
from nrm_desktop.storage.engine import DatabaseKey
from nrm_desktop.storage.lock import VaultLock
from nrm_desktop.storage.names import DATABASE, FILES
from nrm_desktop.storage.rotation import (
    NEW,
    VaultFileKeys,
    discard,
    export_vault,
    is_begun,
    new_name,
    opens,
    take_over,
)

_NOTE_BYTES: Final = 4096
_ASIDE: Final = f"{BACKUPS}.key-"
_SPARE_BYTES: Final = 8 << 20


def rotate(shell: Shell, vault: Unlocked, choice: SlotChoice) -> Unlocked:
    """Give a closed vault a new data key that the chosen slots open, and no other.

    Shape: the vault under its new header, as the same slot opens it.
    Raises: Refused `policy.own_slot`, `policy.last_user`; EnvironmentFault `storage.full` with
    `needed` bytes, `storage.in_use`, `storage.read_only`; IntegrityFault. The old state is in
    force then, unless the header was written already: the next start finishes what follows it.
    """
    lock = VaultLock(shell.folder)
    try:
        if lock.is_read_only:
            raise EnvironmentFault("storage.read_only")
        return _rotate(shell, vault, choice)
    finally:
        lock.withdraw()


def finish_rotation(shell: Shell, vault: Unlocked) -> None:
    """Go on from where a new data key was cut off; does nothing where none was.

    Which state is in force is what the header says: its key opens the old database or the new one.
    Raises: EnvironmentFault while something holds a file; nothing is forced.
    """
    if not is_begun(shell.folder):
        return
    key = database_key(vault.keys)
    if opens(shell.folder / DATABASE, key):
        with suppress(EnvironmentFault):  # a full or read-only disk keeps nobody out
            for path in _notes(shell, vault.keys):
                _beside(path).unlink(missing_ok=True)
            discard(shell.folder)
    elif opens(new_name(shell.folder, DATABASE), key):
        _take_notes(shell, vault.keys)
        _put_backups_aside(shell, vault.data.epoch - 1)
        take_over(shell.folder, take_name)


def backups_of_old_keys(shell: Shell) -> tuple[Path, ...]:
    """Backups that lie here under an earlier data key: who was removed may still open them."""
    with told_as_faults():
        aside = (path for path in shell.folder.glob(f"{_ASIDE}*") if path.is_dir())
        return tuple(sorted(each for folder in aside for each in folder.iterdir() if each.is_dir()))


def drop_backups_of_old_keys(shell: Shell) -> None:
    """Remove what was put aside, by a person's word. Raises: EnvironmentFault."""
    with told_as_faults():
        for folder in sorted(shell.folder.glob(f"{_ASIDE}*")):
            shutil.rmtree(folder)
    shell.files.flush(shell.folder)


def _rotate(shell: Shell, vault: Unlocked, choice: SlotChoice) -> Unlocked:
    copies = header_copies(shell)
    now = opened_now(copies, vault)
    finish_rotation(shell, now)
    data = next_data_key(now, choice, shell.random)
    keys = working_keys(data.dek, data.vault_id)
    must_have_room(shell)
    try:
        export_vault(shell.folder, _file_keys(now.keys), _file_keys(keys), shell.files.flush)
        _seal_notes_anew(shell, now.keys, keys)
        write_rotated(copies, now, data, choice)
    except NrmError:
        # One copy of the header may be the new one already, and then that is in force.
        if opened_now(copies, now).data.epoch == now.data.epoch:
            finish_rotation(shell, now)
            raise
    after = opened_now(copies, now)
    finish_rotation(shell, after)
    with suppress(NrmError):  # the vault is whole without it; `vault info` says when it was saved
        keep_backup(shell, after.keys)
    return after


def must_have_room(shell: Shell) -> None:
    """Raises: EnvironmentFault `storage.full` where the databases do not fit in once more."""
    with told_as_faults():
        paths = (shell.folder / name for name in (DATABASE, FILES))
        needed = sum(path.stat().st_size for path in paths if path.exists()) + _SPARE_BYTES
    free = shell.files.free_bytes(shell.folder)
    if free < needed:
        raise EnvironmentFault("storage.full", needed=needed, free=free)


def _file_keys(keys: VaultKeys) -> VaultFileKeys:
    return VaultFileKeys(database_key(keys), DatabaseKey(keys.files, keys.files_salt))


def _seal_notes_anew(shell: Shell, old: VaultKeys, new: VaultKeys) -> None:
    """Without the anchor the vault would count as moved; without the alarm, damage as put right."""
    for path in _notes(shell, old):
        with suppress(IntegrityFault, HostileInput):  # an unreadable one is told by the next start
            if path.exists():
                plain = _seal(shell, old).unseal(shell.files.read_limited(path, _NOTE_BYTES))
                shell.files.replace(_beside(path), _seal(shell, new).seal(plain))


def _take_notes(shell: Shell, keys: VaultKeys) -> None:
    for path in _notes(shell, keys):
        beside = _beside(path)
        if beside.exists():
            sealed = shell.files.read_limited(beside, _NOTE_BYTES)
            with suppress(IntegrityFault, HostileInput):
                _seal(shell, keys).unseal(sealed)
                shell.files.replace(path, sealed)
            with told_as_faults():
                beside.unlink(missing_ok=True)


def _put_backups_aside(shell: Shell, epoch: int) -> None:
    """Rename what was saved under the old key; a name that is taken stays whose it is."""
    kept = shell.folder / BACKUPS
    if not kept.is_dir():
        return
    plain = f"{_ASIDE}{epoch}"
    names = itertools.chain([plain], (f"{plain}.{number}" for number in itertools.count(2)))
    aside = next(path for path in map(shell.folder.joinpath, names) if not path.exists())
    with told_as_faults():
        kept.rename(aside)
    shell.files.flush(shell.folder)


def _notes(shell: Shell, keys: VaultKeys) -> tuple[Path, ...]:
    """What lies outside the folder under the anchor's key: how far it had come, and an alarm."""
    names = (keys.vault_id.hex()[:8], alarm_name(keys.vault_id))
    return tuple(shell.anchors / name for name in names)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + NEW)


def _seal(shell: Shell, keys: VaultKeys) -> VaultNotes:
    return VaultNotes(keys.anchor, keys.vault_id, shell.random)

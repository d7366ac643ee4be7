"""Backups of a vault, joined: those that make themselves, those on a stick, and opening one.

Inside the vault folder a backup is made once a day and before a step that changes much; which old
ones go is `domain.backup_plan`. A backup of the vault folder itself does not help when the laptop
is gone, so it is remembered when one was last made elsewhere, and after a week that is said.

Everything here works on connections of its own, beside a writer that is busy, on any thread but
that of the window; the flag ends it, and then nothing half-made has a name.

Source: storage-security.md section 10. Promises: P5, P10, P17.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nrm_desktop.app.ports import StopFlag, UnitOfWork
from nrm_desktop.app.reading import count_cases
from nrm_desktop.app.wire.hashes import base32
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.keeping import KeptNow, backup_tools, keep_backup
from nrm_desktop.domain.backup_plan import is_daily_due, is_nag_due, newest_of
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault, Usage
from nrm_desktop.storage.backup import BackupWish, create_backup
from nrm_desktop.storage.backup_manifest import ChunkPlace, Manifest, read_manifest
from nrm_desktop.storage.backup_shelf import BackupShelf, day_of
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.migrate import began_at_ms

OFF_DEVICE: Final = "backup.off_device"
"""Setting: when a backup was last made outside the vault folder. Eight bytes, milliseconds."""
ATTACHMENTS_DAMAGED: Final = "backup.attachments_damaged"
"""Finding: some attachments could not be read, so they are not in the backup."""
_TIME_BYTES: Final = 8
_NAME_BYTES: Final = 3
_NAME_CHARS: Final = 4
_CLOCK_BEHIND_MS: Final = 10 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Backup:
    """A checked backup. Shape: `path` is its folder; `findings` are codes with words."""

    path: Path
    manifest: Manifest
    cases: int
    findings: tuple[str, ...] = ()


def daily_backup_if_due(vault: OpenVault, stop: StopFlag | None = None) -> Backup | None:
    """Make the backup of the day unless there is one, or the vault is read-only.

    Raises: EnvironmentFault `storage.full`, `storage.interrupted`; IntegrityFault.
    """
    if vault.database.condition.is_read_only:
        return None
    shell = vault.session.safe.shell
    now_ms = shell.clock.now_ms()
    written_ms = vault.database.read(lambda found: Journal(found).state.own_hlc.wall_ms).result()
    is_behind = now_ms < written_ms - _CLOCK_BEHIND_MS
    kept = BackupShelf(vault.folder, shell.files).kept()
    if not is_daily_due(kept, day_of(now_ms), is_clock_behind=is_behind):
        return None
    made = keep_backup(shell, vault.session.safe.unlocked.keys, stop=stop)
    _note(vault, "backup.daily")
    return _counted(vault, made)


def backup_before(vault: OpenVault, stop: StopFlag | None = None) -> Backup:
    """Make a backup before a step that changes much: a rotation, a big import.

    Raises: as `daily_backup_if_due`; the step must not be done then.
    """
    safe = vault.session.safe
    made = keep_backup(safe.shell, safe.unlocked.keys, is_before=True, stop=stop)
    _note(vault, "backup.before")
    return _counted(vault, made)


def back_up(
    vault: OpenVault,
    folder: Path,
    *,
    with_attachments: bool = True,
    stop: StopFlag | None = None,
) -> Backup:
    """Make a backup in a folder elsewhere, under a name that tells nothing, and remember when.

    Raises: Usage `usage.not_found`; EnvironmentFault; IntegrityFault.
    """
    if not folder.is_dir():
        raise Usage("usage.not_found", what="folder", name=folder.name)
    shell, keys = vault.session.safe.shell, vault.session.safe.unlocked.keys
    now_ms = shell.clock.now_ms()
    day = vault.context.now_iso()[:10].replace("-", "")
    target = folder / f"b-{day}-{base32(shell.random(_NAME_BYTES))[:_NAME_CHARS]}"
    place = ChunkPlace.INSIDE if with_attachments else ChunkPlace.LEFT_OUT
    wish = BackupWish(now_ms, place, stop=stop)
    made = create_backup(vault.folder, target, backup_tools(shell, keys), wish)
    time = now_ms.to_bytes(_TIME_BYTES, "big")
    with suppress(EnvironmentFault, IntegrityFault):  # a read-only vault is saved all the same
        vault.work.run(lambda unit: _note_off_device(unit, time))
    return _counted(vault, KeptNow(target, made))


def last_off_device(vault: OpenVault) -> int | None:
    """Say when a backup was last made outside the vault folder. Units: milliseconds."""
    value = vault.reader.setting(OFF_DEVICE)
    return None if value is None else int.from_bytes(value, "big")


def must_nag(vault: OpenVault) -> bool:
    """Say whether to remind of a backup outside this computer: none for a week."""
    last = last_off_device(vault)
    since = vault.database.read(began_at_ms).result() if last is None else last
    return is_nag_due(day_of(vault.context.clock.now_ms()), day_of(since))


def last_backup(vault: OpenVault) -> int | None:
    """Say when the newest backup was made, here or elsewhere. Units: milliseconds."""
    safe = vault.session.safe
    tools = backup_tools(safe.shell, safe.unlocked.keys)
    shelf = BackupShelf(vault.folder, safe.shell.files)
    times = [last_off_device(vault)]
    newest = newest_of(shelf.kept())
    if newest is not None:
        with suppress(IntegrityFault, EnvironmentFault):  # a rotation gave it another seal
            times.append(read_manifest(shelf.path_of(newest), tools.files, tools.seal).made_at_ms)
    return max((time for time in times if time is not None), default=None)


def _note_off_device(unit: UnitOfWork, time: bytes) -> None:
    unit.set_setting(OFF_DEVICE, time)
    unit.audit("backup.create")


def _note(vault: OpenVault, act: str) -> None:
    """Note a backup in the audit chain; it is made all the same where that cannot be."""
    with suppress(EnvironmentFault, IntegrityFault):
        vault.work.run(lambda unit: unit.audit(act))


def _counted(vault: OpenVault, kept: KeptNow) -> Backup:
    findings = (ATTACHMENTS_DAMAGED,) if kept.made.damaged else ()
    return Backup(kept.path, kept.made.manifest, count_cases(vault.reader), findings)

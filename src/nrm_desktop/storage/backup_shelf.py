"""The backups that lie inside a vault folder: their names, and how one goes.

This module decides how a kept backup is named and that a half removed one has no such name. Which
go is decided by `domain.backup_plan`; what is in them by `backup`. A name needs no key to be read,
so also a locked vault can say when it was last saved.

Source: storage-security.md sections 3 and 10.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.app.file_ports import Files
from nrm_desktop.domain.backup_plan import KeptBackup

FOLDER: Final = "backup"
_PART: Final = ".part"
_NAME: Final = re.compile(r"([0-9]{6})-([0-9]{4}-[0-9]{2}-[0-9]{2})(-before)?")
_BEGIN: Final = date(1970, 1, 1)


def day_of(now_ms: int) -> int:
    """The day of a wall clock, counted since 1970 in UTC."""
    return (datetime.fromtimestamp(now_ms / 1000, UTC).date() - _BEGIN).days


class BackupShelf:
    """The folder `backup` of a vault."""

    def __init__(self, vault: Path, files: Files) -> None:
        self.folder = vault / FOLDER
        self._files = files

    def kept(self) -> tuple[KeptBackup, ...]:
        """All backups with a whole name, oldest first. Raises: EnvironmentFault."""
        if not self.folder.is_dir():
            return ()
        with told_as_faults():
            read = [_read(path.name) for path in self.folder.iterdir() if path.is_dir()]
        return tuple(sorted((each for each in read if each), key=lambda each: each.counter))

    def path_of(self, backup: KeptBackup) -> Path:
        """Where a backup lies."""
        day = (_BEGIN + timedelta(days=backup.day)).isoformat()
        return self.folder / f"{backup.counter:06}-{day}{'-before' if backup.is_before else ''}"

    def tidy(self) -> None:
        """Make the folder, and remove what an interrupted making or dropping has left."""
        with told_as_faults():
            if not self.folder.is_dir():
                self.folder.mkdir(mode=0o700, exist_ok=True)
                self._files.flush(self.folder.parent)
            for path in self.folder.iterdir():
                if path.name.endswith(_PART) and _read(path.name.removesuffix(_PART)):
                    shutil.rmtree(path)

    def drop(self, backups: Iterable[KeptBackup]) -> None:
        """Remove backups; each loses its name first, so a half removed one is none."""
        with told_as_faults():
            for each in backups:
                path = self.path_of(each)
                part = path.with_name(path.name + _PART)
                path.rename(part)
                self._files.flush(self.folder)
                shutil.rmtree(part)


def _read(name: str) -> KeptBackup | None:
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        day = date.fromisoformat(found[2])
    except ValueError:
        return None
    return KeptBackup(int(found[1]), (day - _BEGIN).days, bool(found[3]))

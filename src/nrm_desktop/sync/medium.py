"""The Medium port: a folder that stands for a stick, under whose names nothing wrong ever lies.

This module decides which names may go onto a medium: neutral ones, that say nothing about
anybody and work on every file system. How a file is written safely is known by the Files port.

Source: storage-security.md section 17.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

from nrm_desktop.app.file_ports import Files
from nrm_desktop.app.system_ports import PreparedFile
from nrm_desktop.app.wire.limits import OBJECT_BYTES, STORE_NAME_CHARS
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, ProgramFault

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]*")


class FolderMedium:
    """Writes single files for people to carry: referrals, receipts, welcomes."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def prepare(self, folder: str, name: str, data: bytes) -> PreparedFile:
        """Write a part file, flush it, read it back from the medium and compare.

        Raises: EnvironmentFault `storage.full`, `storage.read_only`, `storage.medium`, or
                `storage.missing` where the folder is gone; ProgramFault for a name that tells.
        """
        if len(name) > STORE_NAME_CHARS or _NAME.fullmatch(name) is None:
            raise ProgramFault("program.fault", what="medium.name")
        return self._files.prepare(Path(folder) / name, data)

    def holds(self, folder: str, name: str, sha256: str) -> bool | None:
        """Say whether these bytes lie there; None where the medium is away or cannot be read."""
        try:
            data = self._files.read_limited(Path(folder) / name, OBJECT_BYTES)
        except HostileInput:
            return False
        except EnvironmentFault as fault:
            is_there = fault.code == "storage.missing" and Path(folder).is_dir()
            return False if is_there else None
        return hashlib.sha256(data).hexdigest() == sha256

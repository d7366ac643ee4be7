"""The folder of boxes beside the closed database: counted, written once, never opened here.

This module decides the names of boxes and the flood limit. It needs no key and looks into no box,
so it works while the vault is locked. Whatever else lies in the folder is left alone and counts
for nothing.

Source: storage-security.md section 4.12; sync.md sections 7.3 and 19. Promise: P27.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.app.file_ports import Files
from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire.limits import BOX_FILE_BYTES, BOXES_BYTES, BOXES_WAITING
from nrm_desktop.domain.errors import Refused

FOLDER: Final = "boxes"
_NAME: Final = re.compile(r"[0-9a-f]{16}\.nrm")
_NAME_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits. Units: bytes of the files."""

    boxes: int
    bytes: int

    @property
    def is_full(self) -> bool:
        """True if no further box is taken."""
        return self.boxes >= BOXES_WAITING or self.bytes + BOX_FILE_BYTES > BOXES_BYTES


class BoxFolder:
    """The boxes of one vault folder."""

    def __init__(self, files: Files, vault: Path) -> None:
        self._files = files
        self._folder = vault / FOLDER

    def waiting(self) -> Waiting:
        """Count what waits, by names and sizes alone."""
        with told_as_faults():
            sizes = [path.lstat().st_size for path in self._paths()]
        return Waiting(len(sizes), sum(sizes))

    def names(self) -> tuple[str, ...]:
        """The names of the boxes, oldest first as far as the disk tells; they mean nothing."""
        with told_as_faults():
            paths = sorted(self._paths(), key=lambda path: (path.lstat().st_mtime_ns, path.name))
        return tuple(path.name for path in paths)

    def put(self, data: bytes, random: Randomness) -> str:
        """Keep a box, durably. Shape: its name.

        Raises: Refused `policy.boxes_full`; nothing that waits is touched. EnvironmentFault.
        """
        if len(data) > BOX_FILE_BYTES or self.waiting().is_full:
            raise Refused("policy.boxes_full", most=BOXES_WAITING)
        if not self._folder.is_dir():
            with told_as_faults():
                self._folder.mkdir(mode=0o700, exist_ok=True)
            self._files.flush(self._folder.parent)  # else a power cut forgets the folder itself
        name = f"{random(_NAME_BYTES).hex()}.nrm"
        self._files.create_exclusive(self._folder / name, data)
        return name

    def read(self, name: str) -> bytes:
        """Read a box. Raises: EnvironmentFault `storage.missing`; HostileInput past the limit."""
        return self._files.read_limited(self._folder / _checked(name), BOX_FILE_BYTES)

    def remove(self, name: str) -> None:
        """Remove a box that was adopted; a missing one is no error."""
        with told_as_faults():
            (self._folder / _checked(name)).unlink(missing_ok=True)

    def _paths(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        found = (path for path in self._folder.iterdir() if _NAME.fullmatch(path.name))
        return [path for path in found if path.is_file() and not path.is_symlink()]


def _checked(name: str) -> str:
    """A name from outside is only ever one of ours."""
    return name if _NAME.fullmatch(name) else "none"

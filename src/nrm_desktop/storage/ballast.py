"""The ballast: room that is kept for the day on which the disk is full.

On a full disk even deleting fails, because deleting writes too. So a file of random bytes lies in
the vault folder; giving it up is what makes deleting, checkpoints and closing possible again. The
bytes are random so that no disk compresses them away, and the file counts only at its full size.

This module decides when the ballast is made and given up. It must not decide what may be done on
a full disk: that is `app.condition`.

Source: storage-security.md section 12. Promise: P18.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nrm_desktop.app.file_ports import Files
from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.storage.names import DATABASE

NAME: Final = "ballast"
BYTES: Final = 16 << 20
ENOUGH_FREE: Final = 500_000_000
"""Above this the ballast is made anew; a start below it warns."""


@dataclass(frozen=True, slots=True)
class Ballast:
    """The ballast of one vault folder. Units: `size` in bytes."""

    folder: Path
    files: Files = field(repr=False)
    random: Randomness = field(repr=False)
    size: int = BYTES

    @property
    def is_whole(self) -> bool:
        """True if it lies there in its full size, really allocated."""
        try:
            facts = (self.folder / NAME).stat()
        except OSError:
            return False
        # Windows does not say how much is allocated; nothing is sparse there unless asked for.
        return facts.st_size == self.size and _allocated(facts) >= self.size

    @property
    def has_room(self) -> bool:
        """True if the disk has so much room that the vault may work as usual."""
        return self.files.free_bytes(self.folder) >= ENOUGH_FREE

    def keep(self) -> bool:
        """Make it where it is missing and there is room. Shape: True if it lies there now."""
        if self.is_whole:
            return True
        if not self.has_room:
            return False
        try:
            self.files.replace(self.folder / NAME, self.random(self.size))
        except EnvironmentFault:  # it is help for a bad day; a good day goes on without it
            return False
        return True

    def give_up(self) -> bool:
        """Remove it, so that the database can write again. Shape: True if something was freed."""
        path = self.folder / NAME
        try:
            freed = path.stat().st_size > 0
            path.unlink()
        except OSError:
            return False
        with suppress(EnvironmentFault):
            self.files.flush(self.folder)
        return freed


def used_bytes(folder: Path) -> tuple[tuple[str, int], ...]:
    """Say what uses the space in a vault folder, largest first; names of parts, not of files."""
    used = dict.fromkeys(("database", "attachments", "backups", "ballast", "other"), 0)
    for path in folder.rglob("*"):
        with suppress(OSError):  # what goes away while it is counted uses nothing
            if path.is_file() and not path.is_symlink():
                used[_part_of(path.relative_to(folder))] += path.stat().st_size
    return tuple(sorted(used.items(), key=lambda part: -part[1]))


def _part_of(place: Path) -> str:
    first = place.parts[0]
    if first.startswith("backup"):
        return "backups"
    if first == NAME:
        return "ballast"
    if first.startswith(DATABASE):
        return "database"
    return "attachments" if first.startswith("files.db") else "other"


def _allocated(facts: object) -> int:
    """Bytes on the disk; of a system that counts no blocks, the size is believed."""
    blocks = getattr(facts, "st_blocks", None)
    size: int = getattr(facts, "st_size", 0)
    return size if blocks is None else int(blocks) * 512

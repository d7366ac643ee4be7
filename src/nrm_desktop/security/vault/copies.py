"""The two copies of the key header on the disk: one opens at every moment.

This module decides which copy is read first and in which order copies are written. A change goes
to the copy that was not chosen, is read back and opened from the read bytes, and only then goes to
the other one. It must not know secrets: whoever writes hands in the proof that the new one opens.

Source: storage-security.md sections 4.3 and 4.4. Promises: P7, P9.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from nrm_desktop.app.file_ports import Files
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, IntegrityFault
from nrm_desktop.security.vault.header import (
    COPY_LIMIT,
    SoundCopy,
    decode_header,
    is_of_newer_format,
)

T = TypeVar("T")
COPY_NAMES: Final = ("vault.hdr.a", "vault.hdr.b")


@dataclass(frozen=True, slots=True)
class NamedCopy:
    """A sound copy and the name of its file."""

    name: str
    sound: SoundCopy


@dataclass(frozen=True, slots=True)
class HeaderReading:
    """What lies on the disk. Shape: `copies` holds sound ones, higher counter first."""

    copies: tuple[NamedCopy, ...]
    damaged: tuple[str, ...]

    @property
    def best(self) -> NamedCopy:
        """The copy that is in force unless its MAC says otherwise."""
        return self.copies[0]


class HeaderCopies:
    """The header files of one vault folder."""

    def __init__(self, files: Files, folder: Path) -> None:
        self._files = files
        self._folder = folder

    def exist(self) -> bool:
        """True if there is any copy, sound or not: then nothing may be created here."""
        return any((self._folder / name).exists() for name in COPY_NAMES)

    def read(self) -> HeaderReading:
        """Read both copies.

        Raises: EnvironmentFault `storage.no_vault` if there is none, `storage.newer_version` if
                none is sound and one is of a newer format; IntegrityFault
                `integrity.header_damaged` if none is sound: the remedy is the header of a backup.
        """
        if not self.exist():
            raise EnvironmentFault("storage.no_vault")
        found = [(name, self._read(name)) for name in COPY_NAMES]
        sound = [NamedCopy(name, copy) for name, copy in found if copy is not None]
        if not sound:
            if any(map(self._is_newer, COPY_NAMES)):
                raise EnvironmentFault("storage.newer_version")
            raise IntegrityFault("integrity.header_damaged")
        sound.sort(key=lambda copy: copy.sound.header.counter, reverse=True)
        return HeaderReading(tuple(sound), tuple(name for name, copy in found if copy is None))

    def write(self, raw: bytes, chosen: str, prove: Callable[[NamedCopy], T]) -> T:
        """Write a new header over both copies, the one not chosen first.

        Shape: `prove` opens the copy that was read back, before the other one is touched; what
               it gives is given back.
        Raises: what `prove` and the files raise; the chosen copy is then still in force.
        """
        first, second = sorted(COPY_NAMES, key=lambda name: name == chosen)
        opened = prove(self._replace(first, raw))
        self._replace(second, raw)
        return opened

    def repair(self, good: NamedCopy) -> None:
        """Write a good copy over the other one; only after it has been opened."""
        for name in COPY_NAMES:
            if name != good.name:
                self._replace(name, good.sound.raw)

    def _read(self, name: str) -> SoundCopy | None:
        try:
            return decode_header(self._files.read_limited(self._folder / name, COPY_LIMIT))
        except (HostileInput, EnvironmentFault):
            return None

    def _is_newer(self, name: str) -> bool:
        try:
            return is_of_newer_format(self._files.read_limited(self._folder / name, COPY_LIMIT))
        except (HostileInput, EnvironmentFault):
            return False

    def _replace(self, name: str, raw: bytes) -> NamedCopy:
        self._files.replace(self._folder / name, raw)
        copy = self._read(name)
        if copy is None or copy.raw != raw:
            raise EnvironmentFault("storage.medium", step="read_back")
        return NamedCopy(name, copy)

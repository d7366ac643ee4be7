"""A folder as a store: a stick, a shared folder, a folder that some cloud service copies.

This module decides what of a foreign folder is looked at. Rules:
- Names are checked before they become a path; what has an odd name is not there for us.
- Only regular files in real folders count; a link is never followed (a poisoned stick).
- A name is written once. The same bytes again are no error; other bytes are refused. A beginning of
  the same bytes is a copy that was cut off, by whatever program: it is written anew.
- Times, locks and renames over existing files are never relied on.

How a file is written durably is known by the Files port. It must not know what the bytes mean.

Source: sync.md sections 9.1 and 9.3.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from nrm_desktop.app.file_faults import fault_of, told_as_faults
from nrm_desktop.app.file_ports import Files
from nrm_desktop.app.ports import Entry
from nrm_desktop.app.wire.limits import NAMES_PER_FOLDER, PACK_FILE_BYTES
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.sync.transports.names import is_cut_off, is_listed, parts_of

_MISSING: Final = "store.missing"
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT: Final = getattr(os, "O_NONBLOCK", 0)  # a pipe in place of a file must not stop us
_BINARY: Final = getattr(os, "O_BINARY", 0)


class FolderStore:
    """The Store port on a folder. Shape: `files` writes; `root` has to exist already."""

    def __init__(self, root: Path, files: Files) -> None:
        self._root = root
        self._files = files

    def put(self, name: str, data: bytes) -> None:
        """Write a new name; the same bytes again are no error.

        Raises: HostileInput `integrity.hash` when other bytes lie there; EnvironmentFault.
        """
        path = self._path(name)
        self._must_be_there()
        with told_as_faults(_MISSING):
            self._make_folders(path.parent)
        try:
            self._files.create_exclusive(path, data)
        except EnvironmentFault as fault:
            if fault.code != "storage.exists":
                raise
            if is_cut_off(self.get(name), data):
                with told_as_faults(_MISSING):
                    path.unlink()
                self._files.create_exclusive(path, data)

    def get(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """Read a range of at most 16 MiB.

        Raises: EnvironmentFault `store.missing` if there is no such name; HostileInput
                `integrity.not_a_file` for what is no regular file, `integrity.too_large`.
        """
        path = self._path(name)
        with told_as_faults(_MISSING):
            self._must_be_real(path.parent)
            descriptor = os.open(path, os.O_RDONLY | _NO_LINK | _NO_WAIT | _BINARY)
            try:
                return _read_range(descriptor, start, end)
            finally:
                os.close(descriptor)

    def list(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """Names in the folder that `prefix` names, in order; nothing if there is none.

        Raises: HostileInput `integrity.too_large` past 200,000 names.
        """
        folder = self._path(prefix.removesuffix("/"))
        self._must_be_there()
        try:
            self._must_be_real(folder)
            found = sorted(_scan(folder))
        except FileNotFoundError:
            return
        except OSError as error:
            raise fault_of(error, _MISSING) from error
        for name, size in found:
            full = f"{prefix.removesuffix('/')}/{name}"
            if full > after:
                yield Entry(full, size)

    def delete(self, name: str) -> None:
        """Remove; a missing name is no error."""
        path = self._path(name)
        with told_as_faults(_MISSING):
            try:
                self._must_be_real(path.parent)
                path.unlink()
            except FileNotFoundError:
                return

    def _path(self, name: str) -> Path:
        return self._root.joinpath(*parts_of(name))

    def _must_be_there(self) -> None:
        if not self._root.is_dir():
            raise EnvironmentFault(_MISSING)

    def _make_folders(self, folder: Path) -> None:
        for step in self._steps(folder):
            step.mkdir(exist_ok=True)
            _must_be_folder(step)

    def _must_be_real(self, folder: Path) -> None:
        for step in self._steps(folder):
            _must_be_folder(step)

    def _steps(self, folder: Path) -> tuple[Path, ...]:
        """The folders from below the root down to this one."""
        below = folder.relative_to(self._root).parts
        return tuple(self._root.joinpath(*below[:count]) for count in range(1, len(below) + 1))


def _must_be_folder(path: Path) -> None:
    if not stat.S_ISDIR(path.lstat().st_mode):
        raise HostileInput("integrity.not_a_file")


def _scan(folder: Path) -> Iterator[tuple[str, int]]:
    """Names of the regular files that could be ours, with their sizes."""
    with os.scandir(folder) as entries:
        for count, entry in enumerate(entries, start=1):
            if count > NAMES_PER_FOLDER:
                raise HostileInput("integrity.too_large", limit=NAMES_PER_FOLDER)
            if is_listed(entry.name) and entry.is_file(follow_symlinks=False):
                yield entry.name, entry.stat(follow_symlinks=False).st_size


def _read_range(descriptor: int, start: int, end: int | None) -> bytes:
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        raise HostileInput("integrity.not_a_file")
    wanted = (facts.st_size if end is None else min(end, facts.st_size)) - start
    if wanted > PACK_FILE_BYTES:
        raise HostileInput("integrity.too_large", limit=PACK_FILE_BYTES)
    with os.fdopen(descriptor, "rb", closefd=False) as stream:
        stream.seek(start)
        return stream.read(max(0, wanted))

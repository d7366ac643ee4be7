"""Files that are whole or absent: written beside, flushed, renamed, read back and compared.

Rules of this module:
- Under the final name there is never wrong content: the part file is read back before it gets the
  name, and the named file is read back again afterwards (P17).
- A new file never replaces an existing one; only `replace` does, and then in one step.
- A virus scanner that holds the file for a moment is waited for; one that goes on holding it gets
  a fresh part file under another name.
- Foreign bytes are read from regular files only, never through a link and never past a limit.

It must not know what the bytes are, and must not delete anything it did not write itself. The calls
by which systems differ are in `file_calls`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from io import FileIO
from pathlib import Path

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.app.file_ports import FolderFacts
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.platforms.file_calls import BINARY, NO_LINK, FileCalls, Rename, calls_here
from nrm_desktop.platforms.folder_facts import facts_of

PART_SUFFIX = ".prt"
WAITS_S = (0.1, 0.4, 1.0, 1.5)  # five tries in three seconds (architecture.md 14)
PART_FILES = 2
NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # a pipe in place of a file must not stop us

Sleep = Callable[[float], None]


class PartFile:
    """A part file that was written, flushed, read back and compared, waiting for its name."""

    def __init__(self, path: Path, data: bytes, calls: FileCalls, sleep: Sleep) -> None:
        self._path = path
        self._data = data
        self._calls = calls
        self._sleep = sleep
        self._published = False
        self._part = _write_part(path, data, calls)

    def publish(self) -> str:
        """Give it its final name and read it back under it; say where it lies.

        Raises: EnvironmentFault; what was written is then removed again.
        """
        try:
            with told_as_faults():
                self._rename_patiently()
                self._published = True
                self._calls.flush_folder(self._path.parent)
                _compare(self._path, self._data, self._calls)
        except EnvironmentFault:
            self.discard()
            raise
        return str(self._path)

    def discard(self) -> None:
        """Remove what was written, also after `publish`."""
        _drop(self._path if self._published else self._part)

    def _rename_patiently(self) -> None:
        """Wait for a scanner; if it goes on holding the part file, write a fresh one."""
        for _ in range(PART_FILES):
            for wait_s in (*WAITS_S, None):
                try:
                    return self._calls.rename_new(self._part, self._path)
                except PermissionError as error:
                    held = error
                if wait_s is not None:
                    self._sleep(wait_s)
            _drop(self._part)
            self._part = _write_part(self._path, self._data, self._calls)
        raise held


class SystemFiles:
    """The Files port on a real file system.

    Shape: `calls` are those of the system it runs on; tests hand in those of another one, or a
    scanner that holds a file.
    """

    def __init__(
        self,
        rename: Rename | None = None,
        replace: Rename | None = None,
        sleep: Sleep = time.sleep,
        calls: FileCalls | None = None,
    ) -> None:
        given = calls or calls_here()
        self._new = _with(given, rename or given.rename_new)
        self._over = _with(given, replace or given.replace)
        self._sleep = sleep

    def prepare(self, path: Path, data: bytes) -> PartFile:
        """Write a part file beside `path`; the port says what may be raised."""
        with told_as_faults():
            return PartFile(path, data, self._new, self._sleep)

    def create_exclusive(self, path: Path, data: bytes) -> None:
        """Write a new file durably; the port says what may be raised."""
        self.prepare(path, data).publish()

    def replace(self, path: Path, data: bytes) -> None:
        """Write a file durably over the one of this name; until then the old one is in force."""
        with told_as_faults():
            part = PartFile(path, data, self._over, self._sleep)
        part.publish()

    def read_limited(self, path: Path, limit: int) -> bytes:
        """Read a regular file of at most `limit` bytes; the port says what may be raised."""
        with told_as_faults():
            return _read_limited(path, limit)

    def flush(self, path: Path) -> None:
        """Make lasting what others wrote; the port says what may be raised."""
        with told_as_faults():
            if path.is_dir():
                self._new.flush_folder(path)
            else:
                _flush_file(path, self._new)

    def free_bytes(self, folder: Path) -> int:
        """Room on the disk of a folder; 0 where the system does not tell."""
        try:
            return shutil.disk_usage(folder).free
        except OSError:
            return 0

    def folder_facts(self, folder: Path) -> FolderFacts:
        """Report what endangers a vault in this folder."""
        return facts_of(folder)


def _with(calls: FileCalls, rename: Rename) -> FileCalls:
    return replace(calls, rename_new=rename)


def _write_part(path: Path, data: bytes, calls: FileCalls) -> Path:
    part = path.with_name(os.urandom(6).hex() + PART_SUFFIX)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK | BINARY, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as stream:
            _write_all(stream, data)
            calls.flush(stream.fileno())
        _compare(part, data, calls)
    except BaseException:
        _drop(part)
        raise
    return part


def _write_all(stream: FileIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[stream.write(view) :]


def _flush_file(path: Path, calls: FileCalls) -> None:
    descriptor = os.open(path, os.O_RDWR | NO_LINK | BINARY)
    try:
        calls.flush(descriptor)
    finally:
        os.close(descriptor)


def _compare(path: Path, data: bytes, calls: FileCalls) -> None:
    """Read back past the cache; a stick that lies must be noticed before it is carried away."""
    rest = memoryview(data)
    is_same = True
    with contextlib.closing(calls.read_back(path)) as parts:
        for part in parts:
            is_same = rest[: len(part)] == part
            rest = rest[len(part) :]
            if not is_same:
                break
    if not is_same or rest:
        raise EnvironmentFault("storage.medium", step="read_back")


def _read_limited(path: Path, limit: int) -> bytes:
    if path.is_symlink():
        raise HostileInput("integrity.not_a_file")
    descriptor = os.open(path, os.O_RDONLY | NO_LINK | NO_WAIT | BINARY)
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise HostileInput("integrity.not_a_file")
        if facts.st_size > limit:
            raise HostileInput("integrity.too_large", limit=limit)
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            data = stream.read(limit + 1)
    finally:
        os.close(descriptor)
    if len(data) > limit:  # it grew while it was read
        raise HostileInput("integrity.too_large", limit=limit)
    return data


def _drop(part: Path) -> None:
    """Remove what we wrote ourselves; if even that fails the first error is the one that counts."""
    with contextlib.suppress(OSError):
        part.unlink()

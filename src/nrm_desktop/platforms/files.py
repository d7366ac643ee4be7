"""Files that are whole or absent: written beside, flushed, renamed, read back and compared.

Rules of this module:
- Under the final name there is never wrong content: the part file is read back before it gets the
  name, and the named file is read back again afterwards (P17).
- A new file never replaces an existing one; only `replace` does, and then in one step.
- A virus scanner that holds the file for a moment is waited for; one that goes on holding it gets
  a fresh part file under another name.
- Foreign bytes are read from regular files only, never through a link and never past a limit.

It must not know what the bytes are, and must not delete anything it did not write itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.app.file_ports import FolderFacts
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.platforms.folder_facts import facts_of

if sys.platform == "darwin":
    import fcntl

PART_SUFFIX = ".prt"
WAITS_S = (0.1, 0.4, 1.0, 1.5)  # five tries in three seconds (architecture.md 14)
PART_FILES = 2
CHUNK = 1 << 20
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # a pipe in place of a file must not stop us
BINARY = getattr(os, "O_BINARY", 0)
NOT_SUPPORTED = frozenset([errno.EINVAL, errno.ENOSYS, errno.ENOTSUP])
AT_FDCWD = -100  # linux/fcntl.h
RENAME_NOREPLACE = 1  # linux/fs.h

Rename = Callable[[Path, Path], None]
Sleep = Callable[[float], None]


def rename_new(part: Path, final: Path) -> None:
    """Give the part file its name, in one step, unless the name is taken.

    Raises: FileExistsError when it is taken.
    """
    if sys.platform == "linux" and _rename_exclusively(part, final):
        return
    if os.path.lexists(final):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    part.rename(final)


class PartFile:
    """A part file that was written, flushed, read back and compared, waiting for its name."""

    def __init__(self, path: Path, data: bytes, rename: Rename, sleep: Sleep) -> None:
        self._path = path
        self._data = data
        self._rename = rename
        self._sleep = sleep
        self._published = False
        self._part = _write_part(path, data)

    def publish(self) -> str:
        """Give it its final name and read it back under it; say where it lies.

        Raises: EnvironmentFault; what was written is then removed again.
        """
        try:
            with told_as_faults():
                self._rename_patiently()
                self._published = True
                _flush_folder(self._path.parent)
                _compare(self._path, self._data)
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
                    return self._rename(self._part, self._path)
                except PermissionError as error:
                    held = error
                if wait_s is not None:
                    self._sleep(wait_s)
            _drop(self._part)
            self._part = _write_part(self._path, self._data)
        raise held


class SystemFiles:
    """The Files port on a real file system.

    Shape: the three functions are the system's own; tests hand in a scanner that holds a file.
    """

    def __init__(
        self, rename: Rename = rename_new, replace: Rename = os.replace, sleep: Sleep = time.sleep
    ) -> None:
        self._rename = rename
        self._replace = replace
        self._sleep = sleep

    def prepare(self, path: Path, data: bytes) -> PartFile:
        """Write a part file beside `path`; the port says what may be raised."""
        with told_as_faults():
            return PartFile(path, data, self._rename, self._sleep)

    def create_exclusive(self, path: Path, data: bytes) -> None:
        """Write a new file durably; the port says what may be raised."""
        self.prepare(path, data).publish()

    def replace(self, path: Path, data: bytes) -> None:
        """Write a file durably over the one of this name; until then the old one is in force."""
        with told_as_faults():
            part = PartFile(path, data, self._replace, self._sleep)
        part.publish()

    def read_limited(self, path: Path, limit: int) -> bytes:
        """Read a regular file of at most `limit` bytes; the port says what may be raised."""
        with told_as_faults():
            return _read_limited(path, limit)

    def flush(self, path: Path) -> None:
        """Make lasting what others wrote; the port says what may be raised."""
        with told_as_faults():
            if path.is_dir():
                _flush_folder(path)
            else:
                _flush_file(path)

    def free_bytes(self, folder: Path) -> int:
        """Room on the disk of a folder; 0 where the system does not tell."""
        try:
            return shutil.disk_usage(folder).free
        except OSError:
            return 0

    def folder_facts(self, folder: Path) -> FolderFacts:
        """Report what endangers a vault in this folder."""
        return facts_of(folder)


def _write_part(path: Path, data: bytes) -> Path:
    part = path.with_name(os.urandom(6).hex() + PART_SUFFIX)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK | BINARY, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as stream:
            _write_all(stream, data)
            _flush(stream.fileno())
        _compare(part, data)
    except BaseException:
        _drop(part)
        raise
    return part


def _write_all(stream: FileIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[stream.write(view) :]


def _flush(descriptor: int) -> None:
    if sys.platform == "darwin":  # fsync alone leaves the bytes in the drive's cache there
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    os.fsync(descriptor)


def _flush_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | NO_LINK | BINARY)
    try:
        _flush(descriptor)
    finally:
        os.close(descriptor)


def _flush_folder(folder: Path) -> None:
    """Make the name durable; Windows and some network systems know no such thing."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in NOT_SUPPORTED:
            raise
    finally:
        os.close(descriptor)


def _compare(path: Path, data: bytes) -> None:
    """Read back past the cache; a stick that lies must be noticed before it is carried away."""
    descriptor = os.open(path, os.O_RDONLY | NO_LINK | BINARY)
    try:
        if sys.platform == "linux":
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        is_same = os.fstat(descriptor).st_size == len(data) and all(
            os.read(descriptor, CHUNK) == data[start : start + CHUNK]
            for start in range(0, len(data), CHUNK)
        )
    finally:
        os.close(descriptor)
    if not is_same:
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


def _rename_exclusively(part: Path, final: Path) -> bool:
    """Ask the kernel for a rename that refuses to replace; False where it knows none."""
    done = ctypes.CDLL(None, use_errno=True).renameat2(
        AT_FDCWD, os.fsencode(part), AT_FDCWD, os.fsencode(final), RENAME_NOREPLACE
    )
    code = ctypes.get_errno()
    if done == 0 or code in NOT_SUPPORTED:
        return bool(done == 0)
    raise OSError(code, os.strerror(code))


def _drop(part: Path) -> None:
    """Remove what we wrote ourselves; if even that fails the first error is the one that counts."""
    with contextlib.suppress(OSError):
        part.unlink()

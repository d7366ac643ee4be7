"""The calls by which systems differ in writing files: naming, flushing, reading back.

This module decides nothing about when a file is written. It holds one small table of calls per
system; `files` writes every file by the table of the system it runs on, and tests drive the table
of Windows by a fake kernel.

- Naming: Linux refuses to replace by `renameat2`; Windows by `MoveFileExW` without its flag, and
  writes the name through. A name that a scanner holds comes out as PermissionError everywhere.
- Flushing: macOS leaves bytes in the drive's cache unless F_FULLFSYNC is asked for; Windows has no
  flush of a folder, so there durability rests on the file's own flush and the written-through name.
- Reading back: Linux drops the cached pages, macOS turns the cache off (F_NOCACHE), Windows opens
  without buffering, into memory that begins at a page.

Unverified on Windows, unverified on macOS (docs/platforms.md).

Source: storage-security.md section 17. Promise: P17.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import mmap
import os
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

if sys.platform == "darwin":
    import fcntl

CHUNK: Final = 1 << 20
NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
BINARY: Final = getattr(os, "O_BINARY", 0)
NOT_SUPPORTED: Final = frozenset([errno.EINVAL, errno.ENOSYS, errno.ENOTSUP])
AT_FDCWD: Final = -100  # linux/fcntl.h
RENAME_NOREPLACE: Final = 1  # linux/fs.h
MOVEFILE_REPLACE_EXISTING: Final = 0x1  # Windows SDK, winbase.h, as all below
MOVEFILE_WRITE_THROUGH: Final = 0x8
GENERIC_READ: Final = 0x80000000
FILE_SHARE_READ: Final = 0x1
OPEN_EXISTING: Final = 3
FILE_FLAG_NO_BUFFERING: Final = 0x20000000
INVALID_HANDLE: Final = -1

Rename = Callable[[Path, Path], None]


@dataclass(frozen=True, slots=True)
class FileCalls:
    """What a system is asked to do.

    Shape: `rename_new` raises FileExistsError where the name is taken; `read_back` gives the bytes
    of a file from the medium, in parts of at most CHUNK.
    """

    rename_new: Rename
    replace: Rename
    flush: Callable[[int], None]
    flush_folder: Callable[[Path], None]
    read_back: Callable[[Path], Generator[bytes, None, None]]


class Kernel(Protocol):
    """The functions of kernel32 that are used; names and results as there."""

    def MoveFileExW(self, part: str, final: str, flags: int) -> int: ...  # noqa: N802, D102 - as in the SDK
    def CreateFileW(  # noqa: N802, D102, PLR0913, PLR0917 - as in the SDK
        self, name: str, access: int, share: int, security: None, how: int, flags: int, none: None
    ) -> int: ...
    def ReadFile(  # noqa: N802, D102 - as in the SDK
        self, handle: int, into: object, wanted: int, given: object, none: None
    ) -> int: ...
    def CloseHandle(self, handle: int) -> int: ...  # noqa: N802, D102 - as in the SDK
    def GetLastError(self) -> int: ...  # noqa: N802, D102 - as in the SDK


_ERRORS: Final = MappingProxyType(
    {
        2: errno.ENOENT,  # ERROR_FILE_NOT_FOUND
        3: errno.ENOENT,  # ERROR_PATH_NOT_FOUND
        5: errno.EACCES,  # ERROR_ACCESS_DENIED
        19: errno.EROFS,  # ERROR_WRITE_PROTECT
        32: errno.EACCES,  # ERROR_SHARING_VIOLATION: a scanner
        33: errno.EACCES,  # ERROR_LOCK_VIOLATION
        39: errno.ENOSPC,  # ERROR_HANDLE_DISK_FULL
        80: errno.EEXIST,  # ERROR_FILE_EXISTS
        112: errno.ENOSPC,  # ERROR_DISK_FULL
        183: errno.EEXIST,  # ERROR_ALREADY_EXISTS
    }
)


def windows_calls(kernel: Kernel) -> FileCalls:
    """Give the calls of Windows. The flush of a file is `os.fsync` there too."""

    def move(part: Path, final: Path, flags: int) -> None:
        if not kernel.MoveFileExW(str(part), str(final), flags | MOVEFILE_WRITE_THROUGH):
            raise _windows_error(kernel.GetLastError())

    def read_back(path: Path) -> Generator[bytes, None, None]:
        how = (GENERIC_READ, FILE_SHARE_READ, None, OPEN_EXISTING, FILE_FLAG_NO_BUFFERING, None)
        handle = kernel.CreateFileW(str(path), *how)
        if handle == INVALID_HANDLE:
            raise _windows_error(kernel.GetLastError())
        try:
            yield from _unbuffered(kernel, handle)
        finally:
            kernel.CloseHandle(handle)

    return FileCalls(
        rename_new=lambda part, final: move(part, final, 0),
        replace=lambda part, final: move(part, final, MOVEFILE_REPLACE_EXISTING),
        flush=os.fsync,
        flush_folder=lambda _: None,
        read_back=read_back,
    )


def posix_calls() -> FileCalls:
    """Give the calls of Linux and macOS."""
    return FileCalls(rename_new, os.replace, _flush, _flush_folder, _read_back)


def rename_new(part: Path, final: Path) -> None:
    """Give the part file its name, in one step, unless the name is taken.

    Raises: FileExistsError when it is taken.
    """
    if sys.platform == "linux" and _rename_exclusively(part, final):
        return
    if os.path.lexists(final):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    part.rename(final)


def _unbuffered(kernel: Kernel, handle: int) -> Generator[bytes, None, None]:
    """Read past the cache: the memory has to begin at a sector, as that of a mapping does."""
    with mmap.mmap(-1, CHUNK) as memory:
        room = (ctypes.c_char * CHUNK).from_buffer(memory)
        given = ctypes.c_uint32()
        try:
            while True:
                if not kernel.ReadFile(handle, room, CHUNK, ctypes.byref(given), None):
                    raise _windows_error(kernel.GetLastError())
                if not given.value:
                    return
                yield memory[: given.value]
        finally:
            del room  # the mapping cannot be closed while something points into it


def _windows_error(code: int) -> OSError:
    number = _ERRORS.get(code, errno.EIO)
    return OSError(number, os.strerror(number))


def _rename_exclusively(part: Path, final: Path) -> bool:
    """Ask the kernel for a rename that refuses to replace; False where it knows none."""
    done = ctypes.CDLL(None, use_errno=True).renameat2(
        AT_FDCWD, os.fsencode(part), AT_FDCWD, os.fsencode(final), RENAME_NOREPLACE
    )
    code = ctypes.get_errno()
    if done == 0 or code in NOT_SUPPORTED:
        return bool(done == 0)
    raise OSError(code, os.strerror(code))


def _flush(descriptor: int) -> None:
    if sys.platform == "darwin":
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    os.fsync(descriptor)


def _flush_folder(folder: Path) -> None:
    """Make the name durable; some network systems know no such thing."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in NOT_SUPPORTED:
            raise
    finally:
        os.close(descriptor)


def _read_back(path: Path) -> Generator[bytes, None, None]:
    descriptor = os.open(path, os.O_RDONLY | NO_LINK)
    try:
        if sys.platform == "linux":
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        if sys.platform == "darwin":
            with contextlib.suppress(OSError):  # a file system that knows no such thing
                fcntl.fcntl(descriptor, fcntl.F_NOCACHE, 1)
        while part := os.read(descriptor, CHUNK):
            yield part
    finally:
        os.close(descriptor)


if sys.platform == "win32":

    def calls_here() -> FileCalls:
        """Give the calls of this system."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=False)
        kernel.CreateFileW.restype = ctypes.c_ssize_t
        kernel.ReadFile.argtypes = (
            ctypes.c_ssize_t,
            ctypes.c_void_p,
            ctypes.c_uint32,
            ctypes.c_void_p,
            ctypes.c_void_p,
        )
        kernel.CloseHandle.argtypes = (ctypes.c_ssize_t,)
        return windows_calls(kernel)

else:

    def calls_here() -> FileCalls:
        """Give the calls of this system."""
        return posix_calls()

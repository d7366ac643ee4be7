"""The lock of a vault folder: one vault is open once (P19), and an unclean end is seen.

This module decides who may open the folder and whether the last one closed it properly: the lock
file holds the word "open" while the vault is in use and is empty after a clean close. It never
waits, and it never deletes the file: two programs could then hold two locks.

In a folder that cannot be written the file is locked as it lies there and says nothing new; where
it is missing too, nobody can change anything, and nothing is locked. On a disk that is full to the
last byte the word cannot be written: the lock holds all the same, and a crash is then not noticed
here but by the weekly check.

How a system locks is a small table of its calls, so that those of Windows can be driven by a fake.
Unverified on Windows and macOS (docs/platforms.md).

Source: storage-security.md sections 3 and 12.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.domain.errors import EnvironmentFault

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LockCall = Callable[[int], None]
"""Locks an open file or raises OSError at once; the lock ends when the file is closed."""

NAME: Final = "vault.lock"
_OPEN: Final = b"open"
_LOCKED_BYTE: Final = 1 << 20
"""Windows locks bytes against reading too, so the byte that is locked lies behind the content."""


class VaultLock:
    """Holds a vault folder.

    Raises: EnvironmentFault `storage.in_use` when another program or window has it,
    `storage.no_vault` when there is no such folder, `storage.read_only` when nobody may enter it,
    `storage.medium`. Shape: `is_read_only` says that the folder cannot be written.
    """

    def __init__(self, folder: Path, lock: LockCall | None = None) -> None:
        self._file, self.is_read_only = _open(folder / NAME)
        self.was_unclean = False
        if self._file < 0:
            return
        try:
            (lock or lock_call())(self._file)
        except OSError as error:
            os.close(self._file)
            raise EnvironmentFault("storage.in_use") from error
        self.was_unclean = os.read(self._file, len(_OPEN)) == _OPEN
        with suppress(OSError):  # a disk full to the last byte keeps nobody out; the lock holds
            self._write(_OPEN)

    def release(self) -> None:
        """Note the clean close and give the folder free; a second call does nothing."""
        if self._file < 0:
            return
        self._write(b"")
        os.close(self._file)
        self._file = -1

    def abandon(self) -> None:
        """Give the folder free without calling it clean: the next start checks everything."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def withdraw(self) -> None:
        """Give the folder free as it was found: it was not opened after all.

        A wrong passphrase after a crash must not make the crash forgotten.
        """
        if self.was_unclean:
            self.abandon()
        else:
            self.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.release()
        else:
            self.abandon()

    def _write(self, content: bytes) -> None:
        if self.is_read_only:
            return
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, content)
        os.ftruncate(self._file, len(content))
        os.fsync(self._file)


def _open(path: Path) -> tuple[int, bool]:
    """Open the lock file. Shape: its number, -1 where there can be none; True if it is read-only.

    A folder that cannot be written is told from one that is not there, or that nobody may enter.
    """
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with told_as_faults(missing="storage.no_vault"):
            return os.open(path, flags | os.O_RDWR | os.O_CREAT, 0o600), False
    except EnvironmentFault as fault:
        if fault.code != "storage.read_only" or not os.access(path.parent, os.R_OK | os.X_OK):
            raise
    if not path.exists():
        return -1, True
    with told_as_faults(missing="storage.no_vault"):
        return os.open(path, flags | os.O_RDONLY), True


def by_byte(locking: Callable[[int, int, int], None], without_waiting: int) -> LockCall:
    """Lock as Windows does: a byte behind the content, by a call that takes a mode and a length."""

    def lock(file: int) -> None:
        os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
        try:
            locking(file, without_waiting, 1)
        finally:
            os.lseek(file, 0, os.SEEK_SET)

    return lock


if sys.platform == "win32":

    def lock_call() -> LockCall:
        """How this system locks."""
        return by_byte(msvcrt.locking, msvcrt.LK_NBLCK)

else:

    def lock_call() -> LockCall:
        """How this system locks."""
        return lambda file: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

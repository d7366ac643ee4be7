"""Files beside the database that must be whole after a power cut: written aside, then renamed.

This module decides the steps: part-file, flush, rename, flush of the folder. It must not know what
the bytes mean. Removable media are written by the Medium port, not here.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

from nrm_desktop.domain.errors import EnvironmentFault


@contextmanager
def named_faults() -> Iterator[None]:
    """Turn errors of the file system into ours, by who can do what about them."""
    try:
        yield
    except OSError as error:
        code = _CODES.get(error.errno or 0, "storage.medium")
        raise EnvironmentFault(code, errno=error.errno) from error


def replace_file(path: Path, data: bytes) -> None:
    """Put new content under a name; at every moment the old or the new content lies there.

    Raises: EnvironmentFault `storage.full`, `storage.read_only`, `storage.medium`; the old content
    stays.
    """
    part = path.with_name(f"{path.name}.part")
    with named_faults():
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Make sure that what was written into a file is on the disk."""
    file = os.open(path, os.O_RDWR | _BINARY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder lasting, where the system knows how (Windows does not)."""
    if _DIRECTORY:
        file = os.open(folder, os.O_RDONLY | _DIRECTORY)
        try:
            os.fsync(file)
        finally:
            os.close(file)


_CODES: Final[Mapping[int, str]] = MappingProxyType(
    {
        errno.ENOSPC: "storage.full",
        errno.EDQUOT: "storage.full",
        errno.EROFS: "storage.read_only",
        errno.EACCES: "storage.read_only",
    }
)
_BINARY = getattr(os, "O_BINARY", 0)
_DIRECTORY = getattr(os, "O_DIRECTORY", 0)

"""Errors of the file system in our words: one table, so that a full disk has one code everywhere.

This module decides which code an error of the system gets, and nothing else. The name of a file is
never repeated: it may tell something about a person.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from nrm_desktop.domain.errors import EnvironmentFault

_FULL: Final = frozenset([errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
_FORBIDDEN: Final = frozenset([errno.EROFS, errno.EACCES, errno.EPERM])


@contextmanager
def told_as_faults(missing: str = "storage.missing") -> Iterator[None]:
    """Turn errors of the system into ours. Shape: `missing` is the code of what is not there."""
    try:
        yield
    except OSError as error:
        raise fault_of(error, missing) from error


def fault_of(error: OSError, missing: str = "storage.missing") -> EnvironmentFault:
    """Say what an error of the system means for whoever can do something about it."""
    return EnvironmentFault(_code_of(error, missing), errno=error.errno)


def _code_of(error: OSError, missing: str) -> str:
    if isinstance(error, FileExistsError):
        return "storage.exists"
    if isinstance(error, FileNotFoundError):
        return missing
    if error.errno in _FULL:
        return "storage.full"
    return "storage.read_only" if error.errno in _FORBIDDEN else "storage.medium"

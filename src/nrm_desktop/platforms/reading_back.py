"""Reading a file back from its medium, past the cache of the system.

A stick that lies is noticed only if the bytes come from it again, not from memory (storage-
security.md section 17). Linux drops the cached pages of a flushed file on request; macOS and
Windows have other calls, so there the sum may come from the cache: unverified on Windows,
unverified on macOS.
"""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

_CHUNK: Final = 1 << 20
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0)


def digest_on_medium(path: Path) -> bytes:
    """Sum a file, SHA-256, as the medium gives it back; it was flushed before."""
    summed = sha256()
    descriptor = os.open(path, os.O_RDONLY | _NO_LINK | _BINARY)
    try:
        if sys.platform == "linux":
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        while part := os.read(descriptor, _CHUNK):
            summed.update(part)
    finally:
        os.close(descriptor)
    return summed.digest()

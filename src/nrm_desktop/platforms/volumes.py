"""Whether a stick is in: a file on it can be looked up. Fulfils the `VolumeWatch` port of the UI.

Only the name is looked up, nothing is read; a path on a network is never handed to this module.
"""

from __future__ import annotations

from pathlib import Path


class MountedFile:
    """A file on a stick."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def is_there(self) -> bool:
        """True while the file can be found; any error means that it cannot."""
        try:
            self._path.stat()
        except OSError:
            return False
        return True

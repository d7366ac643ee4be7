"""Ports to the disk: files that are whole or absent, what their folder is, sealed notes in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nrm_desktop.app.system_ports import PreparedFile


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """What endangers a vault in a folder; False also where the system does not tell (L18).

    Shape: `is_synced`: a service copies it elsewhere; `is_wiped`: gone at sign-out or shutdown;
    `is_guarded`: the system lets only programs write there that it knows.
    """

    is_network: bool = False
    is_synced: bool = False
    is_wiped: bool = False
    is_path_too_long: bool = False
    is_guarded: bool = False

    @property
    def findings(self) -> tuple[str, ...]:
        """Codes of what endangers a vault here; each has words. Nothing is prevented."""
        found = {
            "folder.synced": self.is_synced,
            "folder.wiped": self.is_wiped,
            "folder.long_path": self.is_path_too_long,
            "folder.guarded": self.is_guarded,
        }
        return tuple(finding for finding, is_so in found.items() if is_so)


class Files(Protocol):
    """Durable writing and limited reading; every fault is an EnvironmentFault of one family."""

    def prepare(self, path: Path, data: bytes) -> PreparedFile:
        """Write a part file beside `path`, flushed, read back and compared; it has no name yet.

        Raises: EnvironmentFault `storage.full`, `storage.read_only` or `storage.medium`.
        """

    def create_exclusive(self, path: Path, data: bytes) -> None:
        """Write a new file durably.

        Raises: as `prepare`; EnvironmentFault `storage.exists` when the name is taken.
        """

    def replace(self, path: Path, data: bytes) -> None:
        """Write a file durably in place of the one that has this name, or as a new one.

        Raises: as `prepare`; the old file is then still in force.
        """

    def read_limited(self, path: Path, limit: int) -> bytes:
        """Read a regular file of at most `limit` bytes.

        Raises: EnvironmentFault `storage.missing` or `storage.medium`; HostileInput
                `integrity.not_a_file` for links and devices, `integrity.too_large` past the limit.
        """

    def flush(self, path: Path) -> None:
        """Make lasting what others wrote into a file, or renamed in a folder.

        Raises: EnvironmentFault.
        """

    def free_bytes(self, folder: Path) -> int:
        """Room on the disk of a folder; 0 where the system does not tell."""

    def folder_facts(self, folder: Path) -> FolderFacts:
        """Report what endangers a vault in this folder, which need not exist yet."""


class NoteSeal(Protocol):
    """Seals what lies in a file beside the database: it tells nothing, and a change is noticed."""

    def seal(self, plain: bytes) -> bytes:
        """Seal a note."""

    def unseal(self, sealed: bytes) -> bytes:
        """Open a note. Raises: HostileInput where it was changed or belongs to another vault."""


class Medium(Protocol):
    """A removable folder: the final name never holds wrong content (P17).

    The slow part is `prepare`; `publish` is one rename, short enough for a transaction.
    """

    def prepare(self, folder: str, name: str, data: bytes) -> PreparedFile:
        """Write a part-file, flush it, read it back from the medium and compare.

        Raises: EnvironmentFault `storage.full`, `storage.read_only`, `storage.medium`.
        """

    def holds(self, folder: str, name: str, sha256: str) -> bool | None:
        """Say whether these bytes lie there; None where the medium is away or cannot be read."""

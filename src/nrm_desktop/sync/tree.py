"""The tree on a store: which name a thing has, and which names are ours to read.

This module decides names only; it must not read or write. What a name claims is never believed
before the bytes were checked, and names on a store are never used as paths of this machine.

Source: sync.md section 9.1; docs/adr/0012-store-mark.md.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.wire.hashes import base32, file_name, name20, read_file_name
from nrm_desktop.domain.ids import ScopeId

TOP: Final = "nrm1"
README: Final = f"{TOP}/README.txt"
_SHORT: Final = 8
_CHECKPOINT: Final = re.compile(r"([a-z2-7]{16})-([0-9]{12})-[a-z2-7]{8}\.cp")
_ROOT: Final = re.compile(r"([0-9]{6})-[a-z2-7]{8}\.root")
_EXCHANGE: Final = re.compile(r"([0-9]{6})-[a-z2-7]{8}\.kx")
_MARK: Final = re.compile(r"([a-z2-7]{26})\.id")


@dataclass(frozen=True, slots=True)
class CheckpointFile:
    """A checkpoint by its name. Shape: `folder` stands for a device (not its id)."""

    folder: str
    counter: int
    name: str


@dataclass(frozen=True, slots=True)
class StoreTree:
    """The names of one organisation's part of a store."""

    organisation: ScopeId

    @property
    def _own(self) -> str:
        return f"{TOP}/{base32(self.organisation)[:_SHORT]}"

    @property
    def trust(self) -> str:
        """The folder of root documents and of the mark of the store."""
        return f"{self._own}/t/"

    @property
    def checkpoints(self) -> str:
        """The folder of the checkpoints of all devices."""
        return f"{self._own}/c/"

    def root_document(self, version: int, data: bytes) -> str:
        """The name of a root document."""
        return f"{self.trust}{version:06}-{_short_name(data)}.root"

    def exchange_keys(self, number: int, data: bytes) -> str:
        """The name of a keybox of exchange keys; `number` is that of the newest one in it."""
        return f"{self.trust}{number:06}-{_short_name(data)}.kx"

    def mark(self, mark: bytes) -> str:
        """The name that tells this store from any other. Shape: `mark` has 16 bytes."""
        return f"{self.trust}{base32(mark)}.id"

    def checkpoint(self, folder: str, counter: int, data: bytes) -> str:
        """The name of a checkpoint; `data` are the sealed bytes."""
        return f"{self.checkpoints}{folder}-{counter:012}-{_short_name(data)}.cp"

    def packs(self, beginning: str) -> str:
        """The folder of the pack files whose names begin so. Shape: two characters."""
        return f"{self._own}/p/{beginning}/"

    def pack_file(self, name: bytes) -> str:
        """The name of a pack file from its 20 bytes."""
        text = file_name(name)
        return f"{self._own}/p/{text[:2]}/{text}.nrmx"


def read_checkpoint_name(name: str) -> CheckpointFile | None:
    """Read a name in the folder of checkpoints; None if it is not ours."""
    found = _CHECKPOINT.fullmatch(_last(name))
    return CheckpointFile(found[1], int(found[2]), name) if found else None


def read_root_name(name: str) -> int | None:
    """The version that the name of a root document claims; None if it is none."""
    found = _ROOT.fullmatch(_last(name))
    return int(found[1]) if found else None


def read_exchange_name(name: str) -> int | None:
    """The number that the name of a keybox of exchange keys claims; None if it is none."""
    found = _EXCHANGE.fullmatch(_last(name))
    return int(found[1]) if found else None


def read_mark(name: str) -> bytes | None:
    """The mark of a store; None if the name is none."""
    found = _MARK.fullmatch(_last(name))
    return base64.b32decode(found[1].upper() + "======") if found else None


def claimed_name(file: str) -> bytes | None:
    """The 20 bytes in the name of a file, if somebody kept it; carriers may be called anything."""
    try:
        return read_file_name(file.partition(".")[0])
    except ValueError:
        return None


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _short_name(data: bytes) -> str:
    return file_name(name20(data))[:_SHORT]

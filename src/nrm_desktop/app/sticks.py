"""Sticks: what is plugged in, and the one sentence and action for each state of it.

This module decides which state a person is told before something is written to a stick. It must
not look at the system: the `Volumes` port says what is there. The states after writing (written
but not verified, done) belong to whoever wrote.

Source: storage-security.md section 17.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Volume:
    """A removable volume that is mounted.

    Shape: `device` is how the system names it; `mark` is what a vault remembers a stick by, empty
    where nobody has given it one. Units: `free_bytes` in bytes.
    """

    path: Path
    device: str
    free_bytes: int
    is_read_only: bool = False
    is_writable: bool = True
    mark: str = ""


class Volumes(Protocol):
    """The removable volumes of this computer."""

    def mounted(self) -> Sequence[Volume]:
        """Volumes that a person can take out, by path; none where the system does not tell."""

    def are_forbidden(self) -> bool:
        """True if this computer lets no USB storage in; False where it does not tell."""

    def eject(self, volume: Volume) -> None:
        """Write everything out and let go of a volume: only now may it be taken out.

        Raises: EnvironmentFault `stick.in_use` while a program holds it, `stick.eject` where the
        system cannot be asked: then the person has to do it there.
        """


class StickState(StrEnum):
    """What a person is told about sticks; each has words and one action."""

    FORBIDDEN = "stick.forbidden"
    NONE = "stick.none"
    SEVERAL = "stick.several"
    OTHER = "stick.other"
    READ_ONLY = "stick.read_only"
    NOT_WRITABLE = "stick.not_writable"
    TOO_FULL = "stick.too_full"
    READY = "stick.ready"
    UNVERIFIED = "stick.unverified"
    DONE = "stick.done"


def stick_state(
    volumes: Volumes, needed_bytes: int, expected: str = ""
) -> tuple[StickState, Volume | None]:
    """Say what stands between a person and writing, and the volume that is spoken of.

    Shape: `expected` is the mark of the stick that has to be it; empty means any.
    """
    found = volumes.mounted()
    if not found:
        return (StickState.FORBIDDEN if volumes.are_forbidden() else StickState.NONE), None
    meant = [volume for volume in found if not expected or volume.mark == expected]
    if not meant:
        return StickState.OTHER, found[0] if len(found) == 1 else None
    if len(meant) > 1:
        return StickState.SEVERAL, None
    return _fitness(meant[0], needed_bytes), meant[0]


def _fitness(volume: Volume, needed_bytes: int) -> StickState:
    if volume.is_read_only:
        return StickState.READ_ONLY
    if not volume.is_writable:
        return StickState.NOT_WRITABLE
    return StickState.TOO_FULL if volume.free_bytes < needed_bytes else StickState.READY

"""Practice: a throw-away vault with invented cases, and the whole story without a display.

This module decides what is made where and what is told afterwards. It never touches the real data
folder; everything lies below the folder that it is given.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nrm_desktop.bootstrap.exchange import head_digest
from nrm_desktop.bootstrap.practice_stage import (
    OURS,
    PASSPHRASE_FILE,
    USER,
    MadeFile,
    Stage,
    known,
    must,
    prepare_stage,
)
from nrm_desktop.bootstrap.practice_story import STEPS, cases, consent, screening

_PACK_FILES = "*.nrmx"
_PREFIX = "field-notes-practice-"


@dataclass(frozen=True, slots=True)
class DoneStep:
    """A step that has shown what it had to. Units: `milliseconds`."""

    name: str
    milliseconds: int


@dataclass(frozen=True, slots=True)
class DeviceState:
    """Where a device lies, relative to the story, and the digest of all that stands in it."""

    folder: str
    head_digest: str


@dataclass(frozen=True, slots=True)
class Played:
    """A story that was played to its end."""

    out: Path
    passphrase_file: Path
    user: str
    cases: int
    example_code: str
    steps: tuple[DoneStep, ...]
    files: tuple[MadeFile, ...]
    devices: tuple[DeviceState, ...]

    @property
    def has_converged(self) -> bool:
        """True if all devices hold the same."""
        return len({device.head_digest for device in self.devices}) == 1


@dataclass(frozen=True, slots=True)
class PracticeVault:
    """A practice vault to be opened. Shape: `folder` is the vault folder itself."""

    folder: Path
    passphrase_file: Path
    passphrase: str
    user: str
    example_code: str


def practice_folder() -> Path:
    """Make a new folder for a practice vault that nobody named a place for."""
    return Path(tempfile.mkdtemp(prefix=_PREFIX))


def play_story(out: Path, count: int, tell: Callable[[str], None]) -> Played:
    """Play the whole story. Shape: `tell` hears the name of every step before it begins.

    Raises: Usage `usage.not_empty`; IntegrityFault `integrity.practice` where a check fails;
    EnvironmentFault.
    """
    stage = prepare_stage(out, count)
    try:
        done = tuple(_steps(stage, tell))
        played = _told(stage, done)
    finally:
        stage.close()
    must(played.has_converged, "devices hold the same")
    return played


def make_practice_vault(out: Path, count: int) -> PracticeVault:
    """Make a vault with all invented cases and their interviews, for the window.

    Raises: Usage `usage.not_empty`; EnvironmentFault.
    """
    stage = prepare_stage(out, count)
    try:
        stage.found("device-a", OURS, USER)
        for step in (cases, screening, consent):
            step(stage)
        code = known(stage.world).example.code
    finally:
        stage.close()
    folder = out / "device-a"
    return PracticeVault(folder, out / PASSPHRASE_FILE, stage.passphrase, USER, code)


def _steps(stage: Stage, tell: Callable[[str], None]) -> list[DoneStep]:
    done = []
    for name, step in STEPS:
        tell(name)
        begin = stage.clock.monotonic_s()
        step(stage)
        done.append(DoneStep(name, round((stage.clock.monotonic_s() - begin) * 1000)))
    return done


def _told(stage: Stage, done: Sequence[DoneStep]) -> Played:
    for path in sorted(stage.stick.rglob(_PACK_FILES)):
        stage.note_file(path, "pack")
    world = known(stage.world)
    return Played(
        out=stage.out,
        passphrase_file=stage.out / PASSPHRASE_FILE,
        user=USER,
        cases=len(world.cases),
        example_code=world.example.code,
        steps=tuple(done),
        files=tuple(stage.files),
        devices=tuple(
            DeviceState(name, head_digest(stage.vaults[name].session))
            for name in ("device-a", "device-b")
        ),
    )

"""The one door from the command line to the window; nothing of Qt is loaded before it is used."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType

from nrm_desktop.domain.errors import EnvironmentFault

_WINDOW = "nrm_desktop.bootstrap.window"
_PRACTICE = "nrm_desktop.bootstrap.practice_window"


def open_window(data_dir: str | None, user: str | None) -> int:
    """Open the window on a data folder. Shape: the exit code of the program.

    Raises: EnvironmentFault `program.no_display`, or `program.no_window` where the display library
    cannot be loaded.
    """
    must_have_display()
    code: int = _loaded(_WINDOW).run_window(data_dir, user)
    return code


def open_practice_window(folder: Path, passphrase: str) -> int:
    """Open the window on a practice vault, unlocked. Raises: as `open_window`."""
    must_have_display()
    code: int = _loaded(_PRACTICE).open_practice_window(folder, passphrase)
    return code


def check_window() -> tuple[bool, Mapping[str, object]]:
    """Draw the window off-screen. Shape: whether it is not blank, and what was drawn.

    Raises: EnvironmentFault `program.no_window`.
    """
    answer: tuple[bool, Mapping[str, object]] = _loaded(_PRACTICE).check_drawing()
    return answer


def draw_screens(folder: Path, passphrase: str, out: Path) -> list[Path]:
    """Draw the screens of a practice vault off-screen. Raises: as `check_window`."""
    drawn: list[Path] = _loaded(_PRACTICE).draw_screens(folder, passphrase, out)
    return drawn


def must_have_display() -> None:
    """Say it before the display library does: it would end the process without a word of ours.

    Raises: EnvironmentFault `program.no_display`.
    """
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in named):
        raise EnvironmentFault("program.no_display")


def _loaded(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise EnvironmentFault("program.no_window", part=error.name or "Qt") from error

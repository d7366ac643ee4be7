"""The one door from the command line to the window; nothing of Qt is loaded before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType

from nrm_desktop.domain.errors import EnvironmentFault

_WINDOW = "nrm_desktop.bootstrap.window"
_PRACTICE = "nrm_desktop.bootstrap.practice_window"


def open_window(data_dir: str | None, user: str | None) -> int:
    """Open the window on a data folder. Shape: the exit code of the program.

    Raises: EnvironmentFault `program.no_window` where the display library cannot be loaded.
    """
    code: int = _loaded(_WINDOW).run_window(data_dir, user)
    return code


def open_practice_window(folder: Path) -> int:
    """Open the window on a practice vault. Raises: as `open_window`."""
    code: int = _loaded(_PRACTICE).open_practice_window(folder)
    return code


def check_window() -> tuple[bool, Mapping[str, object]]:
    """Draw the window off-screen. Shape: whether it is not blank, and what was drawn.

    Raises: as `open_window`.
    """
    answer: tuple[bool, Mapping[str, object]] = _loaded(_PRACTICE).check_drawing()
    return answer


def draw_screens(folder: Path, passphrase: str, out: Path) -> list[Path]:
    """Draw the screens of a practice vault off-screen into a folder. Raises: as `open_window`."""
    drawn: list[Path] = _loaded(_PRACTICE).draw_screens(folder, passphrase, out)
    return drawn


def _loaded(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise EnvironmentFault("program.no_window", part=error.name or "Qt") from error

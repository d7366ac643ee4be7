"""The one door from the command line to the window; nothing of Qt is loaded before it is used."""

from __future__ import annotations

from nrm_desktop.domain.errors import EnvironmentFault


def open_window(data_dir: str | None, user: str | None) -> int:
    """Open the window on a data folder. Shape: the exit code of the program.

    Raises: EnvironmentFault `program.no_window` where the display library cannot be loaded.
    """
    try:
        from nrm_desktop.bootstrap.window import run_window  # noqa: PLC0415 - a light start
    except ImportError as error:
        raise EnvironmentFault("program.no_window", part=error.name or "") from error
    return run_window(data_dir, user)

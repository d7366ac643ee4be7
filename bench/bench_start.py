"""How long a start takes: help, vault info, and the lock screen against a minimal Qt window."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPEATS = 5
PROGRAM = (sys.executable, "-m", "nrm_desktop")
PASSPHRASE = "seven quiet lanterns over the harbour"
MINIMAL_WINDOW = """
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
window = QWidget()
window.resize(900, 600)
window.show()
app.processEvents()
window.grab()
"""
LOCK_SCREEN = """
import os, sys
from functools import partial
from pathlib import Path
from nrm_desktop.bootstrap.shell import build_shell
from nrm_desktop.bootstrap.window import Opening, Program, report_defect
from nrm_desktop.ui.qt.application import make_application
from nrm_desktop.ui.qt.pictures import settle
folder, seen = Path(sys.argv[1]), []
opening = Opening(partial(build_shell, folder), folder.parent)
program = Program(make_application(report_defect), opening)
program.show()
program.signs(seen.append, seen.append)  # behind the question that the screen itself has asked
settle(lambda: bool(seen), 20)
program.window.grab()
os._exit(0 if isinstance(seen[0], tuple) else 1)
"""


def run() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as place:
        vault = Path(place) / "vault"
        found(Path(place), vault)
        environment = as_installed(place)
        help_s = seconds((*PROGRAM, "--help"), environment)
        info_s = seconds((*PROGRAM, "--data-dir", str(vault), "vault", "info"), environment)
        bare_s = seconds((sys.executable, "-c", MINIMAL_WINDOW), environment)
        ours_s = seconds((sys.executable, "-c", LOCK_SCREEN, str(vault)), environment)
    return {
        "start.help_ms": help_s * 1000,
        "start.vault_info_ms": info_s * 1000,
        "start.minimal_window_ms": bare_s * 1000,
        "start.lock_screen_ms": ours_s * 1000,
        "start.lock_screen_ratio": ours_s / bare_s,
    }


def as_installed(place: str) -> dict[str, str]:
    """The environment of an installed program: compiled modules are kept between starts."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"XDG_STATE_HOME": place, "PYTHONPYCACHEPREFIX": f"{place}/compiled"}


def found(place: Path, vault: Path) -> None:
    """Make a vault whose header the lock screen reads."""
    secret = place / "passphrase"
    secret.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    secret.chmod(0o600)
    line = ("--data-dir", vault, "--passphrase-file", secret, "--user", "P-01", "init")
    wish = ("--org", "Bench", "--role", "case_manager", "--kdf", "64:3:1")
    subprocess.run(
        [str(each) for each in (*PROGRAM, *line, *wish)],
        check=True,
        capture_output=True,
        env=os.environ | {"XDG_STATE_HOME": str(place)},
    )


def seconds(command: tuple[str, ...], environment: dict[str, str]) -> float:
    """The median of several starts, each a new process with warm files."""
    times = []
    for _ in range(REPEATS + 1):
        begin = time.perf_counter()
        subprocess.run(
            command, check=True, capture_output=True, env=environment, stdin=subprocess.DEVNULL
        )
        times.append(time.perf_counter() - begin)
    return statistics.median(times[1:])

"""Real windows in real processes: the second start brings the first to the front and ends well."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.gui.window import PASSPHRASE, prepare_vault

ROOT = Path(__file__).parents[2]
WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from nrm_desktop.bootstrap import window
from nrm_desktop.bootstrap.shell import build_shell
from nrm_desktop.ui.presenters.lock_reason import LockSystem
from nrm_desktop.ui.qt.application import make_application

folder, passphrase = Path(sys.argv[1]), sys.argv[2]
app = make_application(lambda error: print("defect", error, flush=True))
shown = []
raising = window.raise_window

def told(shown_window):
    raising(shown_window)
    shown.append(shown_window)
    print("in front", len(shown), shown_window.isMinimized(), flush=True)

window.raise_window = told

def look():
    if shown and shown[0].windowTitle() == "Notes":
        print("open", flush=True)
        looking.stop()
        shown[0].showMinimized()

looking = QTimer()
looking.timeout.connect(look)
looking.start(50)
make_shell = lambda: build_shell(folder / "device", anchors=folder / "anchors", is_practice=True)
opening = window.Opening(
    make_shell, folder, passphrase=passphrase, is_practice=True, system=LockSystem()
)
sys.exit(window.run_program(opening))
"""


@pytest.fixture
def start(tmp_path):
    """Start a window of its own process on one safe."""
    prepare_vault(tmp_path)
    started: list[subprocess.Popen] = []

    def go() -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", WINDOW, str(tmp_path), PASSPHRASE],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ
            | {"PYTHONPATH": str(ROOT / "src"), "XDG_STATE_HOME": str(tmp_path / "state")},
        )
        started.append(process)
        return process

    yield go
    for process in started:
        process.kill()
        process.wait(10)
        process.stdout.close()


@pytest.mark.promise("P19")
@pytest.mark.threat("T24")
def test_a_second_start_brings_the_open_window_to_the_front_and_ends_with_zero(start):
    first = start()
    assert first.stdout.readline().strip() == "in front 1 False"
    assert first.stdout.readline().strip() == "open"

    second = start()
    assert second.wait(30) == 0
    assert second.stdout.read() == ""
    assert first.stdout.readline().strip() == "in front 2 False", "it was minimised, and is no more"
    assert first.poll() is None

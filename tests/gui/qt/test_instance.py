"""One window per safe: real processes, several at once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CHILD = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from nrm_desktop.ui.qt.instance import first_window

app = QCoreApplication([])
first = first_window(Path(sys.argv[1]), Path(sys.argv[2]))
if first is None:
    print("called", flush=True)
    sys.exit(0)
first.on_call(lambda: print("raised", flush=True))
print("first", flush=True)
QTimer.singleShot(30_000, app.quit)
app.exec()
"""


@pytest.fixture
def start(tmp_path):
    """Start a process that wants to be the first window of a safe."""
    started: list[subprocess.Popen] = []

    def go(safe: str = "safe") -> subprocess.Popen:
        command = [sys.executable, "-c", CHILD, str(tmp_path / "state"), str(tmp_path / safe)]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
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
def test_of_five_at_once_exactly_one_opens_and_the_others_call_it_and_end_well(start):
    lines = dict.fromkeys([start() for _ in range(5)], "")
    for process in lines:
        lines[process] = process.stdout.readline().strip()

    first = [process for process, line in lines.items() if line == "first"]
    others = [process for process, line in lines.items() if line == "called"]
    assert (len(first), len(others)) == (1, 4)
    assert [process.wait(10) for process in others] == [0] * 4
    assert [first[0].stdout.readline().strip() for _ in others] == ["raised"] * 4


def test_another_safe_has_a_window_of_its_own(start):
    assert start().stdout.readline().strip() == "first"
    assert start("another").stdout.readline().strip() == "first"


def test_after_a_kill_the_next_start_is_the_first(start):
    killed = start()
    assert killed.stdout.readline().strip() == "first"
    killed.send_signal(signal.SIGKILL)
    killed.wait(10)

    assert start().stdout.readline().strip() == "first"


def test_nobody_else_may_call_and_the_names_say_nothing(start, tmp_path):
    assert start("a shelter in the north").stdout.readline().strip() == "first"

    folder = tmp_path / "state"
    assert folder.stat().st_mode & 0o077 == 0
    names = sorted(path.name for path in folder.iterdir())
    assert [name for name in names if "north" in name or "shelter" in name] == []
    sockets = [path for path in folder.iterdir() if path.is_socket()]
    assert [path.stat().st_mode & 0o077 for path in sockets] == [0] * len(sockets)

"""What `make run` starts: the practice vault, in a window or headless.

Decides only between the two and where the files of a headless run go (`practice/1`, `practice/2`,
...); the story itself is the program's own command `practice`, which says where each file lies. A
real data folder is never touched.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import system_packages

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = [sys.executable, "-m", "nrm_desktop", "practice"]


def main() -> int:
    """Open the practice window, or play the story and say where its files lie."""
    if system_packages.has_display():
        print("Opening the practice vault in a window.", flush=True)
        return subprocess.run(PROGRAM, check=False).returncode
    out = _next_folder(ROOT / "practice")
    print("No display here: playing the whole story headless.", flush=True)
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [*PROGRAM, "--headless", "--out", str(out)]
    code = subprocess.run(command, check=False, env=environment).returncode
    if code == 0:
        print(f"\nEverything of the story lies in {out.relative_to(ROOT)}.")
    return code


def _next_folder(parent: Path) -> Path:
    """Name a folder that does not exist yet, so that earlier runs stay for comparison."""
    parent.mkdir(exist_ok=True)
    taken = [int(each.name) for each in parent.iterdir() if each.name.isdecimal()]
    return parent / str(max(taken, default=0) + 1)


if __name__ == "__main__":
    sys.exit(main())

"""What `make run` starts: the practice vault, in a window or headless.

Decides only between the two and where the files of a headless run go (`practice/1`, `practice/2`,
...); the story itself is the program's own command `practice`. A real data folder is never touched.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import system_packages

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = [sys.executable, "-m", "nrm_desktop", "practice"]
KINDS = {
    ".pdf": "referral to print",
    ".nrm": "sealed referral packet",
    ".nrmx": "pack file for the second device",
    ".png": "screenshot",
}


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
        _say_where(out)
    return code


def _next_folder(parent: Path) -> Path:
    """Name a folder that does not exist yet, so that earlier runs stay for comparison."""
    parent.mkdir(exist_ok=True)
    taken = [int(each.name) for each in parent.iterdir() if each.name.isdecimal()]
    return parent / str(max(taken, default=0) + 1)


def _say_where(out: Path) -> None:
    print(f"\nThe files of the story lie in {out.relative_to(ROOT)}:")
    for path in sorted(out.rglob("*")):
        if path.suffix in KINDS and path.is_file():
            print(f"  {path.relative_to(out)!s:<40} {KINDS[path.suffix]}")


if __name__ == "__main__":
    sys.exit(main())

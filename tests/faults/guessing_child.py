"""A child program that guesses a passphrase until it has to wait, and then sets the wall clock on.

Run under libfaketime: `python -m tests.faults.guessing_child FOLDER CLOCK`; CLOCK is the file from
which the faked clock is read. It says how each try ended, and how far each clock went.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.faults.saving_child import say, shell_in

from nrm_desktop.bootstrap.safe import open_safe
from nrm_desktop.domain.errors import Locked

LATER = "@2036-11-25 10:00:00"
TRIES = 4


def main(folder: str, clock: str) -> int:
    shell = shell_in(Path(folder))
    for _ in range(TRIES):
        say(_guess(shell))
    wall, monotonic = shell.clock.now_ms(), shell.clock.monotonic_s()
    Path(clock).write_text(LATER, encoding="ascii")
    say(_guess(shell))
    say(f"WALL {(shell.clock.now_ms() - wall) // 1000}")
    say(f"MONOTONIC {int(shell.clock.monotonic_s() - monotonic)}")
    return 0


def _guess(shell) -> str:
    try:
        open_safe(shell, "a wrong passphrase of some length").close()
    except Locked as fault:
        return fault.code
    return "open"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

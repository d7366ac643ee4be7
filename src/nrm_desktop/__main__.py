"""Starts the program: `python -m nrm_desktop` and the installed command `nrm-desktop`.

What holds for the whole process is done here, before any key or word is in its memory.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper

from nrm_desktop.cli import main as command_line
from nrm_desktop.platforms.hardening import harden_process


def main() -> int:
    """Run the command line; without a command it opens the window. Shape: the exit code."""
    harden_process()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Pipes of some systems speak an old code page; the contract is UTF-8 (cli.md 1.2).
            stream.reconfigure(encoding="utf-8")
    return command_line.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

"""Starts the program: `python -m nrm_desktop` and the installed command `nrm-desktop`."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from nrm_desktop.cli import main as command_line


def main() -> int:
    """Run the command line; without a command it opens the window. Shape: the exit code."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Pipes of some systems speak an old code page; the contract is UTF-8 (cli.md 1.2).
            stream.reconfigure(encoding="utf-8")
    return command_line.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

"""One run of the command line: its options, its console, and what it opens on the way."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from nrm_desktop.cli.console import Console
from nrm_desktop.cli.output import Outcome
from nrm_desktop.paths import resource_root


class Session:
    """What every command is given beside its own arguments."""

    def __init__(self, arguments: argparse.Namespace, console: Console) -> None:
        self.console = console
        self.resources: Path = resource_root()
        self._arguments = arguments


Runner = Callable[[Session, argparse.Namespace], Outcome]
Runners = Mapping[str, Runner]

"""The papers of the organisation: renewing them, and naming a further registrar."""

from __future__ import annotations

import argparse
from pathlib import Path
from types import MappingProxyType

from nrm_desktop.app.context import iso_time
from nrm_desktop.bootstrap.root_renewal import NewRoot, add_registrar, renew_root
from nrm_desktop.cli.invocation import Invocation, Runners
from nrm_desktop.cli.output import Outcome


def renew(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Let the papers hold on; one file for the mail brings that to the others."""
    with call.vault() as vault:
        return _said(renew_root(vault.session, Path(arguments.to)))


def registrar(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Name a certified person as registrar beside those who are."""
    with call.vault() as vault:
        return _said(add_registrar(vault.session, arguments.badge, Path(arguments.to)))


def _said(made: NewRoot) -> Outcome:
    until = iso_time(made.valid_until_ms)
    data = {"version": made.version, "file": made.file, "valid_until": until}
    lines = [
        f"{made.file}: papers number {made.version}, good until {until}.",
        "Others take it in with `arrivals --take`, or at their next exchange.",
    ]
    return Outcome(data, lines=lines)


COMMANDS: Runners = MappingProxyType({"root renew": renew, "root registrar": registrar})

"""Handing over at a counter without a network: a code for the slip, and taking it over."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.bootstrap.handing_over import HandoverDesk
from nrm_desktop.bootstrap.night_papers import write_slip
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, must_be_folder
from nrm_desktop.cli.output import Outcome


def make_code(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Make the code for the officer's slip, and write the slip where a folder is named."""
    if arguments.to:
        must_be_folder(arguments.to)
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        if arguments.to:
            made = write_slip(vault, scope, arguments.lang, arguments.to)
            slip, file = made.slip, made.file
        else:
            slip, file = HandoverDesk(vault).give(scope), ""
    lines = [f"Case: {slip.case}", f"Hand-over code: {slip.code}"]
    return Outcome(
        {"code": slip.case, "handover": slip.code, "file": file or None},
        lines=[*lines, *([f"Written: {file}"] if file else [])],
    )


def take_code(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Open a case with what was seen at the counter."""
    with call.vault() as vault:
        opened = HandoverDesk(vault).take(call.console.value(arguments.handover))
    data = {"code": opened.code, "pathway": opened.pathway}
    return Outcome(data, lines=[f"Case: {opened.code}"])


COMMANDS: Runners = MappingProxyType({"handover make": make_code, "handover take": take_code})

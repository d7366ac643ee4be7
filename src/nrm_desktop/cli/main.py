"""The command line from its words to its exit code: read, run, print.

This module decides the order and that every end has a number (cli.md section 1.1). It knows no
command; `cli.surface` names them, `cli.loading` finds their code.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace

from nrm_desktop import __version__
from nrm_desktop.cli import output
from nrm_desktop.cli.console import Console
from nrm_desktop.cli.loading import carry_out
from nrm_desktop.cli.parser import command_named, read_line
from nrm_desktop.cli.window import open_window
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.forms.problems import PackRefused
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.paths import ResourcesMissing, resource_root

_EXTRA = ("retry_after_s", "allowed", "items", "errors", "group", "missing")
"""Parameters of an error that scripts read; everything else stays in the sentence."""


def main(words: Sequence[str]) -> int:
    """Carry out one command line. Shape: the exit code."""
    as_json = "--json" in words
    try:
        return _run(read_line(__version__, words))
    except SystemExit as end:  # argparse has printed its help or the version
        return int(end.code or output.DONE)
    except NrmError as error:
        return output.print_error(command_named(words), error, _explained(error), as_json=as_json)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted. The safe is as it was after the last finished step.\n")
        return output.INTERRUPTED
    except Exception as fault:  # noqa: BLE001 - the last place: a defect is told without its values
        return output.print_defect(fault)


def _run(arguments: argparse.Namespace) -> int:
    command = getattr(arguments, "command", None)
    if command is None:
        return open_window(getattr(arguments, "data_dir", None), getattr(arguments, "user", None))
    console = Console()
    outcome = carry_out(command, arguments, console)
    warned = tuple(_warned(code) for code in console.warnings)
    outcome = replace(outcome, warnings=(*outcome.warnings, *warned))
    as_json = getattr(arguments, "json", False)
    return output.print_outcome(command.words, outcome, as_json=as_json)


def _listed(value: object) -> object:
    """What is allowed is always a list, also where there is only one thing to say."""
    return [value] if isinstance(value, str) else value


def _warned(code: str) -> output.Warned:
    return output.Warned(code, ErrorTexts(resource_root()).explain(NrmError(code))[0])


def _explained(error: NrmError) -> output.Explained:
    extra = {name: _listed(error.params[name]) for name in _EXTRA if name in error.params}
    if isinstance(error, PackRefused):
        extra["errors"] = [asdict(problem) for problem in error.problems]
    if isinstance(error, ResourcesMissing):  # the catalogue is among what is missing
        return output.Explained(str(error), "Install the program anew.")
    message, remedy = ErrorTexts(resource_root()).explain(error)
    return output.Explained(message, remedy, extra)

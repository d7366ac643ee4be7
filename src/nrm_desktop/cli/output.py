"""What the command line prints, and with which number it ends.

One table maps the error tree to exit codes (cli.md section 1.1); one function writes the envelope
(section 1.2). Human text goes to standard error under `--json`, so that standard output holds
exactly one object. No output holds a value that the command was not made to show.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from types import MappingProxyType

from nrm_desktop.domain.errors import (
    EnvironmentFault,
    HostileInput,
    IntegrityFault,
    Locked,
    NrmError,
    Refused,
    Usage,
)

FORMAT = 1
DONE = 0
USAGE = 2
REFUSED = 3
LOCKED = 4
INTEGRITY = 5
ENVIRONMENT = 6
DEFECT = 70
INTERRUPTED = 130

EXIT_CODES: Mapping[type[NrmError], int] = MappingProxyType(
    {
        Usage: USAGE,
        Refused: REFUSED,
        Locked: LOCKED,
        HostileInput: INTEGRITY,
        IntegrityFault: INTEGRITY,
        EnvironmentFault: ENVIRONMENT,
    }
)


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that did not stop the command but should be known."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command found or did.

    Shape: `data` as cli.md says for the command; `lines` are the same for people; `exit_code` is
    not 0 where the command did its work and still has to report something (alarms, bad files);
    `is_bare` is set by the one command that always prints its data alone, as JSON.
    """

    data: Mapping[str, object]
    lines: Sequence[str] = ()
    warnings: Sequence[Warned] = ()
    exit_code: int = DONE
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Explained:
    """An error in words: what happened, and what to do next."""

    message: str
    remedy: str
    extra: Mapping[str, object] = field(default_factory=dict)


def exit_code_of(error: NrmError) -> int:
    """Give the number for an error; a root without an entry is a defect of the program."""
    for kind, code in EXIT_CODES.items():
        if isinstance(error, kind):
            return code
    return DEFECT


def print_outcome(command: str, outcome: Outcome, *, as_json: bool) -> int:
    """Print the result of a command. Shape: the exit code."""
    if outcome.is_bare:
        _print_json(outcome.data)
        return outcome.exit_code
    if as_json:
        _print_json(
            {
                "ok": outcome.exit_code == DONE,
                "command": command,
                "format": FORMAT,
                "data": outcome.data,
                "warnings": [{"code": w.code, "message": w.message} for w in outcome.warnings],
            }
        )
    for warned in outcome.warnings:
        sys.stderr.write(f"Note: {warned.message}\n")
    if not as_json:
        sys.stdout.writelines(f"{line}\n" for line in outcome.lines)
    return outcome.exit_code


def print_error(command: str, error: NrmError, words: Explained, *, as_json: bool) -> int:
    """Print a refusal or fault: one clear sentence and the step that helps."""
    code = exit_code_of(error)
    if as_json:
        _print_json(
            {
                "ok": False,
                "command": command,
                "format": FORMAT,
                "error": {
                    "code": error.code,
                    "exit": code,
                    "message": words.message,
                    "remedy": words.remedy,
                    **words.extra,
                },
            }
        )
    sys.stderr.write(f"{words.message} {words.remedy}\n".rstrip() + "\n")
    return code


def print_defect(fault: BaseException) -> int:
    """Print a defect of the program: its type and where in the code, never a value."""
    place = traceback.extract_tb(fault.__traceback__)[-1]
    name = PurePath(place.filename).name
    sys.stderr.write(
        f"A fault in the program ({type(fault).__name__} at {name}:{place.lineno}). "
        "Nothing half-done was kept. Please report these words.\n"
    )
    return DEFECT


def _print_json(envelope: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(envelope, ensure_ascii=False, sort_keys=False) + "\n")

"""Moving what was written into the wrong file."""

from __future__ import annotations

import argparse
from pathlib import Path
from types import MappingProxyType

from nrm_desktop.app.handlers.moving import read_move
from nrm_desktop.app.strict_json import MOST_BYTES, read_json
from nrm_desktop.bootstrap.moving import move_answers
from nrm_desktop.cli.commands.second_person import second_person
from nrm_desktop.cli.console import read_file
from nrm_desktop.cli.invocation import Invocation, Runners, case_of
from nrm_desktop.cli.output import Outcome


def move(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Move records from one case into another; a second person confirms."""
    order = read_move(read_json(read_file(Path(arguments.file), MOST_BYTES)))
    with call.vault() as vault:
        places = (case_of(vault, arguments.code), case_of(vault, order.to))
        done = move_answers(vault, places, order, second_person(call, vault, order.second))
    moved = done.moved
    data = {
        "fields": [str(name) for name in moved.fields],
        "items": {old.hex(): new.hex() for old, new in moved.items.items()},
        "recipients_to_tell": list(moved.recipients),
        "erased": done.erased.versions,
    }
    lines = [f"{len(moved.answers)} answers are where they belong, and no longer here."]
    if moved.recipients:
        lines.append("Some of it was passed on meanwhile: whoever received it has to be told.")
    return Outcome(data, lines=lines)


COMMANDS: Runners = MappingProxyType({"answer move": move})

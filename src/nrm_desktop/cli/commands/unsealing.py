"""Opening what is sealed, for an hour and with a reason."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.commands import OpenSealed
from nrm_desktop.app.events import SealedOpened
from nrm_desktop.cli.commands import shown
from nrm_desktop.cli.commands.second_person import badge_of_second
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, only_event
from nrm_desktop.cli.output import Outcome


def unseal(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Show where a person stays, or a closed part of the file; keep who looked, and why."""
    with call.vault() as vault:
        command = OpenSealed(
            scope=case_of(vault, arguments.code),
            part=arguments.part,
            reason=arguments.reason,
            ground=arguments.ground,
            is_urgent=arguments.urgent,
            second=badge_of_second(call, vault, arguments.second),
            origin="command line",
        )
        event = only_event(vault.handle(command), SealedOpened)
    data = {
        "code": arguments.code,
        "part": event.part,
        "until": event.until,
        "reviewed_later": event.is_reviewed_later,
        "values": [
            {"field": one.name, "item": one.record.hex(), **shown.state_and_value(one.answer)}
            for one in event.values
        ],
    }
    lines = [f"Open until {event.until}. This look is kept in the file."]
    if event.is_reviewed_later:
        lines.append("Somebody else has to look at this within 24 hours.")
    lines += [f"{one.name}: {shown.value(one.answer.value)}" for one in event.values]
    return Outcome(data, lines=lines)


COMMANDS: Runners = MappingProxyType({"case unseal": unseal})

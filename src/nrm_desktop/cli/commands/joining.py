"""Two files of one person: joined by two people, and parted by two."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.joining_commands import CasesJoined, CasesParted, JoinCases, PartCases
from nrm_desktop.cli.commands import shown
from nrm_desktop.cli.commands.second_person import badge_of_second
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, only_event
from nrm_desktop.cli.output import Outcome, Warned
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import read_case_code


def join(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Say of two files that they are about one person; the first goes on."""
    with call.vault() as vault:
        command = JoinCases(
            scope=case_of(vault, arguments.code),
            other=case_of(vault, arguments.other),
            reason=arguments.reason,
            seen=tuple(filter(None, arguments.seen.split(","))),
            second=badge_of_second(call, vault, arguments.second),
            origin="command line",
        )
        event = only_event(vault.handle(command), CasesJoined)
        view = vault.reader.case(command.scope, vault.sight)
    data = {
        "code": event.code,
        "other": event.other,
        "met_together": list(event.met_together),
        "joined": shown.joined(view.row) if view is not None else None,
    }
    lines = [f"One person, two files. {event.code} goes on; {event.other} stays as it is."]
    return Outcome(data, lines=lines, warnings=_met(event))


def _met(event: CasesJoined) -> tuple[Warned, ...]:
    """Say what speaks against it: people who were met together are mostly two."""
    if not event.met_together:
        return ()
    links = ", ".join(event.met_together)
    said = f"Both files hold {links}: people met together are mostly different people."
    return (Warned("policy.met_together", said),)


def part(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Take a join back; both files go on by themselves."""
    try:
        other = read_case_code(arguments.other)
    except ValueError:
        raise Usage("usage.bad_code") from None
    with call.vault() as vault:
        command = PartCases(
            scope=case_of(vault, arguments.code),
            other=other,
            reason=arguments.reason,
            second=badge_of_second(call, vault, arguments.second),
            origin="command line",
        )
        event = only_event(vault.handle(command), CasesParted)
        view = vault.reader.case(command.scope, vault.sight)
    data = {
        "code": event.code,
        "other": event.other,
        "joined": shown.joined(view.row) if view is not None else None,
    }
    lines = [f"{event.code} and {event.other} go on by themselves. That they were joined stays."]
    return Outcome(data, lines=lines)


COMMANDS: Runners = MappingProxyType({"case join": join, "case part": part})

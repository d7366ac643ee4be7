"""People met together: a link in each file, and which files hold it."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.commands import JoinGroup
from nrm_desktop.app.events import GroupJoined
from nrm_desktop.app.handlers.groups import members, read_group
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, only_event, sight_of
from nrm_desktop.cli.output import Outcome


def join(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Link one person to a group; without a code a new group begins."""
    with call.vault() as vault:
        command = JoinGroup(
            scope=case_of(vault, arguments.code),
            kind=arguments.kind,
            group=arguments.group,
            origin="command line",
        )
        event = only_event(vault.handle(command), GroupJoined)
    lines = [f"Linked by {event.group}. Nothing of anybody else is in this file."]
    return Outcome({"code": arguments.code, "group": event.group}, lines=lines)


def list_members(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """List the cases that hold a link, and whether it is safe that members know of it."""
    group = read_group(arguments.group)
    with call.vault() as vault:
        found = sorted(members(vault.reader, sight_of(vault, "case.list"), group))
    data = {"group": group, "cases": [{"code": code, "safe": safe} for code, safe in found]}
    lines = [f"{code}  {safe}" for code, safe in found]
    return Outcome(data, lines=lines or ["No case here holds this link."])


COMMANDS: Runners = MappingProxyType({"group join": join, "group list": list_members})

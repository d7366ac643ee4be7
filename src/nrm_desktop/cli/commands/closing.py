"""Ending the support of a case, with a second person."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.commands import CloseCase, ReopenCase
from nrm_desktop.app.events import CaseClosed, CaseReopened
from nrm_desktop.cli.commands.second_person import badge_of_second
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, only_event
from nrm_desktop.cli.output import Outcome


def close(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Close a case. What has to be known before stands in the form of the end."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        second = badge_of_second(call, vault, arguments.second)
        command = CloseCase(
            scope=scope, reason=arguments.reason, second=second, origin="command line"
        )
        event = only_event(vault.handle(command), CaseClosed)
        view = vault.reader.case(scope, vault.sight)
    data = {
        "code": view.row.code if view is not None else arguments.code,
        "state": "closed",
        "reason": event.reason,
        "needs_open": list(event.needs_open),
        "delete_on": event.delete_on or None,
    }
    return Outcome(data, lines=["Closed. The door stays open."])


def reopen(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Begin again with somebody who came back, under the same code."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        command = ReopenCase(scope=scope, on=arguments.on, origin="command line")
        only_event(vault.handle(command), CaseReopened)
        view = vault.reader.case(scope, vault.sight)
    code = view.row.code if view is not None else arguments.code
    return Outcome({"code": code, "state": "open"}, lines=["Open again, under the same code."])


COMMANDS: Runners = MappingProxyType({"case close": close, "case reopen": reopen})

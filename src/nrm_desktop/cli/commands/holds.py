"""Keeping a case from being erased, with a reason, and letting go of it."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.commands import EndHold, SetHold
from nrm_desktop.app.events import HoldEnded, HoldSet
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, only_event, record_of
from nrm_desktop.cli.output import Outcome


def set_hold(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Keep a case from being erased, on this laptop and on those that hear of it."""
    reason = call.console.value(arguments.reason)
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        command = SetHold(
            scope=scope, ground=arguments.ground, reason=reason, origin="command line"
        )
        event = only_event(vault.handle(command), HoldSet)
    data = {"item": event.hold.hex(), "ground": arguments.ground}
    return Outcome(data, lines=["Nothing of this case is erased until you end it."])


def end_hold(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Let a case be erased again once its time is over."""
    reason = call.console.value(arguments.reason)
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        hold = record_of(arguments.item)
        command = EndHold(scope=scope, hold=hold, reason=reason, origin="command line")
        only_event(vault.handle(command), HoldEnded)
    return Outcome({"item": hold.hex()}, lines=["The time of keeping counts again."])


COMMANDS: Runners = MappingProxyType({"hold set": set_hold, "hold end": end_hold})

"""Ending the steps for a child, after an authority has decided and by two people."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.commands import EndChildPathway
from nrm_desktop.app.events import ChildPathwayEnded
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, only_event, record_of
from nrm_desktop.cli.output import Outcome


def off(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Sign that an authority has decided; the second person's signature ends the steps."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        command = EndChildPathway(
            scope=scope, decision=record_of(arguments.item), origin="command line"
        )
        event = only_event(vault.handle(command), ChildPathwayEnded)
        view = vault.reader.case(scope, vault.sight)
    data = {
        "code": view.row.code if view is not None else arguments.code,
        "child": view.row.child if view is not None else "",
        "signed_by": list(event.signed_by),
        "over": event.is_over,
    }
    said = "Two people have signed." if event.is_over else "Signed. Somebody else has to sign, too."
    return Outcome(data, lines=[said])


COMMANDS: Runners = MappingProxyType({"child off": off})

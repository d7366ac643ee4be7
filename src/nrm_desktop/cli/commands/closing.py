"""Ending the support of a case, with a second person."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.commands import CloseCase
from nrm_desktop.app.events import CaseClosed
from nrm_desktop.bootstrap.erasing import colleague_who_confirms
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, only_event
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Refused


def close(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Close a case. What has to be known before stands in the form of the end."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        second = _second(call, vault, arguments.second)
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


def _second(call: Invocation, vault: OpenVault, badge: str | None) -> str:
    if not badge:
        raise Refused("policy.needs_second")
    secret = call.second_secret("The second person's passphrase")
    return colleague_who_confirms(vault, secret, badge).badge


COMMANDS: Runners = MappingProxyType({"case close": close})

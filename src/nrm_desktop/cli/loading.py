"""Finds the code of a command, and loads no more than that command needs.

`--help` and `vault info` have to be there at once, so a command's module is imported when it is
called and not before (test_light_start). Which commands exist is `cli.surface`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from types import MappingProxyType

from nrm_desktop.cli.console import Console
from nrm_desktop.cli.output import DONE, INTEGRITY, Outcome
from nrm_desktop.cli.surface_parts import CommandSurface
from nrm_desktop.domain.errors import ProgramFault, Usage

Runner = Callable[..., Outcome]
Runners = Mapping[str, Runner]


def carry_out(command: CommandSurface, arguments: argparse.Namespace, console: Console) -> Outcome:
    """Run a command; everything it needs is loaded now.

    A command that read from a vault with an alarm has done its work and still ends with 5.
    """
    runner = runner_of(command)
    from nrm_desktop.cli.invocation import Invocation  # noqa: PLC0415 - a light start

    call = Invocation(arguments, console)
    outcome = runner(call, arguments)
    is_alarm = call.has_alarm and outcome.exit_code == DONE
    return replace(outcome, exit_code=INTEGRITY) if is_alarm else outcome


def runner_of(command: CommandSurface) -> Runner:
    """Give what carries out a command.

    Raises: Usage `usage.not_available` for a command of the contract that is not built yet.
    """
    if not command.is_built:
        raise Usage("usage.not_available", command=command.words)
    name = _MODULES.get(command.words) or _MODULES.get(command.words.partition(" ")[0])
    if name is None:
        raise ProgramFault(command=command.words)
    runners: Runners = import_module(f"nrm_desktop.cli.commands.{name}").COMMANDS
    return runners[command.words]


_MODULES: Mapping[str, str] = MappingProxyType(
    {
        "practice": "practice",
        "selftest": "practice",
        "init": "vaults",
        "vault info": "vault_facts",
        "vault verify": "upkeep",
        "user": "people",
        "passphrase": "people",
        "recovery": "recovery",
        "root": "vaults",
        "root renew": "papers",
        "root registrar": "papers",
        "backup": "upkeep",
        "case": "cases",
        "case close": "closing",
        "case copy": "own_copies",
        "case destroy": "keeping",
        "case join": "joining",
        "case part": "joining",
        "case reopen": "closing",
        "case unseal": "unsealing",
        "case signs": "case_signs",
        "group": "groups",
        "missing": "telling",
        "child": "children",
        "today": "times",
        "event": "times",
        "clock": "times",
        "answer": "answers",
        "answer move": "moving",
        "answer paper": "on_paper",
        "form": "on_paper",
        "attachment": "attachments",
        "search": "search",
        "consent": "consents",
        "consent send": "sealed_notices",
        "consent import": "sealed_notices",
        "consent asked": "sealed_notices",
        "consent answer": "sealed_notices",
        "referral": "referrals",
        "referral import": "post",
        "referral answer": "post",
        "referral receipt": "post",
        "card": "post",
        "directory": "organisation",
        "register": "registers",
        "handover": "handovers",
        "conflict": "conflicts",
        "device": "devices",
        "quarantine": "quarantine",
        "invite": "invitations",
        "sync": "exchange",
        "store": "stores",
        "arrivals": "exchange",
        "bundle": "exchange",
        "carry": "carrying",
        "audit": "audit",
        "stats": "statistics",
        "release": "releases",
        "shift": "night",
        "duty": "night",
        "erase": "erasing",
        "hold": "holds",
        "access": "rights",
        "erasure": "rights",
        "retention": "keeping",
        "box": "boxes",
        "pack": "packs",
        "pack list": "signed_packs",
        "pack seal": "signed_packs",
        "pack take": "signed_packs",
    }
)
"""Module of a command, or of all commands with a first word."""

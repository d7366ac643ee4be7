"""Finds the code of a command, and loads no more than that command needs.

`--help` and `vault info` have to be there at once, so a command's module is imported when it is
called and not before (test_light_start). Which commands exist is `cli.surface`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from types import MappingProxyType

from nrm_desktop.cli.console import Console
from nrm_desktop.cli.output import Outcome
from nrm_desktop.cli.surface import CommandSurface
from nrm_desktop.domain.errors import ProgramFault, Usage

Runner = Callable[..., Outcome]
Runners = Mapping[str, Runner]


def carry_out(command: CommandSurface, arguments: argparse.Namespace, console: Console) -> Outcome:
    """Run a command; everything it needs is loaded now."""
    runner = runner_of(command)
    from nrm_desktop.cli.invocation import Invocation  # noqa: PLC0415 - a light start

    return runner(Invocation(arguments, console), arguments)


def runner_of(command: CommandSurface) -> Runner:
    """Give what carries out a command.

    Raises: Usage `usage.not_available` for a command of the contract that is not built yet.
    """
    if not command.is_built:
        raise Usage("usage.not_available", command=command.words)
    load = _MODULES.get(command.words) or _MODULES.get(command.words.partition(" ")[0])
    runner = load().get(command.words) if load else None
    if runner is None:
        raise ProgramFault(command=command.words)
    return runner


def _vaults() -> Runners:
    from nrm_desktop.cli.commands.vaults import COMMANDS  # noqa: PLC0415 - a light start

    return COMMANDS


def _upkeep() -> Runners:
    from nrm_desktop.cli.commands.upkeep import COMMANDS  # noqa: PLC0415 - a light start

    return COMMANDS


def _cases() -> Runners:
    from nrm_desktop.cli.commands.cases import COMMANDS  # noqa: PLC0415 - a light start

    return COMMANDS


def _answers() -> Runners:
    from nrm_desktop.cli.commands.answers import COMMANDS  # noqa: PLC0415 - a light start

    return COMMANDS


def _consents() -> Runners:
    from nrm_desktop.cli.commands.consents import COMMANDS  # noqa: PLC0415 - a light start

    return COMMANDS


def _referrals() -> Runners:
    from nrm_desktop.cli.commands.referrals import COMMANDS  # noqa: PLC0415 - a light start

    return COMMANDS


def _organisation() -> Runners:
    from nrm_desktop.cli.commands.organisation import COMMANDS  # noqa: PLC0415 - a light start

    return COMMANDS


def _conflicts() -> Runners:
    from nrm_desktop.cli.commands.conflicts import COMMANDS  # noqa: PLC0415 - a light start

    return COMMANDS


def _post() -> Runners:
    from nrm_desktop.cli.commands.post import COMMANDS  # noqa: PLC0415 - a light start

    return COMMANDS


def _practice() -> Runners:
    from nrm_desktop.cli.commands.practice import COMMANDS  # noqa: PLC0415 - a light start

    return COMMANDS


def _exchange() -> Runners:
    from nrm_desktop.cli.commands.exchange import COMMANDS  # noqa: PLC0415 - a light start

    return COMMANDS


def _devices() -> Runners:
    from nrm_desktop.cli.commands.devices import COMMANDS  # noqa: PLC0415 - a light start

    return COMMANDS


def _packs() -> Runners:
    from nrm_desktop.cli.commands.packs import COMMANDS  # noqa: PLC0415 - a light start

    return COMMANDS


_MODULES: Mapping[str, Callable[[], Runners]] = MappingProxyType(
    {
        "practice": _practice,
        "selftest": _practice,
        "init": _vaults,
        "vault": _vaults,
        "vault verify": _upkeep,
        "user": _vaults,
        "root": _vaults,
        "backup": _upkeep,
        "case": _cases,
        "answer": _answers,
        "consent": _consents,
        "referral": _referrals,
        "referral import": _post,
        "referral answer": _post,
        "referral receipt": _post,
        "card": _post,
        "directory": _organisation,
        "conflict": _conflicts,
        "device": _devices,
        "sync": _exchange,
        "arrivals": _exchange,
        "bundle": _exchange,
        "pack": _packs,
    }
)
"""Module of a command, or of all commands with a first word."""

"""Finds the code of a command, and loads no more than that command needs.

`--help` and `vault info` have to be there at once, so a command's module is imported when it is
called and not before (test_light_start). Which commands exist is `cli.surface`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from nrm_desktop.cli.session import Runner, Runners
from nrm_desktop.cli.surface import CommandSurface
from nrm_desktop.domain.errors import ProgramFault, Usage


def runner_of(command: CommandSurface) -> Runner:
    """Give what carries out a command.

    Raises: Usage `usage.not_available` for a command of the contract that is not built yet.
    """
    if not command.is_built:
        raise Usage("usage.not_available", command=command.words)
    load = _MODULES.get(command.words.partition(" ")[0])
    runner = load().get(command.words) if load else None
    if runner is None:
        raise ProgramFault(command=command.words)
    return runner


def _packs() -> Runners:
    from nrm_desktop.cli.commands.packs import COMMANDS  # noqa: PLC0415 - a light start

    return COMMANDS


_MODULES: Mapping[str, Callable[[], Runners]] = MappingProxyType({"pack": _packs})

"""Reading a command line by the table of commands.

This module decides how global options, groups of commands and mistakes are read. What commands
there are says `surface`; nothing here runs one.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final, NoReturn

from nrm_desktop.cli.surface import COMMANDS, SYNC_STATUS
from nrm_desktop.cli.surface_parts import CommandSurface
from nrm_desktop.domain.errors import Usage

_HELP: Final = frozenset({"-h", "--help"})


class Parser(argparse.ArgumentParser):
    """A parser that raises our own error, so that `--json` can answer too."""

    def __init__(self, **settings: Any) -> None:
        # No guessing of cut-off options: a script must not change its meaning with a release.
        super().__init__(**settings, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Raises: Usage `usage.option`, always; what was typed in excess is not repeated."""
        told = "unrecognized arguments" if message.startswith("unrecognized") else message
        raise Usage("usage.option", option=told)


def read_line(version: str, words: Sequence[str]) -> argparse.Namespace:
    """Read a command line with no more of the table than it needs.

    To build the parsers of all commands takes longer than many a command itself. The group stands
    somewhere on the line, so those of other groups cannot be meant; a line that cannot be read is
    read again by the whole table, so that what is said of it names every command.

    Raises: Usage `usage.option`.
    """
    named = [command for command in COMMANDS if command.words.partition(" ")[0] in words]
    if named and not _HELP.intersection(words):
        with suppress(Usage):
            return parse(build_parser(version, named), words)
    return parse(build_parser(version), words)


def build_parser(version: str, commands: Sequence[CommandSurface] = COMMANDS) -> Parser:
    """Build the parser; global options may stand before or after the command."""
    common = Parser(add_help=False)
    for name, metavar in (
        ("--data-dir", "DIR"),
        ("--passphrase-file", "F"),
        ("--key-file", "F"),
        ("--user", "BADGE"),
    ):
        common.add_argument(name, metavar=metavar, default=argparse.SUPPRESS)
    common.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
    parser = Parser(prog="nrm-desktop", parents=[common])
    parser.add_argument("--version", action="version", version=f"nrm-desktop {version}")
    top = parser.add_subparsers(dest="group", metavar="COMMAND", parser_class=Parser)
    groups: dict[str, Any] = {}
    for command in commands:
        first, _, second = command.words.partition(" ")
        if not second:
            leaf = top.add_parser(first, help=command.purpose, parents=[common])
        else:
            if first not in groups:
                group = top.add_parser(first, help=f"{first} ...", parents=[common])
                groups[first] = group.add_subparsers(
                    dest="part", metavar="COMMAND", parser_class=Parser, required=first != "root"
                )
            leaf = groups[first].add_parser(second, help=command.purpose, parents=[common])
        for argument in command.arguments:
            leaf.add_argument(argument.name, **dict(argument.settings))
        leaf.set_defaults(command=command)
    return parser


def parse(parser: Parser, words: Sequence[str]) -> argparse.Namespace:
    """Read a command line. `sync status` is no store, and `root` alone shows the root.

    Raises: Usage `usage.option`.
    """
    arguments = parser.parse_args(list(words))
    if getattr(arguments, "store", None) == "status":
        arguments.command = SYNC_STATUS
    elif arguments.group == "root" and arguments.part is None:
        arguments.command = next(one for one in COMMANDS if one.words == "root show")
    return arguments


def command_named(words: Sequence[str]) -> str:
    """Give the command that a line means, as far as it can be read; empty if there is none."""
    plain = [word for word in words if not word.startswith("-")]
    known = {command.words for command in (*COMMANDS, SYNC_STATUS)}
    for start in range(len(plain)):
        for length in (2, 1):
            name = " ".join(plain[start : start + length])
            if name in known:
                return name
    return ""

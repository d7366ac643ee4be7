"""What the table of commands is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Argument:
    """One option or positional. Shape: `settings` are those of argparse."""

    name: str
    settings: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class CommandSurface:
    """One command: its words, what it is for, its arguments, and whether it is built."""

    words: str
    purpose: str
    arguments: tuple[Argument, ...] = ()
    is_built: bool = True


def option(name: str, **settings: Any) -> Argument:
    """Write an argument of the table."""
    return Argument(name, tuple(settings.items()))


def later(words: str, purpose: str, *arguments: Argument) -> CommandSurface:
    """A command of the contract that is not built yet."""
    return CommandSurface(words, purpose, arguments, is_built=False)


def built(words: str, purpose: str, *arguments: Argument) -> CommandSurface:
    """A command."""
    return CommandSurface(words, purpose, arguments)


AFTER = option("--after", metavar="TOKEN")
CODE = option("code", metavar="CODE")
FILE = option("file", metavar="FILE")
LIMIT = option("--limit", type=int, default=50, metavar="N")
STATES = ("answered", "unknown", "declined", "not_asked")

"""Commands and events of two files that are about one person."""

from __future__ import annotations

from dataclasses import dataclass

from nrm_desktop.app.commands import Command
from nrm_desktop.app.events import Event
from nrm_desktop.domain.ids import ScopeId


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCases(Command):
    """Say of two files that they are about one person: `scope` goes on, `other` stays as it is.

    Shape: `reason` is a code of the list `joined_reason`, `seen` of `joined_seen`; `second` as in
    `CloseCase`.
    """

    scope: ScopeId
    other: ScopeId
    reason: str
    seen: tuple[str, ...] = ()
    second: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCases(Command):
    """Take a join back: both files go on by themselves, and the record of it stays.

    Shape: `other` is a code, because a file that was erased has nothing else; `reason` is one of
    the list `parted_reason`; `second` as in `CloseCase`.
    """

    scope: ScopeId
    other: str
    reason: str
    second: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesJoined(Event):
    """Two files are said to be about one person.

    Shape: codes; `met_together` are links that both hold: people met together are mostly two.
    """

    scope: ScopeId
    code: str
    other: str
    met_together: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesParted(Event):
    """Two files go on by themselves. Shape: codes."""

    scope: ScopeId
    code: str
    other: str

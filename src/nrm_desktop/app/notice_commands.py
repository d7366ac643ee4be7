"""Command and event of telling a recipient that a consent was taken back."""

from __future__ import annotations

from dataclasses import dataclass

from nrm_desktop.app.commands import Command
from nrm_desktop.app.events import Event
from nrm_desktop.domain.ids import RecipientId, ScopeId
from nrm_desktop.domain.notices import NO_REPLY


@dataclass(frozen=True, slots=True, kw_only=True)
class TellRecipient(Command):
    """Write down that a recipient was told, what it answers, or why nobody tells it.

    Shape: `reference` is that of the file in the log; `way` a code of the list `notice_way`,
    `reply` of `notice_reply`; `words` are needed where a part stays there, and where it is not safe
    to tell.
    """

    scope: ScopeId
    reference: str
    recipient: RecipientId
    way: str
    reply: str = NO_REPLY
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientTold(Event):
    """A recipient was told, or somebody decided that it is not. Shape: `owed` is what is left."""

    scope: ScopeId
    reference: str
    recipient: RecipientId
    owed: int = 0

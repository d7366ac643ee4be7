"""Commands and events of telling a recipient that a consent was taken back, and of being told."""

from __future__ import annotations

from dataclasses import dataclass

from nrm_desktop.app.commands import Command
from nrm_desktop.app.events import Event
from nrm_desktop.domain.ids import RecipientId, ScopeId
from nrm_desktop.domain.notices import NO_REPLY, Part


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNotice(Command):
    """Write a sealed notice for an organisation that received a packet, into a folder.

    Shape: `reference` and `recipient` as in `TellRecipient`; `confirmations` are words typed.
    """

    scope: ScopeId
    reference: str
    recipient: RecipientId
    folder: str
    confirmations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeNotice(Command):
    """Take in a sealed notice that came from another organisation. Shape: `path` of the file."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerNotice(Command):
    """Answer a notice that came in, and write the answer into a folder.

    Shape: `notice` is its id; `reply` a code of `domain.notices.REPLIES`; `words` are needed where
    something stays.
    """

    scope: ScopeId
    notice: bytes
    reply: str
    folder: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSent(Event):
    """A sealed notice lies on the medium and is written down as told."""

    scope: ScopeId
    reference: str
    path: str
    size: int
    owed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeArrived(Event):
    """A notice stands in the case that its packet opened.

    Shape: `parts` may no longer be used; `is_duplicate` if it was here already.
    """

    scope: ScopeId
    code: str
    notice: bytes
    reference: str
    sender: str
    is_sender_verified: bool
    parts: tuple[Part, ...]
    answer_by: str
    is_duplicate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAnswered(Event):
    """Our answer lies on the medium, and in the case."""

    scope: ScopeId
    reference: str
    reply: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReplied(Event):
    """The answer to one of our notices came back. Shape: `at_ms` by the clock of who gave it."""

    scope: ScopeId
    code: str
    reference: str
    reply: str
    words: str
    at_ms: int
    by: str
    is_duplicate: bool = False

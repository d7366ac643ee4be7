"""What another organisation asks us to stop using, as plain data for screens and commands."""

from __future__ import annotations

from dataclasses import dataclass

from nrm_desktop.app.exchange_ports import ReplyAddress
from nrm_desktop.domain.notices import Part
from nrm_desktop.domain.values import Value


@dataclass(frozen=True, slots=True)
class AnsweredBack:
    """An answer that we gave. Shape: `reply` is a code of `notice_reply`; `at` an ISO time."""

    reply: str
    words: str
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class AskedToStop:
    """A notice that came in.

    Shape: `reply` says where to answer, its `reference` is the id of the notice; `packet` is the
    number of the packet; `sender` an entry of the directory or empty; days are ISO; `answers` the
    oldest first.
    """

    reply: ReplyAddress
    packet: str
    sender: str
    parts: tuple[Part, ...]
    came_on: str
    answer_by: str
    answers: tuple[AnsweredBack, ...] = ()

    @property
    def is_open(self) -> bool:
        """True until somebody has answered."""
        return not self.answers

    def to_value(self, packet: bytes) -> Value:
        """As it is kept, with the whole reference of the packet."""
        parts = tuple((one.purpose, one.group) for one in self.parts)
        return (self.reply.to_value(), packet, parts, self.came_on, self.answer_by)

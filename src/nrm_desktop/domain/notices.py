"""Whom to tell that a consent was taken back: derived from the log, never queued.

This module decides which files that left a recipient has to be told about. It rests on what stands:
something went out under rows of the register, the person has taken one of these back, and nobody
has written down that the recipient was told of it. So nothing has to be remembered at the moment of
the withdrawal, and none is lost where one laptop sends while another takes back.

- Taken back is a row that was withdrawn, and a yes that a later no replaces.
- A telling covers the rows it names: if another row of the same file is taken back later, the
  recipient is told again.
- "Not told" is a decision with a reason, where telling would put somebody in danger. It covers too.

It says nothing about what the recipient does: what has left cannot be fetched back.

Source: nrm.md R5, R27, S6; forms.md form c; docs/adr/0047.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from nrm_desktop.domain.consent import ConsentRecord
from nrm_desktop.domain.ids import RecipientId, RecordId

NO_REPLY: Final = "none_yet"
NOT_SAFE: Final = "not_safe"
"""The way of a decision not to tell: it would put somebody in danger."""
SEALED: Final = "sealed_notice"
"""The way of a notice that the program wrote for an organisation that uses it too."""
REPLIES: Final = ("erased", "stopped", "keeps_part", "refuses")
"""What a recipient may answer."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that left under rows of the register.

    Shape: `reference` is that of the log; `day` an ISO date or empty; `way` a code of the list
    `way`; `rows` those on which it rested.
    """

    reference: str
    recipient: RecipientId
    day: str
    way: str
    rows: frozenset[RecordId]


@dataclass(frozen=True, slots=True)
class Telling:
    """That a recipient was told, or why not.

    Shape: `rows` are the rows taken back of which it tells; `at` an ISO date-time; `way` a code of
    the list `notice_way`, `reply` of `notice_reply`; `order` puts tellings of one minute in a row.
    """

    reference: str
    recipient: RecipientId
    rows: frozenset[RecordId]
    at: str
    way: str
    reply: str = NO_REPLY
    words: str = ""
    order: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """What may no longer be used: a data group, for a purpose.

    Shape: both are codes; empty where the row does not say it readably, which means all of it.
    """

    purpose: str
    group: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a recipient has to be told about one file, and what was done.

    Shape: `owed` are the rows taken back of which nobody has told; `tellings` the oldest first;
    `parts` all that was taken back of this file, each once, in order.
    """

    passed: Passed
    owed: frozenset[RecordId]
    tellings: tuple[Telling, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def is_owed(self) -> bool:
        """True while the recipient has to be told."""
        return bool(self.owed)

    @property
    def last(self) -> Telling | None:
        """What was done last."""
        return self.tellings[-1] if self.tellings else None

    @property
    def is_not_safe(self) -> bool:
        """True while the last word is that telling them would put somebody in danger."""
        return self.last is not None and self.last.way == NOT_SAFE

    @property
    def answers_an_earlier(self) -> bool:
        """True where the last word answers a sealed notice, and a later one told of more."""
        last = self.last
        if last is None or last.way != SEALED or last.reply == NO_REPLY:
            return False
        sent = [one for one in self.tellings if one.way == SEALED and one.reply == NO_REPLY]
        places = [at for at, one in enumerate(sent) if one.rows == last.rows]
        later = sent[places[-1] + 1 :] if places else []
        return any(not one.rows <= last.rows for one in later)


def ways_by_hand(codes: Iterable[str]) -> tuple[str, ...]:
    """What a person may choose: that a notice was sealed is written by the program alone."""
    return tuple(code for code in codes if code != SEALED)


def taken_back(register: Iterable[ConsentRecord]) -> frozenset[RecordId]:
    """The rows that the person has taken back."""
    rows = tuple(register)
    said_no = {old for row in rows if row.answer == "no" for old in row.replaces}
    withdrawn = {row.record for row in rows if row.withdrawn}
    return frozenset(withdrawn | {row.record for row in rows if row.record in said_no})


def notices(
    register: Iterable[ConsentRecord], passed: Iterable[Passed], tellings: Iterable[Telling]
) -> tuple[Notice, ...]:
    """One for each file that rested on a row taken back, the oldest in front."""
    rows, told = tuple(register), tuple(tellings)
    back = taken_back(rows)
    taken = [row for row in rows if row.record in back]
    found = (_notice(one, [row for row in taken if row.record in one.rows], told) for one in passed)
    return tuple(sorted((one for one in found if one is not None), key=_age))


def _notice(
    passed: Passed, taken: Sequence[ConsentRecord], tellings: Sequence[Telling]
) -> Notice | None:
    if not taken:
        return None
    about = (passed.reference, passed.recipient)
    own = sorted((one for one in tellings if (one.reference, one.recipient) == about), key=_when)
    covered = frozenset[RecordId]().union(*(one.rows for one in own))
    owed = frozenset(row.record for row in taken) - covered
    parts = sorted({Part(row.purpose, row.group) for row in taken})
    return Notice(passed, owed, tuple(own), tuple(parts))


def _age(notice: Notice) -> tuple[str, str, str]:
    return notice.passed.day, notice.passed.reference, notice.passed.recipient


def _when(telling: Telling) -> tuple[int, str, str]:
    return telling.order, telling.at, telling.way

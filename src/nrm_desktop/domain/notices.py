"""Whom to tell that a consent was taken back: derived from the log, never queued.

This module decides which files that left a recipient has to be told about. It rests on what stands:
something went out under rows of the register, the person has taken one of these back, and nobody
has written down that the recipient was told of it. So nothing has to be remembered at the moment of
the withdrawal, and none is lost where one laptop sends while another takes back.

- Taken back is a row that was withdrawn, and a yes that a later no replaces.
- A telling covers the rows it names: if another row of the same file is taken back later, the
  recipient is told again.
- "Not told" is a decision with a reason, where telling would put somebody in danger. It covers too.
- Of a person with several files, what was taken back in one reaches what left from each under the
  same purpose, recipient and group, except where the person agreed again and the withdrawal was
  known. A telling counts once, in whichever file it is written.

It says nothing about what the recipient does: what has left cannot be fetched back.

Source: nrm.md R5, R27, S6; forms.md form c; docs/adr/0045, docs/adr/0047.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    `parts` all that was taken back of this file, each once, in order; `file` is the code of another
    file of the person from which it left, empty for the one that was asked about.
    """

    passed: Passed
    owed: frozenset[RecordId]
    tellings: tuple[Telling, ...] = ()
    parts: tuple[Part, ...] = ()
    file: str = ""

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


def taken_back(
    register: Iterable[ConsentRecord], beside: Iterable[ConsentRecord] = ()
) -> frozenset[RecordId]:
    """The rows of a register that the person has taken back, there or in another file.

    Shape: `beside` are the rows of the person's other files.
    """
    own, others = tuple(register), tuple(beside)
    every = (*others, *own)
    said_no = {old for row in every if row.answer == "no" for old in row.replaces}
    back = {row.record for row in every if row.withdrawn or row.record in said_no}
    elsewhere = [row for row in others if row.record in back]
    return frozenset(row.record for row in own if row.record in back) | reached(
        own, elsewhere, others
    )


def reached(
    register: Iterable[ConsentRecord],
    back: Iterable[ConsentRecord],
    beside: Iterable[ConsentRecord] = (),
) -> frozenset[RecordId]:
    """The rows of a register that are taken back with rows of another file.

    They are about the same purpose, recipient and group, and the person has not agreed again in
    them knowing of it. Shape: `beside` are rows through which a later one names an earlier one.
    """
    own, others = tuple(register), tuple(back)
    known = {row.record: row for row in (*beside, *own)}
    return frozenset(
        row.record
        for row in own
        if any(_ask_the_same(row, one) and not _knew(row, one, known) for one in others)
    )


def notices(
    register: Iterable[ConsentRecord],
    passed: Iterable[Passed],
    tellings: Iterable[Telling],
    beside: Iterable[ConsentRecord] = (),
    file: str = "",
) -> tuple[Notice, ...]:
    """One for each file that rested on a row taken back, the oldest in front.

    Shape: `register` and `passed` are those of one file of the person, `tellings` and `beside` come
    from all of them; `file` is the code with which it is marked.
    """
    rows, told = tuple(register), tuple(tellings)
    back = taken_back(rows, beside)
    taken = [row for row in rows if row.record in back]
    found = (
        _notice(one, [row for row in taken if row.record in one.rows], told, file) for one in passed
    )
    return in_order(one for one in found if one is not None)


def in_order(found: Iterable[Notice]) -> tuple[Notice, ...]:
    """Notices with the oldest in front."""
    return tuple(sorted(found, key=_age))


def _ask_the_same(row: ConsentRecord, other: ConsentRecord) -> bool:
    """True where both are about one purpose, recipient and group; what is not to be read may be."""
    pairs = zip(
        (row.purpose, row.recipient, row.group),
        (other.purpose, other.recipient, other.group),
        strict=True,
    )
    return all(ours == theirs or not (ours and theirs) for ours, theirs in pairs)


def _knew(row: ConsentRecord, back: ConsentRecord, known: Mapping[RecordId, ConsentRecord]) -> bool:
    """True if the person agreed again in this row, after what was taken back, and it was known."""
    found = {row.record}
    for _ in known:  # no chain is longer, also where rows name each other in a ring
        here = [known[one] for one in found]
        if any(back.record in _heard(one, back) for one in here):
            return True
        found = {old for one in here for old in one.replaces if old in known}
        if not found:
            return False
    return False


def _heard(row: ConsentRecord, back: ConsentRecord) -> frozenset[RecordId]:
    """What was known to be taken back when this row was written, in the way of the other one."""
    return row.knew_withdrawn if back.withdrawn else row.replaces


def _notice(
    passed: Passed, taken: Sequence[ConsentRecord], tellings: Sequence[Telling], file: str
) -> Notice | None:
    if not taken:
        return None
    about = (passed.reference, passed.recipient)
    own = sorted((one for one in tellings if (one.reference, one.recipient) == about), key=_when)
    covered = frozenset[RecordId]().union(*(one.rows for one in own))
    owed = frozenset(row.record for row in taken) - covered
    parts = sorted({Part(row.purpose, row.group) for row in taken})
    return Notice(passed, owed, tuple(own), tuple(parts), file)


def _age(notice: Notice) -> tuple[str, str, str]:
    return notice.passed.day, notice.passed.reference, notice.passed.recipient


def _when(telling: Telling) -> tuple[int, str, str]:
    return telling.order, telling.at, telling.way

"""The consent register: what a person agreed to, per purpose, recipient and data group.

This module decides whether one row, or several side by side, let a data group pass to a
recipient for a purpose on a day. It obeys the most protective of what stands (R25) and knows no
text, no name and no proof: those lie in `rights`, and the engine does not need them (R35).

Rules (forms.md section 6):
1. A row counts only for its own purpose, recipient and group; "all" is no recipient.
2. A row passes if the answer is yes, nothing holds it, it has begun, not ended, not been withdrawn.
3. Rows that another row of the same purpose, recipient and group replaces no longer act, unless
   they were withdrawn and the replacing row did not know it: a withdrawal wins over a renewal made
   elsewhere at the same time (S9). Rows that replace each other in a circle replace nothing.
4. Of several rows the most protective acts: withdrawn, no, not now, ended, held.
5. What cannot be read, is not known here or contradicts itself holds a yes and never lifts a no.
   A row that names no readable recipient, or two, may be about any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from nrm_desktop.domain.ids import FieldId, RecipientId, RecordId
from nrm_desktop.domain.values import Answer, Value

REGISTER_FORM = "consent_register"
REGISTER_FIELDS = (
    "cr_id",
    "cr_purpose",
    "cr_recipient",
    "cr_group",
    "cr_answer",
    "cr_from",
    "cr_until",
    "cr_withdrawn",
    "cr_hold",
    "cr_replaces",
)
NO_END = "no_end"
EVENTS = frozenset({"child_turns_18", "decision_received", "end_of_referral", "end_of_support"})
"""Events that may end a consent. Of any other nobody here could say that it has not passed."""
HOLDS_NOTHING = "none"
UNREADABLE = "unreadable"
"""Hold of a row with a value that cannot be read or is not known here; time of a withdrawal that
cannot be read."""
NOT_READ = ""
"""Answer of a row that has none that can be read."""
DISPUTED = "disputed"
"""Hold of a row that stands in a circle of replacements."""
CLOSED = "closed"
"""Hold of a row whose record somebody closed: only another row takes a no back."""
_ANSWERS_BY_PROTECTION = ("no", "not_now", "yes")
_SAW_WITHDRAWAL = "+w"
_HEX = re.compile(r"[0-9a-f]{32}")
_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_CODE = re.compile(r"[a-z0-9_]+")
_ANY = ""
"""Stands for a purpose, recipient or group that cannot be read or is disputed: it may be any."""


def register_field(name: str) -> FieldId:
    """Give the full id of a field of the register: `cr_answer` -> `consent_register.cr_answer`."""
    return FieldId(f"{REGISTER_FORM}.{name}")


class ConsentState(StrEnum):
    """What a row is today, in the words of the command line."""

    VALID = "valid"
    NOT_GIVEN = "not_given"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One row of the register, as it acts.

    Shape: `starts` and `until` are ISO dates; `until` may be an event code or `no_end`;
    `withdrawn` is an ISO date-time or empty; `knew_withdrawn` are those replaced rows whose
    withdrawal was known; `is_disputed` if values stand side by side in it.
    """

    record: RecordId
    purpose: str
    recipient: RecipientId
    group: str
    answer: str
    starts: str = ""
    until: str = NO_END
    withdrawn: str = ""
    hold: str = HOLDS_NOTHING
    replaces: frozenset[RecordId] = frozenset()
    knew_withdrawn: frozenset[RecordId] = frozenset()
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a data group may pass, and on which rows that rests.

    Shape: `reason` is empty if it passes, else a reason code of cli.md section 6.
    """

    reason: str
    rows: tuple[RecordId, ...] = ()
    hold: str = ""

    @property
    def passes(self) -> bool:
        """True if the group may pass."""
        return not self.reason


def replaces_value(rows: Iterable[ConsentRecord]) -> str:
    """Write the value of `cr_replaces`: the rows' ids, and for each if its withdrawal was known."""
    marks = (row.record.hex() + (_SAW_WITHDRAWAL if row.withdrawn else "") for row in rows)
    return " ".join(sorted(marks))


def record_from_cells(
    record: RecordId,
    standing: Mapping[FieldId, Sequence[Answer | None]],
    *,
    is_closed: bool = False,
) -> ConsentRecord | None:
    """Read a row from its cells, taking the most protective of what stands in each.

    Shape: every standing answer per field, None for one that cannot be read. None if nothing
    stands for purpose, recipient or group: such a row counts for nothing.
    """
    cells = _Cells(standing)
    if not all(map(cells.all, _KEY)):
        return None
    purpose, recipient, group = map(cells.only, _KEY)
    replaces = [mark for text in cells.texts("cr_replaces") for mark in text.split()]
    return ConsentRecord(
        record=record,
        purpose=purpose,
        recipient=RecipientId(recipient),
        group=group,
        answer=_most_protective(cells.texts("cr_answer")),
        starts=max(cells.texts("cr_from"), default=""),
        until=_earliest(cells.texts("cr_until")),
        withdrawn=cells.withdrawn(),
        hold=CLOSED if is_closed else cells.hold(),
        replaces=_record_ids(replaces),
        knew_withdrawn=_record_ids(mark for mark in replaces if mark.endswith(_SAW_WITHDRAWAL)),
        is_disputed=cells.is_disputed(),
    )


class _Cells:
    """The cells of one row, asked by field."""

    def __init__(self, standing: Mapping[FieldId, Sequence[Answer | None]]) -> None:
        self._standing = standing

    def all(self, name: str) -> Sequence[Answer | None]:
        return self._standing.get(register_field(name), ())

    def texts(self, name: str) -> list[str]:
        return [_text(one.value) for one in self.all(name) if one is not None and one.is_answered]

    def only(self, name: str) -> str:
        """The text that stands there alone; any, if there are several or none can be read."""
        named = set(self.texts(name))
        return named.pop() if len(named) == 1 else _ANY

    def is_unclear(self, name: str) -> bool:
        """True if something stands there that says nothing, or nothing that is known here."""
        return any(
            one is None or not one.is_answered or not _is_understood(name, _text(one.value))
            for one in self.all(name)
        )

    def hold(self) -> str:
        held = [hold for hold in self.texts("cr_hold") if hold != HOLDS_NOTHING]
        is_unclear = any(map(self.is_unclear, _MUST_BE_CLEAR)) or _ANY in map(self.only, _KEY)
        return max(held, default=UNREADABLE if is_unclear else HOLDS_NOTHING)

    def withdrawn(self) -> str:
        """The first withdrawal. Whatever stands there is one, also if it says nothing readable."""
        said = self.all("cr_withdrawn")
        times = filter(None, self.texts("cr_withdrawn"))
        return min(times, default=UNREADABLE) if said else ""

    def is_disputed(self) -> bool:
        """True if values contradict each other; two withdrawals do not."""
        return any(
            len(set(answers)) > 1
            for name, answers in self._standing.items()
            if name != register_field("cr_withdrawn")
        )


_KEY = ("cr_purpose", "cr_recipient", "cr_group")
_MUST_BE_CLEAR = (*_KEY, "cr_answer", "cr_from", "cr_until", "cr_hold")


def _is_understood(name: str, text: str) -> bool:
    match name:
        case "cr_answer":
            return text in _ANSWERS_BY_PROTECTION
        case "cr_from":
            return _DAY.fullmatch(text[:10]) is not None
        case "cr_until":
            return text in EVENTS or text == NO_END or _DAY.fullmatch(text) is not None
    return _CODE.fullmatch(text) is not None


def acting_rows(register: Iterable[ConsentRecord]) -> list[ConsentRecord]:
    """Leave out the rows that a later conversation has replaced (rule 3)."""
    in_order = list(register)
    by_question: dict[tuple[str, str, str], list[ConsentRecord]] = {}
    for row in in_order:
        by_question.setdefault((row.purpose, row.recipient, row.group), []).append(row)
    acting = {row.record: row for rows in by_question.values() for row in _acting_of_one(rows)}
    return [acting[row.record] for row in in_order if row.record in acting]


def _acting_of_one(rows: Sequence[ConsentRecord]) -> Iterator[ConsentRecord]:
    """Rows that ask the same, less what was replaced; those in a circle act, and hold a yes."""
    by_id = {row.record: row for row in rows}
    newer: dict[RecordId, set[RecordId]] = {row.record: set() for row in rows}
    for row in rows:
        for earlier in row.replaces:
            if earlier in newer and earlier != row.record:
                newer[earlier].add(row.record)
    circles = _circles(newer)
    for row in rows:
        is_in_circle = row.record in circles
        later = newer[row.record] - (circles if is_in_circle else frozenset())
        if not any(not row.withdrawn or row.record in by_id[one].knew_withdrawn for one in later):
            yield replace(row, hold=DISPUTED) if is_in_circle else row


def _circles(newer: Mapping[RecordId, set[RecordId]]) -> frozenset[RecordId]:
    """Records that come after themselves, and what lies between such circles."""
    older: dict[RecordId, set[RecordId]] = {record: set() for record in newer}
    for record, later in newer.items():
        for one in later:
            older[one].add(record)
    return frozenset(_without_ends(newer, older) & _without_ends(older, newer))


def _without_ends(
    to: Mapping[RecordId, set[RecordId]], back: Mapping[RecordId, set[RecordId]]
) -> set[RecordId]:
    """What is left when records from which nothing goes on are taken away, again and again."""
    open_ways = {record: len(following) for record, following in to.items()}
    ends = [record for record, count in open_ways.items() if not count]
    left = set(to)
    while ends:
        end = ends.pop()
        left.discard(end)
        for before in back[end]:
            open_ways[before] -= 1
            if not open_ways[before]:
                ends.append(before)
    return left


def state_of(row: ConsentRecord, today: str, passed_events: frozenset[str]) -> ConsentState:
    """Say what a row is on a day. Shape: `today` is an ISO date."""
    if row.withdrawn:
        return ConsentState.WITHDRAWN
    if row.answer not in ("yes", NOT_READ):
        return ConsentState.NOT_GIVEN
    if _has_ended(row, today, passed_events):
        return ConsentState.EXPIRED
    if row.hold != HOLDS_NOTHING or row.answer == NOT_READ:
        return ConsentState.HELD
    return ConsentState.NOT_YET if row.starts[:10] > today else ConsentState.VALID


_REASONS = {
    ConsentState.WITHDRAWN: "consent_withdrawn",
    ConsentState.NOT_GIVEN: "declined",
    ConsentState.EXPIRED: "consent_expired",
    ConsentState.HELD: "no_consent",
    ConsentState.NOT_YET: "no_consent",
}


@dataclass(frozen=True, slots=True)
class ConsentQuestion:
    """For whom, for what, and when the register is asked.

    Shape: `passed_events` names events, and with `ended_for` those that passed for one row alone.
    """

    purpose: str
    recipient: RecipientId
    today: str
    passed_events: frozenset[str] = frozenset()


def verdict(rows: Iterable[ConsentRecord], asked: ConsentQuestion, group: str) -> Verdict:
    """Say whether a data group may pass. Shape: `rows` are all rows of the register."""
    matching = _acting_of_one(rows_about(rows, asked.purpose, asked.recipient, group))
    return _most_protective_of(list(matching), asked.today, asked.passed_events)


def verdict_of_purpose(
    rows: Iterable[ConsentRecord],
    purpose: str,
    today: str,
    passed_events: frozenset[str] = frozenset(),
    group: str = _ANY,
) -> Verdict:
    """Say whether a purpose stands at all, for what is kept here and goes to nobody.

    Shape: `rows` are all rows of the register; a "no" to any recipient, or to any group where none
    is named, holds all of it. A yes counts only if some row names the purpose (rule 5).
    """
    named = {_ANY, purpose}
    groups = {_ANY, group}
    matching = [
        row
        for row in acting_rows(rows)
        if row.purpose in named and (group == _ANY or row.group in groups)
    ]
    found = _most_protective_of(matching, today, passed_events)
    is_named = any(row.purpose == purpose for row in matching)
    return found if is_named or not found.passes else Verdict("no_consent", found.rows)


def _most_protective_of(
    matching: Sequence[ConsentRecord], today: str, passed_events: frozenset[str]
) -> Verdict:
    if not matching:
        return Verdict("no_consent")
    ids = tuple(sorted(row.record for row in matching))
    states = {row: state_of(row, today, passed_events) for row in matching}
    for state, reason in _REASONS.items():
        for row, found in states.items():
            if found is state:
                hold = row.hold if state is ConsentState.HELD else ""
                return Verdict(reason, ids, hold)
    return Verdict("", ids)


def rows_about(
    rows: Iterable[ConsentRecord], purpose: str, recipient: str, group: str
) -> list[ConsentRecord]:
    """Rows that say what is asked, or something that cannot be read in its place."""
    asked = (purpose, recipient, group)
    return [
        row
        for row in rows
        if all(
            said in (_ANY, wanted)
            for said, wanted in zip((row.purpose, row.recipient, row.group), asked, strict=True)
        )
    ]


def ended_for(event: str, record: RecordId) -> str:
    """Name an event that has passed for one row alone."""
    return f"{event}@{record.hex()}"


def _has_ended(row: ConsentRecord, today: str, passed_events: frozenset[str]) -> bool:
    if row.until == NO_END:
        return False
    if _DAY.fullmatch(row.until):
        return row.until < today
    passed = {row.until, ended_for(row.until, row.record)} & passed_events
    return bool(passed) or row.until not in EVENTS


def _most_protective(answers: Sequence[str]) -> str:
    known = [answer for answer in _ANSWERS_BY_PROTECTION if answer in answers]
    return known[0] if known else NOT_READ


def _earliest(ends: Sequence[str]) -> str:
    """The end that comes first; what nobody here understands comes before all others."""
    unknown = [end for end in ends if not _is_understood("cr_until", end)]
    dates = [end for end in ends if _DAY.fullmatch(end)]
    events = [end for end in ends if end in EVENTS]
    return min(unknown or dates or events, default=NO_END)


def _text(value: Value) -> str:
    return str(value[0]) if isinstance(value, tuple) and value else str(value)


def _record_ids(marks: Iterable[str]) -> frozenset[RecordId]:
    plain = (mark.removesuffix(_SAW_WITHDRAWAL) for mark in marks)
    return frozenset(RecordId(bytes.fromhex(text)) for text in plain if _HEX.fullmatch(text))

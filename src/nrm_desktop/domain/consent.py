"""The consent register: what a person agreed to, per purpose, recipient and data group.

This module decides whether one row, or several side by side, let a data group pass to a
recipient for a purpose on a day. It obeys the most protective of what stands (R25) and knows no
text, no name and no proof: those lie in `rights`, and the engine does not need them (R35).

Rules (forms.md section 6):
1. A row counts only for its own purpose, recipient and group; "all" is no recipient.
2. A row passes if the answer is yes, nothing holds it, it has begun, not ended, not been withdrawn.
3. Rows that another row replaces no longer act, unless they were withdrawn and the replacing row
   did not know it: a withdrawal wins over a renewal made elsewhere at the same time (S9).
4. Of several rows the most protective acts: withdrawn, no, not now, ended, held.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
_ANSWERS_BY_PROTECTION = ("no", "not_now", "yes")
_SAW_WITHDRAWAL = "+w"
_HEX = re.compile(r"[0-9a-f]{32}")


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
    hold: str = "none"
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
    record: RecordId, standing: Mapping[FieldId, Sequence[Answer]]
) -> ConsentRecord | None:
    """Read a row from its cells, taking the most protective of what stands in each.

    Shape: every standing answer per field. None if purpose, recipient or group is missing: such
    a row counts for nothing.
    """

    def texts(name: str) -> list[str]:
        answers = standing.get(register_field(name), ())
        return [_text(answer.value) for answer in answers if answer.is_answered]

    purpose, recipient, group = texts("cr_purpose"), texts("cr_recipient"), texts("cr_group")
    if not (purpose and recipient and group):
        return None
    replaces = [mark for text in texts("cr_replaces") for mark in text.split()]
    return ConsentRecord(
        record=record,
        purpose=min(purpose),
        recipient=RecipientId(min(recipient)),
        group=min(group),
        answer=_most_protective(texts("cr_answer")),
        starts=max(texts("cr_from"), default=""),
        until=_earliest(texts("cr_until")),
        withdrawn=min(filter(None, texts("cr_withdrawn")), default=""),
        hold=max(texts("cr_hold"), key=lambda hold: hold != "none", default="none"),
        replaces=_record_ids(replaces),
        knew_withdrawn=_record_ids(mark for mark in replaces if mark.endswith(_SAW_WITHDRAWAL)),
        is_disputed=any(len(set(answers)) > 1 for answers in standing.values()),
    )


def acting_rows(register: Iterable[ConsentRecord]) -> list[ConsentRecord]:
    """Leave out the rows that a later conversation has replaced (rule 3)."""
    rows = list(register)
    replaced: frozenset[RecordId] = frozenset().union(*(row.replaces for row in rows))
    knowingly: frozenset[RecordId] = frozenset().union(*(row.knew_withdrawn for row in rows))
    return [row for row in rows if row.record not in (knowingly if row.withdrawn else replaced)]


def state_of(row: ConsentRecord, today: str, passed_events: frozenset[str]) -> ConsentState:
    """Say what a row is on a day. Shape: `today` is an ISO date."""
    if row.withdrawn:
        return ConsentState.WITHDRAWN
    if row.answer != "yes":
        return ConsentState.NOT_GIVEN
    if _has_ended(row.until, today, passed_events):
        return ConsentState.EXPIRED
    if row.hold != "none":
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
    """For whom, for what, and when the register is asked."""

    purpose: str
    recipient: RecipientId
    today: str
    passed_events: frozenset[str] = frozenset()


def verdict(rows: Iterable[ConsentRecord], asked: ConsentQuestion, group: str) -> Verdict:
    """Say whether a data group may pass. Shape: `rows` are acting rows."""
    matching = [
        row
        for row in rows
        if (row.purpose, row.recipient, row.group) == (asked.purpose, asked.recipient, group)
    ]
    if not matching:
        return Verdict("no_consent")
    ids = tuple(sorted(row.record for row in matching))
    states = {row: state_of(row, asked.today, asked.passed_events) for row in matching}
    for state, reason in _REASONS.items():
        for row, found in states.items():
            if found is state:
                hold = row.hold if state is ConsentState.HELD else ""
                return Verdict(reason, ids, hold)
    return Verdict("", ids)


def _has_ended(until: str, today: str, passed_events: frozenset[str]) -> bool:
    if until[:4].isdigit():
        return until < today
    return until in passed_events


def _most_protective(answers: Sequence[str]) -> str:
    known = [answer for answer in _ANSWERS_BY_PROTECTION if answer in answers]
    return known[0] if known else "no"


def _earliest(ends: Sequence[str]) -> str:
    dates = [end for end in ends if end[:4].isdigit()]
    events = [end for end in ends if end not in dates and end != NO_END]
    return min(dates) if dates else min(events, default=NO_END)


def _text(value: Value) -> str:
    return str(value[0]) if isinstance(value, tuple) and value else str(value)


def _record_ids(marks: Iterable[str]) -> frozenset[RecordId]:
    plain = (mark.removesuffix(_SAW_WITHDRAWAL) for mark in marks)
    return frozenset(RecordId(bytes.fromhex(text)) for text in plain if _HEX.fullmatch(text))

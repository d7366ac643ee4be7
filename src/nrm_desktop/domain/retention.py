"""How long a closed case is kept, until when, and what keeps it longer.

This module decides which day counts: the one that a person named at the end; without it the one by
the rule of a country pack that somebody verified. A rule that nobody verified proposes a day and
sets none. Nothing ends by itself: when the day has come, two people decide (N9). While support goes
on nothing is counted, and while somebody has said that the case is to be kept, it is not erased.

Source: nrm.md section 11; forms.md form k; sync.md section 21 (retention delete-on).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from nrm_desktop.domain.dates import is_day
from nrm_desktop.domain.episodes import ENDED_AT
from nrm_desktop.domain.forms.keeping import KeepingRule
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.reckoning import day_after
from nrm_desktop.domain.tracks import day_of
from nrm_desktop.domain.values import Answer

CLOSURE: Final = "closure"
ROWS: Final = "closure.retention"
CLASS: Final = FieldId("closure.retention.class")
DELETE_ON: Final = FieldId("closure.retention.delete_on")
_CLOSED_ON: Final = FieldId("closure.close_date")
_SUPERVISOR: Final = FieldId("closure.supervisor")

HOLD: Final = "hold"
GROUND: Final = FieldId("hold.ho_ground")
REASON: Final = FieldId("hold.ho_reason")
SINCE: Final = FieldId("hold.ho_since")
BY: Final = FieldId("hold.ho_by")
ENDED: Final = FieldId("hold.ho_ended")
ENDED_BY: Final = FieldId("hold.ho_ended_by")
ENDED_WHY: Final = FieldId("hold.ho_ended_why")

SOON_DAYS: Final = 30
_DAY_CHARS: Final = 10


class Stage(StrEnum):
    """How far the time of keeping is. NO_DAY: nobody has named one, which has to be done."""

    OPEN = "open"
    NO_DAY = "no_day"
    RUNNING = "running"
    SOON = "soon"
    OVER = "over"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that keeps a case from being erased. Shape: times are ISO; `ended` is empty."""

    record: RecordId
    ground: str
    reason: str
    since: str
    by: str
    ended: str = ""
    ended_by: str = ""
    ended_why: str = ""

    @property
    def stands(self) -> bool:
        """True while nobody has ended it."""
        return not self.ended


@dataclass(frozen=True, slots=True)
class Retention:
    """How a case is kept.

    Shape: `until` is the ISO day that counts, or empty; `by_rule` is what the rule of the pack says
    of the day of the end, or empty; `rule` is that of the class, None for one that no pack has.
    """

    is_closed: bool
    class_id: str = ""
    until: str = ""
    by_rule: str = ""
    rule: KeepingRule | None = None
    holds: tuple[Hold, ...] = ()

    @property
    def is_held(self) -> bool:
        """True while somebody keeps it from being erased."""
        return any(one.stands for one in self.holds)

    def days_left(self, today: str) -> int | None:
        """Days until it may go; negative once it is over. None without a day."""
        if not self.until:
            return None
        return (date.fromisoformat(self.until) - date.fromisoformat(today)).days

    def stage(self, today: str) -> Stage:
        """How far it is on a day. Shape: `today` is an ISO date."""
        left = self.days_left(today)
        if not self.is_closed:
            return Stage.OPEN
        if self.is_held:
            return Stage.HELD
        if left is None:
            return Stage.NO_DAY
        if left > SOON_DAYS:
            return Stage.RUNNING
        return Stage.SOON if left > 0 else Stage.OVER


def retention_of(
    records: Records, rules: Mapping[str, KeepingRule], *, is_closed: bool
) -> Retention:
    """Say how a case is kept, by its last end."""
    holds = tuple(_hold(one) for one in records.of(HOLD) if SINCE in one.answers)
    ended = [one for one in records.of(CLOSURE) if _is_of_an_end(one)]
    if not ended:
        return Retention(is_closed, holds=holds)
    last = max(ended, key=lambda one: (day_of(one.answers.get(ENDED_AT)), one.order))
    return named_in(records, rules, last, is_closed=is_closed, holds=holds)


def named_in(
    records: Records,
    rules: Mapping[str, KeepingRule],
    end: Record,
    *,
    is_closed: bool,
    holds: tuple[Hold, ...] = (),
) -> Retention:
    """Say what a record of the end names. Of several days the last counts: nothing goes early."""
    rows = records.of(ROWS, within=end.record)
    days = {_whole_day(row.answers.get(DELETE_ON)) for row in rows}
    class_id = next((_text(row, CLASS) for row in reversed(rows) if _text(row, CLASS)), "")
    rule = rules.get(class_id)
    by_rule = "" if rule is None else _by_rule(rule, end)
    is_set_by_rule = rule is not None and rule.is_verified
    until = max(days, default="") or (by_rule if is_set_by_rule else "")
    return Retention(is_closed, class_id, until, by_rule, rule, holds)


def _is_of_an_end(one: Record) -> bool:
    return ENDED_AT in one.answers or _SUPERVISOR in one.answers


def _by_rule(rule: KeepingRule, end: Record) -> str:
    closed = _whole_day(end.answers.get(_CLOSED_ON)) or _whole_day(end.answers.get(ENDED_AT))
    if not closed or not rule.length:
        return ""
    try:
        return day_after(date.fromisoformat(closed), rule.length, rule.unit).isoformat()
    except OverflowError:
        return ""


def _hold(one: Record) -> Hold:
    return Hold(
        record=one.record,
        ground=_text(one, GROUND),
        reason=_text(one, REASON),
        since=day_of(one.answers.get(SINCE)),
        by=_text(one, BY),
        ended=day_of(one.answers.get(ENDED)),
        ended_by=_text(one, ENDED_BY),
        ended_why=_text(one, ENDED_WHY),
    )


def _text(one: Record, name: FieldId) -> str:
    answer = one.answers.get(name)
    return str(answer.value) if answer is not None and answer.is_answered else ""


def _whole_day(answer: Answer | None) -> str:
    """A whole day, or nothing: half a date ends nothing."""
    text = day_of(answer)[:_DAY_CHARS]
    return text if is_day(text) else ""

"""Everything that waits for somebody today, source by source.

This module decides which source a line belongs to and that a source which cannot be read says so
while all others work. A line holds codes and numbers: no name, no text of a case, no place. What is
due in the cases says `app.timing`; what the vault itself waits for is handed in.

Source: ux.md section 4, screen 3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.families import families
from nrm_desktop.app.ports import Reader
from nrm_desktop.app.retaining import list_of_today
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.timing import Due, Moments
from nrm_desktop.app.way_back import WayBack
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.timetable import ClockRule
from nrm_desktop.domain.ids import ScopeId

_DAY_MS: Final = 24 * 3600 * 1000
_OLD_BACKUP_MS: Final = 3 * _DAY_MS
"""A backup is made every day of work; after a long weekend none is missing."""


class Source(StrEnum):
    """Where a line of today comes from, in the order in which they are shown."""

    DUE = "due"
    REVIEWS = "reviews"
    REFERRALS = "referrals"
    CONSENTS = "consents"
    OFFICE = "office"
    CONFLICTS = "conflicts"
    WRITTEN_LOCKED = "written_locked"
    ARRIVALS = "arrivals"
    BACKUP = "backup"
    WAY_BACK = "way_back"
    FORMS = "forms"


class What(StrEnum):
    """What waits, beside what is due in a case."""

    CONFLICT = "conflict"
    WHICH_GOES_ON = "which_goes_on"
    NOTICE = "notice"
    MAY_HOLD_MORE = "may_hold_more"
    ASKED_TO_STOP = "asked_to_stop"
    BOX = "box"
    HELD_WORK = "held_work"
    CLAIM = "claim"
    NO_BACKUP = "no_backup"
    OLD_BACKUP = "old_backup"
    NO_BACKUP_ELSEWHERE = "no_backup_elsewhere"
    NO_WAY_BACK = "no_way_back"
    WAY_BACK_CHECK = "way_back_check"
    FORMS_CHANGED = "forms_changed"


_OF_FORMS: Final[Mapping[str, Source]] = MappingProxyType(
    {
        "review": Source.REVIEWS,
        "referral": Source.REFERRALS,
        "consent_register": Source.CONSENTS,
        "breach": Source.OFFICE,
    }
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits and is not due in a case.

    Shape: `code` and `scope` where it belongs to a case; `days_left` where days run;
    `since_ms` is a wall time, None where there is none.
    """

    source: Source
    what: What
    count: int = 1
    code: str = ""
    scope: ScopeId | None = None
    days_left: int | None = None
    since_ms: int | None = None


Line = Due | Waiting


@dataclass(frozen=True, slots=True)
class Asked:
    """One reading and the sources that come out of it; `read` is slow."""

    sources: tuple[Source, ...]
    read: Callable[[], Sequence[Line]]


@dataclass(frozen=True, slots=True)
class Failure:
    """Sources that could not be read, and why."""

    sources: tuple[Source, ...]
    error: NrmError


@dataclass(frozen=True, slots=True)
class Today:
    """What waits, in the order of the sources, and what could not be read."""

    lines: tuple[Line, ...] = ()
    failures: tuple[Failure, ...] = ()

    def due(self) -> tuple[Due, ...]:
        """What is due in cases."""
        return tuple(one for one in self.lines if isinstance(one, Due))

    def waiting(self) -> tuple[Waiting, ...]:
        """What waits besides."""
        return tuple(one for one in self.lines if isinstance(one, Waiting))


def gather(asked: Iterable[Asked]) -> Today:
    """Read everything; a source that fails is told and hides no other."""
    lines: list[Line] = []
    failures: list[Failure] = []
    for one in asked:
        try:
            lines.extend(one.read())
        except NrmError as error:
            failures.append(Failure(one.sources, error))
    return Today(tuple(lines), tuple(failures))


def source_of(line: Line) -> Source:
    """Say which source a line belongs to."""
    return line.source if isinstance(line, Waiting) else source_of_rule(line.clock.rule)


def source_of_rule(rule: ClockRule) -> Source:
    """A clock belongs to what its form is about."""
    return _OF_FORMS.get(rule.start.form, Source.DUE)


def due_in_cases(
    reader: Reader, forms: FormSet, sight: Sight, now: Moments, within_days: int
) -> Asked:
    """Tasks and clocks, second looks, referrals and consents of all open cases."""
    sources = (Source.DUE, Source.REVIEWS, Source.REFERRALS, Source.CONSENTS)
    return Asked(sources, lambda: list_of_today(reader, forms, sight, now, within_days))


def undecided(reader: Reader, sight: Sight) -> Asked:
    """Answers that stand side by side, counted by case."""

    def read() -> list[Waiting]:
        counts = Counter((one.code, one.scope) for one in reader.conflicts(sight))
        return [
            Waiting(Source.CONFLICTS, What.CONFLICT, count, code, scope)
            for (code, scope), count in sorted(counts.items())
        ]

    return Asked((Source.CONFLICTS,), read)


def undecided_files(reader: Reader) -> Asked:
    """Files of one person of which people said both that they go on: neither waits for it."""

    def read() -> list[Waiting]:
        return [
            Waiting(Source.CONFLICTS, What.WHICH_GOES_ON, 1, one.code, one.scope)
            for one in reader.joined()
            if one.standing.disputed
        ]

    return Asked((Source.CONFLICTS,), read)


def files_away(reader: Reader) -> Asked:
    """How many people have a file that is not on this laptop, in which more may be due."""

    def read() -> list[Waiting]:
        people = families(reader.joined())
        return counted(
            Source.DUE, What.MAY_HOLD_MORE, sum(bool(one.lead.standing.away) for one in people)
        )

    return Asked((Source.DUE,), read)


def owed_notices(reader: Reader, sight: Sight) -> Asked:
    """Recipients who have to be told that a consent was taken back, counted by case."""

    def read() -> list[Waiting]:
        return [
            Waiting(Source.CONSENTS, What.NOTICE, one.owed, one.code, one.scope)
            for one in reader.owed_notices(sight)
        ]

    return Asked((Source.CONSENTS,), read)


def open_requests(reader: Reader, sight: Sight) -> Asked:
    """Files of which the sender asks us to stop using a part, until somebody has answered."""

    def read() -> list[Waiting]:
        return [
            Waiting(Source.CONSENTS, What.ASKED_TO_STOP, one.owed, one.code, one.scope)
            for one in reader.open_requests(sight)
        ]

    return Asked((Source.CONSENTS,), read)


def counted(source: Source, what: What, count: int) -> list[Waiting]:
    """A line for so many of something; none for nothing."""
    return [Waiting(source, what, count)] if count else []


def backup_lines(now_ms: int, last_ms: int | None, *, must_remind: bool) -> list[Waiting]:
    """What is to be said of backups: that there is none, an old one, or none elsewhere."""
    lines = []
    if last_ms is None:
        lines.append(Waiting(Source.BACKUP, What.NO_BACKUP))
    elif now_ms - last_ms > _OLD_BACKUP_MS:
        lines.append(Waiting(Source.BACKUP, What.OLD_BACKUP, since_ms=last_ms))
    if must_remind:
        lines.append(Waiting(Source.BACKUP, What.NO_BACKUP_ELSEWHERE))
    return lines


def way_back_lines(state: WayBack) -> list[Waiting]:
    """What is to be said of the way back after a forgotten passphrase."""
    if state.days_left is not None:
        return [Waiting(Source.WAY_BACK, What.NO_WAY_BACK, days_left=state.days_left)]
    if state.is_check_due:
        return [Waiting(Source.WAY_BACK, What.WAY_BACK_CHECK)]
    return []

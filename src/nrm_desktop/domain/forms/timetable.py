"""Tracks and clocks as the packs say them: frozen, and without a word about any person.

A track is a series of things that were recorded; a clock is a rule that a recorded day starts.
This module decides what a pack may say of them. It computes nothing: `domain.tracks` and
`domain.clocks` do.

Source: nrm.md sections 3 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from nrm_desktop.domain.forms.schema import Condition
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.scopes import Compartment


class Unit(StrEnum):
    """How the length of a clock is counted."""

    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


class Kind(StrEnum):
    """What the end of a clock means.

    DAY: the day itself stands in the record. TASK: something to do, at once or within the length;
    it begins with the writing where the record names no day.
    """

    MINIMUM = "minimum"
    TARGET = "target"
    MAXIMUM = "maximum"
    FIXED = "fixed"
    EVENT = "event"
    DAY = "day"
    TASK = "task"


class Protects(StrEnum):
    """Which of several possible ends is on the side of the person."""

    LATER = "later"
    EARLIER = "earlier"


class Applies(StrEnum):
    """Whom a clock is for, by the pathway of the case."""

    ANY = "any"
    ADULT = "adult"
    CHILD = "child"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that was recorded, and the day that it names.

    Shape: `form` is a record key; `on` a date field of that record, empty where only the time of
    writing is known; `is_latest`: only the newest record of that key counts.
    """

    form: str
    on: FieldId | None = None
    when: Condition | None = None
    is_latest: bool = False


@dataclass(frozen=True, slots=True)
class TrackEntry:
    """A moment that puts a track into a state.

    Shape: `state` is a code of the track, or empty where `state_from` names the field that holds
    it.
    """

    moment: Moment
    state: str = ""
    state_from: FieldId | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """One of the parallel tracks of a case. Shape: `start` is its state before anything."""

    id: str
    codelist: str
    start: str
    entries: tuple[TrackEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A rule that gives an end to something that was recorded.

    Shape: `decided` is the field of the same record in which a decision names its own end, which
    wins; `valid_from` and `valid_to` are ISO dates or empty: the rule in force on the day of the
    start counts; `remind` are days before the end; `needs_recheck`: it runs only after a person
    confirmed the day; one that is not `is_verified` never runs.

    Of a task: `also` are further moments that start it; what of `done_by` happened since ends it,
    or at any time if it `is_ever`; of one that `is_once` only the oldest of a case is waited for;
    whoever does not read the parts `seen_in` could not see its end, and is not told of it.
    """

    id: str
    track: str
    start: Moment
    length: int
    unit: Unit
    kind: Kind
    protects: Protects
    applies: Applies = Applies.ANY
    decided: FieldId | None = None
    done_when: Condition | None = None
    paused_when: Condition | None = None
    holidays: str = ""
    remind: tuple[int, ...] = ()
    valid_from: str = ""
    valid_to: str = ""
    basis: str = ""
    source: str = ""
    as_of: str = ""
    is_verified: bool = False
    needs_recheck: bool = False
    pack: str = ""
    also: tuple[Moment, ...] = ()
    done_by: tuple[Moment, ...] = ()
    is_once: bool = False
    is_ever: bool = False
    seen_in: tuple[Compartment, ...] = ()

    @property
    def starts(self) -> tuple[Moment, ...]:
        """Every moment that starts it."""
        return (self.start, *self.also)

    @property
    def is_of_the_person(self) -> bool:
        """True where there is one of it: only the newest counts, or one look answers all."""
        return self.start.is_latest or self.is_once


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days on which nobody works. Shape: ISO dates; known up to the end of the year of the last."""

    id: str
    days: frozenset[str]
    is_verified: bool = False

    @property
    def known_until(self) -> int:
        """The last year whose days are here; 0 for an empty table."""
        return max((int(day[:4]) for day in self.days), default=0)


@dataclass(frozen=True, slots=True)
class Timetable:
    """All tracks, clocks and holidays of the packs, by id in their order."""

    tracks: Mapping[str, Track] = field(default_factory=dict)
    clocks: Mapping[str, ClockRule] = field(default_factory=dict)
    holidays: Mapping[str, Holidays] = field(default_factory=dict)

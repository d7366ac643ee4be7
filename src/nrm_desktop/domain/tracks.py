"""The five tracks of a case: what was recorded last says how each of them stands.

- A track is a series of things that were recorded, in the order of the days they happened on (where
  nobody wrote the day down, that of writing), and of one day in the order of the records. Nothing
  is ever taken out of the series: a correction is a later event that names the one it corrects,
  which then no longer counts.
- No track looks at another, and nothing is worked out: a state is what somebody wrote down (R2,
  N13). What a reader may not see is not there, and the track then says less.

Source: nrm.md section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nrm_desktop.domain.forms.conditions import holds
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.forms.timetable import Moment, Timetable, Track, TrackEntry
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import Answer

EVENT_FORM = "event.e"
EVENT_SUPPORT = FieldId("event.ev_support")
_MINUTE_CHARS = 16
EVENT_CORRECTS = FieldId("event.ev_corrects")


@dataclass(frozen=True, slots=True, order=True)
class TrackEvent:
    """One thing that a track says. Shape: `day` is an ISO date, or its known beginning."""

    day: str
    order: int
    record: RecordId
    state: str


@dataclass(frozen=True, slots=True)
class TrackState:
    """How a track stands. Shape: `since` is empty, and the record None, before any event."""

    track: str
    state: str
    since: str = ""
    record: RecordId | None = None


def track_states(
    timetable: Timetable, records: Records, facts: frozenset[str] = frozenset()
) -> Mapping[str, TrackState]:
    """Say how each track stands, by its id."""
    corrected = corrected_in(records)
    return {
        track.id: _state(track, sorted(_events(track, records, facts, corrected)))
        for track in timetable.tracks.values()
    }


def events_of(
    track: Track, records: Records, facts: frozenset[str] = frozenset()
) -> tuple[TrackEvent, ...]:
    """The series of one track, oldest first, without what was corrected."""
    return tuple(sorted(_events(track, records, facts, corrected_in(records))))


def day_of(answer: Answer | None) -> str:
    """The day or minute that an answer names, as far as it is known; else nothing.

    Shape: `2026`, `2026-05`, `2026-05-14`, `2026-05-14T20:46`.
    """
    value = answer.value if answer is not None else None
    if isinstance(value, tuple):
        value = value[0] if value else None
    return value if isinstance(value, str) and value[:1].isdigit() else ""


def records_at(
    moment: Moment, records: Records, facts: frozenset[str] = frozenset()
) -> Iterator[Record]:
    """The records in which a moment happened, oldest first."""
    found = records.of(moment.form)
    for one in found[-1:] if moment.is_latest else found:
        if moment.when is None or holds(moment.when, records.context(one.record, facts)):
            yield one


def _state(track: Track, events: list[TrackEvent]) -> TrackState:
    if not events:
        return TrackState(track.id, track.start)
    last = events[-1]
    return TrackState(track.id, last.state, last.day, last.record)


def _events(
    track: Track, records: Records, facts: frozenset[str], corrected: frozenset[RecordId]
) -> Iterator[TrackEvent]:
    for entry in track.entries:
        for one in records_at(entry.moment, records, facts):
            state = _state_in(entry, one)
            if state and one.record not in corrected:
                day = day_of(one.answers.get(entry.moment.on)) if entry.moment.on else ""
                moment = (day or one.written)[:_MINUTE_CHARS]
                yield TrackEvent(moment, one.order, one.record, state)


def _state_in(entry: TrackEntry, one: Record) -> str:
    if entry.state_from is None:
        return entry.state
    answer = one.answers.get(entry.state_from)
    return answer.value if answer is not None and isinstance(answer.value, str) else ""


def corrected_in(records: Records) -> frozenset[RecordId]:
    """Records that a later event says were wrong."""
    return frozenset(_corrected(records))


def _corrected(records: Records) -> Iterable[RecordId]:
    for one in records.of(EVENT_FORM):
        named = one.answers.get(EVENT_CORRECTS)
        if named is not None and isinstance(named.value, str):
            try:
                yield RecordId(bytes.fromhex(named.value))
            except ValueError:
                continue

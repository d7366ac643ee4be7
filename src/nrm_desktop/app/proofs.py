"""A proof of erasure that the person can hold: what was asked, decided, done and what remains.

This module decides what such a proof says, as plain data: kinds of questions and never an answer,
computers by the name that the organisation gave them, and what nobody can erase from here. It
writes nothing and knows no language.

Source: nrm.md section 11; sync.md section 17, points 5 and 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nrm_desktop.app.queries import CaseView
from nrm_desktop.app.tombstone import Tombstone
from nrm_desktop.domain.access import (
    ASKED_ON,
    DECIDED,
    DECISION,
    ERASED,
    FORM,
    KIND,
    ROW_IN,
    WHY,
)
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.tracks import day_of
from nrm_desktop.domain.values import Answer


@dataclass(frozen=True, slots=True)
class Request:
    """A request of the person with its answer. Shape: kinds and decisions are codes, days ISO."""

    record: RecordId
    kind: str
    asked_on: str
    decision: str = ""
    reasons: str = ""
    decided_at: str = ""
    erased: tuple[ErasedFor, ...] = ()


@dataclass(frozen=True, slots=True)
class ErasedFor:
    """What was erased at one time. Shape: `acts` as hex, `kinds` are forms; `at` an ISO time."""

    acts: tuple[str, ...]
    at: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComputerTold:
    """One computer of the case. Shape: `heard_on` is the ISO day of its newest word, or empty."""

    label: str
    is_done: bool
    heard_on: str = ""


@dataclass(frozen=True, slots=True)
class ErasedCase:
    """An erased case. Shape: `left` counts answers that came after the order."""

    stone: Tombstone
    computers: tuple[ComputerTold, ...]
    left: int = 0
    keys_ended_on: str = ""


@dataclass(frozen=True, slots=True)
class ErasureProof:
    """Everything that the proof says.

    Shape: without `request` nobody asked: the time of keeping was over; no `erased` of a whole file
    names kinds; `recipients` have received something before, `backups` are ISO days of copies made
    before; `left` counts answers that came after the order and stay until somebody decides.
    """

    reference: str
    code: str
    language: str
    prepared_on: str
    sender: str
    is_whole: bool
    ground: str = ""
    request: Request | None = None
    erased: tuple[ErasedFor, ...] = ()
    computers: tuple[ComputerTold, ...] = ()
    recipients: tuple[str, ...] = ()
    backups: tuple[str, ...] = ()
    left: int = 0
    keys_ended_on: str = ""
    is_practice: bool = False


def requests_of(view: CaseView) -> tuple[Request, ...]:
    """The requests of a case that may be seen, the oldest in front."""
    said: dict[RecordId, dict[FieldId, Answer]] = {}
    for cell in view.cells:
        if cell.acting.answer is not None:
            said.setdefault(cell.record, {})[cell.field] = cell.acting.answer
    asked = {
        row.parent: day_of(said.get(row.record, {}).get(ASKED_ON))
        for row in view.records
        if row.form == ROW_IN
    }
    entries: dict[RecordId, list[Answer]] = {}
    for cell in view.cells:
        if cell.field == ERASED:
            versions = (cell.acting, *cell.others)
            found = [one.answer for one in versions if one.answer is not None]
            entries.setdefault(cell.record, []).extend(found)
    rows = [row for row in view.records if row.form == FORM]
    return tuple(
        _request(row.record, said.get(row.record, {}), asked, entries.get(row.record, ()))
        for row in sorted(rows, key=lambda row: (asked.get(row.record, ""), row.order))
    )


def _request(
    record: RecordId,
    said: Mapping[FieldId, Answer],
    asked: Mapping[RecordId | None, str],
    entries: Iterable[Answer],
) -> Request:
    def text(name: FieldId) -> str:
        return str(said[name].value) if name in said else ""

    erased = (one for answer in entries if (one := _erased(answer)) is not None)
    return Request(
        record,
        text(KIND),
        asked.get(record, ""),
        text(DECISION),
        text(WHY),
        day_of(said.get(DECIDED)),
        tuple(sorted(erased, key=lambda one: one.at)),
    )


def _erased(answer: Answer) -> ErasedFor | None:
    match answer.value:
        case (tuple() as acts, str() as at, tuple() as kinds, *_):
            return ErasedFor(tuple(map(str, acts)), at, tuple(map(str, kinds)))
    return None

"""Consent where several files are about one person: most protective of all of them.

This module decides how the registers of joined files act together. What a person declined, took
back or left open in any of them holds for passing on from each. A yes counts only in the file in
which it was given: there the person knew what stands in it. So a join never lets anything pass that
did not pass before; to let more pass, the person is asked again.

A conversation in one file may replace rows of another: its ids stand in the new row, and the row
that they name acts again once the files are parted.

Source: docs/adr/0045; nrm.md R5, R25, S9.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from nrm_desktop.domain.consent import (
    EVENTS,
    NO_END,
    NOT_READ,
    ConsentQuestion,
    ConsentRecord,
    ConsentState,
    Verdict,
    acting_rows,
    ended_for,
    state_of,
    verdict,
    verdict_of_purpose,
)
from nrm_desktop.domain.ids import ID_BYTES, RecipientId, RecordId

OTHER_FILE: Final = "other_file"
"""Hold of a register that cannot be read here: whatever is asked, it may say no."""
_LONG_AGO: Final = "0001-01-01"


@dataclass(frozen=True, slots=True)
class Registers:
    """The register of a file, and what the other files of the person say.

    Shape: `others` are rows as `heard_elsewhere` gives them, and `unread` for each that is not
    here.
    """

    own: tuple[ConsentRecord, ...]
    others: tuple[ConsentRecord, ...] = ()


def verdict_of_person(registers: Registers, asked: ConsentQuestion, group: str) -> Verdict:
    """Say whether a data group may pass from one file of a person.

    It passes where the own register lets it, and nothing that stands in another speaks against it.
    """
    own = registers.own
    others = tuple(_apart(own, registers.others))
    together = verdict((*own, *others), asked, group)
    return verdict(own, asked, group) if together.passes and others else together


def purpose_verdict_of_person(
    registers: Registers, purpose: str, today: str, passed_events: frozenset[str] = frozenset()
) -> Verdict:
    """Say whether a purpose stands at all in one file of a person, see `verdict_of_purpose`."""
    own = registers.own
    together = verdict_of_purpose(
        (*own, *_apart(own, registers.others)), purpose, today, passed_events
    )
    return verdict_of_purpose(own, purpose, today, passed_events) if together.passes else together


class Acts(StrEnum):
    """How far a row reaches where a person has several files.

    STOPPED: it says yes, and another file speaks against it. NOTHING: a later row stands in its
    place, whichever file that is in.
    """

    ALL_FILES = "all_files"
    OWN_FILE = "own_file"
    STOPPED = "stopped"
    NOTHING = "nothing"


def acts_of(
    registers: Registers, today: str, passed_events: frozenset[str] = frozenset()
) -> dict[RecordId, Acts]:
    """Say of each row of the own register how far it reaches.

    Shape: `passed_events` are those of the own file.
    """
    others = tuple(_apart(registers.own, registers.others))
    acting = {row.record for row in acting_rows((*registers.own, *others))}

    def reach(row: ConsentRecord) -> Acts:
        if row.record not in acting:
            return Acts.NOTHING
        if state_of(row, today, passed_events) is not ConsentState.VALID:
            return Acts.ALL_FILES
        asked = ConsentQuestion(row.purpose, row.recipient, today, passed_events)
        alone = verdict(registers.own, asked, row.group)
        together = verdict_of_person(registers, asked, row.group)
        return Acts.STOPPED if alone.passes and not together.passes else Acts.OWN_FILE

    return {row.record: reach(row) for row in registers.own}


def heard_elsewhere(
    rows: Iterable[ConsentRecord], passed_events: frozenset[str]
) -> tuple[ConsentRecord, ...]:
    """Give the rows of another file as they act in this one: its events end its own rows alone."""
    return tuple(_settled(row, passed_events) for row in rows)


def unread(code: str) -> ConsentRecord:
    """What the register of a file says that cannot be read here: it holds every yes."""
    name = hashlib.sha256(f"{OTHER_FILE}:{code}".encode()).digest()[:ID_BYTES]
    return ConsentRecord(RecordId(name), "", RecipientId(""), "", NOT_READ, hold=OTHER_FILE)


def _settled(row: ConsentRecord, passed_events: frozenset[str]) -> ConsentRecord:
    if row.until not in EVENTS:
        return row
    has_passed = {row.until, ended_for(row.until, row.record)} & passed_events
    return replace(row, until=_LONG_AGO if has_passed else NO_END)


def _apart(
    own: Sequence[ConsentRecord], others: Iterable[ConsentRecord]
) -> Iterable[ConsentRecord]:
    """Rows of other files under ids that no row before has: none stands in the place of another."""
    taken = {row.record for row in own}
    for row in others:
        record = row.record
        for _ in taken:  # so often at most can a name be taken
            if record in taken:
                record = RecordId(hashlib.sha256(record).digest()[:ID_BYTES])
        taken.add(record)
        yield replace(row, record=record)

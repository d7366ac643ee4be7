"""What a person says is wrong: a dated addition that stands beside an answer and replaces nothing.

This module decides which addition belongs to which answer: one that lies in the same part of the
file and names the record and the question. It never changes what acts, and it goes wherever the
answer goes, because it is read as a part of it.

Source: forms.md form l9 ("correction is a dated addition"); nrm.md section 11.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import Answer, Value

FORM: Final = "correction"
ROW: Final = "correction.c"
PLACE: Final = FieldId("correction.co_place")
OF: Final = FieldId("correction.co_of")
ON: Final = FieldId("correction.co_on")
WORDS: Final = FieldId("correction.co_words")


class Spot(NamedTuple):
    """Where an answer lies."""

    record: RecordId
    field: FieldId
    compartment: int


class Said(NamedTuple):
    """A value of a record, as far as an addition is concerned."""

    record: RecordId
    field: FieldId
    compartment: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class Addition:
    """What was said about an answer, and when. Shape: `on` is an ISO date."""

    record: RecordId
    on: str
    words: Answer = field(repr=False)

    @property
    def text(self) -> str:
        """The words."""
        return str(self.words.value)


def named(spot: Spot) -> str:
    """Write of which answer an addition is: `form.field@record`, as in the log of passing on."""
    return f"{spot.field}@{spot.record.hex()}"


def additions(values: Iterable[Said]) -> Mapping[Spot, tuple[Addition, ...]]:
    """Put the additions of a case to their answers, the oldest in front.

    Shape: values of other forms may be among them. One whose words are erased is none any more; a
    row that a damaged or foreign device wrote wrongly belongs to nothing.
    """
    rows: dict[tuple[RecordId, int], dict[FieldId, Answer]] = defaultdict(dict)
    for one in values:
        if one.field in (OF, ON, WORDS):
            rows[one.record, one.compartment][one.field] = one.answer
    found: dict[Spot, list[Addition]] = defaultdict(list)
    for (record, compartment), said in rows.items():
        spot = _spot(said.get(OF), compartment)
        words = said.get(WORDS)
        if spot is not None and words is not None and isinstance(words.value, str):
            found[spot].append(Addition(record, _day(said.get(ON)), words))
    return {spot: tuple(sorted(some, key=_order)) for spot, some in found.items()}


def names_record(value: Value) -> RecordId | None:
    """The record of the answer that an addition names; None where it names none."""
    spot = _read(value, 0)
    return None if spot is None else spot.record


def _order(one: Addition) -> tuple[str, RecordId]:
    return one.on, one.record


def _spot(answer: Answer | None, compartment: int) -> Spot | None:
    return None if answer is None else _read(answer.value, compartment)


def _read(value: Value, compartment: int) -> Spot | None:
    name, mark, record = str(value).partition("@")
    try:
        return Spot(RecordId(bytes.fromhex(record)), FieldId(name), compartment) if mark else None
    except ValueError:
        return None


def _day(answer: Answer | None) -> str:
    value = None if answer is None else answer.value
    return str(value[0]) if isinstance(value, tuple) and value else ""

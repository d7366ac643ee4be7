"""The line of a case in the list: code, state, child pathway, support track, consent counts.

This module decides what of a case stands in the list: no name, no place, no measure of anybody.
It reads standing answers only. Of values side by side the protective one counts: an open case
stays in the list, running support runs, one sign of a child is enough.

Answers about the case and its consents count only where they lie in `core`; the signs of a child
count wherever this device holds them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from nrm_desktop.domain.case import CODE, PATHWAY_FIELDS, STATE, SUPPORT, Said, child_pathway
from nrm_desktop.domain.consent import REGISTER_FORM, acting_rows, record_from_cells
from nrm_desktop.domain.ids import FieldId, OpId, RecordId, SignerId
from nrm_desktop.domain.protective import acting_answer
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer

_STAYS_OPEN: Final = "protective:open_over_closed"
_FIELDS: Final = frozenset({CODE, STATE, SUPPORT, *PATHWAY_FIELDS})
_REGISTER: Final = (f"{REGISTER_FORM}.", f"{REGISTER_FORM}.~")
"""Every field id of the register lies between these two: `~` sorts behind all of its letters."""


@dataclass(frozen=True, slots=True)
class LineCell:
    """A standing answer that may count, with the operation and who signed it.

    Shape: newest first.
    """

    record: RecordId
    field: FieldId
    compartment: int
    answer: Answer | None
    op: OpId
    signer: SignerId


class CaseLine(NamedTuple):
    """What the list shows. Shape: in the order of the columns; no code, no line."""

    code: str | None
    state: str
    child: str
    support: str
    agreed: int
    said_no: int
    not_now: int
    withdrawn: int


@lru_cache(maxsize=1024)
def concerns_line(field: FieldId) -> bool:
    """True if a change of this field can change the line."""
    return field in _FIELDS or field.startswith(_REGISTER[0])


def line_query() -> tuple[str, str, str]:
    """The fields that are asked for: a JSON list, and the range of the consent register."""
    return (json.dumps(sorted(_FIELDS)), *_REGISTER)


def case_line(cells: Iterable[LineCell]) -> CaseLine:
    """Make the line from all standing answers that `line_query` asks for."""
    said: dict[FieldId, list[Answer]] = {}
    of_child: list[Said] = []
    register: dict[RecordId, dict[FieldId, list[Answer | None]]] = {}
    for cell in cells:
        is_core = cell.compartment == Compartment.CORE
        if cell.field not in _FIELDS:
            if is_core:
                row = register.setdefault(cell.record, {})
                row.setdefault(cell.field, []).append(cell.answer)
        elif cell.answer is None:
            continue
        elif cell.field in PATHWAY_FIELDS:
            of_child.append(Said(cell.field, cell.answer, cell.op, cell.signer))
        elif is_core:
            said.setdefault(cell.field, []).append(cell.answer)
    pathway = child_pathway(of_child)
    words = (_word(said, CODE) or None, _word(said, STATE), pathway.value, _word(said, SUPPORT))
    return CaseLine(*words, *_counts(register))


def _word(said: dict[FieldId, list[Answer]], field: FieldId) -> str:
    answers = said.get(field)
    if not answers:
        return ""
    value = acting_answer(_STAYS_OPEN, answers).value
    return value if isinstance(value, str) else ""


def _counts(
    register: dict[RecordId, dict[FieldId, list[Answer | None]]],
) -> tuple[int, int, int, int]:
    read = (record_from_cells(record, cells) for record, cells in sorted(register.items()))
    rows = acting_rows(row for row in read if row is not None)
    standing = [row.answer for row in rows if not row.withdrawn]
    return (
        standing.count("yes"),
        standing.count("no"),
        standing.count("not_now"),
        len(rows) - len(standing),
    )

"""What is shown beside the answers of a case: what the person says, and what came late.

This module decides which answers came late: those of an episode that were written after its end by
somebody who had not heard of it. They are kept and shown, never lost. Which addition belongs to
which answer says `domain.additions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nrm_desktop.app.queries import CaseView, CellView
from nrm_desktop.domain.additions import FORM, Addition, Said, Spot, additions
from nrm_desktop.domain.episodes import is_going_on


def additions_of(cells: Iterable[CellView]) -> Mapping[Spot, tuple[Addition, ...]]:
    """Put the additions that a user may see to their answers."""
    return additions(
        Said(cell.record, cell.field, cell.compartment, cell.acting.answer)
        for cell in cells
        if cell.field.startswith(f"{FORM}.") and cell.acting.answer is not None
    )


def written_late(view: CaseView) -> tuple[CellView, ...]:
    """Answers of an episode that has ended, written after its end."""
    if not view.ended_ms:
        return ()
    is_over = view.row.state == "closed"
    return tuple(
        cell
        for cell in view.cells
        if cell.acting.at_ms > view.ended_ms
        and not is_going_on(cell.field)
        and (is_over or cell.record in view.ended)
    )

"""What the person says about the answers of a case, for whoever shows them.

This module decides nothing: which addition belongs to which answer says `domain.additions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nrm_desktop.app.queries import CellView
from nrm_desktop.domain.additions import FORM, Addition, Said, Spot, additions


def additions_of(cells: Iterable[CellView]) -> Mapping[Spot, tuple[Addition, ...]]:
    """Put the additions that a user may see to their answers."""
    return additions(
        Said(cell.record, cell.field, cell.compartment, cell.acting.answer)
        for cell in cells
        if cell.field.startswith(f"{FORM}.") and cell.acting.answer is not None
    )

"""Which of several standing values acts until a person decides: the pack names the rule.

The order of each rule is `domain.protective`; here a cell is brought together with its field, and
the child pathway with everything that stands in a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nrm_desktop.app.ports import CellRow, Standing
from nrm_desktop.domain.case import PATHWAY_FIELDS, Pathway, Said, child_pathway
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.protective import MERGE_SURFACE, acting_answer, acting_index


def acting_standing(forms: FormSet, cell: CellRow) -> Standing | None:
    """Give the value that acts: the only one, or the most protective; None if all were erased."""
    field = forms.find_field(cell.field)
    present = [each for each in cell.standing if each.answer is not None]
    if not present:
        return None
    merge = field.merge if field is not None else MERGE_SURFACE
    answers = [each.answer for each in present if each.answer is not None]
    acting = present[acting_index(merge, answers)]
    return acting._replace(answer=acting_answer(merge, answers))


def pathway_of(cells: Iterable[CellRow]) -> Pathway:
    """Say which pathway every standing answer together puts the case on (R30)."""
    return child_pathway(said_of_child(cells))


def said_of_child(cells: Iterable[CellRow]) -> Iterator[Said]:
    """Every standing answer that says anything about a child, with who signed it."""
    return (
        Said(cell.field, each.answer, each.op, each.signer)
        for cell in cells
        if cell.field in PATHWAY_FIELDS
        for each in cell.standing
        if each.answer is not None
    )

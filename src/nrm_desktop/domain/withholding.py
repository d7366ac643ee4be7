"""What a recipient is told of what stays: parts of the printed form with reasons, no question.

This module decides that no single question is named to whom nothing of it was given: that a
question was answered may itself be what the person does not want known. The sender sees every
field with its reason; the recipient sees the same in print, in the packet and in its JSON.

Source: sync.md section 14; docs/adr/0016-recipients-are-told-parts.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from nrm_desktop.domain.disclosure import Withheld
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import FieldId


def withheld_by_part(
    forms: FormSet, layout: str, withheld: Iterable[Withheld]
) -> list[tuple[str, str]]:
    """List (part of the layout, reason), each once, in the order of the layout.

    Shape: what stands in no part of the layout was never to be expected, and is not told.
    """
    known = forms.layouts.get(layout)
    kept = [(_question(forms, one.item.field), one.reason) for one in withheld]
    told = {
        (part.id, reason): None
        for part in (known.parts if known else ())
        for name, reason in kept
        if name in part.fields
    }
    return list(told)


def _question(forms: FormSet, name: FieldId) -> FieldId:
    """The question that a row or a remark belongs to."""
    field = forms.find_field(name)
    while field is not None and field.parent is not None:
        field = forms.find_field(field.parent)
    return name if field is None else field.id

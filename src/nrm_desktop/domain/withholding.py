"""What a recipient is told of what stays: parts of the printed form with reasons, no question.

This module decides that no single question is named to whom nothing of it was given: that a
question was answered may itself be what the person does not want known. The sender sees every
field with its reason; the recipient sees the same in print, in the packet and in its JSON.

Source: sync.md section 14; docs/adr/0016-recipients-are-told-parts.md.
"""

from __future__ import annotations

from nrm_desktop.domain.disclosure import Disclosure
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.parts import REFERRAL
from nrm_desktop.domain.layouts import top_field


def withheld_by_part(forms: FormSet, disclosure: Disclosure) -> list[tuple[str, str]]:
    """List (part, reason) of the paper that was chosen, each once, in the order of the paper.

    Shape: a part of the referral is named by its id, one of another paper as `layout.part`. What
    stands in no part was never to be expected, and is not told.
    """
    paper = disclosure.request.paper
    known = forms.layouts.get(paper or REFERRAL)
    kept = [(top_field(forms, one.item.field), one.reason) for one in disclosure.told_to_stay]
    told = {
        (f"{paper}.{part.id}" if paper else part.id, reason): None
        for part in (known.parts if known else ())
        for name, reason in kept
        if name in part.fields
    }
    return list(told)


def part_text(part: str) -> str:
    """The key of the words for a part, as `withheld_by_part` names it."""
    return f"layout.{part}" if "." in part else f"layout.{REFERRAL}.{part}"

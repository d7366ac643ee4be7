"""What of a form is to be seen, what is closed and why, and what comes next.

- A section whose `closed_until` does not hold yet is shown as a heading with the reason; a section
  or field whose `visible_when` does not hold is not shown. Hiding never deletes an answer.
- Nothing is counted in parts of a whole: a card says how many questions are open for the next act.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nrm_desktop.domain.forms.conditions import Context, holds
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Condition, Field, Section
from nrm_desktop.domain.values import AnswerState, FieldType


@dataclass(frozen=True, slots=True)
class SectionFlow:
    """One section as it is to be shown.

    Shape: `fields` are the visible questions and groups in order, also when the section is closed
    (then nothing of them is shown); `closed_until` is the reason, None if it is open. The fields
    of a repeating section depend on the row: ask `visible_fields` with the context of the row.
    """

    section: Section
    fields: tuple[Field, ...]
    closed_until: Condition | None = None

    @property
    def is_closed(self) -> bool:
        """True if only heading and reason are shown."""
        return self.closed_until is not None


def flow(forms: FormSet, form_id: str, context: Context) -> tuple[SectionFlow, ...]:
    """The visible sections of a form, in order."""
    return tuple(
        SectionFlow(
            section,
            visible_fields(section.fields, context),
            None if holds(section.closed_until, context) else section.closed_until,
        )
        for section in forms.form(form_id).sections
        if not section.is_hidden and holds(section.visible_when, context)
    )


def visible_fields(fields: Iterable[Field], context: Context) -> tuple[Field, ...]:
    """Those of some fields that are to be shown: of a section, a row, or a group."""
    return tuple(one for one in fields if not one.is_hidden and holds(one.visible_when, context))


def is_visible(forms: FormSet, one: Field, context: Context) -> bool:
    """Say whether a field can be seen at all, with everything it stands in."""
    section = forms.sections[f"{one.form}.{one.section}"]
    if section.is_hidden or not holds(section.visible_when, context):
        return False
    while True:
        if one.is_hidden or not holds(one.visible_when, context):
            return False
        if one.parent is None:
            return True
        one = forms.field(one.parent)


def next_unanswered(
    forms: FormSet, form_id: str, context: Context, after: str = ""
) -> Field | None:
    """The next question of the open sections that was not asked yet, in reading order.

    Shape: `after` is the id of the field in hand; the search goes round the form once. Rows and
    what the program sets itself are left out; None if nothing is left.
    """
    questions = [
        one
        for part in flow(forms, form_id, context)
        if not part.is_closed and not part.section.repeats
        for one in part.fields
    ]
    place = next((at for at, one in enumerate(questions, 1) if one.id == after), 0)
    round_once = (*questions[place:], *questions[:place])
    return next((one for one in round_once if _is_open(one, context)), None)


def _is_open(one: Field, context: Context) -> bool:
    if one.type in {FieldType.AUTO, FieldType.GROUP}:
        return False
    return context.answer(one.id).state is AnswerState.NOT_ASKED

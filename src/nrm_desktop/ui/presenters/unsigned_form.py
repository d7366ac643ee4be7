"""One form filled in where nobody is known: its questions, what was said, and what is sealed.

This module decides what of a form can be asked there, and what "the same setting" takes along. It
lives in memory alone; its text form shows nothing. When it is sealed or let go of is
`quick_screen`.

Source: storage-security.md section 4.12; forms.md form l15. Promise: P27.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.context import Context
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.forms.validate import Problem, check_answer
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import Answer, AnswerState, FieldType
from nrm_desktop.ui.presenters.case_file import CaseFile
from nrm_desktop.ui.presenters.field_spec import FieldSpec, Reply
from nrm_desktop.ui.presenters.field_specs import Cell, SpecMaker
from nrm_desktop.ui.presenters.form_page import FormPage

SAME_SETTING: Final = (
    FieldId("screening.started_at"),
    FieldId("screening.place_type"),
    FieldId("screening.language"),
)
"""All that the next person's form begins with (forms.md l20): nothing about the person before."""
_NOT_HERE: Final = frozenset({FieldType.GROUP, FieldType.REF, FieldType.AUTO})
"""Rows have records of their own, and references name people and services: a box holds neither."""


class NobodysSpecs(SpecMaker):
    """Questions where nobody is known: all are asked, and the adopting person's roles count."""

    def may_write(self, one: Field) -> bool:
        """Everything can be written; a box is write-only."""
        return one.type not in _NOT_HERE

    def may_read(self, one: Field) -> bool:
        """The question is public; no answer is ever read here."""
        return one.type not in _NOT_HERE


class UnsignedForm:
    """One form in one person's hands; it exists in memory alone. Its text form shows nothing."""

    def __init__(self, context: Context, form_id: str) -> None:
        forms = context.forms
        self._context = context
        self._file = CaseFile(forms)
        self._record: RecordId = context.new_record()
        self._file.begin(self._record, forms.form(form_id).record_form)
        self._page = FormPage(self._file, forms, form_id, self._record)
        self._replies: dict[FieldId, tuple[Reply, Answer | None]] = {}

    def specs(self, maker: SpecMaker) -> tuple[FieldSpec, ...]:
        """The questions of all sections, in order."""
        parts = (part for part in self._page.flow() if not part.is_closed)
        return tuple(spec for part in parts for spec in self._page.build(part, self._record, maker))

    def visible(self) -> frozenset[str]:
        """Ids of the questions that are to be seen now."""
        found = (self._page.visible(part, self._record) for part in self._page.flow())
        return frozenset().union(*found)

    def host(self, name: FieldId) -> str:
        """Id of the question on the page: a remark stands below its question."""
        return Cell(self._record, FieldId(name.removesuffix(".text"))).id

    def take(self, name: FieldId, reply: Reply) -> Problem | None:
        """Take what was typed; say what does not fit."""
        context, is_answered = self._context, reply.state is AnswerState.ANSWERED
        day = context.today() if reply.state is not AnswerState.NOT_ASKED else ""
        answer = Answer(reply.state, reply.raw if is_answered else None, reply.source, day)
        checked = check_answer(context.forms.field(name), answer, context.forms)
        if isinstance(checked, Problem):
            self._replies[name] = (reply, None)
            return checked
        self._replies[name] = (reply, checked)
        self._file.type(Cell(self._record, name), checked)
        return None

    def answer(self, name: FieldId) -> Answer:
        """What was said there."""
        return self._file.answer(Cell(self._record, name))

    def misfit(self) -> str:
        """The first question whose words do not fit; empty if all do."""
        return next(
            (self.host(name) for name, (_, answer) in self._replies.items() if answer is None), ""
        )

    def answers(self) -> tuple[tuple[FieldId, Answer], ...]:
        """What is sealed: everything that was said, also "not known" and "declined"."""
        return tuple(
            (name, answer)
            for name, (_, answer) in self._replies.items()
            if answer is not None and answer.state is not AnswerState.NOT_ASKED
        )

    def setting(self) -> Mapping[FieldId, Reply]:
        """What the next person's form begins with."""
        return {name: self._replies[name][0] for name in SAME_SETTING if name in self._replies}


@dataclass(frozen=True, slots=True)
class SheetOnForm:
    """The form as the sheet of the neutral screen sees it (fulfils `AnswerPlace`).

    Shape: `taken` is told each answer.
    """

    form: UnsignedForm
    taken: Callable[[FieldId, Reply], object]

    def answer(self, name: FieldId) -> Answer:
        """What was said there."""
        return self.form.answer(name)

    def may_take(self, _name: FieldId) -> bool:
        """Nobody is known here; whoever takes the form over needs the right to write it."""
        return True

    def take(self, name: FieldId, reply: Reply) -> None:
        """Take an answer."""
        self.form.take(name, reply)
        self.taken(name, reply)

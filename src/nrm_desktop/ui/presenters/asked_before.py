"""What was asked before, when and by whom: shown before a question is asked again (R23).

Three sources, from the best to the least: the answer itself, in an earlier record of the same form,
which can be taken over with its own date; the register of the case, which says which parts were
asked about where the answers cannot be read; and what the person says other offices have asked.

This module decides what counts as asked before. It answers nothing by itself: nothing is filled in
before a person takes it over.

Source: nrm.md 9.1 (10), R23; forms.md form l17 (already asked).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.handlers.case_registers import ASKED, TOPIC
from nrm_desktop.app.queries import CaseView, CellView, RegisterView
from nrm_desktop.domain.case import row_beside
from nrm_desktop.domain.forms.schema import Section
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import Answer, AnswerState
from nrm_desktop.ui.presenters.case_file import CaseFile
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.field_specs import Cell
from nrm_desktop.ui.presenters.form_words import FormWords

_ELSEWHERE: Final = "screening.already_interviewed"
_OFFICE: Final = FieldId(f"{_ELSEWHERE}.organisation")
_DAY: Final = FieldId(f"{_ELSEWHERE}.date")
_TOPICS: Final = FieldId(f"{_ELSEWHERE}.topics")


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier answer to the same question, as people read it."""

    words: str
    who: str
    day: str


class AskedBefore:
    """Looks through one case for what was asked before."""

    def __init__(self, desk: Desk, file: CaseFile, words: FormWords) -> None:
        self._desk = desk
        self._file = file
        self._words = words
        self._answered: dict[FieldId, list[CellView]] = {}

    def take(self, view: CaseView | RegisterView) -> None:
        """Take what stands in the case now."""
        self._answered = {}
        for seen in view.cells:
            answer = seen.acting.answer
            if answer is not None and answer.state is not AnswerState.NOT_ASKED:
                self._answered.setdefault(seen.field, []).append(seen)

    def earlier(self, cell: Cell) -> Earlier | None:
        """The newest answer to this question in another record of its form."""
        seen = self._newest(cell)
        if seen is None:
            return None
        acting = seen.acting
        words = self._words.answer(cell.field, acting.answer)
        return Earlier(words, acting.user, self._desk.dates.day(acting.at_ms))

    def answer(self, cell: Cell) -> Answer | None:
        """That answer, to be taken over as it stands."""
        seen = self._newest(cell)
        return seen.acting.answer if seen is not None else None

    def lines(self, section: Section, root: RecordId) -> tuple[str, ...]:
        """Who asked about this part before, in another talk or at another office."""
        if section.form != _ELSEWHERE.partition(".")[0]:
            return ()
        return (*self._here(section, root), *self._elsewhere(section))

    def _newest(self, cell: Cell) -> CellView | None:
        """Rows have none: which row answers which is nothing that a program knows.

        Nor has what the worker decides anew in every talk.
        """
        field = self._desk.context.forms.find_field(cell.field)
        is_row = self._file.place_of(cell.record)[1] is not None
        if field is None or is_row or not field.may_decline:
            return None
        others = (one for one in self._answered.get(cell.field, ()) if one.record != cell.record)
        return max(others, key=lambda one: (one.acting.at_ms, one.acting.op), default=None)

    def _here(self, section: Section, root: RecordId) -> Iterator[str]:
        own = row_beside(root, ASKED)
        for row in self._file.of(ASKED):
            seen = self._file.standing(Cell(row, TOPIC))
            if row != own and seen is not None and _has(seen.acting.answer, section.id):
                day = self._desk.dates.day(seen.acting.at_ms)
                yield self._desk.say(
                    "Asked before: {day}, by {who}.", day=day, who=seen.acting.user
                )

    def _elsewhere(self, section: Section) -> Iterator[str]:
        for talk in self._file.of(section.form):
            for row in self._file.of(_ELSEWHERE, talk):
                if _has(self._file.answer(Cell(row, _TOPICS)), section.id):
                    yield self._desk.say(
                        "The person was asked about this before: {who}, {day}.",
                        who=self._words.answer(_OFFICE, self._file.answer(Cell(row, _OFFICE))),
                        day=self._words.answer(_DAY, self._file.answer(Cell(row, _DAY))),
                    )


def _has(answer: Answer | None, topic: str) -> bool:
    return answer is not None and isinstance(answer.value, tuple) and topic in answer.value

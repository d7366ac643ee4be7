"""What was on paper first: both times beside every part, and a sheet typed twice (R36)."""

from __future__ import annotations

from collections.abc import Iterator

from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.paper import AT, BY, PAPER, SHEET, TYPED, sheets_typed_twice
from nrm_desktop.ui.presenters.case_file import CaseFile
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.field_specs import Cell
from nrm_desktop.ui.presenters.form_words import FormWords


class SheetLines:
    """Says of a record from which sheet it was typed."""

    def __init__(self, desk: Desk, file: CaseFile, words: FormWords) -> None:
        self._desk = desk
        self._file = file
        self._words = words

    def lines(self, root: RecordId) -> Iterator[str]:
        """One line for each sheet of a record, and one for a number that another one has."""
        twice = self._typed_twice()
        for sheet in self._file.of(PAPER, root):
            if self._file.answer(Cell(sheet, AT)).is_answered:
                yield self._line(sheet)
            if sheet in twice:
                yield self._desk.say(
                    "Another record has the same sheet: {number}. It may have been typed twice.",
                    number=self._said(sheet, SHEET),
                )

    def _line(self, sheet: RecordId) -> str:
        at, typed, who = (self._said(sheet, name) for name in (AT, TYPED, BY))
        if self._file.answer(Cell(sheet, BY)).is_answered:
            return self._desk.say(
                "On paper {at}, by {who}; typed {typed}.", at=at, who=who, typed=typed
            )
        return self._desk.say("On paper {at}; typed {typed}.", at=at, typed=typed)

    def _typed_twice(self) -> frozenset[RecordId]:
        numbers = ((one, self._file.answer(Cell(one, SHEET))) for one in self._file.of(PAPER))
        return sheets_typed_twice(
            (one, str(answer.value)) for one, answer in numbers if answer.is_answered
        )

    def _said(self, sheet: RecordId, name: FieldId) -> str:
        return self._words.answer(name, self._file.answer(Cell(sheet, name)))

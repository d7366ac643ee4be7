"""What a person says is wrong: the answer is chosen, and the words are written beside it.

This module decides which answers are offered, and in what words they stand. Nothing is overwritten
and nobody has to agree: what stood stays, and both go on together from then on. Who may write in
which part of the file, the handler decides. What is typed and not written yet is kept as a draft,
with the answer beside which it shall stand.

Source: forms.md form l9; nrm.md section 11..
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from nrm_desktop.app.commands import AddCorrection
from nrm_desktop.app.events import CorrectionAdded, Event
from nrm_desktop.app.queries import CaseView, CellView, DirectoryRow, Version
from nrm_desktop.app.said_beside import additions_of
from nrm_desktop.domain.additions import FORM, ON, WORDS, Addition, Spot, named, names_record
from nrm_desktop.domain.case import CASE_FORM, CHILD
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.forms.schema import Field, FormScope
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.sealed import is_sealed
from nrm_desktop.domain.values import Answer, AnswerState, FieldType, Value
from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.field_spec import FieldMark, FieldSpec
from nrm_desktop.ui.presenters.field_specs import SpecMaker
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.forms import BY_PROGRAM
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.presenters.own_data import day_of_entry
from nrm_desktop.ui.presenters.page_words import PageWords

MOST_ROWS: Final = 30
"""More rows than that nobody reads: the rest is found by a word."""
PAGE: Final = "correction"
TYPED_WORDS, TYPED_DAY = "words", "day"
"""Names of what is filled in. Words are kept under the name of their answer: they go with it."""
_NO_ANSWERS: Final = frozenset({FieldType.AUTO, FieldType.GROUP})
_Found = tuple[CaseView | None, Sequence[DirectoryRow]]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer that can be spoken against. Shape: `beside` is what was said about it before."""

    record: RecordId
    name: FieldId
    where: str
    question: str
    answer: str = field(repr=False)
    beside: tuple[str, ...] = field(default=(), repr=False)

    def holds(self, typed: str) -> bool:
        """True if every word that was typed is in it."""
        words = f"{self.where} {self.question} {self.answer}".casefold()
        return all(word in words for word in typed.casefold().split())


class CorrectionView(Protocol):
    """What the page shows."""

    def show_form(self, words: FieldSpec, day: FieldSpec) -> None:
        """Build what is filled in."""

    def show_lines(self, lines: tuple[AnswerLine, ...], note: str) -> None:
        """Show answers to choose from; the note says what is not shown, or that there is none."""

    def show_chosen(self, line: AnswerLine | None) -> None:
        """Show what stands, and take words beside it; None takes the card away."""

    def show_typed(self, words: Mapping[str, str]) -> None:
        """Show what was typed and not written, by name; an empty text clears an input."""

    def show_mark(self, mark: FieldMark) -> None:
        """Show whether what is typed is kept."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class CorrectionPresenter:
    """The page."""

    def __init__(self, view: CorrectionView, desk: Desk, scope: ScopeId) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._every: tuple[AnswerLine, ...] = ()
        self._lines: tuple[AnswerLine, ...] = ()
        self._typed = ""
        self._chosen: tuple[RecordId, FieldId] | None = None
        self._is_writing = False
        self.words = PageWords(desk, scope, PAGE, view.show_mark, self._failed)

    def columns(self) -> tuple[Column[AnswerLine], ...]:
        """The columns; question and answer never give way."""
        say = self._desk.say
        return (
            Column("question", say("Question"), lambda one: one.question, chars=30, stretches=True),
            Column("answer", say("What stands"), lambda one: one.answer, chars=24),
            Column("where", say("Form"), lambda one: one.where, chars=18, gives_way=1),
            Column("beside", say("Said beside it"), self._count, chars=14, gives_way=2),
        )

    def start(self) -> None:
        """Show what stands in the case and may be seen."""
        context = self._desk.context
        if not context.forms.roles.may_fill(context.roles, FORM):
            self._view.show_lines((), self._desk.say("Your role does not write here."))
            self._view.show_chosen(None)
            return
        maker = SpecMaker(context, self._words)
        made = (maker.spec(RecordId(bytes(16)), context.forms.field(one)) for one in (WORDS, ON))
        self._view.show_form(*made)
        self._view.show_chosen(None)
        self.words.begin(self._begun)

    def refresh(self) -> None:
        """Something changed from elsewhere."""
        if self.words.is_begun:
            self._read()

    def leave(self) -> None:
        """What was not written stays a draft."""
        self.words.keep()

    def keep_drafts(self) -> None:
        """Keep what is typed."""
        self.words.keep()

    def narrow(self, typed: str) -> None:
        """Show only answers with these words."""
        self._typed = typed
        self._narrow()

    def choose(self, row: int) -> None:
        """Speak about one of the answers."""
        if 0 <= row < len(self._lines):
            line = self._lines[row]
            self._move_words((line.record, line.name))
            self._view.show_banners(())
            self._view.show_chosen(line)

    def typed(self, name: str, text: str) -> None:
        """Somebody types beside the chosen answer."""
        self.words.typed(self._kept_name() if name == TYPED_WORDS else name, text)

    def write(self, words: Value, day: Value) -> None:
        """Write what the person says beside the answer. Shape: no `day` is today."""
        say = self._desk.say
        if self._chosen is None or self._is_writing:
            return
        on = day_of_entry(day)
        problem = ""
        if not str(words or "").strip():
            problem = say("Write what the person says.")
        elif on is None:
            problem = say("The day is not understood. It may stay empty: then it is today.")
        if on is None or problem:
            self._view.show_banners((BannerSpec(problem, Tone.WARN),))
            return
        self._is_writing = True
        record, name = self._chosen
        command = AddCorrection(
            scope=self._scope, record=record, name=name, words=str(words), on=on
        )
        self._desk.submit(command, self._written, self._failed)

    # ---- parts ----------------------------------------------------------------------------------

    def _begun(self) -> None:
        """Take the words in hand that were kept, and the answer that they speak about."""
        for name in self.words.all():
            record = names_record(name)
            if record is not None:
                self._chosen = (record, FieldId(name.partition("@")[0]))
        self._show_typed()
        self._read()

    def _show_typed(self) -> None:
        texts = {TYPED_DAY: self.words.text(TYPED_DAY)}
        if self._chosen is not None:
            texts[TYPED_WORDS] = self.words.text(self._kept_name())
        self._view.show_typed(texts)

    def _move_words(self, chosen: tuple[RecordId, FieldId]) -> None:
        """The words are in the box, so they speak about whatever is chosen now."""
        if self._chosen is not None and chosen != self._chosen:
            text = self.words.text(before := self._kept_name())
            self.words.typed(before, "")
            self._chosen = chosen
            self.words.typed(self._kept_name(), text)
        self._chosen = chosen

    def _kept_name(self) -> str:
        """The name of the words: that of the answer, so that they are erased with it."""
        if self._chosen is None:
            return TYPED_WORDS
        record, name = self._chosen
        return named(Spot(record, name, 0))

    def _read(self) -> None:
        desk = self._desk

        def read() -> _Found:
            return desk.reader.case(self._scope, desk.sight), desk.reader.directory()

        desk.ask(read, self._show, self._failed)

    def _show(self, found: _Found) -> None:
        view, directory = found
        names = {row.entry: row.name for row in directory}
        self._every = () if view is None else tuple(self._made(view, names))
        self._narrow()
        chosen = [one for one in self._every if (one.record, one.name) == self._chosen]
        if self._chosen is not None:
            self._view.show_chosen(chosen[0] if chosen else None)

    def _narrow(self) -> None:
        say = self._desk.say
        fitting = [one for one in self._every if one.holds(self._typed)]
        self._lines = tuple(fitting[:MOST_ROWS])
        left = len(fitting) - len(self._lines)
        note = ""
        if left:
            note = say.plural(
                "{count} more answer. Type a word of it to find it.",
                "{count} more answers. Type a word of one to find it.",
                left,
            )
        elif not self._every:
            note = say("No answer stands here yet.")
        elif not fitting:
            note = say("No answer has these words.")
        self._view.show_lines(self._lines, note)

    def _made(self, view: CaseView, names: Mapping[str, str]) -> Iterator[AnswerLine]:
        """The answers in the order of the forms, with the number of a record where it repeats."""
        forms = self._desk.context.forms
        order = {one.id: number for number, one in enumerate(forms.fields())}
        place = {row.record: number for number, row in enumerate(view.records)}
        beside = additions_of(view.cells)
        numbers = record_numbers(view)
        shown = [cell for cell in view.cells if self._may_be_chosen(cell)]
        shown.sort(key=lambda one: (place.get(one.record, 0), order.get(one.field, 0)))
        for cell in shown:
            one = forms.field(cell.field)
            answer = self._answer(one, cell, names)
            if answer:
                title, number = self._words.form(one.form), numbers.get(cell.record, "")
                said: Sequence[Addition] = beside.get(
                    Spot(cell.record, cell.field, cell.compartment), ()
                )
                yield AnswerLine(
                    cell.record,
                    cell.field,
                    f"{title} {number}".strip(),
                    self._words.label(cell.field),
                    answer,
                    tuple(map(self._words.addition, said)),
                )

    def _may_be_chosen(self, cell: CellView) -> bool:
        forms = self._desk.context.forms
        one = forms.find_field(cell.field)
        if one is None or one.type in _NO_ANSWERS or is_sealed(one.id):
            return False
        is_of_case = forms.form(one.form).scope is FormScope.CASE
        is_kept = one.form in BY_PROGRAM or (one.form == CASE_FORM and one.id != CHILD)
        versions = (cell.acting, *cell.others)
        return is_of_case and not is_kept and any(map(_says, versions))

    def _answer(self, one: Field, cell: CellView, names: Mapping[str, str]) -> str:
        """What stands, also where two things stand; empty for what has no words."""
        versions = [each for each in (cell.acting, *cell.others) if _says(each)]
        told = [self._in_words(one, each.answer, names) for each in versions]
        return " / ".join(dict.fromkeys(filter(None, told)))

    def _in_words(self, one: Field, answer: Answer | None, names: Mapping[str, str]) -> str:
        if one.type is FieldType.REF and answer is not None and answer.is_answered:
            return names.get(str(answer.value), "")
        return self._words.answer(one.id, answer)

    def _count(self, line: AnswerLine) -> str:
        count = len(line.beside)
        return (
            self._desk.say.plural("{count} addition", "{count} additions", count) if count else ""
        )

    def _written(self, events: Sequence[Event]) -> None:
        self._is_writing = False
        if any(isinstance(event, CorrectionAdded) for event in events):
            said = self._desk.say(
                "Written beside the answer. What stood there stays, and both go on together."
            )
            self.words.done()
            self._view.show_typed({TYPED_WORDS: "", TYPED_DAY: ""})
            self._view.show_banners((BannerSpec(said, Tone.OK),))
            self._read()

    def _failed(self, error: NrmError) -> None:
        self._is_writing = False
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))


def _says(version: Version) -> bool:
    """True for an answer that somebody gave, also "not known" and "declined"."""
    answer = version.answer
    return answer is not None and answer.state is not AnswerState.NOT_ASKED


def record_numbers(view: CaseView) -> Mapping[RecordId, str]:
    """Tell records of the same kind apart: a number for each, where there is more than one."""
    kinds = Counter((row.form, row.parent) for row in view.records)
    seen: Counter[tuple[str, RecordId | None]] = Counter()
    found: dict[RecordId, str] = {}
    for row in view.records:
        kind = (row.form, row.parent)
        seen[kind] += 1
        if kinds[kind] > 1:
            found[row.record] = str(seen[kind])
    return found

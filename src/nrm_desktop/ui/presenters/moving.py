"""What was written into the wrong file: which entries, into which file, and two people.

This module decides which entries are offered and what is said before anything is moved. It is a
move and never a copy: here the words are erased, there they stand with their state and source, and
in both a trace stays without words and without a hint to the other file. What stands twice is not
moved before somebody decides; the handler refuses that, and everything else, before anybody is
called.

Source: forms.md form l22; nrm.md R37, N16.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from nrm_desktop.app.handlers.moving import CAME, FORM, REASONS, Moved, MoveOrder
from nrm_desktop.app.queries import CaseView, CellView, DirectoryRow
from nrm_desktop.domain.case import CASE_FORM
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.forms.schema import FormScope
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.lineage import lineage
from nrm_desktop.domain.sealed import is_sealed
from nrm_desktop.domain.values import Answer, FieldType
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.correction import record_numbers
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.erasing import NEEDS_SECOND
from nrm_desktop.ui.presenters.field_spec import FieldMark
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.forms import BY_PROGRAM
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.presenters.page_words import PageWords
from nrm_desktop.ui.presenters.second_person import SecondPerson

PAGE: Final = "moving"
TYPED_CODE, TYPED_REASON = "code", "reason"
_TICKED: Final = "entries"
_STAYS: Final = BY_PROGRAM | {CASE_FORM, "review", "access", "attachments"}
"""What the program keeps, what is about this file itself, and files, which are attached anew."""
_FIRST_ANSWERS: Final = 3
_FIRST_CHARS: Final = 48
_WHEN, _WAY, _WHY, _WHICH, _OUT = (
    FieldId(f"{FORM}.{name}") for name in ("mv_when", "mv_way", "mv_reason", "mv_fields", "mv_out")
)
_Found = tuple[CaseView | None, Sequence[DirectoryRow]]


@dataclass(frozen=True, slots=True)
class EntryTick:
    """An entry that can be moved with all its rows. Shape: `id` is the record in hex."""

    id: str
    label: str = field(repr=False)
    is_chosen: bool


class MovingTools(Protocol):
    """What moving needs; both are slow and run outside the window."""

    def look(self, order: MoveOrder) -> Moved:
        """Say what would go. Nothing is changed."""

    def move(self, order: MoveOrder) -> Moved:
        """Carry an order out with whoever confirmed just now."""

    def forget(self) -> None:
        """Let go of whoever confirmed."""


class MovingView(Protocol):
    """What the page shows."""

    def show_reasons(self, reasons: tuple[Choice, ...]) -> None:
        """Offer why it is moved; nothing is chosen by the program."""

    def show_entries(self, ticks: tuple[EntryTick, ...], note: str) -> None:
        """Show what can be moved; the note says that there is nothing."""

    def show_would_move(self, lines: tuple[str, ...]) -> None:
        """Say what would be moved, and offer to do it; none takes that away."""

    def show_traces(self, lines: tuple[str, ...]) -> None:
        """Show what stays of earlier moves."""

    def show_typed(self, words: Mapping[str, str]) -> None:
        """Show what was typed and not carried out, by name; an empty text clears an input."""

    def show_mark(self, mark: FieldMark) -> None:
        """Show whether what is typed is kept."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class MovingPresenter:
    """The page. Shape: `second` asks the colleague, whose confirmation `tools` hold."""

    def __init__(
        self,
        view: MovingView,
        desk: Desk,
        scope: ScopeId,
        tools: MovingTools,
        second: SecondPerson,
    ) -> None:
        self._view = view
        self._desk = desk
        self._scope = scope
        self._tools = tools
        self._second = second
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._names: Mapping[str, str] = {}
        self._looked_at: MoveOrder | None = None
        self._is_moving = False
        self._contents: list[tuple[str, str]] = []
        self.words = PageWords(desk, scope, PAGE, view.show_mark, self._failed)

    def start(self) -> None:
        """Show what can be moved, and what was typed here before."""
        codes = self._desk.context.forms.codelist(REASONS).offered()
        self._view.show_reasons(tuple(Choice(one, self._words.code(REASONS, one)) for one in codes))
        self._view.show_would_move(())
        self.words.begin(self._begun)

    def refresh(self) -> None:
        """Something changed from elsewhere; what is chosen stays."""
        if self.words.is_begun:
            self._read()

    def leave(self) -> None:
        """What is typed stays a draft; whoever confirmed is let go of."""
        self.words.keep()
        self._tools.forget()

    def keep_drafts(self) -> None:
        """Keep what is typed."""
        self.words.keep()

    def typed(self, name: str, text: str) -> None:
        """Somebody types the code of the right file, or chooses why."""
        self.words.typed(name, text)
        self._changed()

    def tick(self, entry: str, *, is_chosen: bool) -> None:
        """Choose an entry, or leave it."""
        chosen = self._chosen() | {entry} if is_chosen else self._chosen() - {entry}
        self.words.typed(_TICKED, " ".join(sorted(chosen)))
        self._changed()

    def look(self) -> None:
        """Say what would be moved."""
        order, say = self._order(), self._desk.say
        if order is None:
            told = say("Choose what is moved and why, and type the code of the right file.")
            self._tell(told, Tone.WARN)
            return

        def found(moved: Moved) -> None:
            if order == self._order():
                self._looked_at = order
                self._view.show_would_move(tuple(self._told(order, moved)))

        self._view.show_banners(())
        self._desk.ask(lambda: self._tools.look(order), found, self._failed)

    def move(self) -> None:
        """Move what was looked at; somebody else is asked where one person may not alone."""
        order, say = self._looked_at, self._desk.say
        if order is None or self._is_moving:
            return

        def failed(error: NrmError) -> None:
            self._is_moving = False
            if error.code == NEEDS_SECOND:
                self._second.ask(
                    say("Move it into {code}, and erase it here.", code=order.to), go_on
                )
            else:
                self._failed(error)

        def go_on(badge: str) -> None:
            if order != self._looked_at:  # something else was chosen while the colleague came
                self._tools.forget()
                self._tell(
                    say("Something else was chosen meanwhile. Nothing was moved."), Tone.WARN
                )
                return
            self._carry_out(replace(order, second=badge), self._failed)

        self._carry_out(order, failed)

    # ---- what is chosen -------------------------------------------------------------------------

    def _chosen(self) -> set[str]:
        return set(self.words.text(_TICKED).split())

    def _order(self) -> MoveOrder | None:
        code, reason = self.words.text(TYPED_CODE).strip(), self.words.text(TYPED_REASON)
        chosen = self._chosen()
        if not code or not reason or not chosen:
            return None
        items = tuple(RecordId(bytes.fromhex(one)) for one in sorted(chosen))
        return MoveOrder(code, items, reason, ordered_by=self._desk.context.badge)

    def _changed(self) -> None:
        """What was looked at is no longer what is chosen."""
        self._looked_at = None
        self._view.show_would_move(())

    def _carry_out(self, order: MoveOrder, failed: Callable[[NrmError], None]) -> None:
        self._is_moving = True
        self._view.show_banners(())
        self._desk.ask(lambda: self._tools.move(order), self._moved, failed)

    def _moved(self, moved: Moved) -> None:
        say = self._desk.say
        self._is_moving = False
        self.words.done()
        self._view.show_typed({TYPED_CODE: "", TYPED_REASON: ""})
        told = say.plural(
            "{count} answer is where it belongs, and no longer here.",
            "{count} answers are where they belong, and no longer here.",
            len(moved.answers),
        )
        out = self._out(moved.recipients)
        rest = say(
            "Other laptops of this file erase it at their next exchange. Copies against loss that"
            " were made before still hold it."
        )
        self._changed()
        self._view.show_banners((BannerSpec(f"{out} {rest}".strip(), Tone.OK, told),))
        self.refresh()

    # ---- what is shown --------------------------------------------------------------------------

    def _begun(self) -> None:
        self._view.show_typed({name: self.words.text(name) for name in (TYPED_CODE, TYPED_REASON)})
        self._read()

    def _read(self) -> None:
        desk = self._desk

        def read() -> _Found:
            return desk.reader.case(self._scope, desk.sight), desk.reader.directory()

        desk.ask(read, self._show, self._failed)

    def _show(self, found: _Found) -> None:
        view, directory = found
        self._names = {row.entry: row.name for row in directory}
        ticks = () if view is None else tuple(self._entries(view))
        there = {one.id for one in ticks}
        self.words.typed(_TICKED, " ".join(sorted(self._chosen() & there)))
        contents = [(one.id, one.label) for one in ticks]
        if contents != self._contents:  # what was looked at is not what stands there now
            self._contents = contents
            self._changed()
        note = "" if ticks else self._desk.say("Nothing stands here that could be moved.")
        self._view.show_entries(ticks, note)
        self._view.show_traces(() if view is None else tuple(self._traces(view)))

    def _entries(self, view: CaseView) -> Iterator[EntryTick]:
        """Entries with an answer, in the order of the case; rows go with what they stand in."""
        forms, rows = self._desk.context.forms, {row.record: row for row in view.records}
        inside: dict[RecordId, list[CellView]] = {}
        for cell in view.cells:
            if cell.acting.answer is not None:
                line = lineage(rows, cell.record)
                top = line[-1].record if line else cell.record
                inside.setdefault(top, []).append(cell)
        cases = {one.id for one in forms.forms.values() if one.scope is FormScope.CASE}
        numbers, chosen = record_numbers(view), self._chosen()
        for row in view.records:
            is_of_case = row.form in cases and row.form not in _STAYS
            if is_of_case and row.record in inside:
                title = f"{self._words.form(row.form)} {numbers.get(row.record, '')}".strip()
                label = self._label(title, inside[row.record])
                yield EntryTick(row.record.hex(), label, row.record.hex() in chosen)

    def _label(self, title: str, cells: Sequence[CellView]) -> str:
        """The entry by its first answers, never a sealed one; and what has to be decided."""
        say = self._desk.say
        shown = [one for one in cells if not is_sealed(one.field) and self._is_answer(one)]
        said = [
            f"{self._words.label(one.field)}: {self._short(one)}" for one in shown[:_FIRST_ANSWERS]
        ]
        left = len(cells) - len(said)
        if left and said:
            said.append(say.plural("and {count} more answer", "and {count} more answers", left))
        words = " · ".join((title, *said))
        if any(one.is_conflict for one in cells):
            told = say("Two answers stand beside each other: decide first which one holds.")
            return f"{words} · {told}"
        return words

    def _is_answer(self, cell: CellView) -> bool:
        one = self._desk.context.forms.find_field(cell.field)
        return one is not None and one.type not in (FieldType.AUTO, FieldType.REF)

    def _short(self, cell: CellView) -> str:
        words = self._words.answer(cell.field, cell.acting.answer)
        return words if len(words) <= _FIRST_CHARS else f"{words[:_FIRST_CHARS].rstrip()}…"

    def _told(self, order: MoveOrder, moved: Moved) -> Iterator[str]:
        say = self._desk.say
        yield say.plural(
            "{count} answer would go into {code}, with its source and its day:",
            "{count} answers would go into {code}, with their source and their day:",
            len(moved.answers),
            code=order.to,
        )
        yield ", ".join(dict.fromkeys(map(self._words.label, moved.fields)))
        yield say(
            "Here the words are erased. In both files it stays that something was moved: which"
            " questions, when, by whom and why; no words, and no hint to the other file."
        )
        if moved.recipients:
            yield self._out(moved.recipients)

    def _out(self, recipients: Sequence[str]) -> str:
        """Who has to be told, in words; nothing where nobody has received it."""
        if not recipients:
            return ""
        names = ", ".join(self._names.get(one, one) for one in recipients)
        return self._desk.say(
            "It was passed on from here meanwhile. Tell whoever received it: {names}", names=names
        )

    def _traces(self, view: CaseView) -> Iterator[str]:
        said: dict[RecordId, dict[FieldId, Answer]] = {}
        for cell in view.cells:
            if cell.form == FORM and cell.acting.answer is not None:
                said.setdefault(cell.record, {})[cell.field] = cell.acting.answer
        for one in said.values():
            yield from self._trace(one)

    def _trace(self, said: Mapping[FieldId, Answer]) -> Iterator[str]:
        say, words = self._desk.say, self._words
        when, way = said.get(_WHEN), said.get(_WAY)
        if when is None or not isinstance(when.value, tuple) or way is None:
            return
        went = (
            say("came from another file")
            if way.value == CAME
            else say("went to the file where it belongs")
        )
        yield say(
            "{day}, {who}: {went}: {questions}. {reason}",
            day=words.answer(_WHEN, when),
            who=str(when.value[-1]),
            went=went,
            questions=", ".join(map(words.label, _texts(said.get(_WHICH)))),
            reason=words.answer(_WHY, said.get(_WHY)),
        )
        out = _texts(said.get(_OUT))
        if out:
            yield self._out(out)

    def _failed(self, error: NrmError) -> None:
        self._is_moving = False
        self._tools.forget()
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    def _tell(self, text: str, tone: Tone) -> None:
        self._view.show_banners((BannerSpec(text, tone),))


def _texts(answer: Answer | None) -> tuple[str, ...]:
    """The texts of a list that the program wrote; nothing where it wrote none."""
    value = answer.value if answer is not None else None
    return tuple(map(str, value)) if isinstance(value, tuple) else ()

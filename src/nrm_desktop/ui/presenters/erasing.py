"""Erasing for a request of the person: what is held, what would go, and two people who do it.

This module decides what can be chosen and what is said before anything goes. Whether it may go, the
order says again where it is carried out: a request that nobody granted, a file that somebody keeps,
one person alone are all refused there. Nothing goes that was not chosen: what lies in the same
saves is written anew. Which questions are ticked is kept over a lock like words; the whole file and
the code that confirms are chosen and typed anew, because they are the last look before it goes.

Source: nrm.md section 11; sync.md section 17. Promise: P14.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Protocol

from nrm_desktop.app.erasing import EVERYTHING, EraseOrder
from nrm_desktop.app.proofs import Request
from nrm_desktop.app.queries import CaseView
from nrm_desktop.app.tombstones import REQUESTED
from nrm_desktop.domain.access import FORM, REFUSED
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import FieldId, plain_code
from nrm_desktop.domain.sealed import is_sealed
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.forms import BY_PROGRAM
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.presenters.own_data import is_for_erasing
from nrm_desktop.ui.presenters.page_words import PageWords
from nrm_desktop.ui.presenters.second_person import SecondPerson

NEEDS_SECOND: Final = "erasure.needs_second"
_TICKED: Final = "ticked"
_STAYS: Final = BY_PROGRAM | {FORM, "case", "review"}
"""The request itself, and what the program keeps of what was done: they go with the whole file."""


@dataclass(frozen=True, slots=True)
class HeldPart:
    """What a section holds here. Shape: `questions` are fields with an answer, with their words."""

    id: str
    title: str
    questions: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class WouldGo:
    """What an order comes to here. Shape: `stays` are fields that are written anew."""

    versions: int
    stays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionTick:
    """A question whose answers can be chosen to go."""

    name: str
    label: str
    is_chosen: bool


class ErasingTools(Protocol):
    """What erasing needs; both are slow and run outside the window."""

    def look(self, order: EraseOrder) -> WouldGo:
        """Say what would go. Nothing is changed."""

    def erase(self, order: EraseOrder) -> int:
        """Carry an order out with whoever confirmed just now. Shape: how many values are gone."""

    def forget(self) -> None:
        """Let go of whoever confirmed."""


class ErasingView(Protocol):
    """What the card shows."""

    def show_held(self, parts: tuple[Choice, ...], note: str) -> None:
        """Show which parts hold answers; none takes the card away. The note says what is hidden."""

    def show_questions(self, ticks: tuple[QuestionTick, ...]) -> None:
        """Show the questions of a part."""

    def show_choice(self, text: str, *, is_whole: bool) -> None:
        """Say in words what is chosen."""

    def show_would_go(self, lines: tuple[str, ...]) -> None:
        """Say what would go, and ask for the code of the case; none takes the question away."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class ErasingPresenter:
    """The card. Shape: `done` is told once something was erased, with True for the whole file."""

    def __init__(
        self,
        view: ErasingView,
        desk: Desk,
        tools: ErasingTools,
        second: SecondPerson,
        done: Callable[[bool], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._second = second
        self._done = done
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._held: tuple[HeldPart, ...] = ()
        self._part = ""
        self._names: set[str] = set()
        self._is_whole = False
        self._code = ""
        self._request: Request | None = None
        self._looked_at: EraseOrder | None = None
        self._is_erasing = False
        self.words: PageWords | None = None
        """Keeps what is ticked; None where nothing is kept."""

    def show_for(self, view: CaseView | None, request: Request | None) -> None:
        """Show what is held, where a request to erase was granted; else nothing."""
        is_other = (
            self._request is None or request is None or request.record != self._request.record
        )
        self._request = request
        is_granted = bool(request and request.decision and request.decision != REFUSED)
        if view is None or not is_for_erasing(request) or not is_granted:
            self._held = ()
            self._forget()
            self._view.show_held((), "")
            return
        if is_other:
            self._forget()
        self._code = view.row.code
        self._held = tuple(self._parts(view))
        known = {one.code for part in self._held for one in part.questions}
        self._names = (self._kept_names() if is_other else self._names) & known
        if self._part not in {one.id for one in self._held}:
            self._part = self._held[0].id if self._held else ""
        self._view.show_held(
            tuple(Choice(one.id, self._title(one)) for one in self._held), self._hidden(view)
        )
        self._choice_changed()

    def open_part(self, part: str) -> None:
        """Show the questions of a part."""
        self._part = part
        self._show_questions()

    def tick(self, name: str, *, is_chosen: bool) -> None:
        """Choose the answers to a question, or leave them."""
        (self._names.add if is_chosen else self._names.discard)(name)
        self._choice_changed(are_shown=True)

    def tick_all(self) -> None:
        """Choose everything of the part that is open."""
        for one in self._held:
            if one.id == self._part:
                self._names |= {each.code for each in one.questions}
        self._choice_changed()

    def choose_whole(self, *, is_whole: bool) -> None:
        """Choose the whole file, or only what is ticked."""
        self._is_whole = is_whole
        self._choice_changed(are_shown=True)

    def look(self) -> None:
        """Say what would go."""
        order = self._order()
        if order is None:
            self._tell(self._desk.say("Choose what is to be erased."), Tone.WARN)
            return

        def found(would: WouldGo) -> None:
            if order == self._order():
                self._looked_at = order
                self._view.show_would_go(tuple(self._told(would)))

        self._view.show_banners(())
        self._desk.ask(lambda: self._tools.look(order), found, self._failed)

    def erase(self, typed: str) -> None:
        """Erase what was looked at; somebody else is asked where one person may not alone."""
        order, say = self._looked_at, self._desk.say
        if order is None or self._is_erasing:
            return
        if plain_code(typed) != plain_code(self._code):
            self._tell(say("Type the code of the case. Nothing was changed."), Tone.WARN)
            return

        def failed(error: NrmError) -> None:
            self._is_erasing = False
            if error.code == NEEDS_SECOND:
                what = say("Erase what the person asked for. It cannot be brought back.")
                self._second.ask(what, go_on)
            else:
                self._failed(error)

        def go_on(badge: str) -> None:
            if order != self._order():  # something else was chosen while the colleague came
                self._tools.forget()
                self._tell(say("Choose what is to be erased."), Tone.WARN)
                return
            self._carry_out(replace(order, second=badge), self._failed)

        self._carry_out(order, failed)

    # ---- parts ----------------------------------------------------------------------------------

    def _carry_out(self, order: EraseOrder, failed: Callable[[NrmError], None]) -> None:
        self._is_erasing = True
        self._view.show_banners(())
        self._desk.ask(
            lambda: self._tools.erase(order),
            lambda count: self._erased(count, is_whole=order.whole_case),
            failed,
        )

    def _erased(self, count: int, *, is_whole: bool) -> None:
        say = self._desk.say
        self._is_erasing = False
        self._names.clear()
        self._forget()
        self._done(is_whole)
        told = (
            say("The whole file is erased here.")
            if is_whole
            else say.plural(
                "{count} value is erased here.", "{count} values are erased here.", count
            )
        )
        rest = say(
            "Other laptops of the case erase at their next exchange. Copies against loss that were"
            " made before still hold it, and whoever has received or copied it keeps it."
        )
        self._view.show_banners((BannerSpec(rest, Tone.OK, told),))

    def _forget(self) -> None:
        self._is_whole = False
        self._looked_at = None
        self._tools.forget()
        self._view.show_would_go(())

    def _kept_names(self) -> set[str]:
        """What was ticked for this request when the page was left."""
        return set(self.words.text(self._kept_name()).split()) if self.words is not None else set()

    def _kept_name(self) -> str:
        return f"{_TICKED}@{self._request.record.hex()}" if self._request is not None else _TICKED

    def _order(self) -> EraseOrder | None:
        if self._request is None or not (self._is_whole or self._names):
            return None
        return EraseOrder(
            ground=REQUESTED,
            ordered_by=self._desk.context.badge,
            fields=frozenset() if self._is_whole else frozenset(map(FieldId, self._names)),
            whole_case=self._is_whole,
            re_assert=frozenset({EVERYTHING}),
            request=self._request.record,
        )

    def _parts(self, view: CaseView) -> Iterator[HeldPart]:
        """What can be seen here, by sections, in the order of the forms."""
        forms = self._desk.context.forms
        answered = {cell.field for cell in view.cells if cell.acting.answer is not None}
        held: dict[tuple[str, str], list[Choice]] = {}
        for one in forms.fields():
            if one.id in answered and one.form not in _STAYS and not is_sealed(one.id):
                question = Choice(str(one.id), self._words.label(one.id))
                held.setdefault((one.form, one.section), []).append(question)
        for (form, section), questions in held.items():
            yield HeldPart(f"{form}.{section}", self._name(form, section), tuple(questions))

    def _name(self, form: str, section: str) -> str:
        """Form and section, where the section has a name of its own."""
        title = self._words.form(form)
        found = [one for one in self._desk.context.forms.form(form).sections if one.id == section]
        names = dict.fromkeys((title, *(self._words.section(one) for one in found)))
        return " · ".join(names)

    def _title(self, one: HeldPart) -> str:
        return self._desk.say("{part} ({count})", part=one.title, count=len(one.questions))

    def _hidden(self, view: CaseView) -> str:
        parts = [self._words.code("file_part", word) for word in view.hidden_compartments]
        if not parts:
            return ""
        return self._desk.say(
            "Your role does not read: {parts}. It goes only with the whole file.",
            parts=", ".join(parts),
        )

    def _choice_changed(self, *, are_shown: bool = False) -> None:
        """What was looked at is no longer what is chosen."""
        say = self._desk.say
        self._looked_at = None
        if self.words is not None:
            self.words.typed(self._kept_name(), " ".join(sorted(self._names)))
        self._view.show_would_go(())
        if not are_shown:
            self._show_questions()
        if self._is_whole:
            text = say("Chosen: the whole file.")
        elif self._names:
            text = say.plural(
                "Chosen: the answers to {count} question, with all that stood there before.",
                "Chosen: the answers to {count} questions, with all that stood there before.",
                len(self._names),
            )
        else:
            text = say("Nothing is chosen.")
        self._view.show_choice(text, is_whole=self._is_whole)

    def _show_questions(self) -> None:
        questions = [each for one in self._held if one.id == self._part for each in one.questions]
        self._view.show_questions(
            tuple(QuestionTick(one.code, one.label, one.code in self._names) for one in questions)
        )

    def _told(self, would: WouldGo) -> Iterator[str]:
        say = self._desk.say
        yield say.plural(
            "{count} value would go, also what stood there before.",
            "{count} values would go, also what stood there before.",
            would.versions,
        )
        if would.stays and not self._is_whole:
            labels = dict.fromkeys(self._words.label(name) for name in would.stays)
            yield say(
                "In the same saves lie answers that stay; they are written anew: {questions}",
                questions=", ".join(labels),
            )
        yield say("It cannot be brought back.")

    def _failed(self, error: NrmError) -> None:
        self._is_erasing = False
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    def _tell(self, text: str, tone: Tone) -> None:
        self._view.show_banners((BannerSpec(text, tone),))

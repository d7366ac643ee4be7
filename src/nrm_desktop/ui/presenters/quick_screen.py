"""Writing without unlocking: one form of the pack, filled in on the locked laptop and sealed.

This module decides what of a form can be asked where nobody is known, what "the same setting"
takes along to the next person, and when everything typed is let go of: with the sealing, with
"Back", and when nobody types for a while. Nothing is kept on the way, so nothing can be found
later; and what was sealed is never shown again. It knows no vault and no role: who may take the
form over is asked when somebody does.

Source: storage-security.md section 4.12; ux.md section 4, screens 1 and 6; forms.md form l15.
Promise: P27. Limit: L17.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from nrm_desktop.app.context import Context
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import Answer
from nrm_desktop.ui.presenters.calls import Failed, Stop
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.counter_sheet import (
    CounterSheetPresenter,
    CounterView,
    is_somebody_near,
)
from nrm_desktop.ui.presenters.field_spec import FieldEdit, FieldSpec, Reply
from nrm_desktop.ui.presenters.field_specs import read_cell
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.presenters.problem_words import problem_words
from nrm_desktop.ui.presenters.unlock import MESSAGE, QUICK
from nrm_desktop.ui.presenters.unsigned_form import NobodysSpecs, SheetOnForm, UnsignedForm
from nrm_desktop.ui.presenters.wording import DateWords, Say


class WritingDesk(Protocol):
    """The little that can be asked while the laptop is locked."""

    @property
    def say(self) -> Say:
        """Words of the program."""

    @property
    def dates(self) -> DateWords:
        """Dates for people."""

    @property
    def idle_s(self) -> float:
        """After so long without a key everything typed is let go of."""

    def languages(self) -> tuple[Choice, ...]:
        """Languages by tag, with their own names."""

    def load(self, done: Callable[[Context], None], failed: Failed) -> None:
        """Load the forms outside the window, for nobody in particular.

        Fails with `storage.no_intake` or `policy.boxes_full` where nothing could be sealed.
        """

    def seal(
        self,
        form: str,
        answers: tuple[tuple[FieldId, Answer], ...],
        done: Callable[[], None],
        failed: Failed,
    ) -> None:
        """Seal a form outside the window; `done` once it lies there for good."""

    def after(self, seconds: float, call: Callable[[], None]) -> Stop:
        """Have something called later."""

    def explain(self, error: NrmError) -> tuple[str, str]:
        """Give message and remedy of an error."""


class QuickScreenView(CounterView, Protocol):
    """What the page shows."""

    def show_form(self, title: str, purpose: str, specs: tuple[FieldSpec, ...]) -> None:
        """Build the questions, all of them empty."""

    def show_only(self, visible: frozenset[str]) -> None:
        """Show these questions, and hide the others."""

    def show_reply(self, cell: str, reply: Reply) -> None:
        """Show what stands in a question."""

    def show_problem(self, cell: str, words: str) -> None:
        """Show what does not fit; empty takes it away."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""

    def show_busy(self, text: str) -> None:
        """Say what is going on, and take no answers meanwhile; empty: go on."""

    def show_covered(self, *, is_covered: bool) -> None:
        """Show neutral signs in place of words, or the words again."""

    def show_closed(self) -> None:
        """Take the questions away: there is only the way back."""

    def focus_on(self, cell: str) -> None:
        """Put the cursor into a question."""

    def wipe(self) -> None:
        """Empty every question and take them all away."""


class QuickScreenPresenter:
    """Fills in one form for one person after the other.

    Shape: `close` leads back to the locked screen.
    """

    def __init__(
        self, view: QuickScreenView, desk: WritingDesk, form_id: str, close: Callable[[], None]
    ) -> None:
        self._view = view
        self._desk = desk
        self._form_id = form_id
        self._close = close
        self._context: Context | None = None
        self._paper: UnsignedForm | None = None
        self._is_sealing = False
        self._is_covered = self._was_near = False
        self._stop_waiting: Stop | None = None
        self.sheet: CounterSheetPresenter | None = None
        """What stands on the neutral screen; only the quick screen has one."""

    def start(self) -> None:
        """Load the form and show it empty."""
        self._view.show_busy(self._desk.say("Opening the form …"))
        self._desk.load(self._loaded, self._cannot_begin)
        self._wait()

    def edited(self, edit: FieldEdit) -> None:
        """A person changed an answer."""
        if self._paper is None:
            return
        self._wait()
        cell = read_cell(edit.field)
        problem = self._paper.take(cell.field, edit.reply)
        words = problem_words(self._desk.say, problem) if problem else ""
        self._view.show_problem(self._paper.host(cell.field), words)
        self._view.show_only(self._paper.visible())
        is_near = is_somebody_near(self._paper.answer)
        if is_near != self._was_near:
            self._was_near = is_near
            self._cover(is_covered=is_near)

    def toggle_cover(self) -> None:
        """Words, or the sheet with neutral signs, by one key."""
        if self.sheet is not None and self._paper is not None:
            self._cover(is_covered=not self._is_covered)

    def done(self) -> None:
        """Seal what is written; then there is only the way back."""
        self._seal(self._sealed)

    def next_person(self) -> None:
        """Seal what is written, and begin the form of the next person in the same setting."""
        self._seal(self._sealed_and_on)

    def back(self) -> None:
        """Let go of everything typed, and go back to the locked screen.

        Not while something is being sealed: where that fails the words are still needed.
        """
        if self._is_sealing:
            return
        self.wipe()
        self._close()

    def wipe(self) -> None:
        """Let go of everything typed."""
        self._paper = None
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None
        self._view.wipe()

    # ---- the form -------------------------------------------------------------------------------

    def _loaded(self, context: Context) -> None:
        self._context = context
        self._view.show_busy("")
        warning = self._desk.say(
            "Nobody can be told who wrote this: no name goes with it. Somebody may still guess it"
            " from what you write, or see you write. Write only what is safe for you."
        )
        self._begin({}, (BannerSpec(warning, Tone.NEUTRAL),) if self._form_id == MESSAGE else ())

    def _begin(self, kept: Mapping[FieldId, Reply], banners: tuple[BannerSpec, ...]) -> None:
        context = self._context
        if context is None:
            return
        words = FormWords(context.forms, self._desk.say, self._desk.dates)
        self._paper = paper = UnsignedForm(context, self._form_id)
        specs = paper.specs(NobodysSpecs(context, words, self._desk.languages()))
        view = self._view
        view.show_form(words.form(self._form_id), words.purpose_of(self._form_id), specs)
        view.show_banners(banners)
        if self._form_id == QUICK:
            self._lay_sheet(context, words, paper)
        for name, reply in kept.items():
            paper.take(name, reply)
            view.show_reply(paper.host(name), reply)
        seen = paper.visible()
        view.show_only(seen)
        kept_ids = {paper.host(name) for name in kept}
        first = next((s.id for s in specs if s.id in seen and s.id not in kept_ids), "")
        if not self._is_covered:  # what is covered takes no cursor
            view.focus_on(first)

    def _lay_sheet(self, context: Context, words: FormWords, paper: UnsignedForm) -> None:
        """Have the sheet at hand; a screen that was neutral stays so for the next person."""
        desk = self._desk
        self.sheet = sheet = CounterSheetPresenter(self._view, words, desk.say, desk.languages())
        sheet.begin(context.forms, SheetOnForm(paper, self._taken))
        is_covered, self._is_covered, self._was_near = self._is_covered, False, False
        self._cover(is_covered=is_covered)

    def _taken(self, name: FieldId, reply: Reply) -> None:
        if self._paper is not None:
            self._wait()
            self._view.show_reply(self._paper.host(name), reply)

    def _cover(self, *, is_covered: bool) -> None:
        if self.sheet is not None and is_covered != self._is_covered:
            self._is_covered = is_covered
            self._view.show_covered(is_covered=is_covered)
            self.sheet.show(is_shown=is_covered)

    # ---- sealing --------------------------------------------------------------------------------

    def _seal(self, then: Callable[[Mapping[FieldId, Reply]], None]) -> None:
        paper, say = self._paper, self._desk.say
        if paper is None or self._is_sealing:
            return
        misfit = paper.misfit()
        if misfit:
            self._tell(say("One answer does not fit yet. Correct it, or empty it."))
            self._view.focus_on(misfit)
            return
        answers = paper.answers()
        if not answers:
            self._tell(say("Nothing is written yet."))
            return
        kept = paper.setting()
        self._is_sealing = True
        self._view.show_busy(say("Sealing …"))
        self._desk.seal(self._form_id, answers, lambda: then(kept), self._not_sealed)

    def _sealed(self, _kept: Mapping[FieldId, Reply]) -> None:
        self._is_sealing = False
        self.wipe()
        self._view.show_busy("")
        self._view.show_closed()
        self._view.show_banners((self._sealed_words(),))
        self._wait()

    def _sealed_and_on(self, kept: Mapping[FieldId, Reply]) -> None:
        self._is_sealing = False
        self.wipe()
        self._view.show_busy("")
        self._begin(kept, (self._sealed_words(),))
        self._wait()

    def _sealed_words(self) -> BannerSpec:
        text = self._desk.say("Sealed. It can be read only after unlocking.")
        return BannerSpec(text, Tone.NEUTRAL)

    def _not_sealed(self, error: NrmError) -> None:
        """The words stay in their questions: nothing typed is lost to a full disk."""
        self._is_sealing = False
        self._view.show_busy("")
        message, remedy = self._desk.explain(error)
        self._tell(remedy, message)
        self._wait()

    def _cannot_begin(self, error: NrmError) -> None:
        self._view.show_busy("")
        self._view.show_closed()
        message, remedy = self._desk.explain(error)
        self._tell(remedy, message)

    def _tell(self, text: str, title: str = "") -> None:
        """Say something in the quiet tone of this page: somebody may look over a shoulder."""
        self._view.show_banners((BannerSpec(text, Tone.NEUTRAL, title),))

    def _wait(self) -> None:
        """Nobody may find what somebody left lying: it goes when nobody types for a while."""
        if self._stop_waiting is not None:
            self._stop_waiting()
        self._stop_waiting = self._desk.after(self._desk.idle_s, self._left_lying)

    def _left_lying(self) -> None:
        self._stop_waiting = None
        if self._is_sealing:
            self._wait()
        else:
            self.back()

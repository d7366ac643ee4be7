"""Talking with somebody: who else is in the room, breaks, and stopping when it is too much.

Rules:
- Somebody else can see the screen: neutral signs stand in place of words, nothing warns, nothing
  sounds, and only a key brings the words back (S2, R41). It begins by itself once an answer says
  that the person was not alone, or that somebody is near who may control the person. A sheet of
  ordinary questions stands there with the signs (`counter_sheet`).
- A pause notes its time, and its reason where somebody gives one. Stopping keeps everything as a
  valid record; nothing is asked for first (R28).
- An interpreter who is not safe is stopped with one key and is not offered again (R12). The words
  for the reason stay with the incident.

This module decides when the screen is neutral and what a break leaves in the record.

Source: nrm.md 9.1 (3, 4, 6, 11); ux.md section 6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.timing import now_of
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.scripts import isolated
from nrm_desktop.domain.values import Answer, AnswerState, Value
from nrm_desktop.ui.presenters.calls import Stop
from nrm_desktop.ui.presenters.case_file import CaseFile
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.counter_sheet import (
    CounterSheetPresenter,
    CounterView,
    is_somebody_near,
)
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.field_spec import Reply
from nrm_desktop.ui.presenters.field_specs import Cell
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.hand import Hand
from nrm_desktop.ui.presenters.paper import PaperOffer

BREAK_AFTER_S: Final = 40 * 60.0
"""After so long a quiet mark offers a break; never a countdown (ux.md section 6)."""
_BREAKS: Final = "screening.breaks"
_FROM: Final = FieldId(f"{_BREAKS}.from")
_TO: Final = FieldId(f"{_BREAKS}.to")
_REASON: Final = FieldId(f"{_BREAKS}.reason")
_ENDED: Final = FieldId("screening.ended_at")
_INTERPRETERS: Final = "screening.interpreter"
_WHO: Final = FieldId(f"{_INTERPRETERS}.who")
_INCIDENT: Final = "incident"
_UNSAFE: Final = f"{_INCIDENT}.inc_interpreter"
_UNSAFE_WHO: Final = FieldId(f"{_UNSAFE}.who")
_GROUNDING: Final = "grounding.line{number}"


@dataclass(frozen=True, slots=True)
class PauseCard:
    """What stands there while nobody asks.

    Shape: `lines` help to come back to here and now; `reasons` have one key each; both are empty
    while somebody else can see the screen. `has_interpreter` if one can be stopped for good.
    """

    lines: tuple[str, ...] = ()
    reasons: tuple[Choice, ...] = ()
    chosen: str = ""
    has_interpreter: bool = False


class TalkView(CounterView, Protocol):
    """What the page shows of it."""

    def show_covered(self, *, is_covered: bool) -> None:
        """Show neutral signs in place of words, or the words again."""

    def show_pause(self, card: PauseCard | None) -> None:
        """Show what stands there during a pause; None goes on with the questions."""

    def show_break_mark(self, *, is_shown: bool) -> None:
        """Show quietly that it has been long."""

    def show_note(self, words: str) -> None:
        """Show a line below the title that stays until the next section; empty takes it away."""


class TalkPresenter:
    """One talk."""

    def __init__(self, view: TalkView, desk: Desk, file: CaseFile, hand: Hand) -> None:
        self._view = view
        self._desk = desk
        self._file = file
        self._hand = hand
        self.ended: Callable[[], None] = _stay
        """Leads away from the page once somebody stops."""
        self.slip: Callable[[], tuple[str, str]] | None = None
        """Makes a hand-over code. Shape: the case code and the hand-over code."""
        words = FormWords(desk.context.forms, desk.say, desk.dates)
        self.sheet = CounterSheetPresenter(view, words, desk.say, desk.languages())
        """What stands there with the signs."""
        self.paper: PaperOffer | None = None
        """Writes the slip as a file; told by whoever joins the page."""
        self._root: RecordId | None = None
        self._is_covered = False
        self._was_near = False
        self._break: RecordId | None = None
        self._card: PauseCard | None = None
        self._stop_waiting: Stop | None = None

    def begin(self, root: RecordId) -> None:
        """The talk is on, in this record."""
        self._root = root
        self.sheet.begin(
            self._desk.context.forms, _Record(self._desk, self._file, self._hand, root)
        )
        self.look()
        self._wait()

    def look(self) -> None:
        """An answer changed: is somebody near who must not read this?"""
        is_near = self._is_somebody_near()
        if is_near != self._was_near:
            self._was_near = is_near
            self._cover(is_covered=is_near)

    def toggle_cover(self) -> None:
        """Words or neutral signs, by one key."""
        self._cover(is_covered=not self._is_covered)

    def show_words(self) -> None:
        """The words again, whoever is near: a person has looked round."""
        self._cover(is_covered=False)

    def pause(self) -> None:
        """Nobody asks for a while; the time is noted."""
        if self._root is None or self._break is not None:
            return
        self._view.show_break_mark(is_shown=False)
        self._break = self._desk.context.new_record()
        self._file.begin(self._break, _BREAKS, self._root)
        self._take(self._break, _FROM, self._now())
        self._hand.save()
        self._card = self._made_card()
        self._view.show_pause(self._card)

    def give_reason(self, code: str) -> None:
        """Say why it is a pause; nobody has to."""
        if self._break is not None and self._card is not None:
            self._take(self._break, _REASON, code)
            self._card = self._made_card(code)
            self._view.show_pause(self._card)

    def stop_interpreter(self) -> None:
        """The interpreter is not safe for this person, and is not to be called again."""
        who = self._interpreter()
        if not who:
            return
        self.give_reason("interpreter")
        incident, row = self._desk.context.new_record(), self._desk.context.new_record()
        self._file.begin(incident, _INCIDENT)
        self._file.begin(row, _UNSAFE, incident)
        self._take(row, _UNSAFE_WHO, who)
        self._hand.save()
        self._card = self._made_card("interpreter")
        self._view.show_pause(self._card)

    def give_code(self) -> None:
        """Make the code for the slip of whoever goes on with the person."""
        if self.slip is None:
            return
        self._hand.save()
        self._desk.ask(self.slip, self._show_slip, self._no_slip)

    def go_on(self) -> None:
        """The pause is over."""
        if self._break is None:
            return
        self._take(self._break, _TO, self._now())
        self._leave_pause()
        self._wait()

    def stop(self) -> None:
        """It is over for today; what is there is a valid record."""
        if self._root is None:
            return
        self._take(self._root, _ENDED, self._now())
        self._leave_pause()
        self.ended()

    # ---- parts ----------------------------------------------------------------------------------

    def _show_slip(self, slip: tuple[str, str]) -> None:
        """Two codes tell a bystander nothing, so they are shown on a neutral screen too."""
        case, code = slip
        words = self._desk.say("For the slip: {case}, hand-over {code}.", case=case, code=code)
        codes = f"{isolated(case)}  {isolated(code)}"
        self._view.show_note(codes if self._is_covered else words)
        if self.paper is not None:
            self.paper.offer(is_offered=not self._is_covered)

    def _no_slip(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_note("" if self._is_covered else f"{message} {remedy}")

    def _leave_pause(self) -> None:
        self._hand.save()
        self._break = self._card = None
        self._view.show_pause(None)

    def _cover(self, *, is_covered: bool) -> None:
        if is_covered == self._is_covered:
            return
        self._is_covered = is_covered
        self._view.show_covered(is_covered=is_covered)
        self.sheet.show(is_shown=is_covered)
        if self.paper is not None and is_covered:
            self.paper.offer(is_offered=False)
        if self._card is not None:
            self._card = self._made_card(self._card.chosen)
            self._view.show_pause(self._card)

    def _is_somebody_near(self) -> bool:
        root = self._root
        return root is not None and is_somebody_near(
            lambda name: self._file.answer(Cell(root, name))
        )

    def _made_card(self, chosen: str = "") -> PauseCard:
        if self._is_covered:
            return PauseCard(chosen=chosen)
        forms, language = self._desk.context.forms, self._desk.say.language
        keys = (_GROUNDING.format(number=number) for number in range(1, 10))
        lines = tuple(words for key in keys if (words := forms.find_text(key, language)))
        codes = forms.codes_of(forms.field(_REASON))
        offered = codes.offered() if codes is not None else ()
        reasons = tuple(
            Choice(code, forms.text(f"codelist.break_reason.{code}", language)) for code in offered
        )
        return PauseCard(lines, reasons, chosen, has_interpreter=self._may_stop_interpreter())

    def _may_stop_interpreter(self) -> bool:
        context = self._desk.context
        return bool(self._interpreter()) and context.forms.roles.may_fill(context.roles, _INCIDENT)

    def _interpreter(self) -> str:
        """Who interprets in this talk: the one named last."""
        rows = self._file.of(_INTERPRETERS, self._root)
        named = [self._file.answer(Cell(row, _WHO)).value for row in rows]
        return next((str(one) for one in reversed(named) if one), "")

    def _take(self, record: RecordId, name: FieldId, value: Value) -> None:
        self._hand.take(Cell(record, name), Reply(AnswerState.ANSWERED, value))

    def _now(self) -> Value:
        return (now_of(self._desk.context).minute, 0)

    def _wait(self) -> None:
        if self._stop_waiting is not None:
            self._stop_waiting()
        mark = lambda: self._view.show_break_mark(is_shown=True)  # noqa: E731 - one call
        self._stop_waiting = self._desk.after(BREAK_AFTER_S, mark)


@dataclass(frozen=True, slots=True)
class _Record:
    """The record of the talk, as the sheet sees it (fulfils `AnswerPlace`)."""

    desk: Desk
    file: CaseFile
    hand: Hand
    root: RecordId

    def answer(self, name: FieldId) -> Answer:
        """What is typed, else what stands."""
        return self.file.answer(Cell(self.root, name))

    def may_take(self, name: FieldId) -> bool:
        """True if a role of the user fills the form and writes there, and nothing has ended."""
        context, file = self.desk.context, self.file
        one = context.forms.field(name)
        is_over = file.is_over or file.is_staying or self.root in file.ended
        return (
            not is_over
            and context.forms.roles.may_fill(context.roles, one.form)
            and context.forms.roles.may_write(context.roles, one.compartment)
        )

    def take(self, name: FieldId, reply: Reply) -> None:
        """Take an answer in hand; a draft keeps it like every other."""
        self.hand.take(Cell(self.root, name), reply)


def _stay() -> None:
    """Nothing leads away from here."""

"""The hand-over of the shift, with the duty sheet beside it: what a night needs, on one page.

This module decides the words. Lines are told by code, those that nobody has read in front; open
cases without a line are named. Reading is signed in the own name and ends no task. Where a role
reads only one of the two parts, the other is there all the same. No network is asked (R40).

Source: forms.md forms l21 and l23; ux.md section 4, screen 28.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from nrm_desktop.app.duty import Beds, DutySheet, OnCall, PhoneHelp, duty_sheet
from nrm_desktop.app.shift import HandOver, ShiftLine, ToDo, hand_over, receipt_of
from nrm_desktop.app.timing import now_of
from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.scripts import isolated
from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, Tone
from nrm_desktop.ui.presenters.paper import PaperOffer

DUTY_FORM: Final = "duty"
_ROLE: Final = "policy.role"


@dataclass(frozen=True, slots=True)
class LineCard:
    """The line of a case in words. Shape: `said` are pairs of what it is and what was written."""

    scope: ScopeId
    code: str
    title: str
    written: str
    said: tuple[tuple[str, str], ...]
    read: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A row of the duty sheet in words."""

    what: str
    whom: str
    when: str
    more: str
    pill: PillSpec | None = None


@dataclass(frozen=True, slots=True)
class DutyPart:
    """One part of the duty sheet; without rows it is not shown."""

    title: str
    rows: tuple[DutyRow, ...]


class ShiftView(Protocol):
    """What the page shows."""

    def show_lines(self, cards: tuple[LineCard, ...], note: str) -> None:
        """Show the lines; the note says which cases have none, or that nothing was handed over."""

    def show_duty(self, parts: tuple[DutyPart, ...], note: str) -> None:
        """Show who can be reached; the note says that nobody is entered."""

    def show_editing(self, *, is_allowed: bool) -> None:
        """Offer to change the duty sheet to those who fill it."""

    def show_unread(self, count: int) -> None:
        """Say how many lines can be signed as read."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class ShiftPresenter:
    """The page. Shape: `opening` writes a new line of a case, `editing` the duty sheet."""

    def __init__(
        self,
        view: ShiftView,
        desk: Desk,
        opening: Callable[[ScopeId, str], None],
        editing: Callable[[], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._opening = opening
        self._editing = editing
        self._words = FormWords(desk.context.forms, desk.say, desk.dates)
        self._lines: tuple[ShiftLine, ...] = ()
        self.paper: PaperOffer | None = None
        """Writes the page as a file; told by whoever joins the page."""

    def columns(self) -> tuple[Column[DutyRow], ...]:
        """The columns of a part of the duty sheet."""
        say = self._desk.say
        return (
            Column("what", say("What"), lambda one: one.what, chars=22),
            Column("whom", say("Whom to call"), lambda one: one.whom, chars=26, stretches=True),
            Column("when", say("When"), lambda one: one.when, chars=26, gives_way=1),
            Column("more", say("If nobody answers"), lambda one: one.more, chars=22, gives_way=2),
            Column(
                "state",
                say("State"),
                lambda one: one.pill.word if one.pill else "",
                lambda one: one.pill,
                chars=12,
            ),
        )

    def start(self) -> None:
        """Read both parts."""
        desk, context = self._desk, self._desk.context
        now = now_of(context)
        may_edit = context.forms.roles.may_fill(context.roles, DUTY_FORM)
        self._view.show_editing(is_allowed=may_edit)
        desk.ask(lambda: hand_over(desk.reader, desk.sight, now), self._show, self._no_lines)
        desk.ask(
            lambda: duty_sheet(desk.reader, desk.sight, now),
            self._show_duty,
            self._no_duty,
        )

    def refresh(self) -> None:
        """Something changed from elsewhere."""
        self.start()

    def leave(self) -> None:
        """Nothing is in hand on this page."""

    def write_line(self, scope: ScopeId, code: str) -> None:
        """Write a new line for a case."""
        self._opening(scope, code)

    def edit_duty(self) -> None:
        """Change the duty sheet."""
        self._editing()

    def read_all(self) -> None:
        """Sign that every line was read which this person has not read yet."""
        desk, minute = self._desk, now_of(self._desk.context).minute
        unread = self._unread()
        left = len(unread)

        def done(_events: object) -> None:
            nonlocal left
            left -= 1
            if not left:
                self.start()

        for line in unread:
            desk.submit(receipt_of(desk.context, line, minute), done, self._failed)

    # ---- parts ----------------------------------------------------------------------------------

    def _unread(self) -> list[ShiftLine]:
        return [one for one in self._lines if not one.is_known_to(self._desk.context.badge)]

    def _show(self, found: HandOver) -> None:
        badge = self._desk.context.badge
        self._lines = tuple(sorted(found.lines, key=lambda one: (one.is_known_to(badge), one.code)))
        self._view.show_lines(tuple(map(self._card, self._lines)), self._note(found))
        self._view.show_unread(len(self._unread()))
        if self.paper is not None:
            self.paper.offer(is_offered=bool(found.lines or found.without))

    def _note(self, found: HandOver) -> str:
        say = self._desk.say
        if found.without:
            return say("Open cases without a line: {codes}", codes=", ".join(found.without))
        return "" if found.lines else say("Nothing was handed over.")

    def _show_duty(self, sheet: DutySheet) -> None:
        say = self._desk.say
        parts = (
            DutyPart(say("On call tonight"), tuple(map(self._on_call, sheet.on_call))),
            DutyPart(say("Free beds"), tuple(map(self._beds, sheet.beds))),
            DutyPart(say("Interpreters by telephone"), tuple(map(self._phone, sheet.phones))),
        )
        note = say("Nobody is entered for tonight.") if sheet.is_empty else ""
        self._view.show_duty(parts, note)

    def _no_lines(self, error: NrmError) -> None:
        self._lines = ()
        words = self._desk.say("Your role does not read the lines of a shift.")
        self._view.show_lines((), words if error.code == _ROLE else "")
        self._view.show_unread(0)
        if error.code != _ROLE:
            self._failed(error)

    def _no_duty(self, error: NrmError) -> None:
        self._view.show_duty((), "")
        if error.code != _ROLE:
            self._failed(error)

    def _failed(self, error: NrmError) -> None:
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    # ---- words ----------------------------------------------------------------------------------

    def _card(self, line: ShiftLine) -> LineCard:
        say, words = self._desk.say, self._words
        watch = [words.code("shift_watch", code) for code in line.watch]
        watch += [line.watch_words] if line.watch_words else []
        said = [(words.label("shift.sh_now"), line.now)]
        said += [(words.label("shift.sh_do"), self._to_do(one)) for one in line.todo]
        said.append((words.label("shift.sh_watch"), ", ".join(watch)))
        receipts = [f"{one.by}, {self._time(one.at)}" for one in line.receipts]
        return LineCard(
            line.scope,
            line.code,
            " · ".join(filter(None, (isolated(line.code), line.bed))),
            say("Written {when} by {badge}", when=self._time(line.written), badge=line.by),
            tuple((question, answer) for question, answer in said if answer),
            say("Read by {who}", who="; ".join(receipts)) if receipts else say("Not read yet"),
            is_new=not line.is_known_to(self._desk.context.badge),
        )

    def _to_do(self, one: ToDo) -> str:
        said = ", ".join(filter(None, (one.what, self._time(one.by_when), one.who)))
        return self._desk.say("{what} (done)", what=said) if one.is_done else said

    def _on_call(self, one: OnCall) -> DutyRow:
        say = self._desk.say
        span = " – ".join(filter(None, (self._time(one.start), self._time(one.end))))
        pill = (
            PillSpec(say("Now"), Shape.DOT, Tone.OK) if one.is_now else self._old(is_old=one.is_old)
        )
        role = self._words.code("duty_role", one.role)
        return DutyRow(role, one.who, span, one.second, pill)

    def _beds(self, one: Beds) -> DutyRow:
        number = "?" if one.number is None else str(one.number)
        profile = self._words.code("bed_profile", one.profile)
        pill = self._old(is_old=one.is_old)
        return DutyRow(one.place, f"{profile}: {number}", self._time(one.at), "", pill)

    def _phone(self, one: PhoneHelp) -> DutyRow:
        names = {choice.code: choice.label for choice in self._desk.languages()}
        gender = self._words.code("gender", one.gender) if one.gender else ""
        what = ", ".join(filter(None, (names.get(one.language, one.language), gender)))
        return DutyRow(what, one.phone, one.hours, one.who_pays)

    def _old(self, *, is_old: bool) -> PillSpec | None:
        return PillSpec(self._desk.say("Old"), Shape.RING, Tone.WARN) if is_old else None

    def _time(self, text: str) -> str:
        """A day or minute for people."""
        if not text:
            return ""
        day, _, time = text.partition("T")
        try:
            return f"{self._desk.dates.show(PartialDate(day))} {time[:5]}".strip()
        except ValueError:
            return text

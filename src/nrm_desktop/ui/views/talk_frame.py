"""The frame of a talk: neutral signs while somebody else can see the screen, and the pause card.

While the screen is neutral nothing on it says what it is about: no list of places, no titles, no
words of questions, no banner and no colour of alarm (R41). The keys N, P and O work outside text
fields, by their place; Ctrl+H works everywhere.

Source: ux.md sections 5 and 6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.counter_sheet import ShownSheet
from nrm_desktop.ui.presenters.form_page import SectionLink
from nrm_desktop.ui.presenters.marks import Shape
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.talk import PauseCard, TalkPresenter
from nrm_desktop.ui.views.answer_bar import Answer, AnswerBar
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.views.counter_sheet import CounterSheetCard, Legend, sign_keys
from nrm_desktop.ui.views.main_window import shortcut
from nrm_desktop.ui.views.paper_card import PaperCard
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button, ButtonKind, IconButton
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.kit import KeyPlace, Kit
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import first_stop, order_tabs

HIDE: Final = "Ctrl+H"


class TalkFrame(CaseFrame):
    """A page of a case on which somebody may be asked (fulfils `TalkView`)."""

    def __init__(self, kit: Kit, code: str, place: PlaceId, page: Page) -> None:
        self._page = page
        self._title = ""
        self._number = 1
        self._is_covered = False
        self._keys: dict[KeyPlace, Callable[[], object]] = {}
        self._pause: _PauseBox | None = None
        self._talk: TalkPresenter | None = None
        self._break_mark: Button | None = None
        self._hide: IconButton | None = None
        self._spoken: dict[QAbstractButton, tuple[str, str]] = {}
        self._column = QVBoxLayout()
        self._note = PlainLabel(kit, "", "strong").as_code()
        self._note.hide()
        page.body.addWidget(self._note)
        self.paper: PaperCard | None = None
        self._paper_home = QVBoxLayout()
        page.body.addLayout(self._paper_home)
        self._sheet: CounterSheetCard | None = None
        self._sheet_home = QVBoxLayout()
        page.body.addLayout(self._sheet_home)
        self._legend = Legend(kit)
        super().__init__(kit, code, place, page)

    def bind_talk(
        self,
        talk: TalkPresenter,
        observe_only: Callable[[], object],
        another: Callable[[], object],
    ) -> None:
        """Tell who decides, and offer its acts by buttons and keys."""
        say = self._kit.say
        self._talk = talk
        acts = (
            ("plus", say("Another talk with this person"), another),
            ("eye-off", say("Neutral screen (N, or Ctrl+H)"), talk.toggle_cover),
            ("send", say("A code for the slip"), talk.give_code),
            ("pause", say("Pause (P)"), talk.pause),
        )
        for icon, words, act in acts:
            button = IconButton(self._kit, icon, words)
            button.clicked.connect(lambda _=False, run=act: run())
            self._page.add_head_action(button)
            self._spoken[button] = ("", words)
            if icon == "eye-off":
                self._hide = button
        self._break_mark = Button(self._kit, say("A break?"), "", ButtonKind.QUIET)
        self._break_mark.clicked.connect(lambda _=False: talk.pause())
        self._break_mark.hide()
        self._page.add_head_action(self._break_mark)
        observe = self._page.add_action(say("Observation only"), observe_only, "eye")
        self._spoken[observe] = (observe.text(), KeyPlace.O)
        observe.setToolTip(KeyPlace.O)
        self._keys = {
            KeyPlace.N: talk.toggle_cover,
            KeyPlace.P: talk.pause,
            KeyPlace.O: observe_only,
            **sign_keys(talk.sheet.press),
        }
        shortcut(self, HIDE, talk.toggle_cover)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_sections(self, links: Sequence[SectionLink], opened: str) -> None:
        """Show the sections; while the screen is neutral the open one is a number."""
        super().show_sections(links, opened)
        keys = [link.id for link in links]
        self._number = keys.index(opened) + 1 if opened in keys else 1
        self._place_legend()
        self._show_name()

    def show_covered(self, *, is_covered: bool) -> None:
        """Show neutral signs in place of words, or the words again."""
        self._is_covered = is_covered
        self._place_legend()
        self.show_side(are_shown=not is_covered)
        self._show_name()
        for button, (words, tip) in self._spoken.items():
            button.setToolTip("" if is_covered else tip)
            if words:
                button.setText(KeyPlace.O if is_covered else words)
        self._cover_content(is_covered=is_covered)
        order_tabs(self)
        self._keep_focus()

    def show_counter(self, sheet: ShownSheet | None) -> None:
        """Show the sheet above the neutral signs; None takes it away."""
        if self._sheet is not None and sheet is not None:
            self._sheet.show_sheet(sheet)
        elif self._sheet is not None:
            if self._hide is not None and self._sheet.holds_focus():
                self._hide.setFocus()
            drop(self._sheet_home, self._sheet)
            self._sheet = None
        elif sheet is not None and self._talk is not None:
            self._sheet = CounterSheetCard(self._kit, sheet, self._talk.sheet)
            self._sheet_home.addWidget(self._sheet)
            self._sheet.setVisible(self._pause is None)
            self._from_head()
        order_tabs(self)
        self._keep_focus()

    def show_legend(self, lines: tuple[str, ...]) -> None:
        """Show what the sheet keeps, below the first part and never on the sheet."""
        self._legend.show_lines(lines)
        self._place_legend()

    def show_pause(self, card: PauseCard | None) -> None:
        """Show what stands there during a pause instead of the questions."""
        if self._pause is not None:
            drop(self._column, self._pause)
            self._pause = None
        self._show_content(is_shown=card is None)
        if self._sheet is not None:
            self._sheet.setVisible(card is None)
        if card is not None and self._talk is not None:
            self._pause = _PauseBox(self._kit, card, self._talk)
            self._column.insertWidget(0, self._pause)
            self._pause.show()
            self._pause.take_focus()
        order_tabs(self)

    def show_break_mark(self, *, is_shown: bool) -> None:
        """Show quietly that it has been long."""
        if self._break_mark is not None:
            self._break_mark.setVisible(is_shown)

    def show_note(self, words: str) -> None:
        """Show a line above the questions; empty takes it away."""
        self._note.setText(words)
        self._note.setVisible(bool(words))
        if self.paper is not None and not words:
            self.paper.show_offer(is_offered=False)

    def make_paper(self) -> PaperCard:
        """Make the card that writes the slip; most talks never need one."""
        self.paper = PaperCard(self._kit, self, self._kit.say("Write the slip"))
        self._paper_home.addWidget(self.paper)
        return self.paper

    # ---- for the page that this is --------------------------------------------------------------

    def _cover_content(self, *, is_covered: bool) -> None:
        """Cover or show the words of what is asked."""
        raise NotImplementedError

    def _show_content(self, *, is_shown: bool) -> None:
        """Show or hide what is asked."""
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Keys that no question has taken."""
        place = self._kit.place_of(event)
        if self._pause is not None and self._pause.press(event):
            return
        act = self._keys.get(place) if place is not None else None
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def _keep_focus(self) -> None:
        """What had the focus may be hidden now: a key must never go nowhere."""
        focused = self.focusWidget()
        if focused is None or not focused.isVisible():
            first = first_stop(self)
            if first is not None:
                first.setFocus()

    def _name_section(self, title: str) -> None:
        self._title = title
        self._show_name()
        self.show_note("")

    def _from_head(self) -> None:
        """The sheet is read from its head; the focus waits on the sign that brings words back."""
        self._page.show_from_head()
        if self._hide is not None and self._pause is None:
            self._hide.setFocus()

    def _place_legend(self) -> None:
        self._legend.setVisible(not self._is_covered and self._number == 1)

    def _show_name(self) -> None:
        if self._title:
            neutral = self._kit.say("Part {number}", number=self._number)
            self._page.show_title(neutral if self._is_covered else self._title)


class _PauseBox(Card):
    """A pause: something to come back to, why it is one, and two ways on."""

    def __init__(self, kit: Kit, card: PauseCard, talk: TalkPresenter) -> None:
        say = kit.say
        super().__init__(kit, say("Pause"), is_column=True)
        for line in card.lines:
            self.body.addWidget(PlainLabel(kit, line))
        self._reasons: AnswerBar | None = None
        if card.reasons:
            question = say("Why is it a pause? Nobody has to say.")
            self.body.addWidget(PlainLabel(kit, question, "label").muted())
            answers = [Answer(one.code, one.label, Shape.RING) for one in card.reasons]
            self._reasons = AnswerBar(kit, question, answers)
            self._reasons.show_answer(card.chosen)
            self._reasons.chosen.connect(talk.give_reason)
            self.body.addWidget(self._reasons)
        if card.has_interpreter:
            words = say("Do not call this interpreter again for this person")
            self._add(kit, words, talk.stop_interpreter)
        self._go_on = Button(kit, say("Go on"), "play", ButtonKind.MAIN)
        self._go_on.clicked.connect(lambda _=False: talk.go_on())
        stop = Button(kit, say("Stop for today"))
        stop.clicked.connect(lambda _=False: talk.stop())
        row = QHBoxLayout()
        row.setSpacing(kit.look.px("gap3"))
        row.addWidget(self._go_on)
        row.addWidget(stop)
        row.addStretch(1)
        self.body.addLayout(row)
        announce(self, say("Pause"))

    def take_focus(self) -> None:
        """Put the focus on going on: it changes nothing that a key may change by mistake."""
        self._go_on.setFocus()

    def press(self, event: QKeyEvent) -> bool:
        """Give a reason by its key."""
        return self._reasons is not None and self._reasons.press(event)

    def _add(self, kit: Kit, words: str, act: Callable[[], object]) -> QWidget:
        button = Button(kit, words)
        button.clicked.connect(lambda _=False: act())
        self.body.addWidget(button)
        return button

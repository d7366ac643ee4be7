"""What was written into the wrong file (fulfils `MovingView`): what is moved, and where to."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.field_spec import FieldMark
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.presenters.moving import (
    TYPED_CODE,
    TYPED_REASON,
    EntryTick,
    MovingPresenter,
)
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.views.second_person import SecondPersonCard
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kept_inputs import KeptInputs
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.mark_line import MarkLine
from nrm_desktop.ui.widgets.one_stop import OneStop
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line
from nrm_desktop.ui.widgets.tick import Tick


class MovingPage(CaseFrame):
    """The page. Shape: `second` is the card that asks the colleague."""

    def __init__(self, kit: Kit, code: str) -> None:
        say = kit.say
        self._page = Page(
            kit,
            say("Written into the wrong file"),
            say(
                "Something here is about somebody else. It is moved, never copied, and two people"
                " do it. An entry goes as a whole, with its rows."
            ),
        )
        super().__init__(kit, code, PlaceId.MOVING, self._page)
        self._presenter: MovingPresenter | None = None
        self._kept = KeptInputs()
        self._mark = MarkLine(kit)
        self._ticks: list[Tick] = []
        self._list: QWidget | None = None
        self._is_begun = False
        self._traces: list[PlainLabel] = []
        self.second = SecondPersonCard(kit, self)
        self._past = Card(kit, say("What was moved before"), is_column=True)
        for part in (self._moving_card(), self.second, self._past):
            self._page.body.addWidget(part)
        self._page.add_note(self._mark)
        self._page.body.addStretch(1)

    def bind(self, presenter: MovingPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter
        self._kept.bind(presenter.typed)
        self._see.clicked.connect(lambda _=False: presenter.look())
        self._code.returnPressed.connect(presenter.look)
        self._move.clicked.connect(lambda _=False: presenter.move())

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_reasons(self, reasons: tuple[Choice, ...]) -> None:
        """Offer why it is moved; nothing is chosen by the program."""
        self._reason.offer(reasons)

    def show_entries(self, ticks: tuple[EntryTick, ...], note: str) -> None:
        """Show what can be moved; the note says that there is nothing."""
        had_focus = self._list is not None and self._list.isAncestorOf(self.focusWidget())
        if self._list is not None:
            drop(self._entries, self._list)
        self._ticks = [self._tick(one) for one in ticks]
        self._list = OneStop(self._kit, self._ticks) if ticks else None
        if self._list is not None:
            self._entries.addWidget(self._list)
            self._list.show()
        self._note.setText(note)
        self._note.setVisible(bool(note))
        for part in self._inputs:
            part.setVisible(bool(ticks))
        order_tabs(self)
        if self._ticks and (had_focus or not self._is_begun):
            self._ticks[0].setFocus()
        self._is_begun = True

    def show_would_move(self, lines: tuple[str, ...]) -> None:
        """Say what would be moved, and offer to do it; none takes that away."""
        had_focus = self._move.hasFocus()
        self._told.setText("\n".join(lines))
        for part in (self._told, self._move):
            part.setVisible(bool(lines))
        order_tabs(self)
        if lines:
            self._move.setFocus()
            announce(self, " ".join(lines))
        elif had_focus:
            self._see.setFocus()

    def show_traces(self, lines: tuple[str, ...]) -> None:
        """Show what stays of earlier moves."""
        for old in self._traces:
            drop(self._past.body, old)
        self._traces = [PlainLabel(self._kit, line) for line in lines]
        for label in self._traces:
            self._past.body.addWidget(label)
            label.show()
        self._past.setVisible(bool(lines))

    def show_typed(self, words: Mapping[str, str]) -> None:
        """Show what was typed and not carried out, by name; an empty text clears an input."""
        self._kept.show(words)

    def show_mark(self, mark: FieldMark) -> None:
        """Show whether what is typed is kept."""
        self._mark.show_mark(mark)

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""
        return self._page.show_banners(banners)

    # ---- parts ----------------------------------------------------------------------------------

    def _moving_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("What is moved"), is_column=True)
        self._entries = QVBoxLayout()
        self._note = PlainLabel(kit).muted()
        card.body.addLayout(self._entries)
        card.body.addWidget(self._note)
        self._code, self._reason = text_line(kit, is_code=True), ChoiceBox(kit, ())
        self._reason.setPlaceholderText(say("Choose"))
        self._kept.add_line(TYPED_CODE, self._code)
        self._kept.add_choice(TYPED_REASON, self._reason)
        self._see = Button(kit, say("See what would be moved"), "eye")
        self._told = PlainLabel(kit)
        self._move = Button(kit, say("Move it"), "undo-2")
        self._inputs: list[QWidget] = []
        self._add(card, say("Code of the file where it belongs"), self._code)
        self._add(card, say("Why it stands here"), self._reason)
        leading = Qt.AlignmentFlag.AlignLeading
        card.body.addWidget(self._see, 0, leading)
        card.body.addWidget(self._told)
        card.body.addWidget(self._move, 0, leading)
        self._inputs.append(self._see)
        return card

    def _add(self, card: Card, name: str, part: QWidget) -> None:
        label = PlainLabel(self._kit, name, "label").muted()
        part.setAccessibleName(name)
        card.body.addWidget(label)
        card.body.addWidget(part)
        self._inputs += [label, part]

    def _tick(self, one: EntryTick) -> Tick:
        tick = Tick(self._kit, one.label)
        tick.setChecked(one.is_chosen)
        tick.clicked.connect(lambda is_on: self._ticked(one.id, is_chosen=is_on))
        return tick

    def _ticked(self, entry: str, *, is_chosen: bool) -> None:
        if self._presenter is not None:
            self._presenter.tick(entry, is_chosen=is_chosen)

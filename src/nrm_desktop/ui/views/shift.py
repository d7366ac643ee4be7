"""The page of a night: the lines of the shift as cards, and the duty sheet below them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.shift import DutyPart, LineCard, ShiftPresenter
from nrm_desktop.ui.views.main_window import GO_ON, shortcut
from nrm_desktop.ui.views.paper_card import PaperCard
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs


class ShiftPage(Page):
    """The page (fulfils `ShiftView`)."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(
            kit,
            say("Shift"),
            say("What the last shift hands over, by case, and who can be reached tonight."),
        )
        self._presenter: ShiftPresenter | None = None
        self._cards: list[QWidget] = []
        self._on_duty: list[QWidget] = []
        self._lines, self._duty = QVBoxLayout(), QVBoxLayout()
        for box in (self._lines, self._duty):
            box.setSpacing(kit.look.px("gap3"))
        self._note = PlainLabel(kit).muted()
        self._duty_note = PlainLabel(kit).muted()
        self.body.addLayout(self._lines)
        self.body.addWidget(self._note)
        self.body.addWidget(PlainLabel(kit, say("Duty sheet"), "section"))
        self.body.addLayout(self._duty)
        self.body.addWidget(self._duty_note)
        self.body.addStretch(1)
        self.paper = PaperCard(kit, self, say("Write the hand-over on paper"))
        self.body.insertWidget(self.body.count() - 1, self.paper)
        self._edit = self.add_action(say("Change the duty sheet"), self._change, "pencil")
        self._read = self.add_action(say("I have read it"), self._sign, "check", is_main=True)
        self._read.hide()
        shortcut(self, GO_ON, self._sign)

    def bind(self, presenter: ShiftPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_lines(self, cards: tuple[LineCard, ...], note: str) -> None:
        """Show the lines; the note says which cases have none, or that nothing was handed over."""
        for old in self._cards:
            drop(self._lines, old)
        self._cards = [self._line(card) for card in cards]
        for card in self._cards:
            self._lines.addWidget(card)
            card.show()
        self._note.setText(note)
        self._note.setVisible(bool(note))
        order_tabs(self)

    def show_duty(self, parts: tuple[DutyPart, ...], note: str) -> None:
        """Show who can be reached; the note says that nobody is entered."""
        for old in self._on_duty:
            drop(self._duty, old)
        self._on_duty = []
        for part in parts:
            if part.rows and self._presenter is not None:
                table = StaticTable(self._kit, part.title, self._presenter.columns())
                table.show_rows(part.rows)
                self._on_duty += [PlainLabel(self._kit, part.title, "label"), table]
        for widget in self._on_duty:
            self._duty.addWidget(widget)
            widget.show()
        self._duty_note.setText(note)
        self._duty_note.setVisible(bool(note))
        order_tabs(self)

    def show_editing(self, *, is_allowed: bool) -> None:
        """Offer to change the duty sheet to those who fill it."""
        self._edit.setVisible(is_allowed)

    def show_unread(self, count: int) -> None:
        """Offer to sign that the lines were read, where there is one that was not."""
        self._read.setVisible(count > 0)
        order_tabs(self)

    # ---- parts ----------------------------------------------------------------------------------

    def _line(self, line: LineCard) -> Card:
        kit = self._kit
        card = Card(kit, line.title, line.written, is_column=True)
        for question, answer in line.said:
            pair = QVBoxLayout()
            pair.setSpacing(0)
            pair.addWidget(PlainLabel(kit, question, "label").muted())
            pair.addWidget(PlainLabel(kit, answer))
            card.body.addLayout(pair)
        card.body.addWidget(PlainLabel(kit, line.read, "strong" if line.is_new else "body").muted())
        button = Button(kit, kit.say("Write a new line"), "plus")
        button.setAccessibleName(kit.say("Write a new line for {code}", code=line.code))
        button.clicked.connect(lambda _=False: self._write(line))
        card.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _write(self, line: LineCard) -> None:
        if self._presenter is not None:
            self._presenter.write_line(line.scope, line.code)

    def _sign(self) -> None:
        if self._presenter is not None:
            self._presenter.read_all()

    def _change(self) -> None:
        if self._presenter is not None:
            self._presenter.edit_duty()

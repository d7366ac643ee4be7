"""Cases with a name like this one: a card of quiet lines, each with a button that leads there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.same_person import AlikeLine
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.flow import add_words
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs


class AlikeBox(QWidget):
    """The place below the questions (fulfils `AlikeView`). `chosen` carries a number of a line."""

    chosen = Signal(int)

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._card: Card | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_alike(self, lines: tuple[AlikeLine, ...]) -> None:
        """Show the lines; none takes the place away. The focus stays where it is."""
        if self._card is not None:
            drop(self._box, self._card)
            self._card = None
        if lines:
            self._card = _card(self._kit, lines, self.chosen.emit)
            self._box.addWidget(self._card)
        self.setVisible(bool(lines))
        order_tabs(self.window())


def _card(kit: Kit, lines: tuple[AlikeLine, ...], chosen: Callable[[int], object]) -> Card:
    say = kit.say
    card = Card(
        kit,
        say("A name like this stands elsewhere"),
        say("It may be the same person or not. Nothing is joined by itself."),
        is_column=True,
    )
    for number, line in enumerate(lines):
        row = QHBoxLayout()
        row.setSpacing(kit.look.px("gap3"))
        add_words(row, PlainLabel(kit, line.text))
        button = Button(kit, say("Look at {code}", code=line.code))
        button.clicked.connect(lambda _=False, at=number: chosen(at))
        row.addWidget(button)
        card.body.addLayout(row)
    return card

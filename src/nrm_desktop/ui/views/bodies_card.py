"""Public bodies of the country (fulfils `BodiesView`): a list that is closed until it is wanted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.public_bodies import BodyLine, PublicBodies
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import drop
from nrm_desktop.ui.widgets.pill import Pill
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs


class BodiesCard(Card):
    """Hidden where no pack names any. Shape: `page` holds the card."""

    def __init__(self, kit: Kit, page: QWidget) -> None:
        say = kit.say
        purpose = say("Whom one can ask in this country. None of them is a recipient by itself.")
        super().__init__(kit, say("Public bodies"), purpose, is_column=True)
        self._kit = kit
        self._page = page
        self._presenter: PublicBodies | None = None
        self._rows: list[QWidget] = []
        self._open = Button(kit, "", "chevron-down")
        self._open.clicked.connect(lambda _=False: self._turn())
        self._told = PlainLabel(kit)
        self._hint = PlainLabel(kit).muted()
        self._list = QWidget()
        self._box = QVBoxLayout(self._list)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(kit.look.px("gap4"))
        self.body.addWidget(self._open, 0, Qt.AlignmentFlag.AlignLeading)
        for part in (self._told, self._hint, self._list):
            self.body.addWidget(part)
            part.hide()
        self.hide()

    def bind(self, presenter: PublicBodies) -> None:
        """Tell who decides."""
        self._presenter = presenter

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_bodies(self, lines: tuple[BodyLine, ...], hint: str) -> None:
        """Offer a list that can be opened; without lines there is no card."""
        for old in self._rows:
            drop(self._box, old)
        self._rows = [_BodyRow(self._kit, line, self._take) for line in lines]
        for row in self._rows:
            self._box.addWidget(row)
        self._hint.setText(hint)
        self.setVisible(bool(lines))
        self._show_words()
        order_tabs(self._page)

    def show_told(self, text: str) -> None:
        """Say what was done, or why not."""
        self._told.setText(text)
        self._told.setVisible(bool(text))
        announce(self, text)

    # ---- parts ----------------------------------------------------------------------------------

    def _turn(self) -> None:
        is_open = self._list.isHidden()
        self._list.setVisible(is_open)
        self._hint.setVisible(is_open)
        self._show_words()
        order_tabs(self._page)

    def _show_words(self) -> None:
        say, count = self._kit.say, len(self._rows)
        words = say("Show the list ({count})", count=count)
        self._open.setText(words if self._list.isHidden() else say("Close the list"))

    def _take(self, name: str) -> None:
        if self._presenter is not None:
            self._open.setFocus()  # the button that was pressed goes away
            self._presenter.take(name)


class _BodyRow(QWidget):
    """One body: its name and how sure it is, how it is reached, and one button."""

    def __init__(self, kit: Kit, line: BodyLine, take: Callable[[str], None]) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(kit.look.px("gap1"))
        box.addWidget(PlainLabel(kit, line.name, "strong"))
        box.addWidget(Pill(kit, line.pill), 0, Qt.AlignmentFlag.AlignLeading)
        for text in line.lines:
            box.addWidget(PlainLabel(kit, text))
        if line.may_take:
            button = Button(kit, kit.say("Take into the directory"), "plus")
            button.setAccessibleDescription(line.name)
            button.clicked.connect(lambda _=False: take(line.id))
            box.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)

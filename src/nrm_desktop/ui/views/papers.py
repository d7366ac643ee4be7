"""The card about papers that have ended (fulfils `PapersView`); it stands on the page Safety."""

from __future__ import annotations

from PySide6.QtCore import Qt

from nrm_desktop.ui.presenters.papers import PapersPresenter
from nrm_desktop.ui.views.safety import SafetyPage
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs


class PapersCard:
    """Hidden while nothing is asked. Shape: it stands above all other cards of the page."""

    def __init__(self, kit: Kit, page: SafetyPage) -> None:
        say = kit.say
        self._page = page
        self._card = Card(kit, say("Papers of your office"), is_column=True)
        self._words = PlainLabel(kit)
        self._confirm = Button(kit, say("Go on sharing today"), "check")
        self._card.body.addWidget(self._words)
        self._card.body.addWidget(self._confirm, 0, Qt.AlignmentFlag.AlignLeading)
        self._card.hide()
        page.body.insertWidget(0, self._card)

    def bind(self, presenter: PapersPresenter) -> None:
        """Tell who decides."""
        self._confirm.clicked.connect(lambda _=False: presenter.confirm())

    def show_question(self, text: str) -> None:
        """Ask for the confirmation; empty takes the card away."""
        self._words.setText(text)
        self._confirm.show()
        self._card.setVisible(bool(text))
        order_tabs(self._page)

    def show_answer(self, text: str) -> None:
        """Say what became of it, in place of the question."""
        self._words.setText(text)
        self._confirm.hide()
        announce(self._page, text)

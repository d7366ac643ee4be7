"""The page of the show-cards: a list for the worker, and one card for the person's eyes.

While a card is shown there is nothing else on the page: no list of places, no title, no code.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.marks import BannerSpec, Shape
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.show_cards import ShowCardsPresenter, ShownCard
from nrm_desktop.ui.views.answer_bar import Answer, AnswerBar
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.views.main_window import shortcut
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs


class ShowCardsPage(CaseFrame):
    """The page (fulfils `ShowCardsView`)."""

    def __init__(self, kit: Kit, code: str) -> None:
        self._words = (
            kit.say("Show-cards"),
            kit.say("Turn the screen. The person points at an answer; nobody has to speak."),
        )
        self._page = Page(kit, *self._words)
        super().__init__(kit, code, PlaceId.CARDS, self._page)
        self._column = QVBoxLayout()
        self._page.body.addLayout(self._column)
        self._page.body.addStretch(1)
        self._list: Card | None = None
        self._turned: _Shown | None = None
        self._presenter: ShowCardsPresenter | None = None

    def bind(self, presenter: ShowCardsPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter
        shortcut(self, "Esc", presenter.back)

    def show_cards(
        self, languages: tuple[Choice, ...], language: str, cards: tuple[Choice, ...]
    ) -> None:
        """Show which cards there are, and in which languages."""
        presenter, kit = self._presenter, self._kit
        self._list = Card(kit, is_column=True)
        self._list.body.addWidget(
            PlainLabel(kit, kit.say("Language of the person"), "label").muted()
        )
        box = ChoiceBox(kit, languages)
        box.setAccessibleName(kit.say("Language of the person"))
        box.show_code(language)
        self._list.body.addWidget(box)
        for card in cards:
            button = Button(kit, card.label, "message-square")
            button.clicked.connect(lambda _=False, code=card.code: self._show(code))
            self._list.body.addWidget(button)
        if presenter is not None:
            box.activated.connect(lambda _: presenter.choose_language(box.code()))
        self._column.addWidget(self._list)
        order_tabs(self)
        box.setFocus()

    def show_card(self, card: ShownCard | None) -> None:
        """Show one card and nothing else; None shows the list again."""
        if self._turned is not None:
            drop(self._column, self._turned)
            self._turned = None
        is_turned = card is not None and self._presenter is not None
        self.show_side(are_shown=not is_turned)
        self._page.show_title(*(("", "") if is_turned else self._words))
        if self._list is not None:
            self._list.setVisible(not is_turned)
        if card is not None and self._presenter is not None:
            self._turned = _Shown(self._kit, card, self._presenter)
            self._column.addWidget(self._turned)
            self._turned.show()
            self._turned.take_focus()
        order_tabs(self)
        if not is_turned and self._list is not None:
            self._list.findChildren(Button)[0].setFocus()

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> None:
        """Show what must not be missed."""
        self._page.show_banners(banners)

    def _show(self, code: str) -> None:
        if self._presenter is not None:
            self._presenter.show(code)


class _Shown(Card):
    """One card, large, with its answers below: one key each."""

    def __init__(self, kit: Kit, card: ShownCard, presenter: ShowCardsPresenter) -> None:
        super().__init__(kit)
        if card.is_rtl:
            self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        text = PlainLabel(kit, card.text, "title")
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        answers = [Answer(one.code, one.label, Shape.RING) for one in card.answers]
        self._answers = AnswerBar(kit, card.beside, answers)
        self._answers.chosen.connect(presenter.answer)
        self.body.addSpacing(kit.look.px("gap5"))
        self.body.addWidget(text)
        self.body.addSpacing(kit.look.px("gap5"))
        self.body.addWidget(self._answers)

    def take_focus(self) -> None:
        """Put the focus on the first answer; nothing is chosen by that."""
        self._answers.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Choose an answer by the place of a digit key."""
        if not self._answers.press(event):
            super().keyPressEvent(event)

"""The page of the signs: a card for each set, a line for each dimension (fulfils `SignsView`)."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.marks import BannerSpec, Shape
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.signs import (
    DimensionLine,
    SetCard,
    SignForm,
    SignLine,
    SignsPresenter,
)
from nrm_desktop.ui.views.answer_bar import Answer, AnswerBar
from nrm_desktop.ui.views.case_frame import CaseFrame
from nrm_desktop.ui.views.main_window import GO_ON, shortcut
from nrm_desktop.ui.widgets.button import Button, ButtonKind, IconButton
from nrm_desktop.ui.widgets.card import Card, Line
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.flow import add_words
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.pill import Pill
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line

_BETWEEN: Final = " · "


class SignsPage(CaseFrame):
    """The page."""

    def __init__(self, kit: Kit, code: str) -> None:
        purpose = kit.say(
            "What was noticed, so that a referral is good. One sign is a reason to look further;"
            " that there is none proves nothing, and help does not wait for any."
        )
        self._page = Page(kit, kit.say("Signs"), purpose)
        super().__init__(kit, code, PlaceId.SIGNS, self._page)
        self._form: _SignCard | None = None
        self._cards: list[Card] = []
        self._adding: dict[str, IconButton] = {}
        self._asked = ""
        self._column = QVBoxLayout()
        self._column.setSpacing(kit.look.px("gap4"))
        self._page.body.addLayout(self._column)
        self._page.body.addStretch(1)
        self._presenter: SignsPresenter | None = None

    def bind(self, presenter: SignsPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter
        shortcut(self, GO_ON, self._note)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_sets(self, sets: tuple[SetCard, ...]) -> None:
        """Show all sets with their dimensions."""
        for card in self._cards:
            drop(self._column, card)
        self._adding = {}
        self._cards = [self._card(one) for one in sets]
        for card in self._cards:
            self._column.addWidget(card)
            card.show()
        order_tabs(self)
        back = self._adding.get(self._asked)
        if back is not None and self._form is None:
            back.setFocus()  # where somebody was before the sign was asked about

    def show_form(self, form: SignForm | None) -> None:
        """Ask about one sign; None asks nothing."""
        if self._form is not None:
            drop(self._column, self._form)
            self._form = None
        if form is not None:
            self._form = _SignCard(self._kit, form)
            self._form.save.clicked.connect(lambda _=False: self._note())
            self._column.insertWidget(0, self._form)
            self._form.show()
            self._form.take_focus()
        order_tabs(self)

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> None:
        """Show what must not be missed."""
        self._page.show_banners(banners)

    # ---- parts ----------------------------------------------------------------------------------

    def _note(self) -> None:
        if self._form is not None and self._presenter is not None:
            self._presenter.note(*self._form.said())

    def _card(self, one: SetCard) -> Card:
        card = Card(self._kit, one.title, one.caution, is_column=True)
        for number, line in enumerate(one.dimensions):
            if number:
                card.body.addWidget(Line(self._kit))
            card.body.addLayout(self._dimension(line))
        return card

    def _dimension(self, line: DimensionLine) -> QVBoxLayout:
        kit = self._kit
        head = QHBoxLayout()
        head.setSpacing(kit.look.px("gap3"))
        add_words(head, PlainLabel(kit, line.title, "strong"))
        head.addWidget(Pill(kit, line.state))
        add = IconButton(kit, "plus", kit.say("Note a sign: {what}", what=line.title))
        add.clicked.connect(lambda _=False, key=line.key: self._ask(key))
        self._adding[line.key] = add
        head.addWidget(add)
        box = QVBoxLayout()
        box.setSpacing(kit.look.px("gap1"))
        box.addLayout(head)
        for sign in line.signs:
            box.addWidget(_sign(kit, sign))
        return box

    def _ask(self, key: str) -> None:
        if self._presenter is not None:
            self._asked = key
            self._presenter.ask(key)


class _SignCard(Card):
    """One sign: which, how it was noticed by one key, and where it stands."""

    def __init__(self, kit: Kit, form: SignForm) -> None:
        say = kit.say
        super().__init__(kit, form.dimension, is_column=True)
        self._sign = ChoiceBox(kit, form.signs)
        self._sign.setCurrentIndex(-1)
        self._how = ""
        self._ways = AnswerBar(
            kit, say("How it was noticed"), [Answer(w.code, w.label, Shape.RING) for w in form.ways]
        )
        self._ways.chosen.connect(self._chosen)
        self._where = text_line(kit)
        self.save = Button(kit, say("Note it"), "check", ButtonKind.MAIN)
        for words, control in (
            (say("Sign"), self._sign),
            (say("How it was noticed"), self._ways),
            (say("Where it stands in the file"), self._where),
        ):
            self.body.addWidget(PlainLabel(kit, words, "label").muted())
            control.setAccessibleName(words)
            self.body.addWidget(control)
        self.body.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeading)

    def said(self) -> tuple[str, str, str]:
        """Sign, how, where."""
        return self._sign.code(), self._how, self._where.text()

    def take_focus(self) -> None:
        """Put the focus on the list of signs."""
        self._sign.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Choose how it was noticed by the place of a digit key."""
        if not self._ways.press(event):
            super().keyPressEvent(event)

    def _chosen(self, code: str) -> None:
        self._how = code


def _sign(kit: Kit, sign: SignLine) -> QWidget:
    beside = _BETWEEN.join(filter(None, (sign.noticed, sign.where, sign.who)))
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(kit.look.px("gap4"), 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(PlainLabel(kit, sign.words))
    column.addWidget(PlainLabel(kit, beside, "label").muted())
    return box

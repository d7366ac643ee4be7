"""The card of the end of the steps for a child (fulfils `ChildStepsView`)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.child_steps import ChildStepsPresenter, DecisionCard
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.views.request_cards import Pair
from nrm_desktop.ui.views.second_person import SecondPersonCard
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.tick import Tick


class ChildCard(Card):
    """Hidden while no steps for a child go on, or ended. Shape: `second` asks the colleague."""

    def __init__(self, kit: Kit, page: Page) -> None:
        say = kit.say
        purpose = say(
            "An authority has decided about the age, and two people sign that it has. Nobody ends"
            " the steps alone."
        )
        super().__init__(kit, say("End of the steps for a child"), purpose, is_column=True)
        self._kit = kit
        self._page = page
        self._card: DecisionCard | None = None
        self._shown: list[QWidget] = []
        self.second = SecondPersonCard(kit, page)
        self._state = PlainLabel(kit, role="strong")
        self._label = PlainLabel(kit, say("Which decision"), "label").muted()
        self._decision = ChoiceBox(kit, ())
        self._decision.setPlaceholderText(say("Choose"))
        self._decision.setAccessibleName(self._label.text())
        self._lines = QVBoxLayout()
        self._read = Tick(kit, say("I have read the decision, and it answers each of these signs"))
        self._sign = Button(kit, say("Sign it"), "pencil")
        self._ask = Button(kit, say("Let a colleague sign here"), "users")
        self.body.addWidget(self._state)
        self.body.addWidget(self._label)
        self.body.addWidget(self._decision)
        self.body.addLayout(self._lines)
        self.body.addWidget(self._read)
        for button in (self._sign, self._ask):
            self.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        self.hide()

    def bind(self, presenter: ChildStepsPresenter) -> None:
        """Tell who decides."""
        self._decision.activated.connect(lambda _: presenter.choose(self._decision.code()))
        self._sign.clicked.connect(lambda _=False: presenter.sign(has_read=self._read.isChecked()))
        self._ask.clicked.connect(lambda _=False: presenter.ask_colleague())

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_steps(self, text: str, decisions: tuple[Choice, ...], chosen: str) -> None:
        """Say how it stands and which decisions there are; no text takes the card away."""
        self._state.setText(text)
        self._decision.offer(decisions, chosen)
        for part in (self._label, self._decision):
            part.setVisible(bool(decisions))
        self.setVisible(bool(text))
        order_tabs(self._page)

    def show_decision(self, card: DecisionCard | None) -> None:
        """Show the chosen decision; None where none is chosen."""
        if card == self._card and card is not None:
            return  # who is reading goes on, and what was said to be read stays said
        self._card = card
        had_focus = self._sign.hasFocus() or self._read.hasFocus()
        for old in self._shown:
            drop(self._lines, old)
        self._shown = [] if card is None else self._parts(card)
        for part in self._shown:
            self._lines.addWidget(part)
            part.show()
        may_sign = card is not None and card.may_sign
        may_ask = card is not None and card.may_ask
        self._read.setChecked(False)
        self._read.setVisible(may_sign)
        self._sign.setVisible(may_sign)
        self._ask.setVisible(may_ask)
        order_tabs(self._page)
        if had_focus and may_ask:
            self._ask.setFocus()

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> None:
        """Show what must not be missed."""
        self._page.show_banners(banners)

    # ---- parts ----------------------------------------------------------------------------------

    def _parts(self, card: DecisionCard) -> list[QWidget]:
        kit = self._kit
        parts: list[QWidget] = [Pair(kit, question, answer) for question, answer in card.said]
        if card.signs:
            parts.append(Pair(kit, kit.say("The signs that it answers"), "\n".join(card.signs)))
        parts += [PlainLabel(kit, note) for note in card.notes]
        if card.signed:
            parts.append(PlainLabel(kit, card.signed, "strong"))
        return parts

"""The cards of a request: writing one down, and the one in hand with its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.marks import BannerSpec
from nrm_desktop.ui.presenters.own_data import (
    TYPED_ANSWER,
    TYPED_DAY,
    TYPED_KIND,
    TYPED_REASONS,
    TYPED_WAY,
    AskChoices,
    OwnDataPresenter,
    RequestCard,
)
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.date import DateEditor
from nrm_desktop.ui.widgets.kept_inputs import KeptInputs
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.text import text_line

ShowBanners = Callable[[tuple[BannerSpec, ...]], object]
"""Shows what must not be missed on the page that holds a card."""


class AskCard(Card):
    """Writing a request down."""

    def __init__(self, kit: Kit, kept: KeptInputs) -> None:
        say = kit.say
        super().__init__(kit, say("Write a request down"), is_column=True)
        self._kit = kit
        self._kept = kept
        self._kind, self._how = ChoiceBox(kit, ()), ChoiceBox(kit, ())
        self._day: DateEditor | None = None
        self._write = Button(kit, say("Write it down"), "pencil")
        for name, box in (
            (say("What the person asks for"), self._kind),
            (say("How it was said"), self._how),
        ):
            box.setAccessibleName(name)
            box.setPlaceholderText(say("Choose"))
            self.body.addWidget(PlainLabel(kit, name, "label").muted())
            self.body.addWidget(box)
        kept.add_choice(TYPED_KIND, self._kind)
        kept.add_choice(TYPED_WAY, self._how)

    def bind(self, presenter: OwnDataPresenter) -> None:
        """Tell who decides."""

        def write() -> None:
            day = None if self._day is None else self._day.raw()
            presenter.ask(self._kind.code(), self._how.code(), day)

        self._write.clicked.connect(lambda _=False: write())

    def build(self, choices: AskChoices) -> None:
        """Build what is filled in."""
        self._kind.offer(choices.kinds)
        self._how.offer(choices.ways)
        if self._day is None:
            hint = self._kit.say("May stay empty: then it is today.")
            self._day = DateEditor(self._kit, choices.day)
            self._day.name_it(choices.day.label, hint)
            self._kept.add_editor(TYPED_DAY, self._day)
            self.body.addWidget(PlainLabel(self._kit, choices.day.label, "label").muted())
            self.body.addWidget(PlainLabel(self._kit, hint, "label").muted())
            self.body.addWidget(self._day)
            self.body.addWidget(self._write, 0, Qt.AlignmentFlag.AlignLeading)

    def take_focus(self) -> None:
        """Put the focus on what is asked."""
        self._kind.setFocus()


class RequestInHand(Card):
    """A request, what was answered, and the answer where there is none yet."""

    def __init__(self, kit: Kit, kept: KeptInputs) -> None:
        say = kit.say
        super().__init__(kit, say("The request"), is_column=True)
        self._kit = kit
        self._said: list[QWidget] = []
        self._title = PlainLabel(kit, role="strong")
        self._lines = QVBoxLayout()
        self._hint = PlainLabel(kit).muted()
        self._answer = ChoiceBox(kit, ())
        self._reason = text_line(kit)
        self._decide = Button(kit, say("Write the answer"), "check")
        self.body.addWidget(self._title)
        self.body.addLayout(self._lines)
        self.body.addWidget(self._hint)
        self._open: list[QWidget] = [self._decide]
        self._add(say("The answer"), self._answer)
        self._add(say("The reasons, as the person reads them"), self._reason)
        self._answer.setPlaceholderText(say("Choose"))
        kept.add_choice(TYPED_ANSWER, self._answer)
        kept.add_line(TYPED_REASONS, self._reason)
        self.body.addWidget(self._decide, 0, Qt.AlignmentFlag.AlignLeading)
        self.hide()

    def bind(self, presenter: OwnDataPresenter) -> None:
        """Tell who decides."""

        def decide() -> None:
            presenter.decide(self._answer.code(), self._reason.text())

        self._decide.clicked.connect(lambda _=False: decide())
        self._reason.returnPressed.connect(decide)

    def show_decisions(self, decisions: Sequence[Choice]) -> None:
        """Offer the answers; nothing is chosen before somebody chooses."""
        self._answer.offer(decisions)

    def show_card(self, card: RequestCard | None) -> None:
        """Show a request; None takes it away."""
        for old in self._said:
            drop(self._lines, old)
        self._said = []
        self.setVisible(card is not None)
        if card is None:
            return
        self._title.setText(card.title)
        for what, words in card.said:
            self._said.append(pair := Pair(self._kit, what, words))
            self._lines.addWidget(pair)
            pair.show()
        self._hint.setText(card.hint)
        self._hint.setVisible(bool(card.hint))
        for part in self._open:
            part.setVisible(card.is_open)

    def _add(self, name: str, part: QWidget) -> None:
        label = PlainLabel(self._kit, name, "label").muted()
        part.setAccessibleName(name)
        self.body.addWidget(label)
        self.body.addWidget(part)
        self._open += [label, part]


class Pair(QWidget):
    """What something is, and below it in words."""

    def __init__(self, kit: Kit, what: str, words: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(PlainLabel(kit, what, "label").muted())
        column.addWidget(PlainLabel(kit, words))

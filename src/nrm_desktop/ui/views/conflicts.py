"""Answers with two versions: cards side by side, one button each, and what is used meanwhile."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.conflicts import ConflictCard, ConflictsPresenter, VersionCard
from nrm_desktop.ui.presenters.marks import PillSpec, Shape, Tone
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import EmptyState, Page, drop
from nrm_desktop.ui.widgets.pill import Pill
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs


class ConflictsPage(Page):
    """The page (fulfils `ConflictsView`)."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(
            kit,
            say("To decide"),
            say("Two people wrote different things. Both are kept; you say which one holds."),
        )
        self._presenter: ConflictsPresenter | None = None
        self._buttons: list[Button] = []
        self._content: QWidget | None = None

    def bind(self, presenter: ConflictsPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter

    def show_conflicts(self, cards: tuple[ConflictCard, ...]) -> None:
        """Show what is to be decided; nothing is an empty state."""
        self._buttons = []
        if self._content is not None:
            drop(self.body, self._content)
        self._content = self._list(cards) if cards else self._nothing()
        self.body.addWidget(self._content, 1)
        order_tabs(self)
        for first in self._buttons[:1]:
            first.setFocus()

    def _nothing(self) -> QWidget:
        return EmptyState(self._kit, "circle-check", self._kit.say("Nothing to decide."))

    def _list(self, cards: tuple[ConflictCard, ...]) -> QWidget:
        home = QWidget()
        box = QVBoxLayout(home)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(self._kit.look.px("gap4"))
        for card in cards:
            box.addWidget(self._conflict(card))
        box.addStretch(1)
        return home

    def _conflict(self, shown: ConflictCard) -> QWidget:
        kit = self._kit
        card = Card(kit, shown.question, shown.meanwhile)
        code = PlainLabel(kit, shown.code, "label").muted().as_code()
        card.body.insertWidget(0, code)
        row = QHBoxLayout()
        row.setSpacing(kit.look.px("gap4"))
        for version in shown.versions:
            row.addWidget(self._version(shown.id, version), 1)
        card.body.addLayout(row)
        return card

    def _version(self, conflict: str, version: VersionCard) -> QWidget:
        kit, say = self._kit, self._kit.say
        card = Card(kit)
        card.body.addWidget(PlainLabel(kit, version.value, "section"))
        for text in (version.who, version.when, version.source):
            if text:
                card.body.addWidget(PlainLabel(kit, text, "label").muted())
        if version.acts:
            card.body.addWidget(Pill(kit, PillSpec(say("used meanwhile"), Shape.HALF, Tone.INFO)))
        card.body.addStretch(1)
        take = Button(kit, say("Take this one"), "check")
        take.setAccessibleName(say("Take this one: {value}", value=version.value))
        take.clicked.connect(lambda _=False: self._take(conflict, version))
        self._buttons.append(take)
        card.body.addWidget(take)
        return card

    def _take(self, conflict: str, version: VersionCard) -> None:
        if self._presenter is not None:
            self._presenter.take(conflict, version.op)

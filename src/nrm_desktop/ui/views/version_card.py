"""Two versions of one answer side by side, and two buttons: this one, that one."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from nrm_desktop.ui.presenters.section import VersionOffer
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel


class Chosen(Protocol):
    """Is told which version stays."""

    def __call__(self, *, keeps_own: bool) -> None:
        """Take note of the choice."""


class VersionChoice(Card):
    """The own words and those that arrived; nothing is lost, whichever is chosen."""

    def __init__(self, kit: Kit, offer: VersionOffer, chosen: Chosen) -> None:
        say = kit.say
        super().__init__(kit, say("Two versions"), offer.question, is_column=True)
        row = QHBoxLayout()
        row.setSpacing(kit.look.px("gap5"))
        self._first = Button(kit, say("Keep mine"))
        self._first.clicked.connect(lambda _=False: chosen(keeps_own=True))
        other = Button(kit, say("Take that one"))
        other.clicked.connect(lambda _=False: chosen(keeps_own=False))
        row.addLayout(_side(kit, say("Yours"), offer.own, self._first), 1)
        row.addLayout(_side(kit, offer.who, offer.other, other), 1)
        self.body.addLayout(row)

    def take_focus(self) -> None:
        """Put the focus on the first button."""
        self._first.setFocus()


def _side(kit: Kit, who: str, words: str, button: Button) -> QVBoxLayout:
    box = QVBoxLayout()
    box.setSpacing(kit.look.px("gap2"))
    box.addWidget(PlainLabel(kit, who, "label").muted())
    box.addWidget(PlainLabel(kit, words, "strong"))
    box.addWidget(button)
    box.addStretch(1)
    return box

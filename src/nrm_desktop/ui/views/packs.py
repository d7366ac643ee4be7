"""The forms of this laptop (fulfils `PacksView`): what changed, which packs there are, one more."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.form_changes import ChangeGroup, ChangeLine
from nrm_desktop.ui.presenters.packs import PackCard, PacksPresenter
from nrm_desktop.ui.views.file_line import FileLine
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.pill import Pill
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs

_FIRST: Final = 6
"""So many differences of one kind are shown at once; the others are a button away."""
_MORE: Final = 25


class PacksPage(Page):
    """The page. Nothing on it is about a person."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(
            kit,
            say("Forms of this laptop"),
            say("Which forms are asked here, who signed them, and what changed in them."),
        )
        self._changed = ChangesCard(kit, say("What changed"))
        self._coming = ChangesCard(kit, say("What will be different"))
        self._here = Card(kit, say("Forms that are here"), is_column=True)
        self._packs = QVBoxLayout()
        self._packs.setSpacing(kit.look.px("gap4"))
        self._here.body.addLayout(self._packs)
        for card in (self._changed, self._coming, self._here, self._take_card()):
            self.body.addWidget(card)
        self.body.addStretch(1)
        self._rows: list[QWidget] = []
        self._presenter: PacksPresenter | None = None

    def bind(self, presenter: PacksPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_packs(self, cards: tuple[PackCard, ...]) -> None:
        """Show every pack."""
        for old in self._rows:
            drop(self._packs, old)
        self._rows = [_PackRow(self._kit, card) for card in cards]
        for row in self._rows:
            self._packs.addWidget(row)

    def show_changed(self, words: str, groups: tuple[ChangeGroup, ...]) -> None:
        """Show what changed; without words there is nothing to show."""
        self._changed.show_changes(words, groups)
        order_tabs(self)

    def show_coming(self, words: str, groups: tuple[ChangeGroup, ...]) -> None:
        """Show what will be different after the next unlocking; without words nothing."""
        self._coming.show_changes(words, groups)
        order_tabs(self)

    def show_taking(self, words: str, *, may_take: bool) -> None:
        """Offer to take in a pack, or say who does."""
        self._words.setText(words)
        self._file.setVisible(may_take)
        self._take.setVisible(may_take)
        order_tabs(self)

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be begun."""
        self._busy.setText(text)
        self._busy.setVisible(bool(text))
        if text:  # nothing is switched off: the focus stays where it is
            announce(self, text)

    # ---- parts ----------------------------------------------------------------------------------

    def _take_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("Take in new forms"), is_column=True)
        self._words = PlainLabel(kit)
        self._file = FileLine(kit, say("File of the forms (.nrmf), or the folder it lies in"))
        self._file.entered.connect(self._send)
        self._busy = PlainLabel(kit, role="label").muted()
        self._take = Button(kit, say("Verify and take in"), "shield-check")
        self._take.clicked.connect(lambda _=False: self._send())
        for part in (self._words, self._file, self._busy):
            card.body.addWidget(part)
        card.body.addWidget(self._take, 0, Qt.AlignmentFlag.AlignLeading)
        hidden: tuple[QWidget, ...] = (self._file, self._busy, self._take)
        for one in hidden:
            one.hide()
        return card

    def _send(self) -> None:
        if self._presenter is not None:
            self._presenter.take(self._file.path())


class ChangesCard(Card):
    """Differences by kind; hidden while there is nothing to say."""

    def __init__(self, kit: Kit, title: str) -> None:
        super().__init__(kit, title, is_column=True)
        self._kit = kit
        self._words = PlainLabel(kit)
        self._groups: list[QWidget] = []
        self._box = QVBoxLayout()
        self._box.setSpacing(kit.look.px("gap4"))
        self.body.addWidget(self._words)
        self.body.addLayout(self._box)
        self.hide()

    def show_changes(self, words: str, groups: tuple[ChangeGroup, ...]) -> None:
        """Show these differences instead of those that are there."""
        self._words.setText(words)
        for old in self._groups:
            drop(self._box, old)
        self._groups = [_Group(self._kit, group) for group in groups]
        for group in self._groups:
            self._box.addWidget(group)
        self.setVisible(bool(words))


class _Group(QWidget):
    """Differences of one kind: the first of them, and the others by a button."""

    def __init__(self, kit: Kit, group: ChangeGroup) -> None:
        super().__init__()
        self._kit = kit
        self._rest = group.lines
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(kit.look.px("gap2"))
        self._box.addWidget(PlainLabel(kit, group.title, "strong"))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(kit.look.px("gap2"))
        self._box.addLayout(self._lines)
        self._more = Button(kit, "", "chevron-down")
        self._more.setAccessibleDescription(group.title)
        self._more.clicked.connect(lambda _=False: self._show(_MORE))
        self._box.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeading)
        self._show(_FIRST)

    def _show(self, count: int) -> None:
        for line in self._rest[:count]:
            self._lines.addWidget(PlainLabel(self._kit, _text(line)))
        self._rest = self._rest[count:]
        left = len(self._rest)
        self._more.setText(self._kit.say("Show more ({count})", count=left))
        self._more.setVisible(bool(left))


class _PackRow(QWidget):
    """One pack: its name and how it stands, and what there is to say of it."""

    def __init__(self, kit: Kit, card: PackCard) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(kit.look.px("gap1"))
        box.addWidget(PlainLabel(kit, card.title, "strong"))
        box.addWidget(Pill(kit, card.pill), 0, Qt.AlignmentFlag.AlignLeading)
        for line in card.lines:
            box.addWidget(PlainLabel(kit, line))


def _text(line: ChangeLine) -> str:
    return "\n".join(filter(None, (line.text, line.before, line.after)))

"""Tables that leave (fulfils `ReleasesView`): looked at, let out, listed, and checked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.release_words import ClashCard, ReleaseCard
from nrm_desktop.ui.presenters.releases import ReleasesPresenter
from nrm_desktop.ui.views.file_line import FileLine
from nrm_desktop.ui.views.folder_line import FolderLine
from nrm_desktop.ui.views.safety import Lines
from nrm_desktop.ui.views.second_person import SecondPersonCard
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button, ButtonKind
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.pill import Pill
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line


class ReleasesPage(Page):
    """The page. Nothing on it is about a person: it shows no figure either."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(
            kit,
            say("Tables that leave"),
            say("Counts without names: what would leave, what is out, and whose a file is."),
        )
        self.second = SecondPersonCard(kit, self)
        self._clash = self._clash_card()
        self._preview = self._preview_card()
        for card in (self._clash, self.second, self._make_card(), self._preview):
            self.body.addWidget(card)
        self._preview.hide()
        self.body.addWidget(self._list_card())
        self.body.addWidget(self._check_card())
        self.body.addStretch(1)
        self._rows: list[QWidget] = []

    def bind(self, presenter: ReleasesPresenter) -> None:
        """Tell who decides."""

        def look() -> None:
            presenter.look(self._table.code(), self._first.text(), self._last.text())

        def release() -> None:
            presenter.release(self._folder.folder())

        def check() -> None:
            presenter.check(self._file.path())

        for line in (self._first, self._last):
            line.returnPressed.connect(look)
        self._look.clicked.connect(lambda _=False: look())
        self._folder.entered.connect(release)
        self._release.clicked.connect(lambda _=False: release())
        self._file.entered.connect(check)
        self._check.clicked.connect(lambda _=False: check())
        self._one.clicked.connect(lambda _=False: presenter.settle(is_first=True))
        self._other.clicked.connect(lambda _=False: presenter.settle(is_first=False))

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_making(self, words: str, tables: tuple[Choice, ...], year: str) -> None:
        """Offer to look at tables; without tables nothing can be made here."""
        self._words.setText(words)
        if tables and not self._table.count():
            self._table.offer(tables, tables[0].code)
            for line in (self._first, self._last):
                line.setText(year)
        for part in self._asked:
            part.setVisible(bool(tables))
        order_tabs(self)

    def show_preview(self, lines: tuple[str, ...], told: tuple[str, ...]) -> None:
        """Show what would leave, and what is told before; without lines nothing was looked at."""
        self._lines.show_lines(lines)
        self._told.show_lines(told)
        self._preview.setVisible(bool(lines))
        order_tabs(self)
        if lines:
            announce(self, lines[0])
            self._folder.take_focus()

    def show_releases(self, words: str, cards: tuple[ReleaseCard, ...]) -> None:
        """Show what is out."""
        self._none.setText(words)
        self._none.setVisible(bool(words))
        for old in self._rows:
            drop(self._list, old)
        self._rows = [_ReleaseRow(self._kit, card) for card in cards]
        for row in self._rows:
            self._list.addWidget(row)

    def show_clash(self, card: ClashCard | None) -> None:
        """Ask which of two is out; None hides the question."""
        self._clash.setVisible(card is not None)
        if card is not None:
            self._clash_words.setText(card.words)
            pairs = ((self._one, card.first), (self._other, card.second))
            for (button, words), label in zip(pairs, self._which, strict=True):
                label.setText(words)
                button.setAccessibleDescription(words)
        order_tabs(self)

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be begun."""
        self._busy.setText(text)
        self._busy.setVisible(bool(text))
        if text:  # nothing is switched off: the focus stays where it is
            announce(self, text)

    # ---- parts ----------------------------------------------------------------------------------

    def _clash_card(self) -> Card:
        kit = self._kit
        card = Card(kit, kit.say("Which one is out?"), is_column=True)
        self._clash_words = PlainLabel(kit)
        card.body.addWidget(self._clash_words)
        words = kit.say("This one is out")
        self._one, self._other = Button(kit, words, "check"), Button(kit, words, "check")
        self._which = (PlainLabel(kit, role="strong"), PlainLabel(kit, role="strong"))
        for label, button in zip(self._which, (self._one, self._other), strict=True):
            card.body.addWidget(label)
            card.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        card.hide()
        return card

    def _make_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("Release tables"), is_column=True)
        self._words = PlainLabel(kit)
        card.body.addWidget(self._words)
        self._table = ChoiceBox(kit, ())
        self._first, self._last = text_line(kit, is_code=True), text_line(kit, is_code=True)
        self._look = Button(kit, say("See what would leave"), "search", ButtonKind.MAIN)
        self._asked: list[QWidget] = []
        for name, part in (
            (say("Which tables"), self._table),
            (say("From year"), self._first),
            (say("To year"), self._last),
        ):
            part.setAccessibleName(name)
            self._asked += [PlainLabel(kit, name, "label").muted(), part]
        for shown in self._asked:
            card.body.addWidget(shown)
        card.body.addWidget(self._look, 0, Qt.AlignmentFlag.AlignLeading)
        self._asked.append(self._look)
        self._busy = PlainLabel(kit, role="label").muted()
        card.body.addWidget(self._busy)
        for hidden in (*self._asked, self._busy):
            hidden.hide()
        return card

    def _preview_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("What would leave"), is_column=True)
        shown, told = QVBoxLayout(), QVBoxLayout()
        self._lines, self._told = Lines(kit, shown), Lines(kit, told)
        card.body.addLayout(shown)
        card.body.addWidget(PlainLabel(kit, say("Before it leaves"), "strong"))
        card.body.addLayout(told)
        self._folder = FolderLine(kit, say("Folder for the tables, like that of a stick"))
        card.body.addWidget(self._folder)
        self._release = Button(kit, say("Release and write"), "shield-check", ButtonKind.MAIN)
        card.body.addWidget(self._release, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _list_card(self) -> Card:
        kit = self._kit
        card = Card(kit, kit.say("What is out"), is_column=True)
        self._none = PlainLabel(kit)
        card.body.addWidget(self._none)
        self._list = QVBoxLayout()
        self._list.setSpacing(kit.look.px("gap4"))
        card.body.addLayout(self._list)
        return card

    def _check_card(self) -> Card:
        kit, say = self._kit, self._kit.say
        card = Card(kit, say("Whose is a table?"), is_column=True)
        self._file = FileLine(kit, say("File of the table (.csv), beside its signature"))
        card.body.addWidget(self._file)
        self._check = Button(kit, say("Check the signature"), "shield-check")
        card.body.addWidget(self._check, 0, Qt.AlignmentFlag.AlignLeading)
        return card


class _ReleaseRow(QWidget):
    """One release: what it is and how it stands, and what there is to say of it."""

    def __init__(self, kit: Kit, card: ReleaseCard) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(kit.look.px("gap1"))
        box.addWidget(PlainLabel(kit, card.title, "strong"))
        box.addWidget(Pill(kit, card.pill), 0, Qt.AlignmentFlag.AlignLeading)
        for line in card.lines:
            box.addWidget(PlainLabel(kit, line))

"""Files from outside (fulfils `ArrivalsView`): a folder, what lies in it, and taking it in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.domain.scripts import isolated
from nrm_desktop.ui.presenters.arrivals import ArrivalsPresenter, FileList, FileRow, WayToCase
from nrm_desktop.ui.views.folder_line import FolderLine
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.pill import Pill
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line


class ArrivalsPage(Page):
    """The page."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(
            kit,
            say("Files from outside"),
            say(
                "Referrals, receipts, notices and cards of other organisations, and files of your"
                " own. Nothing is taken in before you say so."
            ),
        )
        where = Card(kit, say("Where"), is_column=True)
        self._folder = FolderLine(kit, say("Folder of the stick or of the mail, or one file"))
        self._busy = PlainLabel(kit, role="label").muted()
        self._busy.hide()
        self._look = Button(kit, say("Look what lies there"), "eye")
        where.body.addWidget(self._folder)
        where.body.addWidget(self._busy)
        where.body.addWidget(self._look, 0, Qt.AlignmentFlag.AlignLeading)
        self._card = Card(kit, say("What lies there"), is_column=True)
        self._box = QVBoxLayout()
        self._box.setSpacing(kit.look.px("gap5"))
        self._card.body.addLayout(self._box)
        self._card.hide()
        for card in (where, self._card):
            self.body.addWidget(card)
        self.body.addStretch(1)
        self._rows: dict[str, _FileRow] = {}
        self._parts: list[QWidget] = []
        self._presenter: ArrivalsPresenter | None = None

    def bind(self, presenter: ArrivalsPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter
        self._folder.entered.connect(lambda: presenter.look(self._folder.folder()))
        self._look.clicked.connect(lambda _=False: presenter.look(self._folder.folder()))
        self._take = self.add_action(
            self._kit.say("Take in what is safe"), presenter.take, "check", is_main=True
        )
        self._take.hide()

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_files(self, files: FileList, file: str = "") -> None:
        """Show these files; the cursor goes to a named one, where something was just done."""
        if file or not files.safe:  # what has the focus may go away now
            self._folder.take_focus()
        for old in self._parts:
            drop(self._box, old)
        self._rows = {row.file: _FileRow(self._kit, row) for row in files.rows}
        notes = [PlainLabel(self._kit, note, "label").muted() for note in files.notes]
        self._parts = [*self._rows.values(), *notes]
        for one in self._parts:
            self._box.addWidget(one)
        for row in self._rows.values():
            self._connect(row)
        self._card.setVisible(bool(self._parts))
        self._take.setVisible(bool(files.safe))
        order_tabs(self)
        if file in self._rows:
            self._rows[file].take_focus()

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: something can be begun."""
        self._busy.setText(text)
        self._busy.setVisible(bool(text))
        if text:  # nothing is switched off: the focus stays where it is
            announce(self, text)

    # ---- parts ----------------------------------------------------------------------------------

    def _connect(self, row: _FileRow) -> None:
        presenter = self._presenter
        if presenter is None:
            return
        row.opened.connect(presenter.open_referral)
        row.kept.connect(presenter.take_card)
        for way, button in row.ways:
            button.clicked.connect(_leads(presenter, way))


class _FileRow(QWidget):
    """One file: what it is, how it stands, what is said of it, and what can be done."""

    opened = Signal(str)
    kept = Signal(str, str)

    def __init__(self, kit: Kit, row: FileRow) -> None:
        super().__init__()
        self._kit = kit
        self._file = row.file
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(kit.look.px("gap1"))
        self._box.addWidget(PlainLabel(kit, row.title, "strong"))
        self._box.addWidget(PlainLabel(kit, isolated(row.file), "label").muted())
        self._box.addWidget(Pill(kit, row.pill), 0, Qt.AlignmentFlag.AlignLeading)
        for line in row.lines:
            self._box.addWidget(PlainLabel(kit, line))
        self._first: QWidget | None = None
        self.ways = [
            (way, self._button(kit.say("Open case {code}", code=way.code), "folder-open"))
            for way in row.ways
        ]
        if row.opens_case:
            opens = self._button(kit.say("Open as a case"), "plus")
            opens.clicked.connect(lambda _=False: self.opened.emit(self._file))
        if row.takes_card:
            self._add_card_line()

    def take_focus(self) -> None:
        """Put the focus on what can be done with it."""
        if self._first is not None:
            self._first.setFocus()

    def _button(self, words: str, icon: str) -> Button:
        button = Button(self._kit, words, icon)
        button.setAccessibleDescription(self._file)
        self._box.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        self._first = self._first or button
        return button

    def _add_card_line(self) -> None:
        kit, say = self._kit, self._kit.say
        name = say("Digits or words that they read out")
        self._box.addWidget(PlainLabel(kit, name, "label").muted())
        self._typed = text_line(kit, is_code=True)
        self._typed.setAccessibleName(name)
        self._typed.returnPressed.connect(self._keep)
        keep = Button(kit, say("Keep the card"), "check")
        keep.setAccessibleDescription(self._file)
        keep.clicked.connect(lambda _=False: self._keep())
        home = QWidget()
        flow = FlowLayout(kit.look.px("gap3"), kit.look.px("gap2"))
        home.setLayout(flow)
        flow.addWidget(self._typed)
        flow.addWidget(keep)
        self._box.addWidget(home)
        self._first = self._first or self._typed

    def _keep(self) -> None:
        self.kept.emit(self._file, self._typed.text())


def _leads(presenter: ArrivalsPresenter, way: WayToCase) -> Callable[[], None]:
    return lambda: presenter.go(way)

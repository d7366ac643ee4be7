"""The page "Waiting": what was written while the laptop was locked, and taking it over."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from nrm_desktop.ui.presenters.boxes import BoxesPresenter, BoxLine, BoxPaper
from nrm_desktop.ui.views.main_window import GO_ON, shortcut
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import Page, drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line


class BoxesPage(Page):
    """The page (fulfils `BoxesView`)."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(
            kit,
            say("Waiting"),
            say(
                "Written on this laptop while it was locked. Nobody has signed it yet: until"
                " somebody takes it over, anybody at the keyboard may have written it."
            ),
        )
        self._presenter: BoxesPresenter | None = None
        self._table: StaticTable | None = None
        self._paper: _PaperCard | None = None
        self._note = PlainLabel(kit).muted()
        self.body.addWidget(self._note)

    def bind(self, presenter: BoxesPresenter) -> None:
        """Tell who decides."""
        self._presenter = presenter
        name = self._kit.say("Waiting")
        self._table = StaticTable(self._kit, name, presenter.columns())
        self._table.opened.connect(presenter.open)
        self._table.hide()
        self.body.addWidget(self._table)
        self.body.addStretch(1)
        self._read = self.add_action(self._kit.say("Read it"), self._open, "eye")
        self._read.hide()
        shortcut(self, GO_ON, self._open_or_take)

    # ---- shown by the presenter -----------------------------------------------------------------

    def show_lines(self, lines: tuple[BoxLine, ...]) -> None:
        """Show what waits; nothing is said in words."""
        self._note.setText("" if lines else self._kit.say("Nothing waits."))
        self._note.setVisible(not lines)
        self._read.setVisible(bool(lines))
        if self._table is not None:
            self._table.show_rows(lines)
            self._table.setVisible(bool(lines))
            if lines:
                self._table.choose_row(0)
                self._table.view().setFocus()
        order_tabs(self)

    def show_paper(self, paper: BoxPaper | None) -> None:
        """Show a form that is read; None takes it away."""
        if self._paper is not None:
            drop(self.body, self._paper)
            self._paper = None
        if paper is not None and self._presenter is not None:
            self._paper = _PaperCard(self._kit, paper, self._presenter)
            self.body.insertWidget(self.body.count() - 1, self._paper)
            self._paper.show()
            order_tabs(self)
            self._paper.take_focus()

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: nothing."""
        self._note.setText(text)
        self._note.setVisible(bool(text))
        if text:
            announce(self, text)

    # ---- parts ----------------------------------------------------------------------------------

    def _open(self) -> None:
        row = self._table.chosen_row() if self._table is not None else None
        if self._presenter is not None:
            self._presenter.open(row if row is not None else 0)

    def _open_or_take(self) -> None:
        if self._paper is not None:
            self._paper.take()
        else:
            self._open()


class _PaperCard(Card):
    """One form as it was written, and where it may go."""

    def __init__(self, kit: Kit, paper: BoxPaper, presenter: BoxesPresenter) -> None:
        super().__init__(kit, paper.title, paper.when, is_column=True)
        self._kit = kit
        self._presenter = presenter
        for question, answer in paper.said:
            self.body.addWidget(PlainLabel(kit, question, "label").muted())
            self.body.addWidget(PlainLabel(kit, answer))
        if paper.unread:
            words = kit.say.plural(
                "{count} answer here belongs to a part of the file that your role does not read.",
                "{count} answers here belong to parts of the file that your role does not read.",
                paper.unread,
            )
            self.body.addWidget(PlainLabel(kit, words).muted())
        if paper.is_of_a_case:
            self._add_ways_into_a_case()
        else:
            self._add_way(kit.say("Take over into the inbox"), "inbox", presenter.take_into_inbox)

    def take(self) -> None:
        """Take it over by the first way."""
        self._main.click()

    def take_focus(self) -> None:
        """Put the focus on the first way."""
        self._main.setFocus()

    def _add_ways_into_a_case(self) -> None:
        kit, say, presenter = self._kit, self._kit.say, self._presenter
        self._add_way(say("Take over into a new case"), "plus", presenter.take_into_new_case)
        name = say("Code of a case that is open")
        self.body.addWidget(PlainLabel(kit, name, "label").muted())
        self._code = text_line(kit, is_code=True)
        self._code.setAccessibleName(name)
        self._code.returnPressed.connect(self._take_into_case)
        into = Button(kit, say("Take over into this case"), "folder-open")
        into.clicked.connect(lambda _=False: self._take_into_case())
        home = QWidget()
        row = FlowLayout(kit.look.px("gap3"), kit.look.px("gap2"))
        home.setLayout(row)
        row.addWidget(self._code)
        row.addWidget(into)
        self.body.addWidget(home)

    def _add_way(self, words: str, icon: str, run: Callable[[], None]) -> None:
        self._main = Button(self._kit, words, icon)
        self._main.clicked.connect(lambda _=False: run())
        self.body.addWidget(self._main, 0, Qt.AlignmentFlag.AlignLeading)

    def _take_into_case(self) -> None:
        self._presenter.take_into_case(self._code.text())

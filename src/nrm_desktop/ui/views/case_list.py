"""The list of cases: search by code above, rows below, one main button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QAbstractTableModel
from PySide6.QtWidgets import QStackedLayout

from nrm_desktop.app.queries import CaseRow
from nrm_desktop.ui.presenters.case_list import CaseListPresenter
from nrm_desktop.ui.widgets.button import Button, ButtonKind
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.page import EmptyState, Page
from nrm_desktop.ui.widgets.table import TableCard
from nrm_desktop.ui.widgets.text import text_line


class CaseRows(Protocol):
    """The model behind the list."""

    def restart(self) -> None:
        """Load from the first page on."""

    def row_at(self, number: int) -> CaseRow:
        """The row as it was loaded."""


class CaseListPage(Page):
    """The list of cases (fulfils `CaseListView`)."""

    def __init__(self, kit: Kit) -> None:
        say = kit.say
        super().__init__(
            kit, say("Cases"), say("Codes stand for people; names are inside."), fills=True
        )
        self._presenter: CaseListPresenter | None = None
        self._rows: CaseRows | None = None
        self._new = Button(kit, say("New case"), "plus", ButtonKind.MAIN)
        self._new.setToolTip("Ctrl+N")
        self.add_head_action(self._new)
        self._search = text_line(kit, is_code=True)
        self._search.setPlaceholderText(say("Search by code"))
        self._search.setAccessibleName(say("Search by code"))
        self._search.setClearButtonEnabled(False)
        self.body.addWidget(self._search)
        self._stack = QStackedLayout()
        self.body.addLayout(self._stack, 1)

    def bind(
        self, presenter: CaseListPresenter, model: QAbstractTableModel, rows: CaseRows
    ) -> None:
        """Tell who decides, and show the model. `rows` is the same model as its rows."""
        self._presenter = presenter
        self._rows = rows
        self._search.textEdited.connect(presenter.search)
        self._table = TableCard(self._kit, self._kit.say("Cases"), presenter.columns())
        self._table.show_model(model)
        self._table.opened.connect(lambda number: presenter.open(rows.row_at(number)))
        self._stack.addWidget(self._table)

    def on_new(self, run: Callable[[], object]) -> None:
        """Tell what the main button does."""
        self._new.clicked.connect(lambda _=False: run())

    def restart(self) -> None:
        """Load the list anew from its first page."""
        if self._rows is not None:
            self._rows.restart()

    def show_empty(self, text: str) -> None:
        """Say that there is nothing, and what helps; empty shows the list."""
        while self._stack.count() > 1:
            old = self._stack.widget(1)
            if old is not None:
                self._stack.removeWidget(old)
                old.deleteLater()
        if text:
            self._stack.addWidget(EmptyState(self._kit, "folder-open", text))
            self._stack.setCurrentIndex(1)
            self._search.setFocus()
        else:
            self._stack.setCurrentIndex(0)

    def first_page_shown(self) -> None:
        """Choose the first row, so that arrows and Enter work at once."""
        view = self._table.view()
        if view.model() is not None and view.model().rowCount() and not self._search.hasFocus():
            if not view.currentIndex().isValid():
                self._table.choose_row(0)
            view.setFocus()

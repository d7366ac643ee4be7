"""Table models over paged rows: a page is loaded when the list is scrolled to its end.

This module never filters or sorts: the query does, in SQL. It never blocks either: a page is asked
for and arrives later on the window's thread. Rows are frozen dataclasses, columns are data.
"""

from __future__ import annotations

from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtCore import Signal as QtSignal

from nrm_desktop.app.queries import Page
from nrm_desktop.ui.presenters.columns import CellRole, Column, LoadPage

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()


class PagedTable(QAbstractTableModel, Generic[Row]):
    """Rows of one query, growing page by page.

    Shape: `page_arrived` tells the number of rows now known, also when it is 0 (empty state).
    """

    page_arrived = QtSignal(int)

    def __init__(
        self, columns: tuple[Column[Row], ...], load: LoadPage[Row], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._columns = columns
        self._load = load
        self._rows: list[Row] = []
        self._next: str | None = None
        self._is_waiting = False
        self._run = 0

    def restart(self) -> None:
        """Load from the first page on; late pages of an earlier run are dropped."""
        self._run += 1
        self.beginResetModel()
        self._rows.clear()
        self._next = None
        self.endResetModel()
        self._ask(None)

    def row_at(self, number: int) -> Row:
        """The row as it was loaded."""
        return self._rows[number]

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Rows loaded so far."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Columns, also those that gave way."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words, pill or row of a cell; a screen reader gets the pill's word."""
        row = self._rows[index.row()]
        column = self._columns[index.column()]
        if role == CellRole.ROW:
            return row
        pill = column.pill(row) if column.pill else None
        if role == CellRole.PILL:
            return pill
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return pill.word if pill else column.text(row)
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Titles of the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        return None

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802 - Qt's name
        """True if there is another page and it is not on its way."""
        return not parent.isValid() and self._next is not None and not self._is_waiting

    def fetchMore(self, parent: Index) -> None:  # noqa: N802 - Qt's name
        """Ask for the next page."""
        if self.canFetchMore(parent):
            self._ask(self._next)

    def _ask(self, token: str | None) -> None:
        self._is_waiting = True
        self._load(token, partial(self._take, self._run))

    def _take(self, run: int, page: Page[Row]) -> None:
        if run != self._run:
            return
        self._is_waiting = False
        self._next = page.next_token
        if page.rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(page.rows) - 1)
            self._rows.extend(page.rows)
            self.endInsertRows()
        self.page_arrived.emit(len(self._rows))

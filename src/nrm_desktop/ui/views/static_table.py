"""A short list inside a page that scrolls: as high as its rows, all of them there at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from nrm_desktop.ui.presenters.columns import CellRole, Column
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.table import TableCard

_NOWHERE = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex


class StaticTable(TableCard):
    """The list."""

    def __init__(self, kit: Kit, name: str, columns: Sequence[Column[Any]]) -> None:
        super().__init__(kit, name, columns)
        self._kit = kit
        self._rows = _Rows(tuple(columns), self)
        self.show_model(self._rows)

    def show_rows(self, rows: Sequence[object]) -> None:
        """Show these rows."""
        self._rows.take(tuple(rows))
        self.fit_columns()
        look = self._kit.look
        table = self.view()
        rows_height = len(rows) * table.verticalHeader().defaultSectionSize()
        self.setFixedHeight(look.px("header") + rows_height + 4 * look.px("gap1"))

    def chosen_row(self) -> int | None:
        """Number of the chosen row."""
        index = self.view().currentIndex()
        return index.row() if index.isValid() else None


class _Rows(QAbstractTableModel):
    def __init__(self, columns: tuple[Column[Any], ...], parent: QObject) -> None:
        super().__init__(parent)
        self._columns = columns
        self._rows: tuple[object, ...] = ()

    def take(self, rows: tuple[object, ...]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self._rows[index.row()], self._columns[index.column()]
        if role == CellRole.PILL:
            return column.pill(row) if column.pill else None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return column.text(row)
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        return None

"""Lists of rows: a table that never scrolls sideways, in a card of its own.

Columns give way by their number where the window is narrow; their words move into the second line
of the first column, so that no consent and no due date is ever hidden. A chosen row has a ground, a
bar and bold words. The row's own height comes from the look.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from nrm_desktop.ui.presenters.columns import Column
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.focus_ring import RING_HOST
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.row_delegate import Index, RowDelegate


class TableCard(Card):
    """A card with a list in it. `opened` carries the number of the row that was opened."""

    opened = Signal(int)
    chosen = Signal(int)
    hands_focus_on = True
    """To the list in it; see `tab_order`."""

    def __init__(self, kit: Kit, name: str, columns: Sequence[Column[Any]]) -> None:
        super().__init__(kit)
        edge = kit.look.px("gap1")
        self.body.setContentsMargins(edge // 2, edge, edge // 2, edge)
        self._table = RowTable(kit, columns)
        self._table.setAccessibleName(name)
        self._table.setProperty(RING_HOST, self)
        self._table.opened.connect(self.opened)
        self.body.addWidget(self._table)
        self.setFocusProxy(self._table)

    def show_model(self, model: QAbstractTableModel) -> None:
        """Show the rows of a model."""
        self._table.setModel(model)
        self._table.fit_columns()
        self._table.selectionModel().currentRowChanged.connect(self._current_changed)

    def fit_columns(self) -> None:
        """Share the width anew: other rows may say something in a column that was empty."""
        self._table.fit_columns()

    def choose_row(self, number: int) -> None:
        """Choose a row."""
        # Not selectRow(): from right to left it looks for a column beyond the last one.
        self._table.setCurrentIndex(self._table.model().index(number, 0))

    def visible_columns(self) -> tuple[str, ...]:
        """Ids of the columns that have not given way."""
        return self._table.visible_columns()

    def view(self) -> QTableView:
        """The table itself, for key events and screen readers."""
        return self._table

    def _current_changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            self.chosen.emit(now.row())


class RowTable(QTableView):
    """The table inside the card."""

    opened = Signal(int)

    def __init__(self, kit: Kit, columns: Sequence[Column[Any]]) -> None:
        super().__init__()
        self._kit = kit
        self._columns = tuple(columns)
        self._delegate = RowDelegate(kit, self._columns, self)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.viewport().setAutoFillBackground(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(kit.look.px("row"))
        self.verticalHeader().setMinimumSectionSize(kit.look.px("row"))
        head = self.horizontalHeader()
        head.setFixedHeight(kit.look.px("header"))
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def visible_columns(self) -> tuple[str, ...]:
        """Ids of the columns that have not given way."""
        return tuple(
            column.id
            for number, column in enumerate(self._columns)
            if not self.isColumnHidden(number)
        )

    def fit_columns(self) -> None:
        """Share the width: columns give way until the others have what they want."""
        room = self.viewport().width()
        empty = {number for number in range(len(self._columns)) if self._is_empty(number)}
        wanted = [
            0 if number in empty else self._delegate.wanted_width(number)
            for number in range(len(self._columns))
        ]
        gone = self._columns_that_give_way(wanted, room) - empty
        for number in range(len(self._columns)):
            self.setColumnHidden(number, number in gone | empty)
        height = self._kit.look.px("row_two" if gone else "row")
        self.verticalHeader().setDefaultSectionSize(height)
        kept = [number for number in range(len(self._columns)) if number not in gone | empty]
        needed = sum(wanted[number] for number in kept)
        if needed > room:
            wanted = [width * room // needed for width in wanted]
        self._delegate.tell_in_second_line(tuple(sorted(gone)), kept[-1])
        spare = max(0, room - sum(wanted[number] for number in kept))
        stretching = [number for number in kept if self._columns[number].stretches] or kept[-1:]
        for number in kept:
            extra = spare // len(stretching) if number in stretching else 0
            self.setColumnWidth(number, wanted[number] + extra)

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """Draw the rows anew: a chosen row is drawn as a whole."""
        super().currentChanged(current, previous)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the columns anew."""
        super().resizeEvent(event)
        if self.model() is not None:
            self.fit_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open the row with Enter."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def _is_empty(self, number: int) -> bool:
        """True for a column that is left out while no row says anything in it."""
        model = self.model()
        return self._columns[number].is_left_out_empty and not any(
            model.index(row, number).data() for row in range(model.rowCount())
        )

    def _columns_that_give_way(self, wanted: list[int], room: int) -> set[int]:
        leaving = sorted(
            (number for number, column in enumerate(self._columns) if column.gives_way),
            key=lambda number: -self._columns[number].gives_way,
        )
        gone: set[int] = set()
        for number in leaving:
            if sum(width for at, width in enumerate(wanted) if at not in gone) <= room:
                break
            gone.add(number)
        return gone

"""Draws the cells of a list: ground, bar, words, pill, and what other columns gave way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from nrm_desktop.ui.presenters.columns import CellRole, Column
from nrm_desktop.ui.presenters.marks import PillSpec
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.look import LETTER
from nrm_desktop.ui.widgets.pill import paint_pill, pill_size

_BETWEEN = " · "
_ROOM_OF_PILL = 5
"""Letters that the shape and the ends of a pill take beside its word."""

Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """One for a whole table; the inset of its cells is that of the header."""

    def __init__(self, kit: Kit, columns: Sequence[Column[Any]], table: QTableView) -> None:
        super().__init__(table)
        self._kit = kit
        self._columns = tuple(columns)
        self._table = table
        self._second_line: tuple[int, ...] = ()
        self._last = 0

    def wanted_width(self, number: int) -> int:
        """Width a column wants. Units: pixels."""
        column, look = self._columns[number], self._kit.look
        body = QFontMetrics(look.font("strong")).horizontalAdvance(LETTER)
        head = QFontMetrics(look.font("header")).horizontalAdvance(column.title)
        letters = column.chars + (_ROOM_OF_PILL if column.pill else 0)
        return max(body * letters, head + look.px("gap1")) + 2 * look.px("gap3")

    def tell_in_second_line(self, columns: tuple[int, ...], last: int) -> None:
        """Name the columns whose words stand in the second line, and the last visible column."""
        self._second_line = columns
        self._last = last

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell; the last one of a row draws the second line, over the whole row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        # By row and not by cell: a column that comes back was never part of the selection.
        is_chosen = self._table.currentIndex().row() == index.row()
        self._paint_ground(painter, rect, index, is_chosen=is_chosen)
        inset = self._kit.look.px("gap3")
        inside = rect.adjusted(inset, 0, -inset, 0)
        if self._second_line:
            inside.setHeight(self._kit.look.px("row"))
        pill = index.data(CellRole.PILL)
        if isinstance(pill, PillSpec):
            self._paint_pill(painter, inside, pill, is_chosen=is_chosen)
        else:
            self._paint_words(painter, inside, index, is_chosen=is_chosen)
        if self._second_line and index.column() == self._last:
            self._paint_second_line(painter, rect, index)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, rect: QRect, index: Index, *, is_chosen: bool
    ) -> None:
        look = self._kit.look
        line = look.px("border")
        painter.fillRect(rect.adjusted(0, rect.height() - line, 0, 0), look.colour("line"))
        if not is_chosen:
            return
        painter.fillRect(rect, look.colour("sel"))
        outline = look.px("sel_outline")
        if outline:
            painter.fillRect(
                QRect(rect.left(), rect.top(), rect.width(), outline), look.colour("acc")
            )
            bottom = rect.bottom() + 1 - outline
            painter.fillRect(QRect(rect.left(), bottom, rect.width(), outline), look.colour("acc"))
        if index.column() == 0:
            bar = QRect(rect.left(), rect.top(), look.px("bar"), rect.height())
            bar = QStyle.visualRect(self._table.layoutDirection(), rect, bar)
            painter.fillRect(bar, look.colour("acc"))

    def _paint_words(
        self, painter: QPainter, rect: QRect, index: Index, *, is_chosen: bool
    ) -> None:
        look = self._kit.look
        painter.setPen(QPen(look.colour("text")))
        painter.setFont(look.font("strong" if is_chosen else "body"))
        if self._columns[index.column()].is_code:
            painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._draw(painter, rect, self._words(index))

    def _paint_second_line(self, painter: QPainter, rect: QRect, index: Index) -> None:
        look, model = self._kit.look, index.model()
        told = [self._words(model.index(index.row(), number)) for number in self._second_line]
        inset, above = look.px("gap3"), look.px("row") - look.px("gap2")
        line = QRect(0, rect.top() + above, self._table.viewport().width(), rect.height() - above)
        painter.setClipping(False)
        painter.setFont(look.font("label"))
        painter.setPen(QPen(look.colour("mute")))
        words = _BETWEEN.join(word for word in told if word)
        self._draw(painter, line.adjusted(inset, 0, -inset, -look.px("gap2")), words)

    def _paint_pill(
        self, painter: QPainter, rect: QRect, pill: PillSpec, *, is_chosen: bool
    ) -> None:
        size = pill_size(self._kit.look, pill)
        spot = QRect(rect.left(), 0, min(size.width(), rect.width()), size.height())
        spot.moveTop(rect.top() + (rect.height() - size.height()) // 2)
        spot = QStyle.visualRect(self._table.layoutDirection(), rect, spot)
        paint_pill(painter, QRectF(spot), pill, self._kit.look, is_selected=is_chosen)

    def _draw(self, painter: QPainter, rect: QRect, words: str) -> None:
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, self._kit.look.leading, shown)

    @staticmethod
    def _words(index: Index) -> str:
        return str(index.data(Qt.ItemDataRole.DisplayRole) or "")

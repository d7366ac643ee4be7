"""Draws the lines of an open list: high enough to hit, the chosen one with ground, bar and bold."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nrm_desktop.ui.widgets.kit import Kit

Index = QModelIndex | QPersistentModelIndex


class OptionDelegate(QStyledItemDelegate):
    """One for a list."""

    def __init__(self, kit: Kit, home: QObject) -> None:
        super().__init__(home)
        self._look = kit.look

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """As high as an input."""
        look = self._look
        words = QFontMetrics(look.font("strong")).horizontalAdvance(_words(index))
        return QSize(words + 2 * look.px("gap3"), look.px("input"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a line."""
        look, rect = self._look, QRect(option.rect)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if is_chosen:
            painter.fillRect(rect, look.colour("sel"))
            bar = QRect(rect.left(), rect.top(), look.px("bar"), rect.height())
            painter.fillRect(QStyle.visualRect(option.direction, rect, bar), look.colour("acc"))
        painter.setPen(look.colour("text"))
        painter.setFont(look.font("strong" if is_chosen else "body"))
        pad = look.px("gap3")
        room = rect.adjusted(pad, 0, -pad, 0)
        shown = painter.fontMetrics().elidedText(
            _words(index), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, look.leading, shown)
        painter.restore()


def _words(index: Index) -> str:
    return str(index.data(Qt.ItemDataRole.DisplayRole) or "")

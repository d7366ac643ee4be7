"""Layouts that Qt lacks: one that wraps, and a column that keeps its height right when narrow.

Options of one question stand in the first, so that larger text and longer languages wrap instead
of being cut. Texts and questions stand in the second: lines longer than 75 letters are hard to
read, and Qt computes the height of a widget with a largest width as if it were wider.
"""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QLayout, QLayoutItem, QStyle, QVBoxLayout, QWidget


class FlowLayout(QLayout):
    """Items in reading order. Units: gaps in pixels, across the line and between lines."""

    def __init__(self, across: int, between: int) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._across = across
        self._between = between
        self.setContentsMargins(QMargins())

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's name
        """Add at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        """An item, or None beyond the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        """Take an item out, or None beyond the end."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 - Qt's name
        """Never wants more than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Fewer items fit side by side where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Height at a width."""
        return self._arrange(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 - Qt's name
        """Place the items."""
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All in one line."""
        hints = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(hint.width() for hint in hints) + self._across * max(0, len(hints) - 1)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        """The widest item alone in its line."""
        smallest = QSize()
        for item in self._items:
            smallest = smallest.expandedTo(item.minimumSize())
        return smallest

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = self._size_in(item, rect.width())
            if x > rect.x() and x + size.width() > rect.x() + rect.width():
                x, y, line = rect.x(), y + line + self._between, 0
            if place:
                spot = QRect(QPoint(x, y), size)
                item.setGeometry(QStyle.visualRect(self._direction(), rect, spot))
            x += size.width() + self._across
            line = max(line, size.height())
        return y + line - rect.y()

    @staticmethod
    def _size_in(item: QLayoutItem, width: int) -> QSize:
        hint = item.sizeHint()
        if hint.width() <= width:
            return hint
        height = item.heightForWidth(width) if item.hasHeightForWidth() else hint.height()
        return QSize(width, height)

    def _direction(self) -> Qt.LayoutDirection:
        parent = self.parentWidget()
        return parent.layoutDirection() if parent else Qt.LayoutDirection.LeftToRight


class ColumnLayout(QVBoxLayout):
    """The layout of a widget that is never wider than `widest`. Units: pixels."""

    def __init__(self, home: QWidget, widest: int) -> None:
        super().__init__(home)
        self._widest = widest
        home.setMaximumWidth(widest)

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Height at the width it will really have."""
        return super().heightForWidth(min(width, self._widest))

    def minimumHeightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Least height at the width it will really have."""
        return super().minimumHeightForWidth(min(width, self._widest))


_ALMOST_ALL = 99
"""Against 1 for the rest: words get what they can use, and stay at the leading edge."""


def add_words(row: QBoxLayout, words: QWidget | QLayout) -> None:
    """Put words of limited width into a row; Qt would centre them in the room they cannot use."""
    if isinstance(words, QWidget):
        row.addWidget(words, _ALMOST_ALL)
    else:
        row.addLayout(words, _ALMOST_ALL)
    row.addStretch(1)

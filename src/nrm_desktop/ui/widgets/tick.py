"""Check boxes and radio buttons: Qt's own, drawn by the look, with words that wrap.

Styling them by a style sheet would take tick and dot away, and would not scale. Behaviour and
accessibility stay Qt's. The whole line is the click target.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QSizePolicy, QStyle

from nrm_desktop.ui.widgets.kit import Kit

_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
_UNLIMITED = 100_000


class Tick(QCheckBox):
    """A check box of a list of options."""

    def __init__(self, kit: Kit, text: str) -> None:
        super().__init__(text)
        self._face = _Face(self, kit, is_round=False)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """On one line."""
        return self._face.size_hint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As narrow as the longest word."""
        return self._face.least_size()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Height at a width."""
        return self._face.height_at(width)

    def hitButton(self, pos: QPoint) -> bool:  # noqa: N802 - Qt's name
        """Take clicks on the whole line."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it."""
        self._face.paint()


class Dot(QRadioButton):
    """A radio button of a question with one answer."""

    def __init__(self, kit: Kit, text: str) -> None:
        super().__init__(text)
        self._face = _Face(self, kit, is_round=True)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """On one line."""
        return self._face.size_hint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As narrow as the longest word."""
        return self._face.least_size()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Height at a width."""
        return self._face.height_at(width)

    def hitButton(self, pos: QPoint) -> bool:  # noqa: N802 - Qt's name
        """Take clicks on the whole line."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it."""
        self._face.paint()


class _Face:
    """Measures and draws what both kinds share."""

    def __init__(self, button: QAbstractButton, kit: Kit, *, is_round: bool) -> None:
        self._button = button
        self._kit = kit
        self._is_round = is_round
        policy = button.sizePolicy()
        policy.setHeightForWidth(True)
        # Qt's own buttons are never narrower than their words and never higher; these wrap.
        policy.setHorizontalPolicy(QSizePolicy.Policy.Preferred)
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
        button.setSizePolicy(policy)

    def size_hint(self) -> QSize:
        width = self._metrics().horizontalAdvance(self._button.text()) + 2
        # Where lines are broken Qt measures joined letters a little wider than on one line.
        while self.height_at(self._indent() + width) > self.height_at(_UNLIMITED):
            width += 1
        return QSize(self._indent() + width, self._kit.look.px("input"))

    def least_size(self) -> QSize:
        words = self._button.text().split() or [""]
        widest = max(self._metrics().horizontalAdvance(word) for word in words) + 2
        return QSize(self._indent() + widest, self._kit.look.px("input"))

    def height_at(self, width: int) -> int:
        room = QRect(0, 0, max(1, width - self._indent()), _UNLIMITED)
        words = self._metrics().boundingRect(room, int(_WRAP), self._button.text())
        return max(self._kit.look.px("input"), words.height() + 2 * self._top())

    def paint(self) -> None:
        painter = QPainter(self._button)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self._kit.look.px("tick")
        middle = self._top() + self._line_height() / 2
        square = self._mirrored(QRect(0, round(middle - side / 2), side, side))
        self._paint_sign(painter, QRectF(square))
        words = self._button.rect().adjusted(self._indent(), self._top(), 0, 0)
        edge = self._kit.look.leading & ~Qt.AlignmentFlag.AlignVCenter
        painter.setPen(self._kit.look.colour("text" if self._button.isEnabled() else "mute"))
        painter.drawText(self._mirrored(words), int(_WRAP) | int(edge), self._button.text())
        painter.end()

    def _paint_sign(self, painter: QPainter, square: QRectF) -> None:
        look = self._kit.look
        width = max(1, look.px("border"))
        is_on = self._button.isChecked()
        mark = "acc" if self._button.isEnabled() else "mute"
        painter.setPen(QPen(look.colour(mark if is_on else "ctl"), width))
        painter.setBrush(look.colour(mark if is_on and not self._is_round else "surface"))
        body = square.adjusted(width / 2, width / 2, -width / 2, -width / 2)
        if not self._is_round:
            painter.drawRoundedRect(body, look.px("gap1"), look.px("gap1"))
            if is_on:
                self._paint_tick(painter, square)
            return
        if is_on:
            painter.setPen(QPen(look.colour(mark), 2 * width))
        painter.drawEllipse(body)
        if is_on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour(mark))
            painter.drawEllipse(square.center(), square.width() / 4, square.width() / 4)

    def _paint_tick(self, painter: QPainter, square: QRectF) -> None:
        tick = self._kit.icons.pixmap("check", "onacc", "icon_small")
        size = tick.deviceIndependentSize()
        corner = square.center() - QPointF(size.width() / 2, size.height() / 2)
        painter.drawPixmap(corner, tick)

    def _indent(self) -> int:
        return self._kit.look.px("tick") + self._kit.look.px("gap2")

    def _top(self) -> int:
        return max(0, (self._kit.look.px("input") - self._line_height()) // 2)

    def _line_height(self) -> int:
        """Height of one line in the script of the words, which may be taller than the font's."""
        room = QRect(0, 0, _UNLIMITED, _UNLIMITED)
        return self._metrics().boundingRect(room, 0, self._button.text()).height()

    def _metrics(self) -> QFontMetrics:
        return self._button.fontMetrics()

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self._button.layoutDirection(), self._button.rect(), rect)

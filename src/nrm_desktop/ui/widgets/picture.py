"""A painted page: pixels that came from a child, drawn as large as there is room.

Nothing is decoded here: width, height and plain pixels are all that is taken.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nrm_desktop.app.attachment_ports import Picture
from nrm_desktop.ui.widgets.kit import Kit

_ROWS = 12
"""How high a page is shown at most, counted in lines to type in."""
_STEPS = {
    Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -1,
    Qt.Key.Key_Left: -1,
}


class PictureBox(QWidget):
    """Shows one picture, never larger than it is, never cut.

    Shape: `turned` carries 1 for the next page and -1 for the one before, asked for by a key.
    """

    turned = Signal(int)

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._look = kit.look
        self._image = QImage()
        self._highest = _ROWS * kit.look.px("input")
        self.setFixedHeight(self._highest)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_picture(self, picture: Picture | None, name: str) -> None:
        """Show pixels; None forgets what was shown."""
        self._image = QImage() if picture is None else _image(picture)
        self.setAccessibleName(name)
        self._fit()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Turn pages by the keys that do so elsewhere."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            super().keyPressEvent(event)
            return
        self.turned.emit(step)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Be as high as the picture is at this width."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Any width will do."""
        return QSize(0, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it in the middle, with a line around it."""
        if self._image.isNull():
            return
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        shown = self._image.scaled(
            self._drawn(self.size()) * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(ratio)
        drawn = shown.deviceIndependentSize().toSize()
        corner = QPoint((self.width() - drawn.width()) // 2, (self.height() - drawn.height()) // 2)
        painter.drawImage(corner, shown)
        painter.setPen(QPen(self._look.colour("line"), self._look.px("border")))
        painter.drawRect(corner.x(), corner.y(), drawn.width() - 1, drawn.height() - 1)
        painter.end()

    def _fit(self) -> None:
        if not self._image.isNull():
            room = QSize(self.width(), self._highest)
            self.setFixedHeight(max(self._drawn(room).height(), 1))

    def _drawn(self, room: QSize) -> QSize:
        """The size of the picture in a room; it is made smaller, never larger."""
        size = self._image.size()
        if size.width() <= room.width() and size.height() <= room.height():
            return size
        return size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)


def _image(picture: Picture) -> QImage:
    width, height = picture.width, picture.height
    kind = QImage.Format.Format_RGBA8888
    return QImage(picture.rgba, width, height, 4 * width, kind).copy()

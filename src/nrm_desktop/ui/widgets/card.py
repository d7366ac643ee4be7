"""Cards: a rounded surface with a faint border, drawn alike around sections, rows and lists."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.widgets.flow import ColumnLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel


class Card(QWidget):
    """A surface. Put content into `body`; margins are the same on all sides, so they mirror.

    Shape: a card that `is_column` is as wide as a column of text, and no wider.
    """

    def __init__(
        self, kit: Kit, title: str = "", purpose: str = "", *, is_column: bool = False
    ) -> None:
        super().__init__()
        self._look = kit.look
        pad = kit.look.px("gap5")
        widest = kit.look.px("column") + 2 * pad
        self.body = ColumnLayout(self, widest) if is_column else QVBoxLayout(self)
        self.body.setContentsMargins(pad, pad, pad, pad)
        self.body.setSpacing(kit.look.px("gap3"))
        if title:
            self.body.addWidget(PlainLabel(kit, title, "section"))
            self.setAccessibleName(title)
        if purpose:
            self.body.addWidget(PlainLabel(kit, purpose).muted())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw surface and border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self._look.px("border")
        painter.setPen(QPen(self._look.colour("line"), width))
        painter.setBrush(self._look.colour("surface"))
        half = width / 2
        radius = self._look.px("radius_card")
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(half, half, -half, -half), radius, radius
        )
        painter.end()


class Line(QWidget):
    """A thin line between parts; decoration only."""

    def __init__(self, kit: Kit, orientation: Qt.Orientation = Qt.Orientation.Horizontal) -> None:
        super().__init__()
        self._look = kit.look
        if orientation is Qt.Orientation.Horizontal:
            self.setFixedHeight(kit.look.px("border"))
        else:
            self.setFixedWidth(kit.look.px("border"))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("line"))
        painter.end()

"""The band over every page of practice, so that invented people are never taken for real ones."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nrm_desktop.ui.widgets.kit import Kit


class PracticeBand(QWidget):
    """A strip of the window's whole width."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._look = kit.look
        self._words = kit.say("PRACTICE · all people here are invented")
        self.setAccessibleName(self._words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line."""
        return QSize(self._look.px("sidebar"), self._look.px("pill") + self._look.px("gap1"))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw ground, line and words."""
        look = self._look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("pracbg"))
        line = look.px("border")
        painter.fillRect(0, self.height() - line, self.width(), line, look.colour("prac"))
        painter.setFont(look.font("label_strong"))
        painter.setPen(look.colour("prac"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
        painter.end()

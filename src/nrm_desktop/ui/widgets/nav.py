"""The places of the window at its leading edge, with words or as icons where it is narrow.

Tab enters once, arrows move, Space or Enter opens. The place that is open has a ground, a bar and
bold words. Narrow places keep their names as tooltip and for screen readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QVBoxLayout, QWidget

from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.roving import RovingFocus


@dataclass(frozen=True, slots=True)
class Place:
    """One place. Shape: `shortcut` is shown in the tooltip, like `Ctrl+2`."""

    id: str
    icon: str
    text: str
    shortcut: str = ""


class NavBar(QWidget):
    """The list of places. `chosen` carries the id of the place that was opened."""

    chosen = Signal(str)

    def __init__(self, kit: Kit, places: Sequence[Place]) -> None:
        super().__init__()
        self._kit = kit
        box = QVBoxLayout(self)
        pad = kit.look.px("gap2")
        box.setContentsMargins(pad, kit.look.px("gap4"), pad, kit.look.px("gap4"))
        box.setSpacing(kit.look.px("gap1"))
        self._buttons: dict[str, NavButton] = {}
        for place in places:
            button = NavButton(kit, place)
            button.clicked.connect(lambda _=False, chosen=place.id: self._open(chosen))
            self._buttons[place.id] = button
            box.addWidget(button)
        box.addStretch(1)
        self._roving = RovingFocus(self, list(self._buttons.values()))
        self.show_words(are_shown=True)

    def show_words(self, *, are_shown: bool) -> None:
        """Show words beside the icons, or icons alone."""
        self.setFixedWidth(self._kit.look.px("sidebar" if are_shown else "sidebar_narrow"))
        for button in self._buttons.values():
            button.show_words(are_shown=are_shown)

    def show_open(self, place_id: str) -> None:
        """Show which place is open."""
        for number, (own_id, button) in enumerate(self._buttons.items()):
            button.setChecked(own_id == place_id)
            if own_id == place_id:
                self._roving.make_current(number)

    def _open(self, place_id: str) -> None:
        self.show_open(place_id)
        self.chosen.emit(place_id)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the ground and the line that parts it from the page."""
        look = self._kit.look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("side"))
        edge = QRect(self.width() - look.px("border"), 0, look.px("border"), self.height())
        edge = QStyle.visualRect(self.layoutDirection(), self.rect(), edge)
        painter.fillRect(edge, look.colour("line"))
        painter.end()


class NavButton(QPushButton):
    """One place."""

    def __init__(self, kit: Kit, place: Place) -> None:
        super().__init__(place.text)
        self._kit = kit
        self._place = place
        self._has_words = True
        self.setCheckable(True)
        self.setAutoDefault(True)  # Enter presses it, as Space does
        self.setFixedHeight(kit.look.px("nav_row"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(place.text)

    def show_words(self, *, are_shown: bool) -> None:
        """Show words, or the icon alone with the words as tooltip."""
        self._has_words = are_shown
        tip = self._place.shortcut if are_shown else f"{self._place.text} {self._place.shortcut}"
        self.setToolTip(tip.strip())
        self.update()

    def nextCheckState(self) -> None:  # noqa: N802 - Qt's name
        """Stay open when pressed again."""
        self.setChecked(True)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As narrow as the bar."""
        return QSize(0, self._kit.look.px("nav_row"))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it."""
        look = self._kit.look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_open = self.isChecked()
        if is_open or self.underMouse():
            self._paint_ground(painter, is_open=is_open)
        side, pad = look.px("icon"), look.px("gap3")
        left = pad if self._has_words else (self.width() - side) // 2
        spot = self._mirrored(QRect(left, (self.height() - side) // 2, side, side))
        colour = "acc" if is_open else "mute"
        painter.drawPixmap(spot.topLeft(), self._kit.icons.pixmap(self._place.icon, colour))
        if self._has_words:
            start = pad + side + look.px("gap3")
            room = QRect(start, 0, self.width() - start - pad, self.height())
            painter.setFont(look.font("strong" if is_open else "body"))
            painter.setPen(look.colour("text"))
            words = painter.fontMetrics().elidedText(
                self.text(), Qt.TextElideMode.ElideRight, room.width()
            )
            painter.drawText(self._mirrored(room), look.leading, words)
        painter.end()

    def _paint_ground(self, painter: QPainter, *, is_open: bool) -> None:
        look = self._kit.look
        outline = look.px("sel_outline")
        has_edge = is_open and outline
        painter.setPen(QPen(look.colour("acc"), outline) if has_edge else Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("sel" if is_open else "bg"))
        half = outline / 2
        body = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(body, look.px("radius"), look.px("radius"))
        if is_open:
            inset = look.px("gap2")
            bar = QRect(0, inset, look.px("bar"), self.height() - 2 * inset)
            painter.fillRect(self._mirrored(bar), look.colour("acc"))

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)

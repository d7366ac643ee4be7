"""Icons: shipped SVG files, drawn in a colour of the look at the resolution of the screen.

Icons with a direction are turned round where the script runs from right to left; which ones
stands in the manifest beside the files. An icon is never the only sign: every button that shows
one has words or a tooltip, and an accessible name.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QTransform
from PySide6.QtSvg import QSvgRenderer

from nrm_desktop.ui.widgets.look import Look

_ICON_AND_TEXT_GAP = 4
"""What Qt itself leaves between the icon and the text of a button, at every scale."""


class Icons:
    """Draws the icons of one look, each only once per colour and size."""

    def __init__(
        self, folder: Path, mirrored: frozenset[str], look: Look, pixel_ratio: float = 1.0
    ) -> None:
        self._folder = folder
        self._mirrored = mirrored
        self._look = look
        self._ratio = pixel_ratio
        self._drawn: dict[tuple[str, str, str], QPixmap] = {}

    def pixmap(self, name: str, colour: str = "text", size: str = "icon") -> QPixmap:
        """Draw an icon in a colour and a size, both named by token."""
        key = (name, colour, size)
        if key not in self._drawn:
            self._drawn[key] = self._draw(name, colour, self._look.px(size))
        return self._drawn[key]

    def icon(self, name: str, colour: str = "text", size: str = "icon") -> QIcon:
        """An icon for a button without text; a disabled one is muted."""
        icon = QIcon(self.pixmap(name, colour, size))
        icon.addPixmap(self.pixmap(name, "mute", size), QIcon.Mode.Disabled)
        return icon

    def spaced_icon(self, name: str, colour: str = "text") -> QIcon:
        """An icon for a button with text: it brings the gap that Qt does not leave."""
        icon = QIcon(self._with_gap(self.pixmap(name, colour)))
        icon.addPixmap(self._with_gap(self.pixmap(name, "mute")), QIcon.Mode.Disabled)
        return icon

    def spaced_width(self) -> int:
        """Width of an icon with its gap, for `setIconSize`."""
        return self._look.px("icon") + self._look.px("gap2") - _ICON_AND_TEXT_GAP

    def _with_gap(self, plain: QPixmap) -> QPixmap:
        wide = self._empty(self.spaced_width(), self._look.px("icon"))
        start = self.spaced_width() - self._look.px("icon") if self._look.is_rtl else 0
        painter = QPainter(wide)
        painter.drawPixmap(start, 0, plain)
        painter.end()
        return wide

    def _draw(self, name: str, colour: str, size: int) -> QPixmap:
        source = (self._folder / f"{name}.svg").read_bytes()
        paint = self._look.colour(colour).name().encode()
        renderer = QSvgRenderer(QByteArray(source.replace(b"currentColor", paint)))
        drawn = self._empty(size, size)
        painter = QPainter(drawn)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        if self._look.is_rtl and name in self._mirrored:
            drawn = drawn.transformed(QTransform().scale(-1, 1))
            drawn.setDevicePixelRatio(self._ratio)
        return drawn

    def _empty(self, width: int, height: int) -> QPixmap:
        pixmap = QPixmap(round(width * self._ratio), round(height * self._ratio))
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        return pixmap

"""Banners: what must not be missed, with a shape, words, and the one step that helps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.flow import add_words
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import TONE_COLOUR, PlainLabel

TONE_ICON: Mapping[Tone, str] = MappingProxyType(
    {
        Tone.NEUTRAL: "info",
        Tone.OK: "circle-check",
        Tone.WARN: "triangle-alert",
        Tone.BAD: "circle-alert",
        Tone.INFO: "info",
        Tone.PRACTICE: "lightbulb",
    }
)


class Banner(QWidget):
    """A box in the page. `chosen` is told when its button is pressed."""

    chosen = Signal()

    def __init__(self, kit: Kit, spec: BannerSpec) -> None:
        super().__init__()
        self._look = kit.look
        self._tone = spec.tone
        row = QHBoxLayout(self)
        pad = kit.look.px("gap3")
        row.setContentsMargins(pad + pad // 3, pad, pad + pad // 3, pad)
        row.setSpacing(pad)
        icon = PlainLabel(kit)
        icon.setPixmap(kit.icons.pixmap(TONE_ICON[spec.tone], TONE_COLOUR[spec.tone]))
        top = Qt.AlignmentFlag.AlignTop if spec.title else Qt.AlignmentFlag.AlignVCenter
        row.addWidget(icon, 0, top)
        words = QVBoxLayout()
        words.setSpacing(0)
        if spec.title:
            words.addWidget(PlainLabel(kit, spec.title, "strong").toned(spec.tone))
        words.addWidget(PlainLabel(kit, spec.text).toned(spec.tone))
        add_words(row, words)
        self._button: Button | None = None
        if spec.action:
            self._button = Button(kit, spec.action)
            self._button.clicked.connect(lambda _=False: self.chosen.emit())
            row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(f"{spec.title} {spec.text}".strip())
        announce(self, self.accessibleName())

    def take_focus(self) -> None:
        """Put the focus on the button, where a question is asked."""
        if self._button is not None:
            self.show()
            self._button.setFocus()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the ground, the leading bar, and in high contrast the box."""
        look, neutral = self._look, self._tone is Tone.NEUTRAL
        front = look.colour("ctl" if neutral else TONE_COLOUR[self._tone])
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(body, look.px("radius"), look.px("radius"))
        painter.fillPath(shape, look.colour("side" if neutral else f"{self._tone.value}bg"))
        painter.setClipPath(shape)
        start = self.width() - look.px("bar") if look.is_rtl else 0
        painter.fillRect(start, 0, look.px("bar"), self.height(), front)
        painter.setClipping(False)
        if look.px("box_outline") or neutral:
            painter.setPen(QPen(front, look.px("border")))
            painter.drawPath(shape)
        painter.end()

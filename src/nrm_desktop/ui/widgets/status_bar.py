"""The status line: encryption, connection, what waits. Each part has icon and words, and leads on.

A part that changes safety is loud by its tone, its icon and its words; the others are calm.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStyle, QToolButton, QWidget

from nrm_desktop.ui.presenters.marks import StatusPart, Tone
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import TONE_COLOUR


class StatusBar(QWidget):
    """Parts from the leading edge on, and at the trailing edge what concerns the lock.

    Shape: `chosen` carries the id of the part that was pressed; `listening` whether somebody
    listens now; `panic` is told by its button.
    """

    chosen = Signal(str)
    listening = Signal(bool)
    panic = Signal()

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._buttons: dict[str, StatusButton] = {}
        self.setFixedHeight(kit.look.px("status_bar") + 2 * kit.look.px("gap1"))
        self._row = QHBoxLayout(self)
        side, edge = kit.look.px("gap4"), kit.look.px("gap1")
        self._row.setContentsMargins(side, edge, side, edge)
        self._row.setSpacing(kit.look.px("gap2"))
        self._row.addStretch(1)
        self._add_tools()

    def offer_listening(self, *, is_offered: bool) -> None:
        """Offer the switch in an interview; leaving one ends the listening."""
        self._listen.setVisible(is_offered)
        if not is_offered and self._listen.isChecked():
            self.show_listening(is_on=False)
            self.listening.emit(False)

    def show_listening(self, *, is_on: bool) -> None:
        """Show whether somebody listens, in words and shape."""
        say = self._kit.say
        words = say("Listening: stays open") if is_on else say("Listening")
        tone = Tone.INFO if is_on else Tone.NEUTRAL
        self._listen.setChecked(is_on)
        self._listen.show_part(StatusPart("listening", "ear", words, tone))

    def _add_tools(self) -> None:
        say = self._kit.say
        self._listen = StatusButton(self._kit)
        self._listen.setCheckable(True)
        self._listen.setToolTip(say("Holds the lock for idling for at most 30 minutes"))
        self._listen.clicked.connect(self._switch_listening)
        self._listen.hide()
        self.show_listening(is_on=False)
        settings = StatusButton(self._kit)
        settings.show_part(StatusPart("locking", "settings", ""), say("Locking and shift code"))
        settings.clicked.connect(lambda _=False: self.chosen.emit("locking"))
        panic = StatusButton(self._kit)
        panic.show_part(
            StatusPart("panic", "eye-off", ""), say("Lock at once and hide (Esc twice)")
        )
        panic.clicked.connect(lambda _=False: self.panic.emit())
        for tool in (self._listen, settings, panic):
            self._row.addWidget(tool)

    def _switch_listening(self, is_on: bool) -> None:  # noqa: FBT001 - Qt's signal
        self.show_listening(is_on=is_on)
        self.listening.emit(is_on)

    def show_parts(self, parts: tuple[StatusPart, ...]) -> None:
        """Show these parts; a part that stays keeps its button, and the focus on it."""
        wanted = {part.id for part in parts}
        for gone in [part_id for part_id in self._buttons if part_id not in wanted]:
            button = self._buttons.pop(gone)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        for place, part in enumerate(parts):
            if part.id not in self._buttons:
                made = StatusButton(self._kit)
                made.clicked.connect(lambda _=False, chosen=part.id: self.chosen.emit(chosen))
                self._buttons[part.id] = made
                self._row.insertWidget(place, made)
            self._buttons[part.id].show_part(part)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the ground and the line above it."""
        look = self._kit.look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("side"))
        painter.fillRect(0, 0, self.width(), look.px("border"), look.colour("line"))
        painter.end()


class StatusButton(QToolButton):
    """One part: icon, words, and a ground of its tone where it is loud."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._part = StatusPart("", "info", "")
        self.setFont(kit.look.font("label"))
        self.setFixedHeight(kit.look.px("status_bar"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_part(self, part: StatusPart, name: str = "") -> None:
        """Show icon and words. Shape: an icon alone has a name instead."""
        self._part = part
        self.setText(part.text)
        self.setAccessibleName(part.text or name)
        if name:
            self.setToolTip(name)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Icon, gap, words."""
        look = self._kit.look
        words = self.fontMetrics().horizontalAdvance(self._part.text)
        width = words + look.px("icon_small") + (3 if words else 2) * look.px("gap2")
        return QSize(max(width, look.px("input")), look.px("status_bar"))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it."""
        look, tone = self._kit.look, self._part.tone
        is_loud = tone is not Tone.NEUTRAL
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = look.px("gap1")
        body = QRectF(self.rect()).adjusted(0, inset, 0, -inset)
        if is_loud or self.underMouse():
            ground = f"{tone.value}bg" if is_loud else "sel"
            painter.setPen(Qt.PenStyle.NoPen)
            if look.px("box_outline") and is_loud:
                painter.setPen(look.colour(TONE_COLOUR[tone]))
            painter.setBrush(look.colour(ground))
            painter.drawRoundedRect(body, look.px("radius"), look.px("radius"))
        colour = TONE_COLOUR[tone] if is_loud else "mute"
        pad, side = look.px("gap2"), look.px("icon_small")
        top = (self.height() - side) // 2
        start = self.width() - pad - side if look.is_rtl else pad
        painter.drawPixmap(
            start, top, self._kit.icons.pixmap(self._part.icon, colour, "icon_small")
        )
        used = pad + side + pad
        room = self.rect().adjusted(used, 0, -pad, 0)
        room = QStyle.visualRect(self.layoutDirection(), self.rect(), room)
        painter.setPen(look.colour("text" if not is_loud else colour))
        painter.drawText(room, look.leading, self._part.text)
        painter.end()

"""The focus ring: drawn outside the focused control, with a gap, in the accent colour.

A ring inside a main button would be accent on accent and invisible; a ring outside moves nothing
and is seen on every ground. The ring takes no clicks, no focus and no place in a layout. Controls
leave `ring + ring_gap` pixels around themselves free (test: geometry walk).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from nrm_desktop.ui.widgets.look import Look

RING_HOST = "ringHost"
"""Dynamic property: the widget around which the ring is drawn instead of the focused one."""
_MOVES = frozenset(
    {
        QEvent.Type.Move,
        QEvent.Type.Resize,
        QEvent.Type.Show,
        QEvent.Type.Hide,
        QEvent.Type.ParentChange,
        QEvent.Type.LayoutRequest,
    }
)


class FocusRing(QObject):
    """Follows the focus through the whole application."""

    def __init__(self, app: QApplication, look: Look) -> None:
        super().__init__(app)
        self._app = app
        self._look = look
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._ring: _Ring | None = None
        app.focusChanged.connect(self._follow)

    def retire(self) -> None:
        """Stop following, before another look is applied."""
        self._app.focusChanged.disconnect(self._follow)
        self._let_go()
        self.setParent(None)
        self.deleteLater()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep the ring at the control while either moves."""
        if event.type() in _MOVES:
            self._place()
        return False

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._let_go()
        if new is None or new.isWindow() or new.window().windowType() is Qt.WindowType.Popup:
            return
        host = new.property(RING_HOST)
        self._target = host if isinstance(host, QWidget) else new
        ground = self._ground_of(self._target)
        self._ring = _Ring(ground, self._look)
        self._place()
        self._ring.show()

    def _ground_of(self, target: QWidget) -> QWidget:
        """Climb to the first widget that has room for the ring, but never out of a scroll area."""
        self._watch(target)
        ground = target.parentWidget() or target
        while not self._has_room(ground, target):
            above = ground.parentWidget()
            if ground.isWindow() or above is None or above.objectName() == "qt_scrollarea_viewport":
                break
            self._watch(ground)
            ground = above
        return ground

    def _has_room(self, ground: QWidget, target: QWidget) -> bool:
        return ground.rect().contains(self._rect(ground, target))

    def _rect(self, ground: QWidget, target: QWidget) -> QRect:
        reach = self._look.px("ring") + self._look.px("ring_gap")
        corner = target.mapTo(ground, QPoint(0, 0))
        return QRect(corner, target.size()).adjusted(-reach, -reach, reach, reach)

    def _watch(self, widget: QWidget) -> None:
        widget.installEventFilter(self)
        self._watched.append(widget)

    def _place(self) -> None:
        ring, target = self._ring, self._target
        if ring is None or target is None or not isValid(ring) or not isValid(target):
            return
        ground = ring.parentWidget()
        if ground is None or not ground.isAncestorOf(target):
            return
        ring.setGeometry(self._rect(ground, target))
        ring.setVisible(target.isVisibleTo(ground))
        ring.raise_()

    def _let_go(self) -> None:
        for widget in self._watched:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._watched.clear()
        if self._ring is not None and isValid(self._ring):
            self._ring.hide()
            self._ring.deleteLater()
        self._ring = None
        self._target = None


class _Ring(QWidget):
    def __init__(self, ground: QWidget, look: Look) -> None:
        super().__init__(ground)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        width = self._look.px("ring")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.colour("acc"), width))
        half = width / 2
        radius = self._look.px("radius") + self._look.px("ring_gap") + half
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(half, half, -half, -half), radius, radius
        )
        painter.end()

"""Pills: a state as shape and word, drawn alike by a widget and by the lists.

The shape tells the state without its colour: filled, half, empty, crossed, barred, triangle.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nrm_desktop.ui.presenters.marks import PillSpec, Shape, Tone
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.look import Look
from nrm_desktop.ui.widgets.plain_label import TONE_COLOUR

_STROKE = 1.3
_TOP_OF_CIRCLE = 90 * 16
_HALF_CIRCLE = 180 * 16


class Pill(QWidget):
    """One pill; its accessible name is its word."""

    def __init__(self, kit: Kit, spec: PillSpec) -> None:
        super().__init__()
        self._look = kit.look
        self._spec = spec
        self.setAccessibleName(spec.word)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_spec(self, spec: PillSpec) -> None:
        """Show another state."""
        self._spec = spec
        self.setAccessibleName(spec.word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the word."""
        return pill_size(self._look, self._spec)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it."""
        painter = QPainter(self)
        paint_pill(painter, QRectF(self.rect()), self._spec, self._look)
        painter.end()


def pill_size(look: Look, spec: PillSpec) -> QSize:
    """Size that a pill wants."""
    words = QFontMetrics(look.font("label")).horizontalAdvance(spec.word)
    return QSize(
        words + 1 + look.px("shape") + look.px("gap2") + 2 * look.px("gap3"), look.px("pill")
    )


def paint_pill(
    painter: QPainter, rect: QRectF, spec: PillSpec, look: Look, *, is_selected: bool = False
) -> None:
    """Draw a pill into a rectangle; on a selected row and in high contrast it has an outline."""
    front, ground, outline = _colours(look, spec.tone)
    width = max(1, look.px("border"))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    has_line = spec.tone is Tone.NEUTRAL or is_selected or look.px("box_outline") > 0
    painter.setPen(QPen(outline, width) if has_line else Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    half = width / 2
    body = rect.adjusted(half, half, -half, -half)
    painter.drawRoundedRect(body, body.height() / 2, body.height() / 2)
    _paint_inside(painter, rect, spec, look, front)
    painter.restore()


def paint_shape(painter: QPainter, rect: QRectF, shape: Shape, colour: QColor) -> None:
    """Draw the sign of a state into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    stroke = rect.width() / 10 * _STROKE
    ring = rect.adjusted(stroke / 2, stroke / 2, -stroke / 2, -stroke / 2)
    painter.setPen(QPen(colour, stroke, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if shape is Shape.TRIANGLE:
        painter.setBrush(colour)
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(ring.center().x(), ring.top()),
                    QPointF(ring.right(), ring.bottom()),
                    QPointF(ring.left(), ring.bottom()),
                ]
            )
        )
    else:
        painter.drawEllipse(ring)
        _paint_in_ring(painter, ring, shape, colour)
    painter.restore()


def _paint_in_ring(painter: QPainter, ring: QRectF, shape: Shape, colour: QColor) -> None:
    inset = ring.width() * 0.15
    inner = ring.adjusted(inset, inset, -inset, -inset)
    if shape is Shape.CROSSED:
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())
    elif shape is Shape.BARRED:
        middle = ring.center().y()
        painter.drawLine(
            QPointF(ring.left() + 2 * inset, middle), QPointF(ring.right() - 2 * inset, middle)
        )
    else:
        painter.setBrush(colour)
        if shape is Shape.DOT:
            painter.drawEllipse(ring)
        elif shape is Shape.HALF:
            painter.drawPie(ring, _TOP_OF_CIRCLE, _HALF_CIRCLE)
        elif shape is Shape.CENTRE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(ring.center(), ring.width() / 5, ring.width() / 5)


def _paint_inside(
    painter: QPainter, rect: QRectF, spec: PillSpec, look: Look, front: QColor
) -> None:
    side, pad = look.px("shape"), look.px("gap3")
    start = rect.right() - pad - side if look.is_rtl else rect.left() + pad
    paint_shape(painter, QRectF(start, rect.center().y() - side / 2, side, side), spec.shape, front)
    painter.setPen(front)
    painter.setFont(look.font("label"))
    used = pad + side + look.px("gap2")
    words = rect.adjusted(pad, 0, -used, 0) if look.is_rtl else rect.adjusted(used, 0, -pad, 0)
    shown = painter.fontMetrics().elidedText(
        spec.word, Qt.TextElideMode.ElideRight, round(words.width())
    )
    painter.drawText(words, look.leading, shown)


def _colours(look: Look, tone: Tone) -> tuple[QColor, QColor, QColor]:
    if tone is Tone.NEUTRAL:
        return look.colour("text"), look.colour("side"), look.colour("ctl")
    front = look.colour(TONE_COLOUR[tone])
    return front, look.colour(f"{tone.value}bg"), front

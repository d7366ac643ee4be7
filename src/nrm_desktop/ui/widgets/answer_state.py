"""The four states of an answer as four visible buttons, with the keys 1 to 4.

"Not asked", "not known", "does not want to say" and an answer are four different things (R21).
The start state is "not asked"; skipping and declining are as near as answering.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QWidget

from nrm_desktop.domain.values import AnswerState
from nrm_desktop.ui.presenters.marks import Shape
from nrm_desktop.ui.presenters.wording import Say
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import KeyPlace, Kit
from nrm_desktop.ui.widgets.pill import paint_shape
from nrm_desktop.ui.widgets.roving import RovingFocus

STATE_KEYS: Mapping[KeyPlace, AnswerState] = MappingProxyType(
    {
        KeyPlace.ONE: AnswerState.ANSWERED,
        KeyPlace.TWO: AnswerState.UNKNOWN,
        KeyPlace.THREE: AnswerState.DECLINED,
        KeyPlace.FOUR: AnswerState.NOT_ASKED,
    }
)
STATE_SHAPES: Mapping[AnswerState, Shape] = MappingProxyType(
    {
        AnswerState.ANSWERED: Shape.DOT,
        AnswerState.UNKNOWN: Shape.CENTRE,
        AnswerState.DECLINED: Shape.BARRED,
        AnswerState.NOT_ASKED: Shape.RING,
    }
)


def state_word(say: Say, state: AnswerState) -> str:
    """The word for a state on screen."""
    return {
        AnswerState.ANSWERED: say("Answered"),
        AnswerState.UNKNOWN: say("Not known"),
        AnswerState.DECLINED: say("Declined"),
        AnswerState.NOT_ASKED: say("Not asked"),
    }[state]


def _tip(say: Say, state: AnswerState, key: str) -> str:
    return {
        AnswerState.ANSWERED: say("There is an answer (key {key})", key=key),
        AnswerState.UNKNOWN: say("Asked, and nobody here knows (key {key})", key=key),
        AnswerState.DECLINED: say("Does not want to say (key {key})", key=key),
        AnswerState.NOT_ASKED: say("Nobody has asked yet (key {key})", key=key),
    }[state]


class StateBar(QWidget):
    """The four buttons. `chosen` carries the state that a person chose."""

    chosen = Signal(object)

    def __init__(self, kit: Kit, *, may_decline: bool = True) -> None:
        super().__init__()
        flow = FlowLayout(kit.look.px("gap1"), kit.look.px("gap1"))
        self.setLayout(flow)
        self._buttons: dict[AnswerState, StateButton] = {}
        for place, state in STATE_KEYS.items():
            if state is AnswerState.DECLINED and not may_decline:
                continue
            face = ButtonFace(state_word(kit.say, state), STATE_SHAPES[state], place.value)
            button = StateButton(kit, face)
            button.setToolTip(_tip(kit.say, state, place.value))
            button.clicked.connect(lambda _=False, chosen=state: self.chosen.emit(chosen))
            self._buttons[state] = button
            flow.addWidget(button)
        self._roving = RovingFocus(self, list(self._buttons.values()))

    def offers(self, state: AnswerState) -> bool:
        """True if this question may be answered so."""
        return state in self._buttons

    def show_state(self, state: AnswerState) -> None:
        """Show which state holds; it is the one that Tab reaches."""
        for place, (of, button) in enumerate(self._buttons.items()):
            button.setChecked(of is state)
            if of is state:
                self._roving.make_current(place)

    def name_it(self, question: str) -> None:
        """Tell screen readers whose answer the buttons speak about."""
        for button in self._buttons.values():
            button.setAccessibleDescription(question)


@dataclass(frozen=True, slots=True)
class ButtonFace:
    """What stands on a state button. Shape: `key` is the digit that presses it."""

    word: str
    shape: Shape
    key: str


class StateButton(QPushButton):
    """Shape, word and key of one state; chosen it has a ground, a bar and bold words."""

    def __init__(self, kit: Kit, face: ButtonFace) -> None:
        super().__init__(face.word)
        self._look = kit.look
        self._shape = face.shape
        self._key = face.key
        self.setCheckable(True)
        self.setAutoDefault(True)  # Enter presses it, as Space does
        self.setFixedHeight(kit.look.px("input"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.text())

    def nextCheckState(self) -> None:  # noqa: N802 - Qt's name
        """Stay chosen when pressed again: a question always has a state."""
        self.setChecked(True)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide enough for bold words, so that nothing moves when it is chosen."""
        look = self._look
        words = QFontMetrics(look.font("label_strong")).horizontalAdvance(self.text())
        key = QFontMetrics(look.font("key")).horizontalAdvance(self._key)
        gaps = 4 * look.px("gap2")
        return QSize(look.px("shape") + words + key + gaps + 2, look.px("input"))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        self._paint_words(painter)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        look = self._look
        is_hovered = self.underMouse() and self.isEnabled()
        if not self.isChecked() and not is_hovered:
            return
        body = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        has_edge = self.isChecked() and look.px("sel_outline")
        edge = QPen(look.colour("acc" if has_edge else "line"), max(1, look.px("sel_outline")))
        painter.setPen(edge if has_edge or is_hovered else Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("sel" if self.isChecked() else "surface"))
        painter.drawRoundedRect(body, look.px("radius"), look.px("radius"))
        if self.isChecked():
            bar = QRectF(0, look.px("gap2"), look.px("bar"), self.height() - 2 * look.px("gap2"))
            painter.fillRect(self._mirrored(bar), look.colour("acc"))

    def _paint_words(self, painter: QPainter) -> None:
        look = self._look
        pad, side, gap = look.px("gap2"), look.px("shape"), look.px("gap2")
        is_chosen = self.isChecked()
        sign = QRectF(pad, (self.height() - side) / 2, side, side)
        colour = look.colour("acc" if is_chosen else "mute")
        paint_shape(painter, self._mirrored(sign), self._shape, colour)
        start = pad + side + gap
        room = QRectF(start, 0, self.width() - start - pad, self.height())
        painter.setPen(look.colour("text" if is_chosen else "mute"))
        painter.setFont(look.font("label_strong" if is_chosen else "label"))
        painter.drawText(self._mirrored(room), look.leading, self.text())
        painter.setPen(look.colour("mute"))
        painter.setFont(look.font("key"))
        painter.drawText(self._mirrored(room), look.trailing, self._key)

    def _mirrored(self, rect: QRectF) -> QRectF:
        plain = rect.toAlignedRect()
        return QRectF(QStyle.visualRect(self.layoutDirection(), self.rect(), plain))

"""One answer of four by one key: yes, no, not now, partly. Nothing is chosen beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from nrm_desktop.ui.presenters.marks import Shape
from nrm_desktop.ui.widgets.answer_state import ButtonFace, StateButton
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.roving import RovingFocus


@dataclass(frozen=True, slots=True)
class Answer:
    """One possible answer. Shape: `code` is what is told when it is chosen."""

    code: str
    word: str
    shape: Shape


class AnswerBar(QWidget):
    """Buttons with the keys 1, 2, 3 ... `chosen` carries the code of an answer."""

    chosen = Signal(str)

    def __init__(self, kit: Kit, question: str, answers: Sequence[Answer]) -> None:
        super().__init__()
        self._kit = kit
        gap = kit.look.px("gap1")
        flow = FlowLayout(gap, gap)
        self.setLayout(flow)
        self._buttons: dict[str, StateButton] = {}
        for number, answer in enumerate(answers, start=1):
            button = StateButton(kit, ButtonFace(answer.word, answer.shape, str(number)))
            button.setAccessibleDescription(question)
            button.clicked.connect(lambda _=False, code=answer.code: self._choose(code))
            self._buttons[answer.code] = button
            flow.addWidget(button)
        self._roving = RovingFocus(self, list(self._buttons.values()))

    def show_answer(self, code: str) -> None:
        """Show which answer holds; none if the code is empty."""
        for number, (one, button) in enumerate(self._buttons.items()):
            button.setChecked(one == code)
            if one == code:
                self._roving.make_current(number)

    def press(self, event: QKeyEvent) -> bool:
        """Choose by the place of a digit key; False if the key is no answer here."""
        place = self._kit.place_of(event)
        codes = list(self._buttons)
        if place is None or not place.value.isdecimal() or int(place.value) > len(codes):
            return False
        self._choose(codes[int(place.value) - 1])
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Choose by the place of a digit key."""
        if not self.press(event):
            super().keyPressEvent(event)

    def take_focus(self) -> None:
        """Put the focus on the first answer."""
        next(iter(self._buttons.values())).setFocus()

    def _choose(self, code: str) -> None:
        self.show_answer(code)
        self.chosen.emit(code)

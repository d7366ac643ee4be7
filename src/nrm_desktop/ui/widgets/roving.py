"""Rows of buttons with one place in the tab order: Tab enters, arrows move, Space chooses.

Moving never chooses: in an interview an answer must not change because somebody looked around.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QWidget


class RovingFocus(QObject):
    """Watches the keys of some buttons; lives as long as the widget they stand in."""

    def __init__(self, home: QWidget, buttons: Sequence[QAbstractButton]) -> None:
        super().__init__(home)
        self._home = home
        self._buttons = list(buttons)
        for button in self._buttons:
            button.installEventFilter(self)
        self.make_current(0)

    def make_current(self, number: int) -> None:
        """Make one button the one that Tab reaches."""
        for place, button in enumerate(self._buttons):
            is_current = place == number
            button.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if is_current else Qt.FocusPolicy.ClickFocus
            )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Move on arrows, Home and End."""
        if event.type() is QEvent.Type.FocusIn and isinstance(watched, QAbstractButton):
            self.make_current(self._buttons.index(watched))
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._moved(watched, event.key())
        return False

    def _moved(self, watched: QObject, key: int) -> bool:
        here = next(place for place, button in enumerate(self._buttons) if button is watched)
        last = len(self._buttons) - 1
        is_rtl = self._home.layoutDirection() is Qt.LayoutDirection.RightToLeft
        step = -1 if is_rtl else 1
        there = {
            Qt.Key.Key_Right: here + step,
            Qt.Key.Key_Left: here - step,
            Qt.Key.Key_Down: here + 1,
            Qt.Key.Key_Up: here - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(key))
        if there is None or not 0 <= there <= last:
            return False
        self.make_current(there)
        self._buttons[there].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

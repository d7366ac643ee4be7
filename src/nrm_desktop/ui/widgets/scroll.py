"""An area that scrolls up and down, and keeps in view whatever has the focus.

Qt scrolls only where Tab moved the focus; arrows, digits and pages that put the cursor somewhere
would leave it out of sight, and so would what is put in above it while somebody works on the page.
A page that is still filling is read from its head; whoever scrolls away by hand is left alone until
the focus moves again.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from nrm_desktop.ui.widgets.kit import Kit


class FollowingArea(QScrollArea):
    """The area. Put one widget into it with `setWidget`."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._margin = kit.look.px("gap5")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._follow)
        self._is_following = False
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._content_moved)
        bar.actionTriggered.connect(self._left_by_hand)
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]  # widgets exist only inside an application

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self.isAncestorOf(new):
            # What was just put in gets its place first.
            self._is_following = old is not None and self.isAncestorOf(old)
            self._timer.start()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Somebody looks elsewhere."""
        self._left_by_hand()
        super().wheelEvent(event)

    def _left_by_hand(self) -> None:
        self._is_following = False

    def _content_moved(self) -> None:
        if self._is_following:
            self._timer.start()

    def _follow(self) -> None:
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            self.ensureWidgetVisible(focused, 0, self._margin)

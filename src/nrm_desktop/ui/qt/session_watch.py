"""What happens around the window: keys and mouse, the clocks, and the sources of lock signals.

This module hears and passes on; it decides only what counts as "Esc twice" and that a source whose
reason is switched off is not heeded. It watches from the first unlocking to the end of the
program, also while locked: a shift code has to end when the lid is closed on the locked screen.

Source: ux.md sections 5 and 7; storage-security.md section 13.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from nrm_desktop.ui.presenters.idle import LOOK_EVERY_S, Due, IdleWatch
from nrm_desktop.ui.presenters.lock_reason import LockReason, LockSource, Told, VolumeWatch

TWICE_MS: Final = 600
_DEEDS: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    }
)


class SessionWatch(QObject):
    """Watches keys, clocks and sources.

    Shape: `lock` is told why; `tell` what the clocks say, each time it changes.
    """

    def __init__(
        self,
        app: QApplication,
        idle: IdleWatch,
        lock: Told,
        tell: Callable[[Due], None],
        sources: Sequence[LockSource] = (),
    ) -> None:
        super().__init__(app)
        self._app = app
        self._idle = idle
        self._lock = lock
        self._tell = tell
        self._sources = sources
        self._is_open = False
        self._said = Due.NOTHING
        self._since_escape = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(round(LOOK_EVERY_S * 1000))
        self._timer.timeout.connect(self.look)
        self._timer.start()
        app.installEventFilter(self)
        for source in sources:
            source.listen(lock)

    def show_open(self, *, is_open: bool) -> None:
        """Say whether there is anything to lock: a locked window cannot be idle."""
        self._is_open = is_open
        self._said = Due.NOTHING
        self._idle.listen(is_on=False)

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.stop()
        self._app.removeEventFilter(self)
        for source in self._sources:
            source.stop()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Hear of deeds, and of Esc twice."""
        if event.type() in _DEEDS:
            self._idle.something_happened()
            if self._said is Due.WARN:
                self._pass_on(Due.NOTHING)
            if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                # One press reaches the window, the focused widget, and those around it.
                is_the_one = watched is QApplication.focusWidget()
                return is_the_one and self._is_panic(event)
        return False

    def look(self) -> None:
        """Look at the clocks."""
        due = self._idle.look()
        if due is Due.SLEPT:
            self._lock(LockReason.SLEPT)
        elif self._is_open:
            self._pass_on(due)
            if due is Due.LOCK:
                self._lock(LockReason.IDLE)

    def _is_panic(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape or event.isAutoRepeat():
            return False
        if self._since_escape.isValid() and self._since_escape.elapsed() <= TWICE_MS:
            self._since_escape.invalidate()
            self._lock(LockReason.PANIC)
            return True
        self._since_escape.start()
        return False

    def _pass_on(self, due: Due) -> None:
        if due is not self._said:
            self._said = due
            self._tell(due)


class KeyStickSignal(QObject):
    """The stick with the key file, looked at every few seconds (fulfils `LockSource`)."""

    def __init__(self, volume: VolumeWatch, every_s: float = LOOK_EVERY_S / 5) -> None:
        super().__init__()
        self._volume = volume
        self._told: Told | None = None
        self._was_there = False
        self._timer = QTimer(self)
        self._timer.setInterval(round(every_s * 1000))
        self._timer.timeout.connect(self.look)

    def listen(self, told: Told) -> None:
        """Begin: only a stick that was there can be pulled out."""
        self._told = told
        self._was_there = self._volume.is_there()
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._told = None
        self._timer.stop()

    def look(self) -> None:
        """Look whether it is there."""
        is_there = self._volume.is_there()
        is_pulled = self._was_there and not is_there
        self._was_there = is_there
        if is_pulled and self._told is not None:
            self._told(LockReason.KEY_PULLED)

"""What happens around the window: keys and mouse, sleep, the locked screen of the system.

This module hears and passes on; it decides only what counts as "Esc twice". Lock signals of Windows
and macOS are unverified: nobody has run them there.

Source: ux.md sections 5 and 7.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import SLOT, QElapsedTimer, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtDBus import QDBusConnection
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from nrm_desktop.ui.presenters.idle import LOOK_EVERY_S, Due, IdleWatch
from nrm_desktop.ui.presenters.unlock import LockReason

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
_SCREEN_SAVERS: Final = (
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
    ("org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"),
)


class SessionWatch(QObject):
    """Watches while the window is unlocked.

    Shape: `lock` is told why; `warn` whether the lock is near.
    """

    def __init__(
        self,
        app: QApplication,
        idle: IdleWatch,
        lock: Callable[[LockReason], None],
        warn: Callable[[bool], None],
    ) -> None:
        super().__init__(app)
        self._app = app
        self._idle = idle
        self._lock = lock
        self._warn = warn
        self._is_warned = False
        self._since_escape = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(round(LOOK_EVERY_S * 1000))
        self._timer.timeout.connect(self.look)
        self._timer.start()
        app.installEventFilter(self)
        self._listen()

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.stop()
        self._app.removeEventFilter(self)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Hear of deeds, and of Esc twice."""
        if event.type() in _DEEDS:
            self._idle.something_happened()
            self._tell_warning(is_near=False)
            if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                # One press reaches the window, the focused widget, and those around it.
                is_the_one = watched is QApplication.focusWidget()
                return is_the_one and self._is_panic(event)
        return False

    def look(self) -> None:
        """Look at the clocks."""
        due = self._idle.look()
        self._tell_warning(is_near=due is Due.WARN)
        if due is Due.LOCK:
            self._lock(LockReason.IDLE)
        elif due is Due.SLEPT:
            self._lock(LockReason.SLEPT)

    @Slot(bool)
    def slept(self, is_going: bool) -> None:  # noqa: FBT001 - the signal of login1
        """The computer goes to sleep."""
        if is_going:
            self._lock(LockReason.SLEPT)

    @Slot()
    def session_locked(self) -> None:
        """The session was locked."""
        self._lock(LockReason.SCREEN_LOCKED)

    @Slot(bool)
    def screen_saver(self, is_on: bool) -> None:  # noqa: FBT001 - the signal of screen savers
        """The screen was locked."""
        if is_on:
            self._lock(LockReason.SCREEN_LOCKED)

    def _is_panic(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape or event.isAutoRepeat():
            return False
        if self._since_escape.isValid() and self._since_escape.elapsed() <= TWICE_MS:
            self._since_escape.invalidate()
            self._lock(LockReason.PANIC)
            return True
        self._since_escape.start()
        return False

    def _tell_warning(self, *, is_near: bool) -> None:
        if is_near is not self._is_warned:
            self._is_warned = is_near
            self._warn(is_near)

    def _listen(self) -> None:
        system, session = QDBusConnection.systemBus(), QDBusConnection.sessionBus()
        login = "org.freedesktop.login1"
        if system.isConnected():
            self._hear(
                system,
                _Source(login, "/org/freedesktop/login1", f"{login}.Manager", "PrepareForSleep"),
                SLOT("slept(bool)"),
            )
            self._hear(
                system, _Source(login, "", f"{login}.Session", "Lock"), SLOT("session_locked()")
            )
        if session.isConnected():
            for service, path in _SCREEN_SAVERS:
                source = _Source(service, path, service, "ActiveChanged")
                self._hear(session, source, SLOT("screen_saver(bool)"))

    def _hear(self, bus: QDBusConnection, source: _Source, slot: object) -> None:
        name = str(slot).encode()
        bus.connect(source.service, source.path, source.interface, source.signal, self, name)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a signal on the bus comes from."""

    service: str
    path: str
    interface: str
    signal: str

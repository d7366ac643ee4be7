"""Sleep that waits for the lock: login1 holds it up until a vault is closed (fulfils `SleepDelay`).

login1 gives out a file, and waits as long as it is open, a few seconds at the most. This module
decides when it is closed, and that nobody ever waits for an answer: where there is no such service,
or it says no, the computer sleeps as it always did. What it tells the system can be read by
everybody on the computer, so it names neither the program nor what is kept.

Windows and macOS have other ways; nothing here asks for them.

Source: storage-security.md section 13. Threat: T2.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import partial
from threading import Lock
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusPendingCallWatcher,
    QDBusUnixFileDescriptor,
)

from nrm_desktop.ui.presenters.lock_reason import LockReason

_LOGIN: Final = "org.freedesktop.login1"
_WORDS: Final = {LockReason.SUSPENDED: "sleep", LockReason.SHUT_DOWN: "shutdown"}
WHO: Final = "Notes"
WHY: Final = "Saving what is open"


class LoginDelay(QObject):
    """A delay inhibitor of login1."""

    def __init__(self, system: QDBusConnection | None = None) -> None:
        super().__init__()
        self._system = system or QDBusConnection.systemBus()
        self._guard = Lock()
        self._turn = 0
        """Counts what is asked for, so that an answer that nobody waits for any more is told."""
        self._held: int | None = None

    def take(self, reasons: Collection[LockReason]) -> None:
        """Ask login1 to hold these up."""
        what = ":".join(_WORDS[one] for one in reasons if one in _WORDS)
        with self._guard:
            self._turn += 1
            turn = self._turn
        if not what:
            self.let_go()
        elif self._system.isConnected():
            call = self._system.asyncCall(_inhibit(what))
            watcher = QDBusPendingCallWatcher(call, self)
            watcher.finished.connect(partial(self._answered, turn, watcher))

    def let_go(self) -> None:
        """Close the file that was given out, and take none that is still on its way."""
        with self._guard:
            self._turn += 1
            self._keep(None)

    def _answered(self, turn: int, watcher: QDBusPendingCallWatcher) -> None:
        """Keep what came, if it is still wanted. Shape: no file in it means that login1 said no."""
        given = [
            one for one in watcher.reply().arguments() if isinstance(one, QDBusUnixFileDescriptor)
        ]
        watcher.deleteLater()  # and with it the file as it came
        with self._guard:
            if turn == self._turn and given:
                self._keep(os.dup(given[0].fileDescriptor()))

    def _keep(self, held: int | None) -> None:
        before, self._held = self._held, held
        if before is not None:
            os.close(before)


def _inhibit(what: str) -> QDBusMessage:
    message = QDBusMessage.createMethodCall(
        _LOGIN, "/org/freedesktop/login1", f"{_LOGIN}.Manager", "Inhibit"
    )
    message.setAutoStartService(False)
    message.setArguments([what, WHO, WHY, "delay"])
    return message

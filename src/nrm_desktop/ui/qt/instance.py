"""One window per safe: a second start brings the first window to the front and ends.

This module decides who is the first: whoever holds a lock file of this system user. The socket
beside it only carries "come to the front"; nothing else is ever read from it or written to it. It
guards the window alone: what keeps a safe from being opened twice is its own lock (P19).

Both files lie in a folder of this user and bear a name that says nothing. A process that was killed
leaves them behind; the next start notices that it is gone and takes over.

Source: storage-security.md section 12; ux.md section 10. Promise: P19.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLockFile, QObject, QThread
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_LONGEST_PATH: Final = 100
"""A socket's path may be about 107 bytes long; the toolkit adds a little while it makes it."""
_TRIES: Final = 50
_WAIT_MS: Final = 100


class FirstWindow(QObject):
    """Held by the first window until the program ends."""

    def __init__(self, lock: QLockFile, name: str) -> None:
        super().__init__()
        self._lock = lock
        self._raise: Callable[[], None] | None = None
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(name)  # left by a process that was killed: we hold the lock
        self._server.listen(name)
        self._server.newConnection.connect(self._called)

    def on_call(self, bring: Callable[[], None]) -> None:
        """Tell what brings the window to the front."""
        self._raise = bring

    def end(self) -> None:
        """Let the next start be the first."""
        self._raise = None
        self._server.close()
        self._lock.unlock()

    def _called(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.disconnectFromServer()
            caller.deleteLater()
        if self._raise is not None:
            self._raise()


def first_window(folder: Path, safe: Path) -> FirstWindow | None:
    """Become the first window of a safe, or call the one that is; None if there is one already.

    Shape: `folder` is for lock and socket, of this user alone; `safe` names the data folder.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = blake2b(bytes(safe.absolute()), digest_size=8).hexdigest()
    lock = QLockFile(str(folder / f"w-{name}.lock"))
    lock.setStaleLockTime(0)  # never by its age: a window may stay open for days
    socket = _socket_name(folder, name)
    for _ in range(_TRIES):
        if lock.tryLock(0):
            return FirstWindow(lock, socket)
        if lock.error() is not QLockFile.LockError.LockFailedError:
            return FirstWindow(lock, socket)  # a full or read-only disk keeps nobody out
        if _call(socket):
            return None
    return None


def _call(socket: str) -> bool:
    """Call the first window; it may still be starting, so a refusal is tried again."""
    caller = QLocalSocket()
    caller.connectToServer(socket)
    is_heard = caller.waitForConnected(_WAIT_MS)
    if not is_heard:
        caller.abort()
        QThread.msleep(_WAIT_MS)
        return False
    caller.disconnectFromServer()
    return True


def _socket_name(folder: Path, name: str) -> str:
    path = folder / f"w-{name}"
    return str(path) if len(str(path)) <= _LONGEST_PATH else f"notes-{name}"

"""A private bus with nobody on it, and a login1 of our own that holds sleep up."""

import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusError,
    QDBusMessage,
    QDBusUnixFileDescriptor,
    QDBusVirtualObject,
)

LOGIN = "org.freedesktop.login1"
LOGIN_PATH = "/org/freedesktop/login1"
_NUMBERS = count()


@contextmanager
def private_bus(folder: Path) -> Iterator[str]:
    """Run a bus as long as this lasts. Shape: its address."""
    path = shutil.which("dbus-daemon")
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("dbus-daemon is not installed")
    started = subprocess.Popen(
        [path, "--session", "--nofork", "--print-address", f"--address=unix:path={folder / 'bus'}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield started.stdout.readline().strip()
    finally:
        started.terminate()
        started.wait(10)
        started.stdout.close()


class Connections:
    """Connections to one bus, ended together."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._names: list[str] = []

    def new(self) -> QDBusConnection:
        name = f"bus-{next(_NUMBERS)}"
        self._names.append(name)
        bus = QDBusConnection.connectToBus(self._address, name)
        assert bus.isConnected()
        return bus

    def end(self) -> None:
        for name in self._names:
            QDBusConnection.disconnectFromBus(name)


class Inhibitor:
    """A file that was given out: the end of a pipe that stays here sees when it is closed."""

    def __init__(self, asked: list[str]) -> None:
        self.asked = asked
        self._here, self.given = os.pipe()
        self.is_over = False

    @property
    def is_held(self) -> bool:
        """True until every copy of the file that was given out is closed."""
        if not self.is_over and select.select([self._here], [], [], 0)[0]:
            self.end()
        return not self.is_over

    def wait_for_the_end(self) -> None:
        """For a thread of its own."""
        os.read(self._here, 1)

    def end(self) -> None:
        if not self.is_over:
            self.is_over = True
            os.close(self._here)


class LittleLogin(QDBusVirtualObject):
    """login1 as far as it is needed: it gives out inhibitors, and says that sleep is near."""

    def __init__(self, bus: QDBusConnection, *, says_no: bool = False) -> None:
        super().__init__()
        self._bus = bus
        self._says_no = says_no
        self.inhibitors: list[Inhibitor] = []
        self.calls = 0
        assert bus.registerService(LOGIN)
        assert bus.registerVirtualObject(LOGIN_PATH, self)

    def introspect(self, _path: str) -> str:
        return ""

    def handleMessage(self, message, connection) -> bool:  # noqa: N802 - the toolkit's name
        if message.member() != "Inhibit":
            return False
        self.calls += 1
        if self._says_no:
            denied = message.createErrorReply(QDBusError.ErrorType.AccessDenied, "no")
            return connection.send(denied)
        made = Inhibitor(message.arguments())
        self.inhibitors.append(made)
        sent = connection.send(message.createReply(QDBusUnixFileDescriptor(made.given)))
        os.close(made.given)  # the message holds a copy of its own
        return sent

    def fall_asleep(self) -> None:
        message = QDBusMessage.createSignal(LOGIN_PATH, f"{LOGIN}.Manager", "PrepareForSleep")
        message.setArguments([True])
        assert self._bus.send(message)

    def end(self) -> None:
        self._bus.unregisterObject(LOGIN_PATH)
        self._bus.unregisterService(LOGIN)
        for one in self.inhibitors:
            one.end()

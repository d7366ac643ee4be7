"""Lock signals that arrive on the buses of a Linux desktop (fulfils `LockSource`).

This module decides which signal of which service means what; it locks nothing itself. A service
that is not there costs nothing and is heard as soon as it appears. Signals of every session of the
computer are heeded: locking once too often is the lesser harm.

- login1: PrepareForSleep, PrepareForShutdown, Session.Lock, Session.Active (another user).
- UPower: LidIsClosed, because login1 does not announce its own property.
- ScreenSaver.ActiveChanged of freedesktop, GNOME and Xfce.
- Windows and macOS send other signals; nothing here hears them (unverified there: the jump of a
  clock, see `idle`, works without any).

Source: storage-security.md section 13; ux.md section 7. Threat: T2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import QDBusConnection

from nrm_desktop.ui.presenters.lock_reason import LockReason, Told

_LOGIN: Final = "org.freedesktop.login1"
_LOGIN_PATH: Final = "/org/freedesktop/login1"
_UPOWER: Final = "org.freedesktop.UPower"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_CHANGED: Final = "changed(QString,QVariantMap,QStringList)"
_SCREEN_SAVERS: Final = (
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    ("org.freedesktop.ScreenSaver", "/ScreenSaver"),
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
    ("org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"),
)


@dataclass(frozen=True, slots=True)
class _Signal:
    """A signal on a bus and the slot that hears it. Shape: `path` is empty for every object."""

    service: str
    path: str
    interface: str
    name: str
    slot: str


_ON_SYSTEM: Final = (
    _Signal(_LOGIN, _LOGIN_PATH, f"{_LOGIN}.Manager", "PrepareForSleep", "sleeping(bool)"),
    _Signal(_LOGIN, _LOGIN_PATH, f"{_LOGIN}.Manager", "PrepareForShutdown", "ending(bool)"),
    _Signal(_LOGIN, "", f"{_LOGIN}.Session", "Lock", "session_locked()"),
    _Signal(_LOGIN, "", _PROPERTIES, "PropertiesChanged", _CHANGED),
    _Signal(_UPOWER, "/org/freedesktop/UPower", _PROPERTIES, "PropertiesChanged", _CHANGED),
)
_ON_SESSION: Final = tuple(
    _Signal(service, path, service, "ActiveChanged", "screen_saver(bool)")
    for service, path in _SCREEN_SAVERS
)
_MEANT: Final = {
    (_UPOWER, "LidIsClosed", True): LockReason.LID_CLOSED,
    (f"{_LOGIN}.Session", "Active", False): LockReason.USER_SWITCHED,
}


class BusSignals(QObject):
    """Hears both buses between `listen` and `stop`."""

    def __init__(
        self,
        system: QDBusConnection | None = None,
        session: QDBusConnection | None = None,
    ) -> None:
        super().__init__()
        self._system = system or QDBusConnection.systemBus()
        self._session = session or QDBusConnection.sessionBus()
        self._told: Told | None = None

    def listen(self, told: Told) -> None:
        """Begin."""
        self._told = told
        for bus, signals in ((self._system, _ON_SYSTEM), (self._session, _ON_SESSION)):
            if bus.isConnected():
                for one in signals:
                    _join(bus.connect, one, self)

    def stop(self) -> None:
        """Hear nothing more."""
        if self._told is None:
            return
        self._told = None
        for bus, signals in ((self._system, _ON_SYSTEM), (self._session, _ON_SESSION)):
            if bus.isConnected():
                for one in signals:
                    _join(bus.disconnect, one, self)

    @Slot(bool)
    def sleeping(self, is_going: bool) -> None:  # noqa: FBT001 - the signal of login1
        """The computer goes to sleep, or is back."""
        if is_going:
            self._tell(LockReason.SUSPENDED)

    @Slot(bool)
    def ending(self, is_going: bool) -> None:  # noqa: FBT001 - the signal of login1
        """The computer is being switched off."""
        if is_going:
            self._tell(LockReason.SHUT_DOWN)

    @Slot()
    def session_locked(self) -> None:
        """The session was locked."""
        self._tell(LockReason.SCREEN_LOCKED)

    @Slot(bool)
    def screen_saver(self, is_on: bool) -> None:  # noqa: FBT001 - the signal of screen savers
        """The screen saver came on."""
        if is_on:
            self._tell(LockReason.SCREEN_SAVER)

    @Slot(str, "QVariantMap", "QStringList")
    def changed(self, interface: str, values: dict[str, object], _names: list[str]) -> None:
        """Properties of a service have new values."""
        for name, value in values.items():
            if isinstance(value, bool):
                reason = _MEANT.get((interface, name, value))
                if reason is not None:
                    self._tell(reason)

    def _tell(self, reason: LockReason) -> None:
        if self._told is not None:
            self._told(reason)


def _join(act: Callable[..., bool], one: _Signal, receiver: QObject) -> None:
    """Connect or disconnect. The stubs ask for bytes here; the toolkit takes text alone."""
    act(one.service, one.path, one.interface, one.name, receiver, SLOT(one.slot))

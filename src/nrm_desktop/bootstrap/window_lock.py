"""What the window locks by: settings, shift codes, and the watch over keys, clocks and buses.

This module joins them and decides three things: a signal that is switched off is not heeded; the
watch lives from the first unlocking to the end of the program, so that a shift code ends while the
window is locked too; and sleep is held up exactly while a vault is open and sleep would lock it.

Source: storage-security.md sections 4.11 and 13.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nrm_desktop.app.system_ports import WallClock
from nrm_desktop.bootstrap.lock_settings import read_lock_settings, write_lock_settings
from nrm_desktop.bootstrap.shifts import Shifts
from nrm_desktop.domain.errors import Refused
from nrm_desktop.ui.presenters.idle import Due, IdleWatch
from nrm_desktop.ui.presenters.lock_reason import LockReason, LockSettings, LockSystem, Told
from nrm_desktop.ui.qt.application import Application
from nrm_desktop.ui.qt.bus_signals import BusSignals
from nrm_desktop.ui.qt.session_watch import SessionWatch
from nrm_desktop.ui.qt.sleep_delay import LoginDelay

if TYPE_CHECKING:
    from nrm_desktop.bootstrap.headless import OpenVault

_MINUTE_S: Final = 60.0
_HELD_UP: Final = (LockReason.SUSPENDED, LockReason.SHUT_DOWN)


@dataclass(frozen=True, slots=True)
class Acts:
    """What a signal may do to the window."""

    lock: Told
    end: Callable[[], None]
    tell: Callable[[Due], None]


class WindowLock:
    """Fulfils `LockControls` for the page about locking."""

    def __init__(
        self,
        app: Application,
        folder: Path,
        clock: WallClock,
        acts: Acts,
        system: LockSystem | None = None,
    ) -> None:
        self._folder = folder
        self._acts = acts
        self._settings = read_lock_settings(folder)
        self._vault: OpenVault | None = None
        self.shifts = Shifts()
        self.idle = IdleWatch(clock, self._settings.idle_min * _MINUTE_S)
        around = system if system is not None else LockSystem((BusSignals(),), LoginDelay())
        self.delay = around.delay
        self.watch = SessionWatch(app, self.idle, self.signalled, acts.tell, around.sources)

    @property
    def settings(self) -> LockSettings:
        """What holds on this laptop."""
        return self._settings

    @property
    def has_own_shift(self) -> bool:
        """True while a shift code of whoever is at work stands."""
        return self._vault is not None and self.shifts.has(self._vault.unlocked.sign)

    def opened(self, vault: OpenVault) -> None:
        """Somebody is at work."""
        self._vault = vault
        self.watch.show_open(is_open=True)
        self._hold_up()

    def closed(self) -> None:
        """Nobody is at work any more; the vault is still being closed."""
        self._vault = None
        self.watch.show_open(is_open=False)

    def signalled(self, reason: LockReason) -> None:
        """Heed a signal, unless it is switched off; a closed lid may end the program."""
        if not self._settings.heeds(reason):
            return
        if reason is LockReason.LID_CLOSED and self._settings.lid_ends:
            self._acts.end()
        else:
            self.lock(reason)

    def change(self, settings: LockSettings) -> None:
        """Keep other settings; they hold at once. A laptop that travels has no shift code."""
        self._settings = settings
        self.idle.wait_at_most(settings.idle_min * _MINUTE_S)
        if settings.travels:
            self.shifts.end_all()
        if self._vault is not None:
            self._hold_up()
        write_lock_settings(self._folder, settings)

    def set_shift(self, code: str) -> None:
        """Set a shift code. Raises: Usage `usage.bad_value`; Refused on a laptop that travels."""
        if self._settings.travels or self._vault is None:
            raise Refused("policy.role")
        self.shifts.begin(self._vault, code)

    def end_shift(self) -> None:
        """End the own shift code."""
        if self._vault is not None:
            self.shifts.end(self._vault.unlocked.sign)

    def lock(self, reason: LockReason) -> None:
        """Lock now, and end what this reason ends."""
        self.shifts.heard(reason)
        self._acts.lock(reason)

    def end(self) -> None:
        """Lock and end the program."""
        self.shifts.end_all()
        self._acts.end()

    def stop(self) -> None:
        """The program ends: so do all shifts."""
        self.shifts.end_all()
        self.watch.stop()

    def _hold_up(self) -> None:
        """Who has said that sleep shall not lock does not wait for a lock before it either."""
        self.delay.take([one for one in _HELD_UP if self._settings.heeds(one)])

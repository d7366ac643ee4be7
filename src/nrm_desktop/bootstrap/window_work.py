"""The unlocked window: frame, pages, watch and bus of one open vault; `leave` ends all of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.window_lock import WindowLock
from nrm_desktop.bootstrap.window_pages import Pages, Workplace
from nrm_desktop.bootstrap.window_safety import CARE_EVERY_S, VaultCare, VaultSafety
from nrm_desktop.bootstrap.window_tools import VaultSurroundings
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.ui.presenters.lock_reason import LockReason
from nrm_desktop.ui.presenters.main import MainPresenter
from nrm_desktop.ui.qt.bridge import Bridge
from nrm_desktop.ui.qt.runner import QtRunner
from nrm_desktop.ui.views.main_window import MainWindow, WorkFrame
from nrm_desktop.ui.widgets.kit import Kit


class Work:
    """Everything that stands while a vault is open."""

    def __init__(
        self, vault: OpenVault, runner: QtRunner, kit: Kit, errors: ErrorTexts, control: WindowLock
    ) -> None:
        self.vault = vault
        self._control = control
        self.frame = WorkFrame(kit)
        self.care = VaultCare(vault, self._changed)
        self._safety = VaultSafety(vault, self.care)
        place = Workplace(vault, runner, kit, errors, self.frame, control, self._safety)
        self._desk = place.desk()
        self._pages = Pages(place)
        self._ends: list[Callable[[], None]] = []
        self._bridge: Bridge | None = None
        self.main: MainPresenter | None = None

    def begin(self, window: MainWindow, bridge: Bridge) -> None:
        """Show the unlocked window, and have the vault looked after beside the work."""
        lock = self._control.lock
        self._bridge = bridge
        main = MainPresenter(
            self.frame,
            self._desk,
            self._pages,
            VaultSurroundings(self.vault, self._safety),
            partial(lock, LockReason.ASKED),
        )
        self.main = main
        self._pages.bind(main)
        self.frame.chosen.connect(main.choose)
        self.frame.status.panic.connect(partial(lock, LockReason.PANIC))
        idle = self._control.idle
        self.frame.status.listening.connect(lambda is_on: idle.listen(is_on=is_on))
        self._ends = [
            self.vault.bus.subscribe(lambda event: bridge.post(lambda: main.heard(event))),
            self.care.end,
            self._pages.close,
            self._desk.close,
        ]
        window.show_work(self.frame)
        main.start()
        self.care.begin()
        self._look_after_later()

    def leave(
        self, in_order: Callable[[object], Future[object]]
    ) -> tuple[Future[object], Future[object]]:
        """Keep what is in hand, then sign it, and let nothing reach the pages any more.

        Shape: two futures, done once the drafts are kept, and once what can be signed is signed.
        """
        if self.main is not None:
            self.main.keep_drafts()
        drafts = in_order(_nothing)
        if self.main is not None:
            self.main.leave()
        signed = in_order(_nothing)
        for end in self._ends:
            end()
        self._ends = []
        self.main = None
        return drafts, signed

    def _look_after_later(self) -> None:
        """Every ten minutes, as long as this vault is open."""

        def due() -> None:
            self.care.look_after()
            self._look_after_later()

        self._desk.after(CARE_EVERY_S, due)

    def _changed(self) -> None:
        """Care found something out; told on its thread."""
        if self._bridge is not None:
            self._bridge.post(self._look_again)

    def _look_again(self) -> None:
        if self.main is not None:
            self.main.look_again()


def _nothing() -> None:
    """Stands behind everything that was asked for before."""

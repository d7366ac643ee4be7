"""The unlocked window: frame, pages, watch and bus of one open vault; `leave` ends all of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.window_lock import WindowLock
from nrm_desktop.bootstrap.window_pages import Pages, Workplace
from nrm_desktop.bootstrap.window_tools import FolderExchange
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
        place = Workplace(vault, runner, kit, errors, self.frame, control)
        self._desk = place.desk()
        self._pages = Pages(place)
        self._ends: list[Callable[[], None]] = []
        self.main: MainPresenter | None = None

    def begin(self, window: MainWindow, bridge: Bridge) -> None:
        """Show the unlocked window."""
        lock = self._control.lock
        main = MainPresenter(
            self.frame,
            self._desk,
            self._pages,
            FolderExchange(self.vault).places,
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
            self._pages.close,
            self._desk.close,
        ]
        window.show_work(self.frame)
        main.start()

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


def _nothing() -> None:
    """Stands behind everything that was asked for before."""

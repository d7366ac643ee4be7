"""The unlocked window: frame, pages, watch and bus of one open vault; `leave` ends all of it."""

from __future__ import annotations

from collections.abc import Callable

from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.window_pages import Pages, Workplace
from nrm_desktop.bootstrap.window_tools import FolderExchange
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.ui.presenters.idle import IdleWatch
from nrm_desktop.ui.presenters.main import MainPresenter
from nrm_desktop.ui.presenters.unlock import LockReason
from nrm_desktop.ui.qt.application import Application
from nrm_desktop.ui.qt.bridge import Bridge
from nrm_desktop.ui.qt.runner import QtRunner
from nrm_desktop.ui.qt.session_watch import SessionWatch
from nrm_desktop.ui.views.main_window import MainWindow, WorkFrame
from nrm_desktop.ui.widgets.kit import Kit


class Work:
    """Everything that stands while a vault is open."""

    def __init__(
        self, vault: OpenVault, runner: QtRunner, kit: Kit, errors: ErrorTexts, app: Application
    ) -> None:
        self.vault = vault
        self._app = app
        self.frame = WorkFrame(kit)
        place = Workplace(vault, runner, kit, errors, self.frame)
        self._desk = place.desk()
        self._pages = Pages(place)
        self._ends: list[Callable[[], None]] = []
        self.main: MainPresenter | None = None

    def begin(self, window: MainWindow, bridge: Bridge, lock: Callable[[LockReason], None]) -> None:
        """Show the unlocked window."""
        main = MainPresenter(
            self.frame,
            self._desk,
            self._pages,
            FolderExchange(self.vault).places,
            lambda: lock(LockReason.ASKED),
        )
        self.main = main
        self._pages.bind(main)
        self.frame.chosen.connect(main.choose)
        idle = IdleWatch(self.vault.context.clock)
        watch = SessionWatch(self._app, idle, lock, window.show_warning)
        self._ends = [
            watch.stop,
            self.vault.bus.subscribe(lambda event: bridge.post(lambda: main.heard(event))),
            self._pages.close,
            self._desk.close,
        ]
        window.show_work(self.frame)
        main.start()

    def leave(self) -> None:
        """Sign what is in hand, and let nothing reach the pages any more."""
        if self.main is not None:
            self.main.leave()
        for end in self._ends:
            end()
        self._ends = []
        self.main = None

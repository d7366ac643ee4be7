"""The window on top of the headless graph: locked screen, unlocked window, and the way between.

This module joins and decides one thing: locking keeps and signs what is in hand, tears every page
down, closes the database behind the locked screen, and only then lets anybody unlock again. Nothing
of an open vault is reachable from here afterwards.

Source: architecture.md section 8; ux.md section 7; storage-security.md section 13.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from nrm_desktop.bootstrap.closing import close_in_order
from nrm_desktop.bootstrap.shell import Shell, SystemClock, build_shell, user_signs
from nrm_desktop.bootstrap.window_boxes import LockedPlace, LockedWriting
from nrm_desktop.bootstrap.window_settings import read_settings, write_settings
from nrm_desktop.bootstrap.window_threads import Threads
from nrm_desktop.domain.errors import EnvironmentFault, NrmError
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.logging_setup import describe_fault, start_logging
from nrm_desktop.paths import config_dir, resource_root, state_dir
from nrm_desktop.platforms.keyboard import caps_lock
from nrm_desktop.texts import load_translator
from nrm_desktop.ui.presenters.calls import Failed, Stop
from nrm_desktop.ui.presenters.idle import Due
from nrm_desktop.ui.presenters.lock_reason import SWITCHABLE, LockReason, LockSystem
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.unlock import UnlockPresenter
from nrm_desktop.ui.qt.application import (
    Application,
    make_application,
    prefers_dark,
    raise_window,
    run,
)
from nrm_desktop.ui.qt.bridge import Bridge
from nrm_desktop.ui.qt.clipboard import GuardedClipboard
from nrm_desktop.ui.qt.collector import Collector
from nrm_desktop.ui.qt.doors import PageDoor
from nrm_desktop.ui.qt.instance import first_window
from nrm_desktop.ui.qt.theme_kit import LookChoice, dress, load_shipped_fonts
from nrm_desktop.ui.views.look_choices import LookChoices
from nrm_desktop.ui.views.main_window import MainWindow
from nrm_desktop.ui.views.unlock import UnlockPage
from nrm_desktop.ui.widgets.kit import Kit

if TYPE_CHECKING:  # what needs keys is loaded behind the lock screen, see `_later`
    from nrm_desktop.bootstrap.headless import OpenVault
    from nrm_desktop.bootstrap.window_lock import WindowLock
    from nrm_desktop.bootstrap.window_work import Work
    from nrm_desktop.security.suite import KdfCost

FIRST_LOOK_S: Final = 0.3
"""So long the lock screen has the machine for itself."""
_LOADED_LATER: Final = (
    "window_work",
    "window_lock",
    "window_writing",
    "window_start",
)
"""What only an open safe needs, and what opens one otherwise."""
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opening:
    """Which data folder the window opens, and for whom.

    Shape: `user` is a badge or a sign, or empty; `make_shell` is called outside the window; a
    `passphrase` is known beforehand for invented people alone: their window opens unlocked;
    `cost` of a new passphrase is measured on this computer, unless given;
    `system` that asks for the lock is this computer, unless another is handed in.
    """

    make_shell: Callable[[], Shell]
    settings: Path
    user: str = ""
    is_practice: bool = False
    passphrase: str = field(default="", repr=False)
    cost: KdfCost | None = None
    system: LockSystem | None = None


class Program:
    """The window from its first to its last moment."""

    def __init__(self, app: Application, opening: Opening) -> None:
        self._app = app
        self._opening = opening
        self._threads = Threads(report_defect)
        self._bridge = Bridge()
        self._runner = self._threads.runner(self._bridge)
        self._door = PageDoor(self._runner)
        self._resources = resource_root()
        self._settings = read_settings(opening.settings, self._resources)
        self._made_shell: Shell | None = None
        self.work: Work | None = None
        self._control: WindowLock | None = None
        self._times_locked = 0
        self._is_unlocking = False
        self._why = LockReason.STARTED
        self._closed: Future[None] = Future()
        self._closed.set_result(None)
        self._clipboard = GuardedClipboard(app)
        self._collector = Collector(app)
        load_shipped_fonts(self._resources)
        self.kit = self._dress()
        self.window = self._make_window()

    def show(self) -> None:
        """Show the locked screen."""
        self.lock(LockReason.STARTED)
        raise_window(self.window)
        self._door.after(FIRST_LOOK_S, partial(self._threads.load, _later, _LOADED_LATER))

    def lock(self, reason: LockReason) -> None:
        """Lock, for whatever reason; an unlocking that is under way is thrown away."""
        is_locked = self._is_free()
        self._put_away()
        if is_locked and reason in SWITCHABLE and self._why is not LockReason.STARTED:
            reason = self._why  # the first reason is the one that helps
        self._show_locked(reason)
        if reason is LockReason.PANIC:
            self.window.showMinimized()

    def end(self) -> None:
        """Lock and end the program: only then does its memory go back to the computer."""
        self.window.close()

    def close(self) -> None:
        """Lock and wait until everything is written."""
        if self._threads.is_closed:
            return
        self._put_away()
        if self._control is not None:
            self._control.stop()
        self._threads.close()
        self._clipboard.stop()
        self._collector.stop()

    # ---- locked (fulfils `LockedSafe`) ----------------------------------------------------------

    def signs(self, done: Callable[[tuple[str, ...]], None], failed: Failed) -> None:
        """Read the signs of the people of this laptop."""

        def none(error: NrmError) -> None:
            if error.code == "storage.no_vault":
                self._start(lambda made, at: made.show_first_start(at, self._choices))
            else:
                failed(error)

        self._door.in_order(lambda: user_signs(self._shell()), done, none)

    def unlock(self, passphrase: str, sign: str, done: Callable[[], None], failed: Failed) -> None:
        """Open the safe; it is thrown away if it was locked again meanwhile."""
        self._open(
            lambda shell: _later("headless").open_vault(shell, passphrase, sign or None),
            done,
            failed,
        )

    def has_shift(self, sign: str) -> bool:
        """True while a shift code of this sign may be typed."""
        return self._control is not None and self._control.shifts.has(sign)

    def reopen(self, code: str, sign: str, done: Callable[[], None], failed: Failed) -> None:
        """Open the safe by the shift code of a sign; thrown away as in `unlock`."""
        shifts = self.control.shifts
        self._open(lambda shell: shifts.open(shell, sign, code), done, failed)

    def after(self, seconds: float, call: Callable[[], None]) -> Stop:
        """Have something called later, unless it is locked or unlocked before."""
        return self._door.after(seconds, call)

    def explain(self, error: NrmError) -> tuple[str, str]:
        """Give message and remedy of an error."""
        return self._errors().explain(error)

    # ---- parts ----------------------------------------------------------------------------------

    @property
    def control(self) -> WindowLock:
        """Shift codes and the watch; made when somebody first unlocks."""
        if self._control is None:
            made = _later("window_lock")
            acts = made.Acts(self.lock, self.end, self._tell)
            self._control = made.WindowLock(
                self._app, self._opening.settings, SystemClock(), acts, self._opening.system
            )
        return self._control

    def _open(
        self,
        opening: Callable[[Shell], OpenVault],
        done: Callable[[], None],
        failed: Failed,
        first: PlaceId = PlaceId.CASES,
    ) -> None:
        """Open behind the closing that is under way, and only if nothing locks meanwhile."""
        locked, before = self._times_locked, self._closed
        self._is_unlocking = self.control is not None

        def opened(vault: OpenVault) -> None:
            if locked != self._times_locked:
                self._discard(vault)
                return
            self._is_unlocking = False
            done()
            self._enter(vault, first)

        def refused(error: NrmError) -> None:
            if locked == self._times_locked:
                self._is_unlocking = False
                failed(error)

        def open_it() -> OpenVault:
            wait([before])
            vault = opening(self._shell())
            if locked != self._times_locked:
                vault.close()
                raise EnvironmentFault("storage.closed")
            return vault

        PageDoor(self._runner).in_order(open_it, opened, refused)

    def _put_away(self) -> None:
        """Keep and sign what is in hand, close behind it, and let nothing late reach the window."""
        self._times_locked += 1
        self._is_unlocking = False
        self._door.close()
        self._door = PageDoor(self._runner)
        self._clipboard.clear()
        if self._control is not None:
            self._control.closed()
        work, self.work = self.work, None
        if work is not None:
            drafts, signed = work.leave(self._threads.in_order)
            close = partial(close_in_order, work.vault, drafts, signed, self.control.delay.let_go)
            self._closed = self._threads.closing(close)
            self._closed.add_done_callback(self._closed_down)

    def _closed_down(self, closing: Future[None]) -> None:
        """Free what the closed vault leaves, on the thread of the window; a defect is told."""
        error = closing.exception()
        if error is not None:
            report_defect(error)
        self._bridge.post(self._collector.sweep)

    def _tell(self, due: Due) -> None:
        self.window.show_due(due)
        if due is Due.ASK and self.work is not None:
            self.work.frame.status.show_listening(is_on=False)

    def _discard(self, vault: OpenVault) -> None:
        """Close a safe that was opened too late."""
        if self._threads.is_closed:
            vault.close()
        else:
            self._threads.in_order(vault.close)

    def _shell(self) -> Shell:
        if self._made_shell is None:
            self._made_shell = self._opening.make_shell()
        return self._made_shell

    def _errors(self) -> ErrorTexts:
        return ErrorTexts(self._resources, self._settings.language)

    def _show_locked(self, reason: LockReason) -> None:
        lists = self._settings.lists(self.kit.say, self._resources)
        self._choices = LookChoices(self.kit, lists, self._change_look)
        self._why = reason
        page = UnlockPage(self.kit, self._choices, caps_lock)
        again = partial(self._show_locked, reason)
        place = LockedPlace(
            self._shell, self._door, self.kit, self.window, self._is_free, again, self.explain
        )
        writing = LockedWriting(place)
        presenter = UnlockPresenter(page, self, self.kit.say, self._opening.user, writing)
        page.bind(presenter)
        page.forgotten_asked.connect(partial(self._forgotten, presenter))
        self.window.show_locked(page)
        presenter.start(reason)

    def _is_free(self) -> bool:
        return self.work is None and not self._is_unlocking

    def _forgotten(self, presenter: UnlockPresenter) -> None:
        if self._is_free():
            self._start(lambda made, at: made.show_forgotten(at, presenter.chosen))

    def _start(self, show: Callable[[ModuleType, object], None]) -> None:
        """Load what opens a safe otherwise than by a passphrase, and show a screen of it."""

        def loaded(made: ModuleType) -> None:
            enter = partial(self._open, first=PlaceId.WAY_BACK)
            again = partial(self._show_locked, LockReason.STARTED)
            show(
                made,
                made.StartPlace(
                    self._shell(),
                    self._door,
                    self.kit,
                    self.window,
                    enter,
                    again,
                    self.explain,
                    self._opening.cost,
                ),
            )

        self._door.beside(lambda: _later("window_start"), loaded, _nothing)

    def _enter(self, vault: OpenVault, first: PlaceId) -> None:
        self.work = _later("window_work").Work(
            vault, self._runner, self.kit, self._errors(), self.control
        )
        self.work.begin(self.window, self._bridge)
        self.control.opened(vault)
        if first is not PlaceId.CASES and self.work is not None and self.work.main is not None:
            self.work.main.open(first)

    def _change_look(self, number: int, code: str) -> None:
        self._settings = self._settings.changed(number, code)
        write_settings(self._opening.settings, self._settings)
        self.kit = self._dress()
        old, self.window = self.window, self._make_window()
        self.window.resize(old.size())
        self.lock(LockReason.STARTED)
        raise_window(self.window)
        self._choices.take_focus(number)
        old.closing.disconnect(self.close)
        old.close()
        old.deleteLater()

    def _make_window(self) -> MainWindow:
        window = MainWindow(self.kit, is_practice=self._opening.is_practice)
        window.closing.connect(self.close)
        window.lock_asked.connect(partial(self.lock, LockReason.ASKED))
        window.end_asked.connect(self.end)
        window.start_size()
        return window

    def _dress(self) -> Kit:
        settings = self._settings
        say = load_translator(self._resources / "texts", settings.language, isolates=True)
        choice = LookChoice(settings.scheme_for(is_dark=prefers_dark(self._app)), settings.scale)
        return dress(self._app, self._resources, say, choice)


def run_window(data_dir: str | None, user: str | None) -> int:
    """Open the window on a data folder and run until it is closed. Shape: the exit code."""
    folder = Path(data_dir) if data_dir else None
    return run_program(Opening(lambda: build_shell(folder), folder or config_dir(), user or ""))


def run_program(opening: Opening) -> int:
    """Run a window, with a log that holds no words of anybody. Shape: the exit code.

    A second start on the same data brings the first window to the front and ends with 0.
    """
    app = make_application(report_defect)
    first = first_window(state_dir(), opening.settings)
    if first is None:
        return 0
    with start_logging(state_dir() / "log"):
        program = Program(app, opening)
        first.on_call(lambda: raise_window(program.window))
        program.show()
        if opening.passphrase:
            program.unlock(opening.passphrase, opening.user, _nothing, _nothing)
        code = run(app)
    first.end()
    return code


def _nothing(*_told: object) -> None:
    """The lock screen stays where the known passphrase does not open: nothing else to do."""


def _later(name: str) -> ModuleType:
    """Load a part that only an open safe needs: database, forms, pages. A second call is free.

    The first call runs aside while the person still types, so that the lock screen does not wait.
    """
    return import_module(f"nrm_desktop.bootstrap.{name}")


def report_defect(error: BaseException) -> None:
    """Write a defect into the log, without its values."""
    _LOG.error("defect %s", describe_fault(error))

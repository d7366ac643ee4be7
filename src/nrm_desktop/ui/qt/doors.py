"""The doors of one open vault: commands one after the other, everything else beside them.

Whatever is asked for runs on threads handed in and answers on the thread of the window. A page has
a door of its own; once that is closed the page asks and hears nothing more, but what it asked to
be saved before is saved all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from PySide6.QtCore import QCoreApplication, QTimer

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.calls import Failed, Stop
from nrm_desktop.ui.qt.runner import Outcome, QtRunner

Answered = TypeVar("Answered")


class PageDoor:
    """What one page hears through."""

    def __init__(self, runner: QtRunner) -> None:
        self._runner = runner
        self._home = QCoreApplication.instance()
        self._timers: set[QTimer] = set()
        self._is_closed = False

    def in_order(
        self, job: Callable[[], Answered], done: Callable[[Answered], None], failed: Failed
    ) -> None:
        """Run something behind everything that was asked for in this way before."""
        if not self._is_closed:
            self._runner.submit(job, self._receiver(done, failed))

    def beside(
        self, job: Callable[[], Answered], done: Callable[[Answered], None], failed: Failed
    ) -> None:
        """Run something on its own."""
        if not self._is_closed:
            self._runner.query(job, self._receiver(done, failed))

    def after(self, seconds: float, call: Callable[[], None]) -> Stop:
        """Have something called later, unless the page has gone. Shape: the answer stops it."""
        if self._is_closed:
            return _nothing
        timer = QTimer(self._home)
        timer.setSingleShot(True)
        self._timers.add(timer)

        def stop() -> None:
            if timer in self._timers:
                self._timers.discard(timer)
                _end(timer)

        def due() -> None:
            stop()
            call()

        timer.timeout.connect(due)
        timer.start(round(seconds * 1000))
        return stop

    def close(self) -> None:
        """Hear nothing more."""
        self._is_closed = True
        for timer in self._timers:
            _end(timer)
        self._timers.clear()

    def _receiver(
        self, done: Callable[[Answered], None], failed: Callable[[NrmError], None]
    ) -> Callable[[Outcome], None]:
        def receive(outcome: Outcome) -> None:
            if self._is_closed:
                return
            if outcome.error is not None:
                failed(outcome.error)
            else:
                cast("Callable[[Any], None]", done)(outcome.result)

        return receive


def _nothing() -> None:
    """Stops what was never begun."""


def _end(timer: QTimer) -> None:
    """Stop a timer and let go of what it would call, which its connection holds unseen."""
    timer.stop()
    timer.deleteLater()

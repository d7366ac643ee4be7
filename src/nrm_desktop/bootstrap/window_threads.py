"""The threads of the window: one on which commands keep their order, and some beside it.

This module decides how many there are and in which order they end: what is saved is waited for,
the rest is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Final, cast

from nrm_desktop.ui.qt.bridge import Bridge
from nrm_desktop.ui.qt.runner import QtRunner

IO_THREADS: Final = 2


class Threads:
    """Shape: `report` hears of defects."""

    def __init__(self, report: Callable[[BaseException], None]) -> None:
        self.is_closed = False
        self._report = report
        self._ordered = ThreadPoolExecutor(1, "nrm-commands")
        self._beside = ThreadPoolExecutor(IO_THREADS, "nrm-io")
        self._closing = ThreadPoolExecutor(1, "nrm-lock")

    def runner(self, bridge: Bridge) -> QtRunner:
        """A runner over these threads."""
        return QtRunner(bridge, self.in_order, partial(_started, self._beside), self._report)

    def in_order(self, job: object) -> Future[object]:
        """Run something behind all that was asked for before."""
        return _started(self._ordered, job)

    def closing(self, job: Callable[[], None]) -> Future[None]:
        """Run the closing of a vault, whatever the other threads are at."""
        return self._closing.submit(job)

    def load(self, later: Callable[[str], object], names: Sequence[str]) -> None:
        """Load what only an open safe needs, while the person still types."""
        for name in names:
            self._beside.submit(later, name)

    def close(self) -> None:
        """Wait for what is saved; the rest is dropped."""
        self.is_closed = True
        self._closing.shutdown(wait=True)
        self._beside.shutdown(wait=False, cancel_futures=True)
        self._ordered.shutdown(wait=True)
        self._beside.shutdown(wait=True)


def _started(pool: ThreadPoolExecutor, job: object) -> Future[object]:
    return pool.submit(cast("Callable[[], object]", job))

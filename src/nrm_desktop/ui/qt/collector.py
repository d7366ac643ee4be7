"""Frees what Python no longer reaches on the thread of the window, and on no other.

Python looks for circles of dead objects on whichever thread happens to make new ones. A page that
was left is such a circle; if another thread frees its parts while Qt deletes them here, the process
ends. So the search is switched off, and done from here when the window has a moment.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer

LOOK_EVERY_MS: Final = 1_000
_YOUNG, _MIDDLE, _OLD = 0, 1, 2


class Collector(QObject):
    """Runs while the window lives; `stop` gives the search back to Python."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Free what is due, by Python's own thresholds."""
        counts, limits = gc.get_count(), gc.get_threshold()
        for generation in (_OLD, _MIDDLE, _YOUNG):
            if counts[generation] > limits[generation]:
                gc.collect(generation)
                return

    def sweep(self) -> None:
        """Free everything now, as after a lock: first what Qt was asked to delete."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()

    def stop(self) -> None:
        """Let Python search by itself again."""
        self._timer.stop()
        gc.enable()
        self.deleteLater()

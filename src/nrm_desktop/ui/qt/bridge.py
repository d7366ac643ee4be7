"""The one way from other threads to the window: a single signal that carries a call.

Whatever is posted, from whichever thread, runs on the thread of the window and never inside the
call that posted it. The bridge lives as long as the application; those who post through it ask
themselves whether anybody still listens.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot

Call = Callable[[], None]


class Bridge(QObject):
    """Carries calls to the thread it was made on."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Call) -> None:
        """Have a call run on the window's thread, after what is running there now."""
        self._posted.emit(call)

    @Slot(object)
    def _run(self, call: Call) -> None:
        call()

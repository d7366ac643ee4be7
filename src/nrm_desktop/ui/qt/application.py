"""The Qt application: made once, with a net below everything that runs in it.

An error that nobody caught is told without its values and never ends the program: the words in
hand are still there, and can be kept.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

Report = Callable[[BaseException], None]
Application = QApplication
"""The toolkit's application, under a name that whoever joins the window may use."""


def make_application(report: Report) -> QApplication:
    """Make the application, or give the one that is there; `report` hears of defects."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication([])
    app.setApplicationName("notes")
    app.setQuitOnLastWindowClosed(True)

    def caught(
        _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        report(error)

    sys.excepthook = caught
    return app


def run(app: QApplication) -> int:
    """Run until the last window is closed. Shape: the exit code."""
    return app.exec()


def prefers_dark(app: QApplication) -> bool:
    """True if the system asks for a dark window."""
    return app.styleHints().colorScheme() is Qt.ColorScheme.Dark


def raise_window(window: QWidget) -> None:
    """Bring the window to the front, also one that was minimised."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()

"""Pictures of widgets, drawn without a display: for the self-test and for screenshots.

Nothing of a picture leaves this program by itself; whoever draws says where it goes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from nrm_desktop.domain.errors import EnvironmentFault

_PLATFORM = "QT_QPA_PLATFORM"
_PAUSE_S = 0.002
_NO_SCREEN = "This plugin does not support"


def go_offscreen() -> None:
    """Draw into memory from now on; without effect once there is an application."""
    if QApplication.instance() is None:
        os.environ[_PLATFORM] = "offscreen"
        qInstallMessageHandler(_tell)


def _tell(_kind: QtMsgType, _place: QMessageLogContext, message: str) -> None:
    """Tell what Qt warns of, but not that memory is no screen: it is not meant to be one."""
    if not message.startswith(_NO_SCREEN):
        sys.stderr.write(f"{message}\n")


def settle(until: Callable[[], bool], seconds: float) -> bool:
    """Let the event loop run until something is so, or the time is over. Shape: whether it is."""
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            return False
        QApplication.processEvents()
        time.sleep(_PAUSE_S)
    QApplication.processEvents()
    return True


def colours_of(widget: QWidget) -> int:
    """Count the colours of a widget as it is drawn now; a blank one has one."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return len(set(memoryview(image.constBits()).cast("B").cast("I")))


def save_picture(widget: QWidget, path: Path) -> Path:
    """Write a widget as it is drawn now as a PNG file.

    Raises: EnvironmentFault `storage.medium` where the file cannot be written.
    """
    if not widget.grab().save(str(path), "PNG"):
        raise EnvironmentFault("storage.medium", name=path.name)
    return path

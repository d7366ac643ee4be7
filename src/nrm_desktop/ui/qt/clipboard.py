"""The clipboard: everything of ours is marked as secret, goes after 30 s, and at the lock.

This module decides nothing about what may be copied; it watches what this program has put there, by
whichever way (a button, Ctrl+C in a line, a context menu). What another program put there is never
touched. Managers of other programs may ignore the marks, and the screen says so.

- Before Qt's own copying is seen by anybody, Ctrl+C and Ctrl+X of lines are taken over here; the
  context menu is caught afterwards, when the clipboard says that it changed.
- The marks of Windows and macOS are unverified: nobody has looked there yet.

Source: storage-security.md section 14; ux.md section 7. Threat: T6.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, QTimer, QUuid
from PySide6.QtGui import QClipboard, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

KEPT_S: Final = 30.0
_WINDOWS: Final = 'application/x-qt-windows-mime;value="{name}"'
HINTS: Final = MappingProxyType(
    {
        "x-kde-passwordManagerHint": b"secret",
        _WINDOWS.format(name="ExcludeClipboardContentFromMonitorProcessing"): b"\x01",
        _WINDOWS.format(name="CanIncludeInClipboardHistory"): bytes(4),
        _WINDOWS.format(name="CanUploadToCloudClipboard"): bytes(4),
        "application/x-nspasteboard-concealed-type": b"\x01",
    }
)
_OWN: Final = "application/x-notes-own"
"""Bears a number of this run: not every platform says whether the clipboard is ours."""


class GuardedClipboard(QObject):
    """Stands before the clipboard while the program runs."""

    def __init__(self, app: QApplication, kept_s: float = KEPT_S) -> None:
        super().__init__()
        self._app = app
        self._clipboard = QApplication.clipboard()
        self._number = QUuid.createUuid().toByteArray()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(kept_s * 1000))
        self._timer.timeout.connect(self.clear)
        self._clipboard.dataChanged.connect(self._changed)
        # Keys go to what has the focus; a filter of the whole program would also be asked about
        # every line that is drawn.
        app.focusChanged.connect(self._stand_before)
        self._stand_before(None, QApplication.focusWidget())

    def copy(self, text: str) -> None:
        """Put a text there because somebody asked for it."""
        data = QMimeData()
        data.setText(text)
        for name, value in HINTS.items():
            data.setData(name, value)
        data.setData(_OWN, self._number)
        self._clipboard.setMimeData(data)
        self._timer.start()

    def clear(self) -> None:
        """Take away what is still ours, there and in what is selected."""
        self._timer.stop()
        if self._is_ours():
            self._clipboard.clear()
        if self._clipboard.ownsSelection():
            self._clipboard.clear(QClipboard.Mode.Selection)

    def stop(self) -> None:
        """Take away what is ours, and guard no longer."""
        self.clear()
        self._app.focusChanged.disconnect(self._stand_before)
        self._stand_before(QApplication.focusWidget(), None)
        self._clipboard.dataChanged.disconnect(self._changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take over copying and cutting by key."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        is_cut = event.matches(QKeySequence.StandardKey.Cut)
        if not is_cut and not event.matches(QKeySequence.StandardKey.Copy):
            return False
        if isinstance(watched, QLineEdit):
            return self._take_line(watched, is_cut=is_cut)
        if isinstance(watched, QPlainTextEdit):
            return self._take_text(watched, is_cut=is_cut)
        return False

    def _stand_before(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if new is not None:
            new.installEventFilter(self)

    def _take_line(self, line: QLineEdit, *, is_cut: bool) -> bool:
        is_shown = line.echoMode() is QLineEdit.EchoMode.Normal
        if is_shown and line.hasSelectedText():
            self.copy(line.selectedText())
            if is_cut and not line.isReadOnly():
                line.insert("")
        return True  # a hidden passphrase is never copied

    def _take_text(self, box: QPlainTextEdit, *, is_cut: bool) -> bool:
        cursor = box.textCursor()
        if cursor.hasSelection():
            self.copy(cursor.selection().toPlainText())
            if is_cut and not box.isReadOnly():
                cursor.removeSelectedText()
        return True

    def _changed(self) -> None:
        """Something new is there: mark it if it is ours and bears no mark yet."""
        if self._is_ours():
            return
        self._timer.stop()
        data = self._clipboard.mimeData()
        text = data.text() if data is not None else ""
        if text and (self._clipboard.ownsClipboard() or text == _selected()):
            self.copy(text)

    def _is_ours(self) -> bool:
        data = self._clipboard.mimeData()
        return data is not None and data.data(_OWN) == self._number


def _selected() -> str:
    """What is selected where the focus is: a menu copies nothing else."""
    focused = QApplication.focusWidget()
    if isinstance(focused, QLineEdit):
        return focused.selectedText()
    if isinstance(focused, QPlainTextEdit):
        return focused.textCursor().selection().toPlainText()
    return ""

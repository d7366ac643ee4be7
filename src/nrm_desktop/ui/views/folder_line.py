"""A folder to write to or to exchange with: typed, or chosen in a window of our own style."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.text import text_line


class FolderLine(QWidget):
    """A line for a path with a button beside it. `entered` is told by Enter."""

    entered = Signal()

    def __init__(self, kit: Kit, name: str) -> None:
        super().__init__()
        self._kit = kit
        self._line = text_line(kit, is_code=True)
        self._line.setPlaceholderText(name)
        self._line.setAccessibleName(name)
        self._line.returnPressed.connect(self.entered)
        choose = Button(kit, kit.say("Choose …"), "folder-open")
        choose.setAccessibleName(kit.say("Choose a folder"))
        choose.clicked.connect(lambda _=False: self._choose())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.look.px("gap3"))
        row.addWidget(self._line, 1)
        row.addWidget(choose)

    def folder(self) -> str:
        """The path that stands there."""
        return self._line.text().strip()

    def show_folder(self, folder: str) -> None:
        """Show a path, unless one was typed already."""
        if not self.folder():
            self._line.setText(folder)
            self._line.selectAll()

    def put_folder(self, folder: str) -> None:
        """Take a path that was chosen elsewhere on the page, and let it be seen."""
        self._line.setText(folder)
        self.take_focus()

    def take_focus(self) -> None:
        """Put the cursor into the line."""
        self._line.setFocus()

    def _choose(self) -> None:
        """Open the program's own dialog: the system's may keep a list of recent places."""
        dialog = QFileDialog(self, self._kit.say("Choose a folder"), self.folder())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.fileSelected.connect(self._line.setText)
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

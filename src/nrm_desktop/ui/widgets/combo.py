"""Closed lists to choose from, and a line that searches a long list while somebody types.

The wheel never changes an answer, and digits pass through to the question around: they set the
state of its answer there. Popups are not windows of their own loop; nothing here blocks.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QListView, QStyle, QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.option_delegate import OptionDelegate


class ChoiceBox(QComboBox):
    """A short closed list."""

    def __init__(self, kit: Kit, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._kit = kit
        self.setMinimumHeight(kit.look.px("input"))
        self.setMaxVisibleItems(kit.look.px("popup_rows"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setItemDelegate(OptionDelegate(kit, self))
        for choice in choices:
            self.addItem(choice.label, choice.code)

    def code(self) -> str:
        """Code of the chosen line; empty if none is chosen."""
        code = self.currentData()
        return code if isinstance(code, str) else ""

    def offer(self, choices: Sequence[Choice], chosen: str = "") -> None:
        """Offer these instead of what was there; nothing is chosen unless told."""
        self.clear()
        for choice in choices:
            self.addItem(choice.label, choice.code)
        self.show_code(chosen)

    def show_code(self, code: str) -> None:
        """Show a line by its code, without telling anybody."""
        self.blockSignals(True)
        self.setCurrentIndex(self.findData(code))
        self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to the page."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Leave digits to the question around."""
        if self._kit.place_of(event) is not None:
            event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the arrow that the style sheet takes away."""
        super().paintEvent(event)
        _paint_chevron(self, self._kit)


class SearchLine(QLineEdit):
    """A line over a long list: typing narrows it, Down opens it, leaving settles it.

    Shape: `settled` brings nothing; read `code()` and `text()`. `code()` is empty where the words
    fit no entry; they stay as typed, so that nothing is lost.
    """

    settled = Signal()

    def __init__(self, kit: Kit, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._kit = kit
        self._choices = tuple(choices)
        self.setMinimumHeight(kit.look.px("input"))
        self.setAlignment(kit.look.leading)
        # Room for the chevron at the trailing end; text margins are not mirrored by Qt.
        room = kit.look.px("icon")
        self.setTextMargins(room if kit.look.is_rtl else 0, 0, 0 if kit.look.is_rtl else room, 0)
        self.setPlaceholderText(kit.say("Type to search the list"))
        self.editingFinished.connect(self._settle)

    def code(self) -> str:
        """Code of the entry that the words name; empty if they name none."""
        typed = self.text().strip().casefold()
        for choice in self._choices:
            if typed and typed in {choice.label.casefold(), choice.code.casefold()}:
                return choice.code
        return ""

    def show_code(self, code: str) -> None:
        """Show an entry; a code that is not in the list is shown as it is."""
        labels = (choice.label for choice in self._choices if choice.code == code)
        self.setText(next(labels, code))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Make the list ready when it is needed first; most lines are never touched."""
        if self.completer() is None:
            self._make_completer()
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open the whole list with Down."""
        popup = self.completer().popup()
        if event.key() == Qt.Key.Key_Down and not (popup and popup.isVisible()):
            self._open_all()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Open the whole list with a click on the chevron."""
        super().mousePressEvent(event)
        if _chevron_rect(self, self._kit).contains(event.position().toPoint()):
            self._open_all()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the chevron."""
        super().paintEvent(event)
        _paint_chevron(self, self._kit)

    def _make_completer(self) -> None:
        labels = QStringListModel([choice.label for choice in self._choices], self)
        completer = QCompleter(labels, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(self._kit.look.px("popup_rows"))
        popup = QListView()
        popup.setObjectName("completions")
        completer.setPopup(popup)
        popup.setItemDelegate(OptionDelegate(self._kit, popup))  # the completer brings its own
        completer.activated.connect(self._take)
        self.setCompleter(completer)

    def _open_all(self) -> None:
        completer = self.completer()
        completer.setCompletionPrefix("")
        completer.complete()

    def _take(self, label: str) -> None:
        self.setText(label)
        self.settled.emit()

    def _settle(self) -> None:
        """Complete words that fit exactly one entry."""
        typed = self.text().strip().casefold()
        if typed and not self.code():
            fitting = [one for one in self._choices if typed in one.label.casefold()]
            if len(fitting) == 1:
                self.setText(fitting[0].label)
        self.settled.emit()


def _paint_chevron(widget: QWidget, kit: Kit) -> None:
    side = kit.look.px("icon_small")
    zone = _chevron_rect(widget, kit)
    painter = QPainter(widget)
    painter.drawPixmap(
        QPoint(zone.center().x() - side // 2, zone.center().y() - side // 2),
        kit.icons.pixmap("chevron-down", "mute", "icon_small"),
    )
    painter.end()


def _chevron_rect(widget: QWidget, kit: Kit) -> QRect:
    rect = widget.rect()
    zone = rect.adjusted(rect.width() - kit.look.px("input"), 0, 0, 0)
    return QStyle.visualRect(widget.layoutDirection(), rect, zone)

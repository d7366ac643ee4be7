"""The frame of the window: places, page, status line; and the locked screen in their stead.

Title and icon are neutral: no name, no code, no word about what this program is for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.idle import Due
from nrm_desktop.ui.presenters.marks import BannerSpec, StatusPart
from nrm_desktop.ui.presenters.places import OF_A_CASE, PLACES, PlaceId
from nrm_desktop.ui.views.practice_band import PracticeBand
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.banner import Banner
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.nav import NavBar, Place
from nrm_desktop.ui.widgets.page import drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.status_bar import StatusBar
from nrm_desktop.ui.widgets.tab_order import first_stop, order_tabs

GO_ON = "Ctrl+Return"
"""Presses the main button of a page from everywhere in it."""
_PERCENT = 100
_OPEN_IN = {
    PlaceId.NEW_CASE: PlaceId.CASES,
    PlaceId.WAY_BACK: PlaceId.SAFETY,
    PlaceId.SHEET: PlaceId.SAFETY,
    PlaceId.PEOPLE: PlaceId.SAFETY,
    PlaceId.REGISTER: PlaceId.SHIFT,
}


class MainWindow(QWidget):
    """The window. `closing` is told before it goes; `lock_asked` and `end_asked` by their keys."""

    closing = Signal()
    lock_asked = Signal()
    end_asked = Signal()

    def __init__(self, kit: Kit, *, is_practice: bool = False) -> None:
        super().__init__()
        self._kit = kit
        self._content: QWidget | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        if is_practice:
            self._box.addWidget(PracticeBand(kit))
        self._soon = PlainLabel(kit)
        self._soon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._soon.hide()
        self._box.addWidget(self._soon)
        shortcut(self, "Ctrl+Shift+L", self.lock_asked.emit)
        shortcut(self, "Ctrl+Shift+Q", self.end_asked.emit)

    def show_locked(self, page: QWidget) -> None:
        """Show the locked screen; what was there is torn down, and open dialogs close."""
        self._soon.hide()
        self._replace(page)
        for dialog in self.findChildren(QDialog):
            dialog.close()
        self.setWindowTitle(self._kit.say("Notes - locked"))

    def show_work(self, frame: QWidget) -> None:
        """Show the unlocked window."""
        self._replace(frame)
        self.setWindowTitle(self._kit.say("Notes"))

    def start_size(self) -> None:
        """Take a size that shows list and detail, where the screen has room for it."""
        room = self.screen().availableGeometry().size()
        wanted = QSize(self._kit.look.px("sidebar") * 6, self._kit.look.px("detail") * 2)
        self.resize(wanted.boundedTo(room))

    def show_due(self, due: Due) -> None:
        """Show that the window locks soon, or that listening has ended; any key takes it away."""
        say = self._kit.say
        words = {
            Due.WARN: say("Locks in half a minute. Press any key to go on."),
            Due.ASK: say(
                "Still listening? Press “Listening” again. Otherwise the window locks when nobody"
                " types."
            ),
        }.get(due, "")
        self._soon.setText(words)
        self._soon.setVisible(bool(words))
        if words:
            announce(self, words)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Lock before the window goes; it comes back to close for good."""
        self.closing.emit()
        event.accept()

    def _replace(self, content: QWidget) -> None:
        old, self._content = self._content, content
        if old is not None:
            self._box.removeWidget(old)
            old.hide()
            old.deleteLater()  # its parent stays: Qt deletes it, in its own thread, and nobody else
        self._box.addWidget(content, 1)
        content.show()  # at once, with its focus: a key pressed now belongs to what comes


class WorkFrame(QWidget):
    """Sidebar, page and status line (fulfils `MainView`). `chosen` carries a place or part."""

    chosen = Signal(str)

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self.page: QWidget | None = None
        self._alarm: Banner | None = None
        self._alarm_said: BannerSpec | None = None
        self._has_places = True
        self.nav = NavBar(kit, _places(kit))
        self.nav.chosen.connect(self.chosen)
        self.status = StatusBar(kit)
        self.status.chosen.connect(self.chosen)
        self._row = QHBoxLayout()
        self._row.setSpacing(0)
        self._row.addWidget(self.nav)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self._alarms = QVBoxLayout()
        box.addLayout(self._alarms)
        box.addLayout(self._row, 1)
        box.addWidget(self.status)
        self._add_keys()

    def show_page(self, page: QWidget) -> None:
        """Show a page instead of the one before, which is torn down."""
        old, self.page = self.page, page
        if old is not None:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()  # its parent stays: Qt deletes it, in its own thread, and nobody else
        self._row.addWidget(page, 1)
        page.show()
        order_tabs(self)
        first = first_stop(page) or first_stop(self.nav)
        if first is not None:
            first.setFocus()

    def show_place(self, place: PlaceId) -> None:
        """Show which place is open; a case has the whole window."""
        self.nav.show_open(_OPEN_IN.get(place, place))
        self.nav.setVisible(place not in OF_A_CASE)
        self.status.offer_listening(is_offered=place is PlaceId.INTERVIEW)

    def show_status(self, parts: tuple[StatusPart, ...]) -> None:
        """Show the status line."""
        self.status.show_parts(parts)

    def show_alarm(self, banner: BannerSpec | None) -> None:
        """Show above every page that less can be done than usual; it is told once."""
        if banner == self._alarm_said:
            return
        self._alarm_said = banner
        if self._alarm is not None:
            drop(self._alarms, self._alarm)
            self._alarm = None
        if banner is not None:
            self._alarm = Banner(self._kit, banner)
            self._alarm.chosen.connect(partial(self.chosen.emit, PlaceId.SAFETY.value))
            self._alarms.addWidget(self._alarm)
        order_tabs(self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Show words beside the icons of the sidebar where there is room."""
        super().resizeEvent(event)
        effective = self.width() * _PERCENT // self._kit.look.scale
        self.nav.show_words(are_shown=effective >= self._kit.look.px("wide_from"))

    def _add_keys(self) -> None:
        for number, place in enumerate(PLACES, start=1):
            shortcut(self, f"Ctrl+{number}", partial(self.chosen.emit, place.value))
        shortcut(self, "Ctrl+N", partial(self.chosen.emit, PlaceId.NEW_CASE.value))
        shortcut(self, "Ctrl+F", partial(self.chosen.emit, PlaceId.SEARCH.value))
        shortcut(self, "F6", lambda: self._next_pane(1))
        shortcut(self, "Shift+F6", lambda: self._next_pane(-1))

    def _next_pane(self, step: int) -> None:
        all_panes = (self._alarm, self.nav, self.page, self.status)
        panes = [pane for pane in all_panes if pane and pane.isVisible()]
        focused = self.focusWidget()
        here = [at for at, pane in enumerate(panes) if focused and pane.isAncestorOf(focused)]
        start = here[0] if here else -1
        first = first_stop(panes[(start + step) % len(panes)])
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)


def shortcut(home: QWidget, keys: str, run: Callable[[], object]) -> None:
    """Have keys do something wherever the focus is in this window."""
    made = QShortcut(QKeySequence(keys), home)
    made.activated.connect(run)


def _places(kit: Kit) -> tuple[Place, ...]:
    say = kit.say
    words = {
        PlaceId.CASES: ("folder-open", say("Cases")),
        PlaceId.EXCHANGE: ("refresh-cw", say("Exchange")),
        PlaceId.CONFLICTS: ("git-compare", say("To decide")),
        PlaceId.SEARCH: ("search", say("Search")),
        PlaceId.SAFETY: ("shield-check", say("Safety")),
        PlaceId.TODAY: ("clock", say("Today")),
        PlaceId.SHIFT: ("users", say("Shift")),
        PlaceId.KEEPING: ("history", say("Keeping")),
    }
    return tuple(
        Place(place, *words[place], f"Ctrl+{number}") for number, place in enumerate(PLACES, 1)
    )

"""A real window on a real vault, for tests that press keys and look at what is shown."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from tests.gui import walks

from nrm_desktop.app.commands import AddDirectoryEntry
from nrm_desktop.bootstrap.headless import Founder, found_vault, open_vault
from nrm_desktop.bootstrap.shell import build_shell
from nrm_desktop.bootstrap.window import Opening, Program
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.ui.presenters.lock_reason import LockSystem
from nrm_desktop.ui.qt.application import make_application
from nrm_desktop.ui.widgets.field import FieldWidget

PASSPHRASE = "seven quiet lamps by the river"
ROLE = "coordinator_intake"
OFFICE = "House Seven"
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
WAIT_MS = 20_000
MOST_TABS = 120
QUIET = LockSystem()


def shell_of(folder):
    return build_shell(folder / "device", anchors=folder / "anchors", is_practice=True)


def prepare_vault(folder, fill: Callable | None = None) -> None:
    """A vault with one person at work and one office in the directory."""
    founder = Founder("Border Office", "P-01", ROLE, PASSPHRASE, FLOOR, "Laptop 1")
    vault = found_vault(shell_of(folder), founder)
    try:
        vault.handle(AddDirectoryEntry(kind="shelter", name=OFFICE))
        if fill is not None:
            fill(vault)
    finally:
        vault.close()


def unlocked(folder):
    return open_vault(shell_of(folder), PASSPHRASE)


class Keys:
    """Somebody with a keyboard and nothing else; counts what was pressed."""

    def __init__(self, qtbot, window: Callable[[], QWidget]) -> None:
        self._qtbot = qtbot
        self._window = window
        self.pressed = 0

    def press(self, key, modifier=NONE, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self._receiver(), key, modifier)
            self.pressed += 1
            QApplication.processEvents()

    def type(self, text: str) -> None:
        for letter in text:
            QTest.keyClicks(self._receiver(), letter)
        self.pressed += len(text)
        QApplication.processEvents()

    def _receiver(self) -> QWidget:
        """What gets a key in Qt: an open list before the control with the focus."""
        popup = QApplication.activePopupWidget()
        return (popup.focusWidget() or popup) if popup else self.focused()

    def focused(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the focus: the keyboard is lost"
        return widget

    def tab_to(self, name: str) -> None:
        """Press Tab until a control of this name has the focus."""
        for _ in range(MOST_TABS):
            if name in walks.name_of(self.focused()):
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not reach {name!r}")

    def wait_to_tab_to(self, name: str) -> None:
        """Press Tab until a control has the focus whose words are read first."""

        def is_there() -> bool:
            try:
                self.tab_to(name)
            except AssertionError:
                return False
            return True

        self.wait(is_there)

    def tab_to_question(self, label: str) -> None:
        """Press Tab until the answer of a question has the focus."""
        for _ in range(MOST_TABS):
            if question_of(self.focused()) == label:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not reach the question {label!r}")

    def go_to_place(self, name: str) -> None:
        """Open a place in the list at the leading edge."""
        for _ in range(4):
            if type(self.focused()).__name__ == "NavButton":
                break
            self.press(Qt.Key.Key_F6)
        self.press(Qt.Key.Key_Home)
        for _ in range(MOST_TABS):
            if walks.name_of(self.focused()) == name:
                self.press(Qt.Key.Key_Return)
                return
            self.press(Qt.Key.Key_Down)
        raise AssertionError(f"there is no place {name!r}")

    def wait(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def wait_for_words(self, words: str) -> None:
        self.wait(lambda: words in shown_words(self._window()))

    def wait_for_entry(self, text: str) -> None:
        """Wait until the list in focus can be chosen from: it is read outside the window."""
        self.wait(lambda: self.focused().findText(text) >= 0)


def shown_words(window: QWidget) -> str:
    """All words that can be seen, one per line."""
    return "\n".join(text for widget in walks.visible(window) if (text := walks.words_of(widget)))


def readable(window: QWidget) -> str:
    """All that can be read or heard in a window: words, tips, and names for screen readers."""
    shown = walks.visible(window)
    tips = (one.toolTip() for one in shown)
    return "\n".join([shown_words(window), *tips, *map(walks.name_of, walks.focusable(window))])


def question_of(widget: QWidget | None) -> str:
    """The label of the question that a control belongs to; empty if to none."""
    while widget is not None:
        if isinstance(widget, FieldWidget):
            return widget.spec.label
        widget = widget.parentWidget()
    return ""


def start(folder, faults: list, system: LockSystem = QUIET) -> Program:
    """Shape: `system` asks for the lock; the buses of this computer are left alone."""
    app = make_application(faults.append)
    opening = Opening(lambda: shell_of(folder), folder, is_practice=True, cost=FLOOR, system=system)
    program = Program(app, opening)
    program.show()
    return program

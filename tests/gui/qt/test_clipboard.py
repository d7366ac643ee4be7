"""The clipboard: marked, gone after its time and at the lock, and what is foreign is left alone."""

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from nrm_desktop.ui.qt.clipboard import HINTS, GuardedClipboard

WORDS = "Quillsworth-4711"
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def clipboard(qapp):
    QApplication.clipboard().clear()
    made = GuardedClipboard(qapp, kept_s=0.2)
    yield made
    made.stop()
    # What Python put there must be gone before Python is: Qt frees it last, and would call back.
    QApplication.clipboard().clear()


def there() -> QMimeData:
    return QApplication.clipboard().mimeData() or QMimeData()


def is_marked() -> bool:
    return all(bytes(there().data(name).data()) == value for name, value in HINTS.items())


def show_focused(qtbot, widget):
    widget.show()
    widget.activateWindow()
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)


@pytest.mark.threat("T6")
def test_what_is_copied_on_request_is_marked_and_goes_by_itself(clipboard, qtbot):
    clipboard.copy(WORDS)
    assert there().text() == WORDS
    assert is_marked()

    qtbot.waitUntil(lambda: not there().hasText())


@pytest.mark.threat("T6")
@pytest.mark.parametrize("key", [Qt.Key.Key_C, Qt.Key.Key_X])
@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit])
def test_copying_and_cutting_by_key_bears_the_same_marks(clipboard, qtbot, kind, key):
    box = kind(WORDS)
    qtbot.addWidget(box)
    show_focused(qtbot, box)
    box.selectAll()
    QTest.keyClick(box, key, CTRL)

    assert there().text() == WORDS
    assert is_marked()
    left = box.text() if kind is QLineEdit else box.toPlainText()
    assert left == ("" if key == Qt.Key.Key_X else WORDS)
    box.undo()
    assert (box.text() if kind is QLineEdit else box.toPlainText()) == WORDS


def test_what_the_context_menu_copies_is_marked_at_once(clipboard, qtbot):
    line = QLineEdit(WORDS)
    qtbot.addWidget(line)
    show_focused(qtbot, line)
    line.selectAll()
    line.copy()  # what the menu calls

    qtbot.waitUntil(is_marked)
    assert there().text() == WORDS


def test_a_hidden_passphrase_and_nothing_selected_are_never_copied(clipboard, qtbot):
    line = QLineEdit(WORDS)
    line.setEchoMode(QLineEdit.EchoMode.Password)
    qtbot.addWidget(line)
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_C, CTRL)
    assert not there().hasText()

    plain = QLineEdit(WORDS)
    qtbot.addWidget(plain)
    QTest.keyClick(plain, Qt.Key.Key_C, CTRL)
    assert not there().hasText()


@pytest.mark.threat("T6")
def test_what_another_program_put_there_is_left_alone(clipboard, qtbot):
    """Other programs know nothing of our marks: what bears none is theirs."""
    clipboard.copy(WORDS)
    foreign = QMimeData()
    foreign.setText("from elsewhere")
    QApplication.clipboard().setMimeData(foreign)
    QApplication.processEvents()

    clipboard.clear()
    qtbot.wait(400)
    assert there().text() == "from elsewhere"
    assert not there().hasFormat("x-kde-passwordManagerHint")


def test_at_the_end_nothing_of_ours_is_left(qapp):
    made = GuardedClipboard(qapp)
    made.copy(WORDS)
    made.stop()

    assert not there().hasText()

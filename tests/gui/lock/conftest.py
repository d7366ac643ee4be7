"""A real window on a real vault, with signals that a test fires by hand."""

import sys
import traceback

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.fakes.lock_signals import FakeDelay, FakeSignals
from tests.gui.locks import MARKER, note_keys_of_others, unlock
from tests.gui.window import (
    CTRL,
    PASSPHRASE,
    Keys,
    prepare_vault,
    start,
)

from nrm_desktop.ui.presenters.lock_reason import LockSystem


@pytest.fixture
def faults():
    found: list[BaseException] = []
    before = sys.excepthook
    yield found
    sys.excepthook = before
    assert found == [], "".join(traceback.format_exception(found[0]))


@pytest.fixture
def signals():
    return FakeSignals()


@pytest.fixture
def delay():
    return FakeDelay()


@pytest.fixture
def program(tmp_path, qtbot, faults, shipped_fonts, signals, delay):
    note_keys_of_others()
    prepare_vault(tmp_path)
    made = start(tmp_path, faults, LockSystem((signals,), delay))
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made.window)
    yield made
    made.window.close()
    made.window.deleteLater()


@pytest.fixture
def keys(qtbot, program):
    return Keys(qtbot, lambda: program.window)


@pytest.fixture
def at_work(program, keys):
    """Somebody has unlocked. Gives nothing: a fixture would hold it after the lock."""
    unlock(program, keys, PASSPHRASE)


@pytest.fixture
def interview(at_work, keys):
    """An interview in which a name is being typed."""
    keys.press(Qt.Key.Key_N, CTRL)
    keys.wait_for_words("Open the case")
    keys.press(Qt.Key.Key_Return, CTRL)
    keys.wait_for_words("Setting and language")
    keys.tab_to_question("Own reference sent to an authority")
    keys.type(MARKER)

"""A dressed application for every test with widgets: shipped fonts, one look, one language."""

import sys

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget
from tests.gui import walks

from nrm_desktop.paths import resource_root
from nrm_desktop.texts import load_translator
from nrm_desktop.ui.qt.theme_kit import LookChoice, dress, load_shipped_fonts
from nrm_desktop.ui.widgets.look import Scheme

RESOURCES = resource_root()
NOT_OURS = ("This plugin does not support",)  # the offscreen platform


@pytest.fixture(scope="session")
def shipped_fonts(qapp):
    load_shipped_fonts(RESOURCES)


@pytest.fixture
def make_kit(qapp, shipped_fonts):
    """Dress the application; the next test finds it left to right again."""

    def make(language="en", scheme=Scheme.LIGHT, scale=100, say=None):
        words = say or load_translator(RESOURCES / "texts", language, isolates=True)
        return dress(qapp, RESOURCES, words, LookChoice(scheme, scale))

    yield make
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture
def kit(make_kit):
    return make_kit()


@pytest.fixture
def show(qtbot):
    """Show a widget in a window that has the focus; it lives until the test ends."""
    kept: list[QWidget] = []

    def put(widget: QWidget, width: int = 900, height: int = 700) -> QWidget:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        widget.activateWindow()
        QApplication.processEvents()
        kept.append(widget)
        return widget

    yield put
    kept.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def faults():
    """What the program would report as a defect: nothing."""
    found: list[BaseException] = []
    before = sys.excepthook
    yield found
    sys.excepthook = before
    assert found == []


@pytest.fixture
def assert_named():
    """Every visible control that takes the focus has an accessible name, and no two rules less."""

    def check(widget: QWidget) -> None:
        assert walks.nameless(widget) == []

    return check


@pytest.fixture
def assert_fits():
    """Nothing is cut: words fit their labels and buttons, targets are large, options apart."""

    def check(widget: QWidget, kit) -> None:
        assert walks.cut_off(widget) == []
        assert walks.too_small(widget, kit.look) == []

    return check


@pytest.fixture(autouse=True)
def no_qt_warnings(qtlog):
    """A warning of Qt is a fault of ours, but for what the offscreen platform cannot do."""
    yield
    loud = [
        record.message
        for record in qtlog.records
        if record.log_type_name != "DEBUG" and not record.message.startswith(NOT_OURS)
    ]
    assert loud == []


@pytest.fixture(scope="session", autouse=True)
def clipboard_is_empty_at_the_end(qapp):
    """Qt frees what lies there after Python has ended, and would call back into it."""
    yield
    qapp.clipboard().clear()

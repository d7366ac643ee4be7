"""Walks over shown widgets: names for screen readers, words that are cut, targets too small."""

import os

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from nrm_desktop.ui.widgets.look import Look
from nrm_desktop.ui.widgets.tick import Dot, Tick

LEAST_ROUNDS, MOST_ROUNDS = 2, 40
SLACK = 1


def visible(widget: QWidget, kind: type = QWidget) -> list[QWidget]:
    return [child for child in [widget, *widget.findChildren(kind)] if child.isVisibleTo(widget)]


def focusable(widget: QWidget) -> list[QWidget]:
    return [
        child
        for child in visible(widget)
        if child.focusPolicy() != Qt.FocusPolicy.NoFocus
        and child.focusProxy() is None
        and not isinstance(child.parentWidget(), QComboBox)
    ]


def nameless(widget: QWidget) -> list[str]:
    """Controls without an accessible name, by class and place."""
    return [
        f"{type(child).__name__} in {type(child.parentWidget()).__name__}"
        for child in focusable(widget)
        if not name_of(child)
    ]


def name_of(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip() if interface else ""


def cut_off(widget: QWidget) -> list[str]:
    """Labels and buttons whose words need more room than they have."""
    return [
        f"{type(child).__name__} {words_of(child)!r} has {child.size().toTuple()}"
        for child in visible(widget)
        if words_of(child) and not fits(child)
    ]


def words_of(widget: QWidget) -> str:
    if isinstance(widget, QAbstractButton | QLabel):
        return widget.text()
    return ""


def fits(widget: QWidget) -> bool:
    if isinstance(widget, Tick | Dot):
        needed = widget.heightForWidth(widget.width())
        return (
            widget.width() + SLACK >= widget.minimumSizeHint().width()
            and widget.height() + SLACK >= needed
        )
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            return widget.height() + SLACK >= widget.heightForWidth(widget.width())
        return widget.width() + SLACK >= widget.sizeHint().width()
    hint = widget.sizeHint() if widget.minimumSizeHint().width() else widget.minimumSizeHint()
    return widget.width() + SLACK >= hint.width()


def too_small(widget: QWidget, look: Look) -> list[str]:
    """Click targets lower than an input is high."""
    least = look.px("input") - SLACK
    return [
        f"{type(child).__name__} {words_of(child)!r} is {child.height()} high"
        for child in visible(widget)
        if isinstance(child, QAbstractButton | QLineEdit | QComboBox)
        and not isinstance(child.parentWidget(), QComboBox | QAbstractScrollArea)
        and child.height() < least
    ]


def options_too_close(widget: QWidget, look: Look) -> list[str]:
    """Options of one question that stand side by side nearer than 16 pixels at 100 %."""
    gap = look.px("gap4")
    options = [child for child in visible(widget) if isinstance(child, Tick | Dot)]
    return [
        f"{one.text()!r} and {other.text()!r}"
        for one in options
        for other in options
        if one.parentWidget() is other.parentWidget()
        and one.y() == other.y()
        and other.x() - one.x() > 0
        and other.x() - (one.x() + one.width()) < gap
    ]


def too_wide(window) -> list[str]:
    """Content of an area that needs more room across than there is: it would be cut."""
    return [
        f"{type(area.parentWidget()).__name__} needs {needed}, has {area.viewport().width()}"
        for area in visible(window, QScrollArea)
        if isinstance(area, QScrollArea)
        and (needed := area.widget().minimumSizeHint().width()) > area.viewport().width()
    ]


def lay_out(window: QWidget) -> None:
    """Let what was put in be laid out: a layout is told of a change by events, level by level."""
    for number in range(MOST_ROUNDS):
        QApplication.processEvents()
        if number >= LEAST_ROUNDS and not cut_off(window):
            return


def look_at(program, name: str) -> None:
    """Walk over what is shown now; where NRM_PICTURES names a folder, leave a picture there."""
    window, look = program.window, program.kit.look
    lay_out(window)
    found = {
        "without a name": nameless(window),
        "cut": cut_off(window),
        "too small": too_small(window, look),
        "too close": options_too_close(window, look),
        "wider than the page": too_wide(window),
    }
    assert {what: where for what, where in found.items() if where} == {}, name
    assert QApplication.focusWidget() is not None, f"{name}: nothing has the focus"
    folder = os.environ.get("NRM_PICTURES")
    if folder:
        window.grab().save(f"{folder}/{name}-{program.kit.say.language}.png")

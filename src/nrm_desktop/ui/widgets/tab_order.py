"""Keeps the order of Tab the order of reading, also where something was put in later.

Qt appends what comes later to the end of its chain. A widget that wants another order inside than
that of its layout has a method `tab_stops` that lists its parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLayout, QLineEdit, QWidget

_WHOLE: Final = (QAbstractButton, QComboBox, QLineEdit)
"""What has no stops inside: to look there would make hidden parts known to Python, at a cost."""


def order_tabs(root: QWidget) -> None:
    """Chain all controls below a widget in reading order; the first keeps its place."""
    for before, after in pairwise(stops(root)):
        QWidget.setTabOrder(before, after)


def first_stop(root: QWidget) -> QWidget | None:
    """The control below a widget that Tab reaches first."""
    for widget in stops(root):
        takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if widget is not root and takes_tab and widget.isEnabled() and widget.isVisibleTo(root):
            return widget
    return None


def stops(widget: QWidget) -> Iterator[QWidget]:
    """All controls of a widget in reading order, hidden ones too.

    What hands its focus on says so by `hands_focus_on`, and stands before what takes it: left
    behind in Qt's chain it would lead past everything between. Qt is not asked for it, because
    PySide would take what `focusProxy` gives for a child of the widget, and end both together.
    """
    if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus or hasattr(widget, "hands_focus_on"):
        yield widget
    own_order = getattr(widget, "tab_stops", None)
    if own_order is not None:
        for part in own_order():
            yield from stops(part)
        return
    if isinstance(widget, _WHOLE):
        return
    layout = widget.layout()
    if layout is not None:
        yield from _stops_of_layout(layout, widget)
        return
    for child in widget.children():
        if isinstance(child, QWidget) and not child.isWindow():
            yield from stops(child)


def _stops_of_layout(layout: QLayout, home: QWidget) -> Iterator[QWidget]:
    """Ask for places, never for items.

    Python would keep an item alive that Qt has deleted, and take the next object at its address
    for it; that ends the process.
    """
    placed = [
        (layout.indexOf(part), part)
        for part in (*home.children(), *layout.children())
        if isinstance(part, QWidget | QLayout)
    ]
    for place, part in sorted(placed, key=lambda one: one[0]):
        if place < 0:
            continue
        if isinstance(part, QLayout):
            yield from _stops_of_layout(part, home)
        else:
            yield from stops(part)

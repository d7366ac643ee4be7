"""Keeps the order of Tab the order of reading, also where something was put in later.

Qt appends what comes later to the end of its chain. A widget that wants another order inside than
that of its layout has a method `tab_stops`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


@runtime_checkable
class HasTabStops(Protocol):
    """A widget that says in which order its parts are reached."""

    def tab_stops(self) -> list[QWidget]:
        """Parts in order; parts of parts are found by themselves."""


def order_tabs(root: QWidget) -> None:
    """Chain all controls below a widget in reading order; the first keeps its place."""
    for before, after in pairwise(_stops(root)):
        QWidget.setTabOrder(before, after)


def _stops(widget: QWidget) -> Iterator[QWidget]:
    if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus:
        yield widget
    if isinstance(widget, HasTabStops):
        for part in widget.tab_stops():
            yield from _stops(part)
        return
    layout = widget.layout()
    if layout is not None:
        yield from _stops_of_layout(layout)
        return
    for child in widget.children():
        if isinstance(child, QWidget) and not child.isWindow():
            yield from _stops(child)


def _stops_of_layout(layout: QLayout) -> Iterator[QWidget]:
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if item is None:
            continue
        part, inner = item.widget(), item.layout()
        if part is not None:
            yield from _stops(part)
        elif inner is not None:
            yield from _stops_of_layout(inner)

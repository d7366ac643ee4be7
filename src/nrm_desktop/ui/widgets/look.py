"""The look as widgets see it: colours, sizes and fonts by name, already scaled.

Widgets ask for a name and never know a colour or a figure; the names stand in
`resources/tokens.toml`. A look does not change while a window lives: another theme, scale or
language builds the window anew, by the same path as lock and unlock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont

LETTER = "0"
"""Stands for a letter of average width where a width is given in letters, as in CSS `ch`."""


class Scheme(StrEnum):
    """The three colour schemes."""

    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "hc"


@dataclass(frozen=True, slots=True)
class Look:
    """Everything drawn is drawn by these. Units: sizes in device-independent pixels."""

    scheme: Scheme
    scale: int
    is_rtl: bool
    colours: Mapping[str, QColor]
    sizes: Mapping[str, int]
    fonts: Mapping[str, QFont]

    def colour(self, name: str) -> QColor:
        """A colour by its token."""
        return self.colours[name]

    def px(self, name: str) -> int:
        """A size by its token."""
        return self.sizes[name]

    @property
    def leading(self) -> Qt.AlignmentFlag:
        """Where words begin: by the direction of the window, whatever script they are in.

        Qt aligns by content, so that a Latin word would jump to the left of an Arabic window.
        """
        edge = Qt.AlignmentFlag.AlignRight if self.is_rtl else Qt.AlignmentFlag.AlignLeft
        return edge | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter

    @property
    def trailing(self) -> Qt.AlignmentFlag:
        """Where words end, by the direction of the window."""
        edge = Qt.AlignmentFlag.AlignLeft if self.is_rtl else Qt.AlignmentFlag.AlignRight
        return edge | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter

    def font(self, role: str) -> QFont:
        """The font of a role, with the fallback chain of the shipped fonts."""
        return self.fonts[role]

"""Buttons: one main button per page, plain ones beside it, quiet ones in the text.

Every button is at least as high as a click target. An icon stands 8 pixels before the words, on
the leading side; a button with an icon alone has a tooltip and an accessible name.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton

from nrm_desktop.ui.widgets.kit import Kit


class ButtonKind(StrEnum):
    """How loud a button is."""

    MAIN = "main"
    PLAIN = "plain"
    QUIET = "quiet"


_ICON_COLOUR: Mapping[ButtonKind, str] = MappingProxyType(
    {ButtonKind.MAIN: "onacc", ButtonKind.PLAIN: "acc", ButtonKind.QUIET: "mute"}
)


class Button(QPushButton):
    """A button with words, and perhaps an icon before them."""

    def __init__(
        self, kit: Kit, text: str, icon: str = "", kind: ButtonKind = ButtonKind.PLAIN
    ) -> None:
        super().__init__(text)
        self.setProperty("kind", kind.value)
        self.setMinimumHeight(kit.look.px("input"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(True)  # Enter presses it, as Space does
        if kind is ButtonKind.QUIET:
            self.setFont(kit.look.font("label"))
        if icon:
            self.setIcon(kit.icons.spaced_icon(icon, _ICON_COLOUR[kind]))
            self.setIconSize(QSize(kit.icons.spaced_width(), kit.look.px("icon")))


class IconButton(QToolButton):
    """A square button with an icon alone. Shape: `name` is what it does, in words."""

    def __init__(self, kit: Kit, icon: str, name: str) -> None:
        super().__init__()
        side = kit.look.px("input")
        self.setFixedSize(side, side)
        self.setIcon(kit.icons.icon(icon, "mute"))
        self.setIconSize(QSize(kit.look.px("icon"), kit.look.px("icon")))
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

"""The only label: plain text, never markup, so that no answer can be read as formatting.

Raw `QLabel` is banned in every other module (a test looks for it): it guesses whether a text is
HTML, and a case note could then load, hide or fake things on screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy

from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.look import LETTER

TONE_COLOUR: Mapping[Tone, str] = MappingProxyType(
    {
        Tone.NEUTRAL: "text",
        Tone.OK: "ok",
        Tone.WARN: "warn",
        Tone.BAD: "bad",
        Tone.INFO: "info",
        Tone.PRACTICE: "prac",
    }
)


_NO_LIMIT = 16_777_215
"""Qt's QWIDGETSIZE_MAX."""
_LETTERS = 75
"""Longer lines are hard to read (ux.md section 3)."""


class PlainLabel(QLabel):
    """Text in a role of the look; it wraps after 75 letters unless told otherwise.

    Shape: `role` is a name of `[type]` in the tokens.
    """

    def __init__(self, kit: Kit, text: str = "", role: str = "body") -> None:
        super().__init__()
        self._kit = kit
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role != "body":  # the application's own font; setting it again costs time
            self.setFont(kit.look.font(role))
        self.setWordWrap(True)
        self.setAlignment(kit.look.leading)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setMaximumWidth(_LETTERS * self.fontMetrics().horizontalAdvance(LETTER))
        self.setText(text)

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Height at the width it will really have."""
        return super().heightForWidth(min(width, self.maximumWidth()))

    def muted(self) -> PlainLabel:
        """Take the colour of secondary text."""
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        return self

    def toned(self, tone: Tone) -> PlainLabel:
        """Take the colour of a tone; the words carry the meaning."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._kit.look.colour(TONE_COLOUR[tone]))
        self.setPalette(palette)
        return self

    def on_one_line(self) -> PlainLabel:
        """Never wrap; for short words in bars and headings."""
        self.setWordWrap(False)
        self.setMaximumWidth(_NO_LIMIT)
        return self

    def as_code(self) -> PlainLabel:
        """Keep the direction of a Latin code; it stands at the leading edge all the same."""
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        return self

"""A quiet hint beside words that judge: a soft underline, and what could be written instead.

It changes nothing, blocks nothing and counts nothing. What is loaded, the packs say.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from nrm_desktop.domain.forms.wording import Found, LoadedWord, find_loaded
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel

_MOST_HINTS = 3
"""Hints that stand below a text at once; the underlines show the others."""


class LoadedHints:
    """Looks at the words of an editor; the line below is made when there is something to say."""

    def __init__(self, kit: Kit, editor: QWidget, loaded: tuple[LoadedWord, ...]) -> None:
        self._kit = kit
        self._editor = editor
        self._loaded = loaded
        self._line: PlainLabel | None = None

    def look_at(self, text: str) -> tuple[Found, ...]:
        """Say what could be written instead of loaded words; gives where they stand."""
        found = tuple(find_loaded(text, self._loaded))
        first = {one.word.id: one for one in reversed(found)}
        shown = [one for one in found if first[one.word.id] is one][:_MOST_HINTS]
        if shown or self._line is not None:
            self._show("\n".join(map(self._words, shown)))
        return found

    def _show(self, words: str) -> None:
        if self._line is None:
            self._line = PlainLabel(self._kit, "", "label").muted()
            self._line.setObjectName("loaded-hint")
            self._line.setWordWrap(True)
            layout = self._editor.layout()
            if layout is not None:
                layout.addWidget(self._line)
        self._line.setText(words)
        self._line.setVisible(bool(words))

    def _words(self, one: Found) -> str:
        say = self._kit.say
        return say("“{word}” could be: “{instead}”", word=one.text, instead=one.word.instead)


def underline(box: QPlainTextEdit, kit: Kit, found: Iterable[Found]) -> None:
    """Draw a soft line below words; it is no part of the text."""
    look = QTextCharFormat()
    look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
    look.setUnderlineColor(kit.look.colour("mute"))
    text, drawn = box.toPlainText(), []
    for one in found:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(box.document())
        cursor.setPosition(_place(text, one.start))
        cursor.setPosition(_place(text, one.end), QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        selection.format = look
        drawn.append(selection)
    box.setExtraSelections(drawn)


def _place(text: str, index: int) -> int:
    """Where a character stands for Qt, which counts in units of UTF-16."""
    return len(text[:index].encode("utf-16-le", "surrogatepass")) // 2

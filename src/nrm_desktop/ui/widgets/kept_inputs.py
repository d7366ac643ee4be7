"""The inputs of a page whose words are kept while they are not written: one name for each.

This module decides nothing: it tells what a person changed, and shows words again. What a program
shows or clears is told to nobody. Lines for passphrases and confirming codes are never put in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.editor import ValueEditor
from nrm_desktop.ui.widgets.tick import Tick

ON = "1"
"""The text of a tick that is set."""
Typed = Callable[[str, str], None]


class _Input(NamedTuple):
    """How an input is shown, and what tells that a person changed it."""

    show: Callable[[str], None]
    listen: Callable[[Callable[[str], None]], object]


class KeptInputs:
    """Inputs by name. Shape: texts are words, the code of a choice, or `ON`."""

    def __init__(self) -> None:
        self._inputs: dict[str, _Input] = {}
        self._typed: Typed | None = None

    def bind(self, typed: Typed) -> None:
        """Tell who is told of the name and the text of what a person changes."""
        self._typed = typed

    def add_line(self, name: str, line: QLineEdit) -> None:
        """A line of words."""

        def show(text: str) -> None:
            if text != line.text():  # who types in the middle of a line goes on there
                line.setText(text)

        self._add(name, _Input(show, line.textEdited.connect))

    def add_choice(self, name: str, box: ChoiceBox) -> None:
        """A closed list."""
        self._add(
            name,
            _Input(
                box.show_code, lambda tell: box.activated.connect(lambda _index: tell(box.code()))
            ),
        )

    def add_tick(self, name: str, tick: Tick) -> None:
        """A tick."""
        self._add(
            name,
            _Input(
                lambda text: tick.setChecked(text == ON),
                lambda tell: tick.clicked.connect(lambda is_on: tell(ON if is_on else "")),
            ),
        )

    def add_editor(self, name: str, editor: ValueEditor) -> None:
        """An editor of words or of a date: kept as it is typed, also where it fits nothing."""

        def show(text: str) -> None:
            if text != _typed_in(editor):
                editor.show_raw(text or None)

        self._add(
            name, _Input(show, lambda tell: editor.edited.connect(lambda: tell(_typed_in(editor))))
        )

    def show(self, words: Mapping[str, str]) -> None:
        """Show words; inputs that are not named stay as they are."""
        for name, text in words.items():
            known = self._inputs.get(name)
            if known is not None:
                known.show(text)

    def _add(self, name: str, one: _Input) -> None:
        self._inputs[name] = one
        one.listen(lambda text: self._tell(name, text))

    def _tell(self, name: str, text: str) -> None:
        if self._typed is not None:
            self._typed(name, text)


def _typed_in(editor: ValueEditor) -> str:
    """The words in the one box of an editor."""
    box: QWidget = editor.inputs()[0]
    if isinstance(box, QPlainTextEdit):
        return box.toPlainText()
    return box.text() if isinstance(box, QLineEdit) else ""

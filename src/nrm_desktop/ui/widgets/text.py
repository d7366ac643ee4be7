"""Text: one line, several lines, a code, and a value that the program itself sets.

Long texts keep a direction per paragraph, from their first strong character; codes keep theirs
always. Tab leaves a text, so that nobody is caught in it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from nrm_desktop.domain.values import Value
from nrm_desktop.ui.presenters.field_spec import FieldSpec
from nrm_desktop.ui.widgets.editor import ValueEditor
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.loaded_hint import LoadedHints, underline
from nrm_desktop.ui.widgets.plain_label import PlainLabel

_MOST_MEMOS = 4
"""A long text grows with its words to this many times its first height, then it scrolls."""


def fill(editor: QWidget, *parts: QWidget, gap: int = 0) -> None:
    """Put the parts of an editor below one another."""
    box = QVBoxLayout(editor)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(gap)
    for part in parts:
        box.addWidget(part)


def as_text(raw: Value) -> str:
    """Words of a raw value as they stand in a line; a date's tuple gives its first part."""
    if raw is None:
        return ""
    return as_text(raw[0]) if isinstance(raw, tuple) and raw else str(raw)


class LineEditor(ValueEditor):
    """One line of text."""

    def __init__(self, kit: Kit, spec: FieldSpec) -> None:
        super().__init__()
        self._line = text_line(kit, is_code=spec.is_code)
        if spec.own_words:
            self._line.setPlaceholderText(kit.say("In the person's own words"))
        fill(self, self._line)
        self._hints = LoadedHints(kit, self, spec.loaded)
        self._line.textEdited.connect(lambda _: self.edited.emit())
        self._line.textChanged.connect(self._hints.look_at)

    def raw(self) -> Value:
        """The words, without blanks at the ends."""
        return self._line.text().strip() or None

    def show_raw(self, raw: Value) -> None:
        """Show words."""
        self._line.setText(as_text(raw))
        self._line.setCursorPosition(0)

    def inputs(self) -> list[QWidget]:
        """The line."""
        return [self._line]


class LongEditor(ValueEditor):
    """Several lines; the box grows with the words."""

    def __init__(self, kit: Kit, spec: FieldSpec) -> None:
        super().__init__()
        self._least = kit.look.px("memo")
        self._box = QPlainTextEdit()
        self._box.setTabChangesFocus(True)
        self._box.setFixedHeight(self._least)
        self._box.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._box.document().setDefaultTextOption(option)
        if spec.own_words:
            self._box.setPlaceholderText(kit.say("In the person's own words"))
        self._kit = kit
        fill(self, self._box)
        self._hints = LoadedHints(kit, self, spec.loaded)
        self._is_showing = False
        self._box.textChanged.connect(self._changed)

    def raw(self) -> Value:
        """The words as they were typed."""
        text = self._box.toPlainText()
        return text if text.strip() else None

    def show_raw(self, raw: Value) -> None:
        """Show words."""
        self._is_showing = True
        self._box.setPlainText(as_text(raw))
        self._is_showing = False

    def inputs(self) -> list[QWidget]:
        """The box."""
        return [self._box]

    def _changed(self) -> None:
        underline(self._box, self._kit, self._hints.look_at(self._box.toPlainText()))
        lines = round(self._box.document().size().height())
        wanted = (lines + 1) * self._box.fontMetrics().lineSpacing()
        self._box.setFixedHeight(min(max(self._least, wanted), _MOST_MEMOS * self._least))
        if not self._is_showing:
            self.edited.emit()


class FixedText(ValueEditor):
    """A value that the program sets; shown, never typed."""

    def __init__(self, kit: Kit, spec: FieldSpec) -> None:
        super().__init__()
        self._raw: Value = None
        self._label = PlainLabel(kit)
        if spec.is_code:
            self._label.as_code()
        self._label.setMinimumHeight(kit.look.px("input"))
        fill(self, self._label)

    def raw(self) -> Value:
        """The value as it was shown."""
        return self._raw

    def show_raw(self, raw: Value) -> None:
        """Show a value."""
        self._raw = raw
        self._label.setText(as_text(raw))

    def inputs(self) -> list[QWidget]:
        """Nothing takes the focus."""
        return []


def text_line(kit: Kit, *, is_code: bool = False) -> QLineEdit:
    """Make a line; a Latin code keeps its direction and stands at the leading edge all the same."""
    line = QLineEdit()
    line.setMinimumHeight(kit.look.px("input"))
    line.setAlignment(kit.look.leading)
    if is_code:
        line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return line

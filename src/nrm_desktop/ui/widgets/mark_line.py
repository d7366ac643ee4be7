"""The mark of a question: "draft kept 14:02" and "saved 14:02" are two different words.

"Saved" is shown only when a presenter says so, after the commit; "draft kept" means kept on this
device, encrypted, not signed. Nothing looks saved before it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nrm_desktop.ui.presenters.field_spec import FieldMark, MarkKind
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.wording import Say
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.flow import add_words
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel

_ICONS: Mapping[MarkKind, tuple[str, str]] = MappingProxyType(
    {
        MarkKind.DRAFT: ("pencil", "mute"),
        MarkKind.SAVING: ("pencil", "mute"),
        MarkKind.SAVED: ("check", "ok"),
        MarkKind.RECEIVED: ("inbox", "info"),
        MarkKind.OTHER_VERSION: ("git-compare", "warn"),
    }
)


def mark_words(say: Say, mark: FieldMark) -> str:
    """The words of a mark."""
    return {
        MarkKind.NONE: "",
        MarkKind.DRAFT: say("draft kept {time}", time=mark.at),
        MarkKind.SAVING: say("saving…"),
        MarkKind.SAVED: say("saved {time}", time=mark.at),
        MarkKind.RECEIVED: say("{device}, {time}", device=mark.who, time=mark.at),
        MarkKind.OTHER_VERSION: say("other version"),
    }[mark.kind]


class MarkLine(QWidget):
    """Icon and words; another version is a button. `asked` is told when that is pressed."""

    asked = Signal()

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._icon = PlainLabel(kit)
        self._words = PlainLabel(kit, role="label").muted().on_one_line()
        self._button: Button | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(kit.look.px("gap1"))
        self._row.addWidget(self._icon)
        self._row.addWidget(self._words)

    def show_mark(self, mark: FieldMark) -> None:
        """Show a mark, and have it read out where it says that words are safe."""
        is_button = mark.kind is MarkKind.OTHER_VERSION
        words = mark_words(self._kit.say, mark)
        self._words.setText("" if is_button else words)
        if is_button or mark.kind is MarkKind.NONE:
            self._icon.clear()
        else:
            name, colour = _ICONS[mark.kind]
            self._icon.setPixmap(self._kit.icons.pixmap(name, colour, "icon_small"))
        self._show_button(words if is_button else "")
        if mark.kind in {MarkKind.SAVED, MarkKind.OTHER_VERSION}:
            announce(self, words)

    def text(self) -> str:
        """The words that stand there."""
        return self._button.text() if self._button is not None else self._words.text()

    def _show_button(self, words: str) -> None:
        if self._button is not None:
            self._row.removeWidget(self._button)
            self._button.hide()
            self._button.deleteLater()
            self._button = None
        if words:
            self._button = Button(self._kit, words, _ICONS[MarkKind.OTHER_VERSION][0])
            self._button.setObjectName("other-version")
            self._button.clicked.connect(lambda _=False: self.asked.emit())
            self._row.addWidget(self._button)


class ProblemLine(QWidget):
    """What is wrong with a field: icon and words below it. The words typed stay."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._icon = PlainLabel(kit)
        self._icon.setPixmap(kit.icons.pixmap("circle-alert", "bad", "icon_small"))
        self._words = PlainLabel(kit, role="label").toned(Tone.BAD)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.look.px("gap2"))
        row.addWidget(self._icon)
        add_words(row, self._words)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show a problem; an empty text takes it away."""
        self._words.setText(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """The words that stand there."""
        return self._words.text()

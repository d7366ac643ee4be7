"""Two lines for a new passphrase, with show and hide, a generator, and what is wrong in words.

For the first start, for a person who is added, and after a recovery. The widget keeps nothing and
hands out what stands in it once both lines agree and the rules accept it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.new_passphrase import PassphraseRules, judge
from nrm_desktop.ui.widgets.announce import announce
from nrm_desktop.ui.widgets.button import Button, IconButton
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs
from nrm_desktop.ui.widgets.text import text_line


class NewPassphrase(QWidget):
    """Shape: `changed` tells whether `passphrase` gives something; `entered` is told by Enter."""

    changed = Signal(bool)
    entered = Signal()

    def __init__(self, kit: Kit, rules: PassphraseRules) -> None:
        super().__init__()
        self._kit = kit
        self._rules = rules
        self._is_ready = False
        say, box = kit.say, QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(kit.look.px("gap2"))
        self._first = self._line(box, say("New passphrase"))
        self._again = self._line(box, say("The same passphrase again"))
        self._words = PlainLabel(kit, role="label").muted()
        box.addWidget(self._words)
        row = QHBoxLayout()
        row.setSpacing(kit.look.px("gap3"))
        make = Button(kit, say("Make one of five words"), "key-round")
        make.clicked.connect(lambda _=False: self._generate())
        self._show = IconButton(kit, "eye", say("Show the passphrase"))
        self._show.setCheckable(True)
        self._show.toggled.connect(self._show_words)
        row.addWidget(make)
        row.addWidget(self._show)
        row.addStretch(1)
        box.addLayout(row)
        order_tabs(self)

    def passphrase(self) -> str:
        """What both lines say, once the rules accept it; empty until then."""
        return self._first.text() if self._is_ready else ""

    def clear(self) -> None:
        """Empty both lines; what was shown is hidden again."""
        self._show.setChecked(False)
        self._first.clear()
        self._again.clear()
        self._look()

    def take_focus(self) -> None:
        """Put the cursor into the first line."""
        self._first.setFocus()

    def _line(self, box: QVBoxLayout, name: str) -> QLineEdit:
        box.addWidget(PlainLabel(self._kit, name, "label").muted())
        line = text_line(self._kit)
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        line.setAccessibleName(name)
        line.textChanged.connect(lambda _: self._look())
        line.returnPressed.connect(self._enter)
        box.addWidget(line)
        return line

    def _look(self) -> None:
        judged = judge(self._kit.say, self._rules, self._first.text(), self._again.text())
        if judged.words != self._words.text():
            self._words.setText(judged.words)
            self._words.toned(Tone.OK if judged.is_ready else Tone.NEUTRAL)
            self._first.setAccessibleDescription(judged.words)
        if judged.is_ready is not self._is_ready:
            self._is_ready = judged.is_ready
            announce(self, judged.words)
            self.changed.emit(self._is_ready)

    def _generate(self) -> None:
        """Put a made passphrase into the first line and show it: it has to be learnt by heart."""
        self._again.clear()
        self._first.setText(self._rules.generate())
        self._show.setChecked(True)
        self._again.setFocus()

    def _show_words(self, are_shown: bool) -> None:  # noqa: FBT001 - Qt's signal
        mode = QLineEdit.EchoMode.Normal if are_shown else QLineEdit.EchoMode.Password
        for line in (self._first, self._again):
            line.setEchoMode(mode)

    def _enter(self) -> None:
        if self._is_ready:
            self.entered.emit()
        elif self._first.hasFocus():
            self._again.setFocus()

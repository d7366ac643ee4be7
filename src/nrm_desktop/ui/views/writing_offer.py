"""Two quiet buttons of the locked screen: writing something without unlocking.

Nothing about them says what this program is for. Where nobody has unlocked yet they say so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.unlock import MESSAGE, QUICK
from nrm_desktop.ui.widgets.button import Button, ButtonKind
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.tab_order import order_tabs

_QUICK_KEYS: Final = "Ctrl+Shift+N"


class WritingOffer(QWidget):
    """The buttons; hidden until they are offered. Shape: `write` is told the form of one."""

    def __init__(self, kit: Kit, write: Callable[[str], None]) -> None:
        super().__init__()
        say = kit.say
        self._write = write
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        row = FlowLayout(kit.look.px("gap2"), kit.look.px("gap2"))
        self._forms: list[Button] = []
        named = ((QUICK, say("Quick screen"), "pencil"), (MESSAGE, say("Leave a message"), "inbox"))
        for form, words, icon in named:
            button = Button(kit, words, icon, ButtonKind.QUIET)
            button.clicked.connect(lambda _=False, one=form: self.ask(one))
            self._forms.append(button)
            row.addWidget(button)
        self._forms[0].setToolTip(_QUICK_KEYS)
        quick = QShortcut(QKeySequence(_QUICK_KEYS), self)
        quick.activated.connect(lambda: self.ask(QUICK))
        self._note = PlainLabel(kit, role="label").muted()
        box.addLayout(row)
        box.addWidget(self._note)
        self.hide()

    def offer(self, note: str) -> None:
        """Offer the two forms; a note says why they do not open yet."""
        self._note.setText(note)
        self._note.setVisible(bool(note))
        for button in self._forms:
            button.setEnabled(not note)
        self.show()
        order_tabs(self.window())

    def ask(self, form: str) -> None:
        """Ask for a form, if it can be opened."""
        if self._forms[0].isEnabled() and self.isVisible():
            self._write(form)

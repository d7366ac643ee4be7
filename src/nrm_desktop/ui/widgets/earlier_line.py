"""What was answered to a question before, and a button that takes it over (R23)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nrm_desktop.ui.presenters.asked_before import Earlier
from nrm_desktop.ui.widgets.button import Button, ButtonKind
from nrm_desktop.ui.widgets.flow import add_words
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel


class EarlierLine(QWidget):
    """Icon, words and a button. `taken` is told when somebody says that it still holds."""

    taken = Signal()

    def __init__(self, kit: Kit, earlier: Earlier) -> None:
        super().__init__()
        say = kit.say
        words = say(
            "Asked on {day} by {who}: {answer}",
            day=earlier.day,
            who=earlier.who,
            answer=earlier.words,
        )
        icon = PlainLabel(kit)
        icon.setPixmap(kit.icons.pixmap("history", "mute", "icon_small"))
        button = Button(kit, say("Still so"), "", ButtonKind.QUIET)
        button.setObjectName("still-so")
        button.setAccessibleName(say("Take over: {answer}", answer=words))
        button.clicked.connect(lambda _=False: self.taken.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.look.px("gap1"))
        row.addWidget(icon)
        add_words(row, PlainLabel(kit, words, "label").muted())
        row.addWidget(button)

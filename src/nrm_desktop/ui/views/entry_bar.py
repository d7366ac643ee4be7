"""The entries of a section that repeats: one is shown, the others are one key away."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.marks import Shape
from nrm_desktop.ui.widgets.answer_state import ButtonFace, StateButton
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.roving import RovingFocus


class EntryBar(QWidget):
    """A row of entries. `chosen` carries the id of one; `added` asks for another."""

    chosen = Signal(str)
    added = Signal()

    def __init__(self, kit: Kit, entries: tuple[Choice, ...], opened: str) -> None:
        super().__init__()
        gap = kit.look.px("gap2")
        flow = FlowLayout(gap, gap)
        self.setLayout(flow)
        buttons = []
        for entry in entries:
            shape = Shape.DOT if entry.code == opened else Shape.RING
            button = StateButton(kit, ButtonFace(entry.label, shape, ""))
            button.setChecked(entry.code == opened)
            button.clicked.connect(lambda _=False, one=entry.code: self.chosen.emit(one))
            buttons.append(button)
            flow.addWidget(button)
        self._roving = RovingFocus(self, buttons)
        self._roving.make_current([entry.code for entry in entries].index(opened))
        add = Button(kit, kit.say("Another entry"), "plus")
        add.clicked.connect(lambda _=False: self.added.emit())
        flow.addWidget(add)

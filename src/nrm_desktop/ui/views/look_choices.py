"""Language, colours and size of text, chosen while locked: the window is built anew by them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.flow import FlowLayout
from nrm_desktop.ui.widgets.kit import Kit


@dataclass(frozen=True, slots=True)
class LookChoiceList:
    """One thing to choose. Shape: `chosen` is the code that holds now."""

    name: str
    choices: Sequence[Choice]
    chosen: str


class LookChoices(QWidget):
    """A row of short lists. `changed` is told the number of the list and the code."""

    def __init__(
        self, kit: Kit, lists: Sequence[LookChoiceList], changed: Callable[[int, str], None]
    ) -> None:
        super().__init__()
        row = FlowLayout(kit.look.px("gap3"), kit.look.px("gap2"))
        self.setLayout(row)
        self._boxes: list[ChoiceBox] = []
        for number, one in enumerate(lists):
            box = ChoiceBox(kit, one.choices)
            box.setAccessibleName(one.name)
            box.setToolTip(one.name)
            box.show_code(one.chosen)
            box.activated.connect(lambda _=0, at=number, chosen=box: changed(at, chosen.code()))
            row.addWidget(box)
            self._boxes.append(box)

    def take_focus(self, number: int) -> None:
        """Put the focus on one of the lists, so that arrows go on where they were."""
        self._boxes[number].setFocus()

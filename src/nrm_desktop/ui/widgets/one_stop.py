"""Many ticks below one another, as one stop of Tab."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.roving import RovingFocus
from nrm_desktop.ui.widgets.tick import Tick


class OneStop(QWidget):
    """Tab reaches one of the ticks, arrows the others."""

    def __init__(self, kit: Kit, ticks: Sequence[Tick]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(kit.look.px("gap1"))
        for tick in ticks:
            column.addWidget(tick)
        self._roving = RovingFocus(self, ticks)

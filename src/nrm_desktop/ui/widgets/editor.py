"""What every value editor can do; the question around it knows nothing more of it.

An editor holds raw values: shaped like a value of its type where it understood what was typed,
else the words as they are. It never refuses words and never decides about state or source.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nrm_desktop.domain.values import Value

OWN_NAME = "ownName"
"""Dynamic property of a control that is named by its own words, like an option."""


class ValueEditor(QWidget):
    """Edits one raw value; `edited` is told at a person's changes, never by `show_raw`."""

    edited = Signal()

    def raw(self) -> Value:
        """What stands there now; None if nothing does."""
        raise NotImplementedError

    def show_raw(self, raw: Value) -> None:
        """Show a value; None shows nothing."""
        raise NotImplementedError

    def inputs(self) -> list[QWidget]:
        """The controls that take the focus, in reading order."""
        raise NotImplementedError

    def name_it(self, name: str, description: str) -> None:
        """Tell screen readers whose answer this is, and what is wrong with it."""
        self.setAccessibleName(name)
        for control in self.inputs():
            if control.property(OWN_NAME):
                control.setAccessibleDescription(f"{name}. {description}".strip())
            else:
                control.setAccessibleName(name)
                control.setAccessibleDescription(description)

    def mark_problem(self, *, has_problem: bool) -> None:
        """Draw the border of a problem; the words below the question say what it is."""
        for control in self.inputs():
            if bool(control.property("problem")) != has_problem:
                control.setProperty("problem", "true" if has_problem else None)
                control.style().unpolish(control)
                control.style().polish(control)

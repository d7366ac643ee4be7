"""A link to another record: chosen from what is there, never typed.

The presenter lists what may be chosen. Words that name no entry are no link: they stay in the
line while somebody looks for the entry, and the line below says so.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nrm_desktop.domain.values import Value
from nrm_desktop.ui.presenters.field_spec import FieldSpec
from nrm_desktop.ui.widgets.combo import SearchLine
from nrm_desktop.ui.widgets.editor import ValueEditor
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.text import as_text, fill


class ReferenceEditor(ValueEditor):
    """One entry of a list of records."""

    def __init__(self, kit: Kit, spec: FieldSpec) -> None:
        super().__init__()
        self._line = SearchLine(kit, spec.choices)
        self._chosen = ""
        self._hint = PlainLabel(kit, kit.say("There is no such entry yet."), "label").muted()
        self._hint.hide()
        fill(self, self._line, self._hint, gap=kit.look.px("gap1"))
        self._line.settled.connect(self._settled)

    def raw(self) -> Value:
        """Code of the chosen entry."""
        return self._chosen or None

    def show_raw(self, raw: Value) -> None:
        """Show an entry."""
        self._chosen = as_text(raw)
        self._line.show_code(self._chosen)
        self._hint.hide()

    def inputs(self) -> list[QWidget]:
        """The line."""
        return [self._line]

    def _settled(self) -> None:
        code = self._line.code()
        self._hint.setVisible(not code and bool(self._line.text().strip()))
        if code != self._chosen:
            self._chosen = code
            self.edited.emit()

"""Signatures: how somebody signed (on paper, a mark, aloud before a witness), and a remark."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nrm_desktop.domain.values import Value
from nrm_desktop.ui.presenters.field_spec import FieldSpec
from nrm_desktop.ui.widgets.choice import DotsEditor
from nrm_desktop.ui.widgets.editor import OWN_NAME, ValueEditor
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.text import as_text, fill, text_line


class SignEditor(ValueEditor):
    """Kind of signature and where it is, or who heard it."""

    def __init__(self, kit: Kit, spec: FieldSpec) -> None:
        super().__init__()
        self._kind = DotsEditor(kit, spec.choices)
        self._where = text_line(kit)
        self._where.setPlaceholderText(kit.say("Where it is kept, or who was the witness"))
        self._where.setAccessibleName(kit.say("Where it is kept, or who was the witness"))
        self._where.setProperty(OWN_NAME, True)
        fill(self, self._kind, self._where, gap=kit.look.px("gap2"))
        self._kind.edited.connect(self.edited)
        self._where.textEdited.connect(lambda _: self.edited.emit())

    def raw(self) -> Value:
        """Kind and remark; None while no kind is chosen and nothing is written."""
        kind, remark = as_text(self._kind.raw()), self._where.text().strip()
        return (kind, remark) if kind or remark else None

    def show_raw(self, raw: Value) -> None:
        """Show kind and remark."""
        kind, remark = raw if isinstance(raw, tuple) and len(raw) == 2 else (None, None)  # noqa: PLR2004 - kind and remark
        self._kind.show_raw(kind)
        self._where.setText(as_text(remark))

    def inputs(self) -> list[QWidget]:
        """The kinds and the line."""
        return [*self._kind.inputs(), self._where]

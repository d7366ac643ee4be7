"""The questions of a section below one another, and one place to hear from all of them.

One column, labels above; no wider than 75 characters. The stack builds what it is given and
passes on what people do: it knows no packs and saves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QWidget

from nrm_desktop.domain.values import FieldType
from nrm_desktop.ui.presenters.field_spec import FieldSpec, GroupRow
from nrm_desktop.ui.widgets.field import FieldWidget
from nrm_desktop.ui.widgets.field_registry import build_field, build_group
from nrm_desktop.ui.widgets.flow import ColumnLayout
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.repeat_group import RepeatGroup
from nrm_desktop.ui.widgets.tab_order import order_tabs


class FieldStack(QWidget):
    """Questions of one page.

    Shape: `edited` carries a FieldEdit; `entered` and `left` the id of the question that the focus
    came to or left; `row_asked` and `row_end_asked` as in RepeatGroup.
    """

    edited = Signal(object)
    entered = Signal(str)
    left = Signal(str)
    other_version_asked = Signal(str)
    row_asked = Signal(str)
    row_end_asked = Signal(str, str)

    def __init__(self, kit: Kit, specs: Sequence[FieldSpec]) -> None:
        super().__init__()
        self._kit = kit
        self._fields: dict[str, FieldWidget] = {}
        self._groups: dict[str, RepeatGroup] = {}
        self._current = ""
        self._is_covered = False
        self._shown: frozenset[str] | None = None
        self._box = ColumnLayout(self, kit.look.px("column"))
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(kit.look.px("gap5"))
        for spec in specs:
            self.add(spec)
        order_tabs(self)
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]  # widgets exist only inside an application

    def add(self, spec: FieldSpec) -> None:
        """Add a question, or a group, below the others."""
        is_group = spec.type is FieldType.GROUP
        self._box.addWidget(self._group(spec) if is_group else self._field(spec))

    def has(self, spec_id: str) -> bool:
        """True if a question or a group of this id is there."""
        return spec_id in self._fields or spec_id in self._groups

    def field(self, field_id: str) -> FieldWidget | None:
        """A question by id, also one in a row; None if it is not on this page."""
        return self._fields.get(field_id)

    def fields(self) -> Iterator[FieldWidget]:
        """All questions in order of building."""
        return iter(tuple(self._fields.values()))

    def show_rows(self, group_id: str, rows: tuple[GroupRow, ...]) -> None:
        """Show the rows of a group."""
        group = self._groups[group_id]
        before = set(group.fields())
        made = group.show_rows(rows)
        for gone in before - set(group.fields()):
            self._fields.pop(gone, None)
        for field in made.values():
            self._listen(field)
        order_tabs(self)

    def show_only(self, visible: frozenset[str]) -> None:
        """Show these questions and hide the others; hiding never empties a question."""
        self._shown = visible
        for field_id, field in self._fields.items():
            field.setVisible(field_id in visible)
        for group_id, group in self._groups.items():
            group.setVisible(group_id in visible and not self._is_covered)

    def cover(self, *, is_covered: bool) -> None:
        """Show neutral signs in place of words while somebody else can see the screen.

        Groups go away as a whole: what their rows are called says what they are about.
        """
        self._is_covered = is_covered
        for field in self._fields.values():
            field.cover(is_covered=is_covered)
        for group_id, group in self._groups.items():
            is_shown = self._shown is None or group_id in self._shown
            group.setVisible(is_shown and not is_covered)

    def focus_on(self, field_id: str) -> None:
        """Put the cursor into a question."""
        if field_id in self._groups:
            self._groups[field_id].take_focus()
        elif field_id in self._fields:
            self._fields[field_id].take_focus()

    def _field(self, spec: FieldSpec) -> FieldWidget:
        field = build_field(self._kit, spec)
        self._listen(field)
        return field

    def _group(self, spec: FieldSpec) -> RepeatGroup:
        group = build_group(self._kit, spec)
        group.row_asked.connect(self.row_asked)
        group.row_end_asked.connect(self.row_end_asked)
        self._groups[spec.id] = group
        return group

    def _listen(self, field: FieldWidget) -> None:
        field.edited.connect(self.edited)
        field.other_version_asked.connect(self.other_version_asked)
        self._fields[field.spec.id] = field
        if self._is_covered:
            field.cover(is_covered=True)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and not self.isAncestorOf(new):
            new = None
        question = self._question_of(new)
        if question == self._current:
            return
        if self._current:
            self.left.emit(self._current)
        self._current = question
        if question:
            self.entered.emit(question)

    def _question_of(self, widget: QWidget | None) -> str:
        while widget is not None and widget is not self:
            if isinstance(widget, FieldWidget):
                return widget.spec.id
            widget = widget.parentWidget()
        return ""

"""A repeating group: rows of questions, and a button that asks for another row.

The group never makes or removes a row itself: a row is a record, and records are opened and closed
by commands. It tells what a person asked for and shows the rows it is given.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nrm_desktop.ui.presenters.field_spec import FieldSpec, GroupRow
from nrm_desktop.ui.widgets.button import Button, ButtonKind
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.field import FieldWidget
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.plain_label import PlainLabel

MakeField = Callable[[FieldSpec], FieldWidget]


class RepeatGroup(QWidget):
    """Rows of one group.

    Shape: `row_asked` carries the id of the spec; `row_end_asked` that id and the id of the row.
    """

    row_asked = Signal(str)
    row_end_asked = Signal(str, str)

    def __init__(self, kit: Kit, spec: FieldSpec, make_field: MakeField) -> None:
        super().__init__()
        self.spec = spec
        self._kit = kit
        self._make_field = make_field
        self._fields: dict[str, FieldWidget] = {}
        self._rows: dict[str, Card] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(kit.look.px("gap2"))
        box.addWidget(PlainLabel(kit, spec.label, "strong"))
        if spec.guidance:
            box.addWidget(PlainLabel(kit, spec.guidance, "label").muted())
        self._place = QVBoxLayout()
        self._place.setSpacing(kit.look.px("gap3"))
        box.addLayout(self._place)
        self._add = Button(kit, kit.say("Add"), "plus")
        self._add.setAccessibleName(kit.say("Add: {group}", group=spec.label))
        self._add.clicked.connect(lambda: self.row_asked.emit(spec.id))
        box.addWidget(self._add)

    def show_rows(self, rows: tuple[GroupRow, ...]) -> dict[str, FieldWidget]:
        """Show these rows; rows that are there already keep their widgets and their words.

        Shape: the fields that were made new, by id.
        """
        wanted = {row.id for row in rows}
        for row_id in [row_id for row_id in self._rows if row_id not in wanted]:
            self._drop(row_id)
        made: dict[str, FieldWidget] = {}
        for row in rows:
            if row.id not in self._rows:
                made |= self._build(row)
        self._fields |= made
        return made

    def fields(self) -> dict[str, FieldWidget]:
        """The fields of all rows, by id."""
        return dict(self._fields)

    def take_focus(self) -> None:
        """Put the focus on the button that adds."""
        self._add.setFocus()

    def _build(self, row: GroupRow) -> dict[str, FieldWidget]:
        card = Card(self._kit)
        head = QHBoxLayout()
        head.addWidget(PlainLabel(self._kit, row.title, "strong"), 1)
        end = Button(self._kit, self._kit.say("Take away"), "trash-2", ButtonKind.QUIET)
        end.setAccessibleName(self._kit.say("Take away: {entry}", entry=row.title))
        end.clicked.connect(lambda: self.row_end_asked.emit(self.spec.id, row.id))
        head.addWidget(end)
        card.body.addLayout(head)
        made = {spec.id: self._make_field(spec) for spec in row.fields}
        for field in made.values():
            card.body.addWidget(field)
        self._place.addWidget(card)
        self._rows[row.id] = card
        card.setProperty("fieldIds", list(made))
        return made

    def _drop(self, row_id: str) -> None:
        card = self._rows.pop(row_id)
        for field_id in card.property("fieldIds"):
            self._fields.pop(field_id, None)
        self._place.removeWidget(card)
        card.hide()
        card.deleteLater()

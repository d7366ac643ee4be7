"""The sheet of the neutral screen, drawn like any form of a counter: no mark, no colour, no hint.

Nothing here says that something is kept, or what a sign stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from nrm_desktop.domain.forms.counter import SIGN_KEYS
from nrm_desktop.ui.presenters.counter_sheet import CounterSheetPresenter, ShownSheet
from nrm_desktop.ui.presenters.marks import Shape
from nrm_desktop.ui.widgets.answer_state import ButtonFace, StateButton
from nrm_desktop.ui.widgets.card import Card
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kit import KeyPlace, Kit
from nrm_desktop.ui.widgets.page import drop
from nrm_desktop.ui.widgets.plain_label import PlainLabel
from nrm_desktop.ui.widgets.text import text_line

_EDGE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute


class CounterSheetCard(Card):
    """The sheet. Built once for its lines; `show_sheet` changes words and values in place."""

    def __init__(self, kit: Kit, sheet: ShownSheet, presenter: CounterSheetPresenter) -> None:
        super().__init__(kit, is_column=True)
        self._kit = kit
        self._presenter = presenter
        self._inside = QWidget()  # the card stays where it is; what it says may turn round
        self._box = QVBoxLayout(self._inside)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(kit.look.px("gap2"))
        self.body.addWidget(self._inside)
        self._heading = PlainLabel(kit, "", "section")
        self._box.addWidget(self._heading)
        self._labels: dict[str, PlainLabel] = {}
        self._lines: dict[str, QLineEdit] = {}
        self.signs: dict[str, StateButton] = {}
        """The buttons of the signs, by id."""
        for line in sheet.lines:
            self._add_line(line.id, is_kept=line.is_kept)
        self._kind = PlainLabel(kit, "", "label").muted()
        self._box.addWidget(self._kind)
        self._add_signs(sheet)
        self._languages = ChoiceBox(kit, sheet.languages)
        self._languages.setAccessibleName(kit.say("Language of this sheet"))
        box = self._languages
        box.activated.connect(lambda _: presenter.choose_language(box.code()))
        self._box.addWidget(box)
        self.show_sheet(sheet)

    def show_sheet(self, sheet: ShownSheet) -> None:
        """Show words and values as they are now."""
        self._turn(is_rtl=sheet.is_rtl)
        self._heading.setText(sheet.title)
        self.setAccessibleName(sheet.title)
        self._kind.setText(sheet.kind)
        self._kind.setVisible(bool(sheet.signs))
        for line in sheet.lines:
            self._labels[line.id].setText(line.text)
            box = self._lines.get(line.id)
            if box is not None:
                box.setAccessibleName(line.text)
                if box.text().strip() != line.value:
                    box.setText(line.value)
        for sign in sheet.signs:
            button = self.signs[sign.id]
            button.setChecked(sign.is_set)
            button.setAccessibleName(f"{sheet.kind} {sign.key}")
        self._languages.show_code(sheet.language)

    def holds_focus(self) -> bool:
        """True if the focus is somewhere on the sheet: it has to go elsewhere before it goes."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _turn(self, *, is_rtl: bool) -> None:
        """Have everything begin at the edge at which the language begins."""
        right, left = Qt.LayoutDirection.RightToLeft, Qt.LayoutDirection.LeftToRight
        self._inside.setLayoutDirection(right if is_rtl else left)
        side = Qt.AlignmentFlag.AlignRight if is_rtl else Qt.AlignmentFlag.AlignLeft
        for label in (self._heading, self._kind, *self._labels.values()):
            label.setAlignment(side | _EDGE)
        for box in self._lines.values():
            box.setAlignment(side | _EDGE)

    def _add_line(self, line_id: str, *, is_kept: bool) -> None:
        label = PlainLabel(self._kit)
        self._labels[line_id] = label
        self._box.addWidget(label)
        if is_kept:
            box = text_line(self._kit)
            box.textEdited.connect(partial(self._presenter.typed, line_id))
            self._lines[line_id] = box
            self._box.addWidget(box)

    def _add_signs(self, sheet: ShownSheet) -> None:
        row = QHBoxLayout()
        row.setSpacing(self._kit.look.px("gap2"))
        for sign in sheet.signs:
            button = StateButton(self._kit, ButtonFace(sign.key, Shape.RING, ""))
            button.clicked.connect(lambda _=False, key=sign.key: self._presenter.press(key))
            self.signs[sign.id] = button
            row.addWidget(button)
        row.addStretch(1)
        self._box.addLayout(row)


class Legend(QWidget):
    """What the sheet keeps and what its signs mean, for the worker's eyes alone."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(kit.look.px("gap1"))
        self.hide()

    def show_lines(self, lines: tuple[str, ...]) -> None:
        """Show these lines instead of those that are there."""
        for old in self.findChildren(PlainLabel):
            drop(self._box, old)
        for line in lines:
            self._box.addWidget(PlainLabel(self._kit, line, "label").muted())


def sign_keys(press: Callable[[str], object]) -> Mapping[KeyPlace, Callable[[], object]]:
    """The keys of the signs, each with what it does."""
    return {KeyPlace(key): partial(press, key) for key in SIGN_KEYS}
